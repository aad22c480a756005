"""The README's table of facts: who records, who publishes, who acts."""

import re
from pathlib import Path

from services.installation import ALL
from shared.contracts import CONTRACTS
from shared.contracts.contract import type_name
from shared.contracts.envelope import decode, encode
from shared.service.service import ServiceDefinition
from tests.examples import NAMES, PUBLISHED, examples

README = Path(__file__).parents[2] / "README.md"


def rows() -> dict[str, tuple[str, bool, frozenset[str], str]]:
    """Each fact of the table: who records it, whether it is private, who acts on it, its key."""
    text = README.read_text(encoding="utf-8")
    table = text[text.index("<!-- facts -->") : text.index("<!-- /facts -->")]
    found = {}
    for line in table.splitlines():
        if line.startswith("| `"):
            facts, key, recorded, acted = (cell.strip() for cell in line.strip("|").split("|"))
            service, _, private = recorded.partition(", ")
            actors = frozenset(re.findall(r"(\w+):", acted))
            for fact in re.findall(r"`([a-z-]+)`", facts):
                assert fact not in found, f"{fact} stands twice"
                found[fact] = (service, private == "private", actors, key)
    return found


def acts(parts: ServiceDefinition, raw: bytes) -> bool:
    return parts.reader is not None and bool(list(parts.reader.react(decode(raw))))


def test_the_table_names_every_fact_with_who_records_it() -> None:
    recorded = {fact: parts.name for parts in ALL for fact in parts.facts}
    assert {fact: row[0] for fact, row in rows().items()} == recorded


def test_the_table_says_which_facts_are_private() -> None:
    public = {name for _, name in PUBLISHED}
    assert {fact for fact, row in rows().items() if row[1]} == rows().keys() - public


def test_the_table_says_what_each_published_fact_is_about() -> None:
    keys = {
        name: CONTRACTS[type_name(service, name, 1)].key if (service, name) in PUBLISHED else ""
        for service, name in NAMES
    }
    assert {fact: row[3] for fact, row in rows().items()} == keys


def test_the_table_names_who_acts_on_each_fact() -> None:
    table = rows()
    for service, name in PUBLISHED:
        raw = [encode(each.contract, each.recorded) for each in examples(service, name)]
        actors = {parts.name for parts in ALL if any(acts(parts, message) for message in raw)}
        assert table[name][2] == actors, name

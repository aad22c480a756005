"""Words that were given up, and what is said instead: none comes back, wherever it is read."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READ = (".py", ".sql", ".md", ".html", ".json", ".jsonl", ".yaml", ".toml", ".css", ".js")
TELLS = (
    "tests/unit/test_abolished_words.py",
    "docs/adr/0024-rules-that-lean-on-other-streams.md",
    "docs/adr/0026-names-are-the-fields-and-then-for-ever.md",
)
"""The files that say which words these are."""


@dataclass(frozen=True)
class Abolished:
    """A word that was given up. but: what may still be written, and is taken out before."""

    pattern: str
    instead: str
    but: str = r"(?!)"
    only: str | tuple[str, ...] = ""

    def found_in(self, path: str, text: str) -> bool:
        """Whether the word stands in a file."""
        if not path.startswith(self.only):
            return False
        return re.search(self.pattern, re.sub(self.but, "", text)) is not None


WORDS = (
    Abolished(
        r"(?i)(dead|parked|poisoned|replayed|discarded)[ _-]letter|class letter\b", "message"
    ),
    Abolished(r"(?i)cartas? apartadas?", "mensaje apartado"),
    Abolished(r"\bstandings?\b", "status", r"standing (idle|still|by|on)"),
    Abolished(r"\bStraightWay\b|\bAtDoor\b|\bFooting\b|\bCachedState\b", "its name in the ADRs"),
    Abolished(r"(?i)settl(e|ing)", "resolve; for a future, fulfil"),
    Abolished(r"\bTaking\b|\bTAKINGS\b", "BatchContext, CONSUME_LOCK"),
    Abolished(r"(?i)\bwish(es)?\b", "command, or its envelope", only=("services/", "shared/")),
    Abolished(r"addressee_known|NOT_OF_A_CASE", "known, and a contract's key"),
    Abolished(
        r'"(state|states|standing|referral|case)": \{',
        "subdivision, status, *_id",
        only="shared/contracts/schemas/",
    ),
    Abolished(
        r'"name": "(state|standing|letter)"', "subdivision, status, message", only="docs/openapi/"
    ),
    Abolished(r"\b(state|standing) +text\b", "subdivision, status", only="services/reporting/sql/"),
    Abolished(
        r"(?i)(?<![a-z])towns?(?![a-z])",
        "api, or installation; of a person: municipality",
        only="tests/",
    ),
    Abolished(
        r"(?i)(?<![a-z])houses?(?![a-z])", "database, home, or running services", only="tests/"
    ),
    Abolished(
        r"(?i)(?<![a-z])streets?(?![a-z])",
        "harness",
        r"street-vendors|Street and related",  # an occupation
        only="tests/",
    ),
    Abolished(r"(?i)(?<![a-z])desks?(?![a-z])", "client, or parked messages", only="tests/"),
    Abolished(r"(?i)(?<![a-z])hearers?(?![a-z])", "reader process", only="tests/"),
    Abolished(r"(?i)g[ai]ven?s?[ _]root[ _]away", "drop privileges"),
    Abolished(r"(?i)figures_?port|with_figures|door\.figures", "metrics"),
    Abolished(r"What for (it|something|the)", "what it is asked for; the purpose of a request"),
    Abolished(r"(?i)escribir (el|los|un) temas?|escribe solo su tema", "escribir en un tema"),
    Abolished(r"(?i)\bcomo mucho\b", "a lo más", only=("services/", "shared/")),
)


def tracked() -> list[str]:
    """Every text file of the project that people or programs read."""
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, text=True, capture_output=True, check=True
    ).stdout.splitlines()
    return [path for path in listed if path.endswith(READ) and path not in TELLS]


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.instead)
def test_an_abolished_word_is_nowhere(word: Abolished) -> None:
    found = [
        path
        for path in tracked()
        if (ROOT / path).exists() and word.found_in(path, (ROOT / path).read_text(encoding="utf-8"))
    ]
    assert found == [], f"say instead: {word.instead}"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("shared/messaging/port.py", "class Letter(Value):"),
        ("services/operator/cli/parked.py", '"Ninguna carta apartada."'),
        ("services/reporting/batch.py", "standing: str"),
        ("shared/messaging/inbox.py", "settled_at timestamptz"),
        ("shared/messaging/resolving.py", "class Settlement:"),
        ("shared/messaging/resolving.py", "def work(taking: Taking) -> None:"),
        ("shared/eventstore/session.py", "class Wish(Value):"),
        ("shared/eventstore/writer.py", "wish: CommandEnvelope"),
        ("shared/contracts/schemas/x.json", '"state": {'),
        ("docs/openapi/x.json", '"name": "state"'),
        ("services/reporting/sql/x.sql", "    state text,"),
        ("tests/fuzz/test_x.py", "def test_x(town: ApiClient) -> None:"),
        ("tests/promises/log/test_x.py", "log = house.log()"),
        ("tests/promises/bus/test_x.py", "def log_street() -> BusHarness:"),
        ("tests/faults/x.py", "class Desk:"),
        ("tests/promises/bus/test_x.py", "one = harness.hearer()"),
        ("shared/service/x.py", "def give_root_away() -> None:"),
        ("docs/security.md", "what has given root away"),
        ("shared/service/x.py", 'FIGURES_PORT = "CANALIZA_METRICS_PORT"'),
        ("docs/glossary.md", "What for something is read"),
        ("services/operator/x.py", "quién puede escribir los temas"),
        ("shared/identity/x.py", "vale como mucho"),
    ],
)
def test_an_abolished_word_that_comes_back_is_found(path: str, text: str) -> None:
    assert any(word.found_in(path, text) for word in WORDS)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("tests/unit/x.py", "a warehouse for the household"),
        ("tests/unit/x.py", '"occupation": "street-vendors"'),
        ("shared/contracts/x.py", "street: str"),
    ],
)
def test_a_word_that_only_resembles_one_is_let_through(path: str, text: str) -> None:
    assert not any(word.found_in(path, text) for word in WORDS)

"""What the pages about importing say is so: their mappings can be used, and no key is left out."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.operator.importer.mapping.mapping_builder import MAPPINGS, SCHEMA_FILE
from shared.definitions.located_yaml import read_located

DOCS = Path(__file__).parents[3] / "docs"
PAGES = "\n".join(
    (DOCS / page).read_text(encoding="utf-8") for page in ("import.md", "import-cases.md")
)
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", PAGES, re.MULTILINE | re.DOTALL)
WHOLE: dict[str, Any] = read_located(BLOCKS[0]).content


def keys_of(part: Any) -> Iterator[str]:
    """Every key that a schema knows."""
    if isinstance(part, dict):
        if isinstance(part.get("properties"), dict):
            yield from part["properties"]
        for within in part.values():
            yield from keys_of(within)
    elif isinstance(part, list):
        for within in part:
            yield from keys_of(within)


def keys_in(content: Any) -> Iterator[str]:
    """Every key that a document has."""
    if isinstance(content, dict):
        yield from content
        for within in content.values():
            yield from keys_in(within)
    elif isinstance(content, list):
        for within in content:
            yield from keys_in(within)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_every_mapping_on_the_pages_can_be_used(block: str) -> None:
    part = read_located(block).content
    whole = {**WHOLE, **part, "values": {**WHOLE["values"], **part.get("values", {})}}
    text = yaml.safe_dump(whole, allow_unicode=True, sort_keys=False)
    assert MAPPINGS.read(text, "page.yaml").name == "quejas-chihuahua"


def test_every_key_of_the_language_has_an_example() -> None:
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    shown = {key for block in BLOCKS for key in keys_in(read_located(block).content)}
    assert set(keys_of(schema)) - shown == set()

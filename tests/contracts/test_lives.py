"""The committed page of lives is what their tables say."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from services.followup import life
from services.followup.decisions import RecordContact
from services.installation import ALL
from services.referral.decisions import SENDER
from shared.kernel.life import Life
from tests.changed_lives import with_row
from tests.contracts.lives import LIVES, PAGE, page

ROOT = Path(__file__).parents[2]


def test_the_page_of_lives_is_what_the_tables_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.contracts.lives"


def test_the_page_has_each_life_in_both_languages() -> None:
    drawn = PAGE.read_text(encoding="utf-8").count("```mermaid\nstateDiagram-v2\n")
    assert drawn == 2 * len(LIVES)


def test_another_table_is_another_diagram() -> None:
    other = with_row(life.LIFE, RecordContact, by=SENDER)
    assert other.diagram() != life.LIFE.diagram()


def test_every_life_of_a_service_is_on_the_page() -> None:
    there = {id(each): each for each in _all_lives()}.values()
    assert {*map(id, there)} == {id(life) for _, life in LIVES.values()}


def test_each_table_stands_in_the_file_that_the_page_names() -> None:
    for file, _ in LIVES.values():
        assert "\nLIFE: Life[Any] = Life(\n" in (ROOT / file).read_text(encoding="utf-8")


def _all_lives() -> Iterator[Life[Any]]:
    for service in ALL:
        package = import_module(f"services.{service.name}")
        for found in iter_modules(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                module = import_module(found.name)
                yield from (each for each in vars(module).values() if isinstance(each, Life))

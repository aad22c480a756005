"""Whatever bytes a directory has, it comes in or says why not, and what came in comes in again."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.hsds.packages import read_bytes, read_files
from shared.hsds.problems import NotADirectory
from shared.hsds.writing import as_json, as_tables, as_zip, compiled
from tests.fuzz.mutations import MONSTERS, altered, spliced, written
from tests.unit.directory.homes import directory_in_memory
from tests.unit.directory.puente import PUENTE
from tests.walks import tries

PLAIN = json.dumps([PUENTE], ensure_ascii=False).encode()
TABLES = as_tables(
    [compiled({k: v for k, v in PUENTE.items() if k != "services"}, PUENTE["services"])]
)


def comes_in(content: bytes | dict[str, bytes]) -> None:
    """Read it, have it decided, and what goes out read again: nothing but a reason is raised."""
    try:
        file = read_files(content) if isinstance(content, dict) else read_bytes(content)
    except NotADirectory as error:
        assert error.text.es  # noqa: PT017 - a reason is one of two good ends
        return
    with directory_in_memory() as ours:
        ours.imports(file)
        before = ours.position
        out = ours.exports()
        again = ours.imports(read_bytes(as_json(out)))
        assert again.problems == []
        assert ours.position == before
        read_bytes(as_zip(as_tables(out)))


@pytest.mark.scaled
@pytest.mark.timeout(0)
@tries(150)
@given(raw=spliced([PLAIN]))
def test_a_directory_with_pieces_exchanged_comes_in_or_says_why_not(raw: bytes) -> None:
    comes_in(raw)


@pytest.mark.scaled
@pytest.mark.timeout(0)
@tries(150)
@given(data=st.data())
def test_a_directory_that_says_something_else_comes_in_or_says_why_not(data: Any) -> None:
    comes_in(written(data.draw(altered([PUENTE]))))


@pytest.mark.scaled
@pytest.mark.timeout(0)
@tries(100)
@given(data=st.data())
def test_a_table_with_pieces_exchanged_comes_in_or_says_why_not(data: Any) -> None:
    name = data.draw(st.sampled_from(sorted(TABLES)))
    comes_in({**TABLES, name: data.draw(spliced([TABLES[name]]))})


@pytest.mark.parametrize("name", MONSTERS)
def test_a_monster_is_no_directory(name: str) -> None:
    comes_in(MONSTERS[name])

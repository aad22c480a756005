"""Of several rows of one key the first that is not rejected counts."""

from datetime import UTC, datetime

from services.operator.importer.run.imported_case import read_case
from services.operator.importer.run.repeated_keys import RepeatedKeys
from services.operator.importer.run.row_commands import RowCommands
from services.operator.importer.run.row_source import Row
from tests.installation_secret import SECRET
from tests.unit.importing.mapping_files import wage_row, wages

NOW = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)


def row(number: int, key: str, **cells: str) -> RowCommands:
    numbered = Row(number, wage_row(case_uuid=key, **cells).cells)
    return RowCommands(numbered, read_case(numbered, wages()), wages(), NOW, secret=SECRET)


def test_rows_of_other_keys_are_not_held_back() -> None:
    keys = RepeatedKeys()
    assert keys.starts(row(2, "a"))
    assert keys.starts(row(3, "b"))


def test_once_the_first_counts_all_others_are_held_to_it() -> None:
    keys, first = RepeatedKeys(), row(2, "a")
    third, fourth = row(3, "a"), row(4, "a", amount_paid="9")
    assert keys.starts(first)
    assert not keys.starts(third)
    assert not keys.starts(fourth)
    assert keys.counted("a") is None
    assert list(keys.ended(first)) == [third, fourth]
    counted = keys.counted("a")
    assert counted is not None
    assert counted.number == 2
    assert counted.is_repeated_by(third)
    assert not counted.is_repeated_by(fourth)


def test_if_the_first_is_rejected_the_next_takes_its_turn() -> None:
    keys, first, second, third = RepeatedKeys(), row(2, "a"), row(3, "a"), row(4, "a")
    assert keys.starts(first)
    assert not keys.starts(second)
    assert not keys.starts(third)
    assert keys.rejected(first) is second
    assert keys.rejected(second) is third
    assert keys.rejected(third) is None
    assert keys.starts(row(5, "a"))


def test_no_more_is_read_while_many_are_held_back() -> None:
    keys, first = RepeatedKeys(), row(2, "a")
    second = row(3, "a")
    assert keys.starts(first)
    for _ in range(2_000):
        assert not waiting(keys)
        assert not keys.starts(second)
    assert waiting(keys)
    assert keys.rejected(first) is second
    assert not waiting(keys)
    assert len(keys.ended(second)) == 1_999
    assert keys.starts(row(4, "a"))


def waiting(keys: RepeatedKeys) -> bool:
    return keys.hold_many

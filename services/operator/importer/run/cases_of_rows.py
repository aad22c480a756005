"""The cases of a file's rows: one of each, or, where the mapping says so, one of several.

A case of several rows comes once all rows were read, wherever in the file they stand. If one of
them cannot be read, or contradicts an earlier one, no part of the case is imported: a sum of some
of its rows would be wrong, and nobody would see it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from services.operator.importer.mapping.import_mapping import ImportMapping, Rows
from services.operator.importer.run.imported_case import ImportedCase, read_case
from services.operator.importer.run.merging_rows import Contradiction, added_up, merged
from services.operator.importer.run.rejections import (
    DONE_BY_NOBODY,
    Rejection,
    RowRejected,
    RowSkipped,
    contradicts,
    rejected_with,
    rejection_at,
)
from services.operator.importer.run.row_source import Row
from shared.kernel.text import Text

Reject = Callable[[int, Iterable[Rejection]], None]
"""Called with the number of a row that is rejected, and every reason."""
Skip = Callable[[], None]
"""Called for each row that is no case, as the mapping has it."""


@dataclass(frozen=True, slots=True)
class CaseOfRows:
    """A case. row: its first row, or the only one. also: the numbers of its other rows."""

    row: Row
    case: ImportedCase
    also: tuple[int, ...] = ()


def cases_of(
    rows: Iterable[Row], mapping: ImportMapping, reject: Reject, skip: Skip
) -> Iterator[CaseOfRows | None]:
    """Yield the cases that can be read, in the order of their first rows; None for a row of none.

    What ``rows`` raises ends the reading: of several rows of a case none is left out.
    """
    how = _each if mapping.rows == "one" else _gathered
    yield from how(rows, mapping, reject, skip)


def _each(
    rows: Iterable[Row], mapping: ImportMapping, reject: Reject, skip: Skip
) -> Iterator[CaseOfRows | None]:
    for row in rows:
        try:
            case = read_case(row, mapping)
        except RowRejected as error:
            reject(row.number, error.rejections)
            yield None
        except RowSkipped:
            skip()
            yield None
        else:
            yield CaseOfRows(row, case)


@dataclass
class _Gathered:
    """The rows of one key so far. case: None once one was rejected, whose number is ``guilty``."""

    row: Row
    case: ImportedCase | None
    numbers: list[int] = field(default_factory=list)
    guilty: int = 0

    def whole(self, rows: Rows, reject: Reject) -> Iterator[CaseOfRows]:
        """Yield the case; none, and its rows are rejected, if it cannot come in whole."""
        if self.case is None:
            why = rejected_with(self.guilty)
        elif self.case.is_done_by_nobody:
            why = DONE_BY_NOBODY
        else:
            case = added_up(self.case) if rows == "sum" else self.case
            yield CaseOfRows(self.row, case, tuple(self.numbers[1:]))
            return
        for number in self.numbers:
            reject(number, [why])


def _gathered(
    rows: Iterable[Row], mapping: ImportMapping, reject: Reject, skip: Skip
) -> Iterator[CaseOfRows]:
    cases: dict[str, _Gathered] = {}
    for row in rows:
        case: ImportedCase | None = None
        try:
            case = read_case(row, mapping)
            key: str | None = case.key
        except RowRejected as error:
            reject(row.number, error.rejections)
            key = error.key
        except RowSkipped:
            skip()
            continue
        if key is not None:
            _add(cases.setdefault(key, _Gathered(row, case)), row, case, mapping, reject)
    for one in cases.values():
        yield from one.whole(mapping.rows, reject)


def _add(
    one: _Gathered, row: Row, case: ImportedCase | None, mapping: ImportMapping, reject: Reject
) -> None:
    """Add a row to those of its case."""
    if case is None:  # it was told already
        one.case, one.guilty = None, one.guilty or row.number
        return
    if one.case is not None and len(one.numbers) >= _MOST_ROWS:
        reject(row.number, [_too_many(row, mapping)])
        one.case, one.guilty = None, row.number
        return
    if one.case is not None and one.numbers:
        try:
            one.case = merged(one.case, case)
        except Contradiction as error:
            reject(row.number, [contradicts(error.field, one.numbers[0], row, mapping)])
            one.case, one.guilty = None, row.number
            return
    one.numbers.append(row.number)


def _too_many(row: Row, mapping: ImportMapping) -> Rejection:
    return rejection_at(mapping.heading(mapping.key[0]), row, _TOO_MANY)


_MOST_ROWS = 5_000
_TOO_MANY = Text(
    f"es de un caso de más de {_MOST_ROWS:,} filas: revise en el mapeo qué valores son su clave",
    f"it is of a case of more than {_MOST_ROWS:,} rows: look at which values are its key in the"
    " mapping",
)

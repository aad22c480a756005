"""A row's values: its cells as their columns' types have them, and what is computed from them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.operator.importer.mapping.cell_types import folded
from services.operator.importer.mapping.import_mapping import Column, ImportMapping
from services.operator.importer.mapping.moments import without_offset
from services.operator.importer.mapping.unreadable import CellNotReadable
from services.operator.importer.run.noted import LEFT_OUT, Noted, of_the_row
from services.operator.importer.run.rejections import (
    Rejection,
    RowRejected,
    RowSkipped,
    rejection_at,
)
from services.operator.importer.run.row_source import Row
from shared.kernel.text import Text


def read_cells(values: dict[str, Any], row: Row, mapping: ImportMapping) -> tuple[Noted, ...]:
    """Read each cell into ``values``; return what is to be noted of the row.

    That is what holds something that counts as missing. A cell that cannot be read is no value.
    Raises RowRejected with every reason, and RowSkipped.
    """
    flaws = dict(row.flaws)
    if row.cells is None:
        raise RowRejected(Rejection("", "", flaws[""]))
    rejections: list[Rejection] = []
    noted = [*of_the_row(row)]
    for column, within in _columns(values, mapping):
        cell = row.cells[column.heading]
        is_empty = _is_empty(cell, column, mapping)
        try:
            _must_be_whole(column, flaws)
            values[column.name] = None if is_empty else column.read(cell, within)
        except CellNotReadable as error:
            rejections.append(Rejection(column.heading, cell, error.reason))
            continue
        value = values[column.name]
        if value is None and (column.required or column.name in mapping.key):
            rejections.append(Rejection(column.heading, cell, MISSING))
        unread = () if is_empty else column.unread(cell, value)
        noted += [Noted(row.number, LEFT_OUT, column.heading, part) for part in unread]
    if _skips(mapping, values):
        raise RowSkipped
    if rejections:
        raise RowRejected(*rejections)
    values.update(_with_codes(values, mapping))
    return tuple(noted)


def _must_be_whole(column: Column, flaws: Mapping[str, Text]) -> None:
    """Raise CellNotReadable if the file itself is broken there."""
    if flaw := flaws.get(column.heading):
        raise CellNotReadable(flaw)


def _is_empty(cell: str, column: Column, mapping: ImportMapping) -> bool:
    word = folded(cell)
    return word in mapping.layout.missing or word in column.missing


def complete(values: dict[str, Any], row: Row, mapping: ImportMapping, zone: ZoneInfo) -> None:
    """Bring all moments on this wall, and compute the values that are computed.

    Raises RowRejected.
    """
    for name, value in values.items():
        if isinstance(value, datetime):
            values[name] = without_offset(value, zone)
    for computed in mapping.computed:
        try:
            values[computed.name] = computed.of(values)
        except CellNotReadable as error:
            heading = mapping.heading(computed.name)
            raise RowRejected(rejection_at(heading, row, error.reason)) from None
        needed = computed.required or computed.name in mapping.key
        if needed and values[computed.name] is None:
            raise RowRejected(rejection_at(mapping.heading(computed.name), row, MISSING))


def _columns(values: dict[str, Any], mapping: ImportMapping) -> Iterator[tuple[Column, str | None]]:
    """Yield the columns to read, each with the subdivision within which it is read, if in one.

    What would lie in a subdivision that is not known is not read: the row is rejected for that.
    """
    for column in mapping.columns:
        within = None
        if column.lies_within:
            within = mapping.subdivision.of(_with_codes(values, mapping))
        if within is not None or not column.lies_within:
            yield column, within


def _with_codes(values: dict[str, Any], mapping: ImportMapping) -> dict[str, Any]:
    """Return what was read, with the codes that are computed from it.

    They come first of what is computed: where a case lies decides how its dates are read.
    """
    known: dict[str, Any] = {column.name: None for column in mapping.columns}
    known |= {computed.name: None for computed in mapping.computed} | values
    for computed in mapping.computed:
        if computed.is_code:
            known[computed.name] = computed.of(known)
    return known


def _skips(mapping: ImportMapping, values: Mapping[str, Any]) -> bool:
    """Tell whether a row is skipped; it is not if that hangs on a cell that cannot be read."""
    if mapping.layout.skip_rows is None:
        return False
    readable = {
        name: value.replace(tzinfo=None) if isinstance(value, datetime) else value
        for name, value in values.items()
    }
    try:
        return mapping.layout.skip_rows.holds(readable)
    except KeyError:
        return False


MISSING = Text("falta, y sin ello no hay caso", "is missing, and there is no case without it")

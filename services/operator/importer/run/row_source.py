"""The rows of a file, whatever it was written with: opened once, read once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from services.operator.importer.errors import FileNotUsable
from services.operator.importer.mapping.import_mapping import ImportMapping
from services.operator.importer.run.column_names import place_of
from services.operator.importer.run.csv_records import UNREADABLE, CsvRecords, Record
from services.operator.importer.run.headings import positions
from services.operator.importer.run.opened_file import OpenedFile
from services.operator.importer.run.sheet_records import SheetRecords, is_sheet
from shared.kernel.text import Text, joined

_PLAIN = {ord(blank): " " for blank in "\u00a0\u2007\u202f"} | {ord(UNREADABLE): "\ufffd"}
"""Blanks at which a line does not break are in numbers of spreadsheets, and nobody sees them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row. number: as a spreadsheet counts it, from 1.

    cells: those of the mapping's columns, by heading; None if the row cannot be read. flaws: what
    is wrong with it before anybody looks at what its cells say: by heading, or under "" as a whole.
    is_short: the file has fewer cells there than headings, and no spreadsheet left them out.
    """

    number: int
    cells: dict[str, str] | None
    flaws: tuple[tuple[str, Text], ...] = ()
    is_short: bool = False


class RowSource:
    """The rows of a CSV or a spreadsheet, of the columns that a mapping names, in order, only once.

    read: how many rows were read so far; empty lines are no rows. digest: of the file's bytes, by
    which its facts name it.
    """

    def __init__(self, file: Path, mapping: ImportMapping) -> None:
        """Open the file and read its headings.

        Raises FileNotUsable if it is missing, is not written as the mapping describes, or lacks
        columns.
        """
        self.mapping = mapping
        self.read = 0
        self._file = OpenedFile(file)
        self.digest = self._file.digest
        self._above: dict[str, str | None] = dict.fromkeys(sorted(mapping.layout.fill_down), "")
        try:
            self._records = _records_of(self._file, mapping)
            try:
                records = iter(self._records)
                self._columns, self._width = self._find_columns(records)
            except BaseException:
                self._records.close()
                raise
        except BaseException:
            self._file.close()
            raise
        self._last = max(at for _, at in self._columns)
        # A spreadsheet leaves the empty cells at a row's end out.
        self._whole = 0 if isinstance(self._records, SheetRecords) else self._width or 0
        self._rows = self._read_rows(records)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._records.close()
        self._file.close()

    def __iter__(self) -> Iterator[Row]:
        """Yield the next rows. Raises FileNotUsable where the file stops being what it was."""
        return self._rows

    @property
    def estimated_rows(self) -> int | None:
        """How many rows there are, or about how many; None if that is unknown."""
        return self._records.estimated(self.read)

    @property
    def ended(self) -> bool:
        """Whether the last line that was read has an end, so that its writer had finished it."""
        return self._records.ended

    def has_more(self) -> bool:
        """Tell whether rows are left, by reading one, which is lost."""
        try:
            return next(self._rows, None) is not None
        except FileNotUsable:
            return True

    def _find_columns(self, records: Iterator[Record]) -> tuple[list[tuple[str, int]], int | None]:
        """Return where the mapping's columns stand, and how many there are, if that is known."""
        wanted = dict.fromkeys(column.heading for column in self.mapping.columns)
        if not self.mapping.layout.headings:
            return [(name, place_of(name)) for name in wanted], None
        headings = next((each for each in records if each.flaw or not _is_blank(each.cells)), None)
        if headings is None:
            there = [_no_headings(self._file.name)]
            if isinstance(self._records, SheetRecords):
                there.append(self._records.which)
            raise FileNotUsable(joined(there, " "))
        if headings.flaw:
            row = Text(f"La fila {headings.number}", f"Row {headings.number}")
            raise FileNotUsable(joined([row, headings.flaw], " "))
        found = positions(wanted, headings.cells, self._file.name, self._records)
        return list(found.items()), len(headings.cells)

    # --- rows -------------------------------------------------------------------------------

    def _read_rows(self, records: Iterator[Record]) -> Iterator[Row]:
        after_a_broken_one = False
        for record in records:
            if record.flaw is None and _is_blank(record.cells):
                continue
            self.read += 1
            flaw = record.flaw or self._misfit(record, doubtful=after_a_broken_one)
            after_a_broken_one = flaw is not None
            if flaw:
                self._above = dict.fromkeys(self._above)
                yield Row(record.number, None, (("", flaw),))
            else:
                yield self._row(record)

    def _misfit(self, record: Record, *, doubtful: bool) -> Text | None:
        """Return why a row cannot have another number of cells than there are headings.

        What may be a part of another row cannot: only a row that does not may be short.
        """
        if self._width is None or len(record.cells) == self._width:
            return None
        if record.doubtful or doubtful:
            return _NOT_AS_MANY_CELLS
        return None if _is_blank(record.cells[self._width :]) else _MORE_CELLS

    def _row(self, record: Record) -> Row:
        cells = record.cells
        is_short = len(cells) < self._whole
        if len(cells) <= self._last:
            cells = [*cells, *([""] * (self._last + 1 - len(cells)))]
        wanted = {heading: cells[at] for heading, at in self._columns}
        flaws: list[tuple[str, Text]] = []
        if not "".join(wanted.values()).isascii():
            flaws.extend(self._made_plain(wanted))
        if self._above:
            flaws.extend(self._filled_down(wanted, dict(flaws)))
        return Row(record.number, wanted, tuple(flaws), is_short)

    def _made_plain(self, wanted: dict[str, str]) -> Iterator[tuple[str, Text]]:
        """Make the blanks of these cells plain, and yield what no encoding can read."""
        for heading, cell in wanted.items():
            if not cell.isascii():
                wanted[heading] = cell.translate(_PLAIN)
                if UNREADABLE in cell:
                    yield heading, self._records.unreadable

    def _filled_down(
        self, wanted: dict[str, str], broken: Mapping[str, Text]
    ) -> Iterator[tuple[str, Text]]:
        """Have empty cells say what those above them say; of a broken one nobody knows what."""
        for heading, above in self._above.items():
            if heading in broken:
                self._above[heading] = None
            elif wanted[heading].strip():
                self._above[heading] = wanted[heading]
            elif above is None:
                yield heading, _NOTHING_ABOVE
            else:
                wanted[heading] = above


def _records_of(file: OpenedFile, mapping: ImportMapping) -> CsvRecords | SheetRecords:
    if not file.size:
        raise FileNotUsable(_empty(file.name))
    return (SheetRecords if is_sheet(file) else CsvRecords)(file, mapping.layout)


def _is_blank(cells: Sequence[str]) -> bool:
    together = "".join(cells)
    return not together or together.isspace()


def _empty(name: str) -> Text:
    return Text(
        f"{name} está vacío. Revise cómo se guardó.",
        f"{name} is empty. Look at how it was saved.",
    )


def _no_headings(name: str) -> Text:
    return Text(
        f"{name} no tiene encabezados: solo líneas en blanco, o file.skip_lines se las salta.",
        f"{name} has no headings: only blank lines, or file.skip_lines skips them.",
    )


_NOT_AS_MANY_CELLS = Text(
    "no tiene tantas celdas como encabezados: revise comillas, separadores y fin de línea",
    "it does not have as many cells as there are headings: look at quotes, delimiters and line end",
)
_MORE_CELLS = Text(
    "tiene más celdas que encabezados: revise comillas y separadores",
    "it has more cells than there are headings: look at quotes and delimiters",
)
_NOTHING_ABOVE = Text(
    "está vacía, y la fila de arriba no se pudo leer", "is empty, and the row above cannot be read"
)

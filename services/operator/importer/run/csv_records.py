"""The records of a CSV, one after the other; a broken one is told by its number and the next read.

A broken quote may seem to begin a cell that goes on over the following lines. Only the line where
it stands is given up: the lines after it are read again, as if it were not there.
"""

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterator
from io import TextIOWrapper
from typing import Any, NamedTuple

from services.operator.importer.errors import FileNotUsable
from services.operator.importer.mapping.layout import Layout
from services.operator.importer.run.opened_file import OpenedFile
from shared.kernel.text import Text

UNREADABLE = "\udcff"
"""Stands in a cell for bytes that are no character in the file's encoding. No encoding has it."""
_LARGEST_CELL = 1_000_000
_LONGEST_LINE = 10 * _LARGEST_CELL
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATOR_LINE = re.compile('"?sep=(.)"?[\r\n]*', re.IGNORECASE)

codecs.register_error("canaliza-unreadable", lambda error: (UNREADABLE, _end(error)))


class Record(NamedTuple):
    """One record. number: as a spreadsheet counts it. flaw: why it has no cells, if it has none.

    doubtful: it may be a part of one, because it has several lines, or its line has no end.
    """

    number: int
    cells: list[str]
    flaw: Text | None = None
    doubtful: bool = False


class CsvRecords:
    """The records of an opened file, from the first that is not skipped.

    encoding, delimiter: those in which it is read. ended: false once the last line was read without
    an end, as its writer may not have finished it.
    """

    def __init__(self, file: OpenedFile, layout: Layout) -> None:
        """Begin to read. Raises FileNotUsable."""
        self._file = file
        self.encoding = _encoding_of(file.head(4_096), layout.encoding)
        bytes_ = file.stream()
        text = TextIOWrapper(bytes_, self.encoding, "canaliza-unreadable", newline="")
        self._lines = _Lines(text, file.name)
        self._number = layout.skip_lines
        for _ in range(layout.skip_lines):
            next(self._lines, None)
        self._lines.taken.clear()
        self.delimiter = layout.delimiter
        first = next(self._lines, "")
        if self._number == 0 and (found := _SEPARATOR_LINE.fullmatch(first)):
            self.delimiter = found[1]
            self._number = 1
        else:
            self._lines.again()
        self._reader: Any = csv.reader(
            self._lines,
            delimiter=self.delimiter,
            quotechar=layout.quote,
            quoting=csv.QUOTE_MINIMAL if layout.quote else csv.QUOTE_NONE,
            escapechar=layout.escape,
            strict=True,
        )

    @property
    def unreadable(self) -> Text:
        """What is wrong with a cell in which ``UNREADABLE`` is."""
        return _not_encoded(self.encoding)

    @property
    def ended(self) -> bool:
        """Whether the last line that was read has an end."""
        return self._lines.ended

    def __iter__(self) -> Iterator[Record]:
        """Yield the records. Raises FileNotUsable where the file stops being a CSV, FileChanged."""
        csv.field_size_limit(_LARGEST_CELL)
        lines, reader = self._lines, self._reader
        while True:
            self._number += 1
            lines.taken.clear()
            try:
                cells = next(reader, None)
            except csv.Error as error:
                yield Record(self._number, [], _flaw(error, len(lines.taken)))
                lines.again(beyond=1)
                continue
            if cells is None:
                return
            yield Record(self._number, cells, None, lines.doubtful)

    def close(self) -> None:
        """Nothing is open but the file itself."""

    def estimated(self, read: int) -> int | None:
        """Estimate the records there are, after so many."""
        if not read:
            return None
        position, size = self._file.position, self._file.size
        return read if position >= size else max(read, read * size // position)


class _Lines:
    """The lines of a text, some of which may be read again. taken: those of the current record."""

    def __init__(self, text: TextIOWrapper, name: str) -> None:
        self._text = text
        self._name = name
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.ended = True

    @property
    def doubtful(self) -> bool:
        """Whether the current record may be a part of one."""
        return len(self.taken) > 1 or not self.ended

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._text.readline(_LONGEST_LINE)
        if not line:
            raise StopIteration
        self.taken.append(line)
        self.ended = line[-1] in "\r\n"
        if not self.ended and len(line) >= _LONGEST_LINE:
            raise FileNotUsable(_no_lines(self._name))
        return line

    def again(self, *, beyond: int = 0) -> None:
        """Have the lines taken for the current record read again, beyond the first so many."""
        self._again.extendleft(reversed(self.taken[beyond:]))
        self.taken.clear()


def _encoding_of(head: bytes, named: str) -> str:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if named == "utf-16":  # without a mark: in Latin script, the byte that is zero tells
        return "utf-16-be" if head[0::2].count(0) > head[1::2].count(0) else "utf-16-le"
    return named


def _end(error: UnicodeError) -> int:
    if isinstance(error, UnicodeDecodeError):
        return error.end
    raise error


def _flaw(error: csv.Error, lines: int) -> Text:
    if lines > 1 or "unexpected end" in str(error):
        return _OPEN_QUOTE
    return _TOO_LARGE if "field larger" in str(error) else _BROKEN_QUOTE


_BROKEN_QUOTE = Text(
    "tiene unas comillas fuera de lugar: las de una celda van dobles, o quítelas",
    "has a quotation mark out of place: one inside a cell is doubled, or remove it",
)
_OPEN_QUOTE = Text(
    "abre unas comillas que no cierra: ciérrelas, o quítelas",
    "opens a quotation mark that it does not close: close it, or remove it",
)
_TOO_LARGE = Text(
    f"tiene una celda de más de {_LARGEST_CELL:,} caracteres: acórtela",
    f"has a cell of more than {_LARGEST_CELL:,} characters: shorten it",
)


def _not_encoded(encoding: str) -> Text:
    return Text(
        f"tiene un byte que no es un carácter en {encoding}: corríjalo, o indique file.encoding",
        f"has a byte that is no character in {encoding}: mend it, or give file.encoding",
    )


def _no_lines(name: str) -> Text:
    return Text(
        f"{name} tiene una línea de más de {_LONGEST_LINE:,} caracteres: no es un CSV.",
        f"{name} has a line of more than {_LONGEST_LINE:,} characters: it is no CSV.",
    )

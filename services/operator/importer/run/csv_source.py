"""A CSV file, opened once and read once."""

import csv
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader, TextIOWrapper
from os import fstat
from pathlib import Path
from types import TracebackType
from typing import Self

from services.operator.importer.errors import FileNotUsable
from services.operator.importer.mapping.import_mapping import ImportMapping
from shared.kernel.text import Text

_LARGEST_CELL = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row. number: as a spreadsheet counts it, the headings being row 1.

    cells: those of the mapping's columns, by heading; None if the row does not have as many cells
    as there are headings.
    """

    number: int
    cells: dict[str, str] | None


class CsvSource:
    """The rows of a CSV file, of the columns that a mapping names, in order and only once.

    read: how many rows were read so far; empty lines are no rows. digest: of the file's bytes, by
    which its facts name it; None if it cannot be read twice, as a pipe.
    """

    def __init__(self, file: Path, mapping: ImportMapping) -> None:
        """Open the file and read its headings.

        Raises FileNotUsable if it is missing, is not written as the mapping describes, or lacks
        columns.
        """
        self.mapping = mapping
        self.read = 0
        self._file = file
        self._number = 1
        csv.field_size_limit(_LARGEST_CELL)
        layout = mapping.layout
        with self._explained():
            self._bytes = file.open("rb")
            self.digest = _digest_of(self._bytes)
            self._lines = TextIOWrapper(self._bytes, encoding=layout.encoding, newline="")
        try:
            self._reader = csv.reader(self._lines, delimiter=layout.delimiter, strict=True)
            with self._explained():
                headings = [heading.strip() for heading in next(self._reader, [])]
            self._columns = self._wanted(headings)
        except BaseException:
            self._lines.close()
            raise
        self._width = len(headings)
        self._rows = self._read_rows()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lines.close()

    def __iter__(self) -> Iterator[Row]:
        """Yield the next rows. Raises FileNotUsable where the file stops being what it was."""
        return self._rows

    @property
    def estimated_rows(self) -> int | None:
        """The file's rows, estimated by its size and what was read; None if that is unknown."""
        if not self.read or not self._bytes.seekable():
            return None
        size, position = fstat(self._bytes.fileno()).st_size, self._bytes.tell()
        return self.read if position >= size else max(self.read, self.read * size // position)

    def has_more(self) -> bool:
        """Tell whether rows are left, by reading one, which is lost."""
        try:
            return next(self._rows, None) is not None
        except FileNotUsable:
            return True

    def _read_rows(self) -> Iterator[Row]:
        with self._explained():
            for number, cells in enumerate(self._reader, 2):
                self._number = number
                if cells:
                    self.read += 1
                    fits = len(cells) == self._width
                    wanted = {name: cells[n] for name, n in self._columns} if fits else None
                    yield Row(number, wanted)

    def _wanted(self, headings: list[str]) -> list[tuple[str, int]]:
        wanted = list(dict.fromkeys(column.heading for column in self.mapping.columns))
        lacking = [heading for heading in wanted if headings.count(heading) != 1]
        if lacking:
            raise FileNotUsable(_lacks(self._file, lacking, self.mapping.layout.delimiter))
        return [(heading, headings.index(heading)) for heading in wanted]

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Raise FileNotUsable for whatever keeps the file from being read."""
        try:
            yield
        except OSError as error:
            raise FileNotUsable(_cannot_open(self._file, error)) from None
        except UnicodeError:
            encoding = self.mapping.layout.encoding
            raise FileNotUsable(_not_encoded(self._file, encoding)) from None
        except csv.Error:
            raise FileNotUsable(_not_csv(self._file, self._number + 1)) from None


def _digest_of(file: BufferedReader) -> str | None:
    """Return the digest of an open file's bytes, and go back to their beginning."""
    if not file.seekable():
        return None
    digest = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    return digest


def _cannot_open(file: Path, error: OSError) -> Text:
    if isinstance(error, FileNotFoundError):
        return Text(
            f"No existe {file.name} ahí. Revise la ruta.",
            f"There is no {file.name} there. Look at the path.",
        )
    return Text(
        f"No se puede leer {file.name}. Revise que sea un archivo y sus permisos.",
        f"{file.name} cannot be read. See that it is a file, and its permissions.",
    )


def _not_encoded(file: Path, encoding: str) -> Text:
    return Text(
        f"{file.name} no es un CSV en {encoding}. Guárdelo así, o indique su file.encoding.",
        f"{file.name} is no CSV in {encoding}. Save it so, or give its file.encoding.",
    )


def _not_csv(file: Path, row: int) -> Text:
    return Text(
        f"{file.name} deja de ser un CSV en la fila {row}: revise sus comillas.",
        f"{file.name} stops being a CSV in row {row}: look at its quotes.",
    )


def _lacks(file: Path, lacking: list[str], delimiter: str) -> Text:
    names = ", ".join(lacking)
    return Text(
        f"{file.name} no tiene, una sola vez, estas columnas: {names} (separador «{delimiter}»).",
        f"{file.name} does not have, once each, these columns: {names} (delimiter “{delimiter}”).",
    )

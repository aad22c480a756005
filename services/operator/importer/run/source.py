"""The file's rows: read to see that all of it can be read, and again to take it in."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.operator.importer.errors import FileNotUsable
from services.operator.importer.mapping.import_mapping import ImportMapping
from shared.kernel.text import Text

_LARGEST_CELL = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row. number: as a spreadsheet counts it, the headings being row 1.

    cells: by heading; None where the row does not have as many cells as there are headings.
    """

    number: int
    cells: dict[str, str] | None


class Source:
    """A CSV file, seen with a mapping's eyes."""

    def __init__(self, file: Path, mapping: ImportMapping) -> None:
        """Read its beginning.

        Raises FileNotUsable where it is missing, not written as the mapping says, or lacks columns.
        """
        self._file = file
        self._mapping = mapping
        next(iter(self), None)

    def count(self) -> int:
        """How many rows there are, read to the end. Raises FileNotUsable where that cannot be."""
        return sum(1 for _ in self)

    def __iter__(self) -> Iterator[Row]:
        """The rows in order. Raises FileNotUsable."""
        layout = self._mapping.layout
        csv.field_size_limit(_LARGEST_CELL)
        number = 1
        try:
            with self._file.open(encoding=layout.encoding, newline="") as lines:
                reader = csv.reader(lines, delimiter=layout.delimiter, strict=True)
                headings = [heading.strip() for heading in next(reader, [])]
                self._check(headings)
                for number, cells in enumerate(reader, 2):
                    if cells:
                        fits = len(cells) == len(headings)
                        yield Row(number, dict(zip(headings, cells, strict=True)) if fits else None)
        except OSError as error:
            raise FileNotUsable(_cannot_open(self._file, error)) from None
        except UnicodeError:
            raise FileNotUsable(_not_encoded(self._file, layout.encoding)) from None
        except csv.Error:
            raise FileNotUsable(_not_csv(self._file, number + 1)) from None

    def _check(self, headings: list[str]) -> None:
        wanted = dict.fromkeys(column.heading for column in self._mapping.columns)
        lacking = [heading for heading in wanted if headings.count(heading) != 1]
        if lacking:
            raise FileNotUsable(_lacks(self._file, lacking, self._mapping.layout.delimiter))


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
        f"{file.name} is no CSV in {encoding}. Save it so, or say its file.encoding.",
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

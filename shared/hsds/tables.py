"""The tables of HSDS's tabular form: cells, checked row by row."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from shared.hsds import persons
from shared.hsds.checking import checked
from shared.hsds.problems import A_PERSONS, NotADirectory, Outcome, Problem
from shared.hsds.vocabulary import FILES, KINDS, Record
from shared.kernel.inert_cells import read_back
from shared.kernel.text import Text

_LARGEST_CELL = 1_000_000
Note = Callable[[Problem], None]


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A row of a table. number: as a spreadsheet counts it, from 1."""

    kind: str
    number: int
    cells: Record

    @property
    def column(self) -> str:
        """What comes before a heading to tell where it is."""
        return column_in(self.kind)

    @property
    def id(self) -> str:
        """The id in its first column."""
        return str(self.cells["id"])


def column_in(kind: str) -> str:
    """Return what comes before a heading of this kind's file."""
    return f"{KINDS[kind].file}.csv: "


def read_tables(
    files: Mapping[str, bytes], note: Note, named: Mapping[str, str]
) -> Iterator[tuple[str, list[Row]]]:
    """Yield the kinds of record and their rows. named: the kinds of files with names of their own.

    Raises NotADirectory if a file cannot be read as CSV.
    """
    for name, content in sorted(files.items()):
        stem = name.removesuffix(".csv")
        kind = named.get(name) or FILES.get(stem)
        if kind is None:
            note(Problem(0, name, "", _NOT_READ, Outcome.LEFT_OUT))
        else:
            yield kind, list(_rows(kind, name, content, note))


def _rows(kind: str, name: str, content: bytes, note: Note) -> Iterator[Row]:
    records = _records(name, content)
    headings = [heading.strip() for heading in next(records, (0, []))[1]]
    repeated = {each for each in headings if each and headings.count(each) > 1}
    if repeated:
        raise NotADirectory(_REPEATED.filled(name, ", ".join(sorted(repeated))))
    if "id" not in headings:
        raise NotADirectory(_NO_ID.filled(name))
    for number, cells in records:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(headings) and any(cells[len(headings) :]):
            note(Problem(number, f"{name}: ", "", _MORE_CELLS))
            continue
        given = {
            heading: read_back(cell)
            for heading, cell in zip(headings, cells, strict=False)
            if heading and cell
        }
        if row := _row(kind, number, given, note):
            yield row


def _row(kind: str, number: int, given: Record, note: Note) -> Row | None:
    def report(field: str, value: str, reason: Text, outcome: Outcome) -> None:
        note(Problem(number, f"{column_in(kind)}{field}", value, reason, outcome))

    if _is_a_persons_phone(kind, given):
        report("number", "", A_PERSONS, Outcome.PERSON)
        return None
    record = checked(kind, given, report)
    return None if record is None else Row(kind, number, record)


def _is_a_persons_phone(kind: str, given: Record) -> bool:
    """Take the contact out of a phone's row; tell whether it is nobody else's."""
    if kind != "phone" or not given.pop("contact_id", None):
        return False
    return not any(name.endswith("_id") for name in given)


def says_nothing(row: Row, links: Iterable[str]) -> bool:
    """Tell whether a contact's row has nothing left to say but on what it hangs."""
    rest = {name: value for name, value in row.cells.items() if name not in links}
    return persons.says_nothing(row.kind, rest)


def _records(name: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotADirectory(_NOT_UTF_8.filled(name)) from None
    if "\0" in text:
        raise NotADirectory(_NOT_UTF_8.filled(name))
    csv.field_size_limit(_LARGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        yield from enumerate(reader, 1)
    except csv.Error:
        raise NotADirectory(_NOT_CSV.filled(name, reader.line_num)) from None


_NOT_READ = Text(
    "no es de los archivos de HSDS sobre organizaciones y servicios; no se leyó",
    "it is none of HSDS's files about organizations and services; it was not read",
)
_NO_ID = Text(
    "{} no tiene la columna «id» de HSDS. ¿Es otro formato? Indique un mapeo con --mapping.",
    "{} has no column “id” of HSDS. Is it another format? Name a mapping with --mapping.",
)
_REPEATED = Text(
    "{} tiene columnas repetidas: {}. Deje una de cada una.",
    "{} has columns more than once: {}. Keep one of each.",
)
_NOT_UTF_8 = Text(
    "{} no está en UTF-8. Guárdelo como «CSV UTF-8».",
    "{} is not in UTF-8. Save it as “CSV UTF-8”.",
)
_NOT_CSV = Text(
    "{}: la línea {} no es CSV; revise comillas y separadores.",
    "{}: line {} is no CSV; look at quotes and delimiters.",
)
_MORE_CELLS = Text(
    "tiene más celdas que encabezados: revise comillas y separadores",
    "it has more cells than there are headings: look at quotes and delimiters",
)

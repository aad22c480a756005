"""HSDS's tabular form: rows become records, each with what hangs on it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from shared.hsds.directory_file import DirectoryFile
from shared.hsds.problems import HANGS_ON_NOTHING, NotADirectory, Outcome, Problem
from shared.hsds.reading import Reading
from shared.hsds.tables import Row, read_tables, says_nothing
from shared.hsds.vocabulary import (
    KINDS,
    ORGANIZATION,
    SERVICE,
    Record,
    kind_column,
    link_of,
    lists_of,
)
from shared.kernel.text import Text

_MOST_RECORDS = 2_000_000
"""Records put together of a file: what hangs on a shared one is there as often as it is shared."""


def read_csv(files: Mapping[str, bytes], named: Mapping[str, str] | None = None) -> DirectoryFile:
    """Read a directory of these files, by name. Raises NotADirectory.

    named: the kinds of record of files that are not called as HSDS calls them.
    """
    reading = Reading()
    tables = dict(read_tables(files, reading.note, named or {}))
    if ORGANIZATION not in tables:
        raise NotADirectory(_NO_ORGANIZATIONS)
    assembly = _Assembly(tables)
    for row in tables[ORGANIZATION]:
        reading.organization(row.number, row.column, assembly.record(row, None))
    for row in tables.get(SERVICE, ()):
        whose = str(row.cells.get("organization_id", ""))
        parent = (ORGANIZATION, whose) if reading.has(whose) else None
        reading.service(row.number, row.column, assembly.record(row, parent), whose)
    for row in assembly.unused():
        reading.note(
            Problem(row.number, f"{row.column}id", row.id, HANGS_ON_NOTHING, Outcome.LEFT_OUT)
        )
    return reading.finished()


class _Assembly:
    """Puts rows together. A row may hang on several records: each gets one of its own."""

    def __init__(self, tables: Mapping[str, list[Row]]) -> None:
        self._by_id = {
            kind: {row.id: row for row in reversed(rows)} for kind, rows in tables.items()
        }
        self._tables = tables
        self._links = {kind: tuple(_links(kind)) for kind in tables}
        self._hanging: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
        for kind, rows in tables.items():
            for link in dict.fromkeys(link for link, _ in self._links[kind]):
                for row in rows:
                    if link in row.cells:
                        self._hanging[kind, link, str(row.cells[link])].append(row)
        self._used: set[Row] = set()
        self._made = 0

    def record(self, row: Row, parent: tuple[str, str] | None) -> Record:
        """Return a row's record with all that hangs on it. parent: whose it is, kind and id."""
        self._made += 1
        if self._made > _MOST_RECORDS:
            raise NotADirectory(_TOO_MANY)
        self._used.add(row)
        record = self._own(row, parent)
        here = (row.kind, row.id)
        for name, kind in lists_of(row.kind).items():
            hanging = self._hanging.get((kind, link_of(kind, row.kind), row.id), ())
            children = [self.record(child, here) for child in hanging if self._says(child)]
            if children:
                record[name] = children
        for name, (link, kind) in KINDS[row.kind].one.items():
            found = self._by_id.get(kind, {}).get(str(record.get(link, "")))
            if found is not None:
                del record[link]
                record[name] = self.record(found, here)
        return record

    def _says(self, row: Row) -> bool:
        """Tell whether anything is left of a row; what is not is used up, as nothing is lost."""
        if says_nothing(row, [link for link, _ in self._links[row.kind]]):
            self._used.add(row)
            return False
        return True

    def _own(self, row: Row, parent: tuple[str, str] | None) -> Record:
        """Return a row's own cells, without those links that lead to a record of the file."""
        record = dict(row.cells)
        for link, kind in self._links[row.kind]:
            if str(record.get(link, "")) in self._by_id.get(kind, {}):
                record.pop(link, None)
        column = kind_column(row.kind)
        if column is not None and parent is not None and record.get(column) == parent[0]:
            del record[column]
        return record

    def unused(self) -> Iterator[Row]:
        """Yield the rows that are in no record. Services are looked after elsewhere."""
        for kind, rows in self._tables.items():
            if kind not in {ORGANIZATION, SERVICE}:
                yield from (row for row in rows if row not in self._used and self._says(row))


def _links(kind: str) -> Iterator[tuple[str, str]]:
    """Yield the columns by which a kind's rows hang on others, and the kinds of those."""
    for parent in KINDS:
        if kind in lists_of(parent).values():
            yield link_of(kind, parent), parent
    if kind == SERVICE:
        yield "organization_id", ORGANIZATION


_NO_ORGANIZATIONS = Text(
    "No hay organizations.csv, el archivo de organizaciones de HSDS.",
    "There is no organizations.csv, HSDS's file of organizations.",
)
_TOO_MANY = Text(
    "El paquete enlaza tanto entre sí que resultan demasiados registros.",
    "The package links to itself so much that too many records come of it.",
)

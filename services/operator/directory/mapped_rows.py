"""The rows of a table become organisations, each with its service, as a mapping says."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from services.operator.directory.mapping.directory_mapping import DirectoryMapping, Source
from services.operator.directory.mapping.mapping_builder import CODED
from services.operator.importer.errors import FileNotUsable
from services.operator.importer.run.csv_records import UNREADABLE, CsvRecords, Record
from services.operator.importer.run.headings import positions
from services.operator.importer.run.opened_file import OpenedFile
from services.operator.importer.run.sheet_records import SheetRecords, is_sheet
from services.referral.exchange.coded import made_id, with_codes
from shared.hsds.directory_file import DirectoryFile, Entry, Organization
from shared.hsds.nesting import Nesting
from shared.hsds.problems import MISSING, Outcome, Problem
from shared.hsds.vocabulary import ORGANIZATION, SERVICE
from shared.kernel.free_text import same_name
from shared.kernel.text import Text

_ADDRESS = {
    "address": "address_1",
    "city": "city",
    "state": "state_province",
    "postal_code": "postal_code",
    "country": "country",
}
_BRACES = re.compile(r"\{([^{}]*)\}")
_PLACE = ("latitude", "longitude")


def read_rows(file: OpenedFile, mapping: DirectoryMapping) -> DirectoryFile:
    """Read a table. Raises FileNotUsable if it is not written as the mapping describes."""
    if not file.size:
        raise FileNotUsable(_EMPTY.filled(file.name))
    records = (SheetRecords if is_sheet(file) else CsvRecords)(file, mapping.layout)
    try:
        return _Rows(file.name, records, mapping).read()
    finally:
        records.close()


class _Rows:
    """Reads the rows of one table."""

    def __init__(
        self, name: str, records: CsvRecords | SheetRecords, mapping: DirectoryMapping
    ) -> None:
        self._name = name
        self._records = records
        self._mapping = mapping
        self._file = DirectoryFile()
        self._names: set[str] = set()

    def read(self) -> DirectoryFile:
        rows = (row for row in iter(self._records) if row.flaw or any(map(str.strip, row.cells)))
        columns = self._columns(next(rows, None))
        for row in rows:
            self._file.records += 1 + bool(self._mapping.service)
            if row.flaw or max(columns.values()) >= len(row.cells):
                self._note(row.number, "", "", row.flaw or _TOO_FEW)
                continue
            cells = {heading: row.cells[at] for heading, at in columns.items()}
            self._row(row.number, cells)
        return self._file

    def _columns(self, headings: Record | None) -> dict[str, int]:
        if headings is None or headings.flaw:
            raise FileNotUsable(_EMPTY.filled(self._name))
        wanted = dict.fromkeys(self._mapping.columns)
        found = positions(wanted, headings.cells, self._name, self._records)
        for at, heading in enumerate(headings.cells):
            if at not in found.values() and heading.strip():
                self._note(headings.number, heading, "", _NOT_MAPPED, Outcome.LEFT_OUT)
        return found

    def _row(self, number: int, cells: Mapping[str, str]) -> None:
        for heading, cell in cells.items():
            if UNREADABLE in cell:
                self._note(number, heading, "", self._records.unreadable)
                return
        told = {name: source.of(cells) for name, source in self._mapping.organization.items()}
        if missing := [name for name in ("id", "name") if not told[name]]:
            heading = self._heading(self._mapping.organization[missing[0]])
            self._note(number, heading, "", MISSING)
            return
        told["name"] = self._own_name(str(told["name"]), cells)
        entry = self._entry(ORGANIZATION, number, self._organization(told))
        if entry is None:
            return
        offered = {name: source.of(cells) for name, source in self._mapping.service.items()}
        service = self._service(entry, offered) if offered.get("name") else None
        self._file.organizations.append(Organization(entry, (service,) if service else ()))

    def _own_name(self, name: str, cells: Mapping[str, str]) -> str:
        """Return a row's name, told apart from that of an earlier row if the mapping says how."""
        template = self._mapping.organization["name"].when_repeated
        if template is not None and same_name(name) in self._names:
            return _BRACES.sub(lambda found: cells.get(found[1], ""), template)
        self._names.add(same_name(name))
        return name

    def _organization(self, told: Mapping[str, str | None]) -> dict[str, Any]:
        origin, scheme = str(told["id"]), self._mapping.name
        own = {*_ADDRESS, *_PLACE, *CODED[ORGANIZATION], "id", "phone"}
        record: dict[str, Any] = {
            "id": made_id("origin", scheme, origin),
            **{name: value for name, value in told.items() if name not in own},
            "organization_identifiers": [
                {
                    "id": made_id("origin", scheme, origin, "identifier"),
                    "identifier_scheme": scheme,
                    "identifier_type": "id",
                    "identifier": origin,
                }
            ],
        }
        if told.get("phone"):
            record["phones"] = [
                {"id": made_id("origin", scheme, origin, "phone"), "number": told["phone"]}
            ]
        if location := self._location(origin, told):
            record["locations"] = [location]
        return _coded(ORGANIZATION, record, told)

    def _location(self, origin: str, told: Mapping[str, str | None]) -> dict[str, Any]:
        place = {name: told[name] for name in _PLACE if told.get(name)}
        address = {field: told[name] for name, field in _ADDRESS.items() if told.get(name)}
        if not place and not address:
            return {}
        scheme = self._mapping.name
        if address:
            place["addresses"] = [{"id": made_id("origin", scheme, origin, "address"), **address}]  # type: ignore[assignment]
        return {"id": made_id("origin", scheme, origin, "location"), **place}

    def _service(self, of: Entry, told: Mapping[str, str | None]) -> Entry | None:
        own = CODED[SERVICE].keys()
        record = {
            "id": made_id("service", of.id),
            **{name: value for name, value in told.items() if name not in own},
        }
        return self._entry(SERVICE, of.row, _coded(SERVICE, record, told))

    def _entry(self, kind: str, number: int, record: dict[str, Any]) -> Entry | None:
        """Return a record as any other that comes in; None if it cannot, which is noted."""
        sources = self._mapping.organization if kind == ORGANIZATION else self._mapping.service
        headings = {name: self._heading(source) for name, source in sources.items()}

        def note(problem: Problem) -> None:
            field = problem.column.rpartition(".")[2]
            heading = headings.get(field, field)
            self._note(number, heading, problem.value, problem.reason, problem.outcome)

        read = Nesting(number, note).read(kind, record)
        return None if read is None else Entry(number, "", read, headings)

    @staticmethod
    def _heading(source: Source) -> str:
        return source.column or ""

    def _note(
        self,
        number: int,
        column: str,
        value: str,
        reason: Text,
        outcome: Outcome = Outcome.SKIPPED,
    ) -> None:
        self._file.problems.append(Problem(number, column, value, reason, outcome))


def _coded(kind: str, record: dict[str, Any], told: Mapping[str, str | None]) -> dict[str, Any]:
    for field, list_name in CODED[kind].items():
        codes: Sequence[str] = list(_several(told.get(field)))
        if codes and field == "languages":
            record["languages"] = [
                {"id": made_id("language", str(record["id"]), each), "code": each} for each in codes
            ]
        elif codes:
            record = with_codes(record, field, codes, list_name)
    return record


def _several(written: str | None) -> Iterator[str]:
    for each in (written or "").split(","):
        if each.strip():
            yield each.strip()


_EMPTY = Text(
    "{} está vacío o no tiene encabezados. Revise cómo se guardó.",
    "{} is empty or has no headings. Look at how it was saved.",
)
_TOO_FEW = Text(
    "tiene menos celdas que encabezados: revise comillas y separadores",
    "it has fewer cells than there are headings: look at quotes and delimiters",
)
_NOT_MAPPED = Text(
    "el mapeo no dice qué es esta columna; no se leyó",
    "the mapping does not say what this column is; it was not read",
)

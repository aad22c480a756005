"""A directory in HSDS: as JSON, and as the files of the tabular form."""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from shared.hsds.persons import NOT_SAID
from shared.hsds.vocabulary import (
    KINDS,
    ORGANIZATION,
    SERVICE,
    Record,
    kind_column,
    link_of,
    lists_of,
)
from shared.kernel.inert_cells import kept_inert

_WRITTEN = (1980, 1, 1, 0, 0, 0)
"""The time of a zip's members: the same directory gives the same bytes."""
_CREATED_BY = "updated_by"


def compiled(organization: Record, services: list[Record]) -> Record:
    """Return an organisation as the published schemas want it, with its services nested."""
    record = _filled(ORGANIZATION, organization)
    if services:
        record["services"] = [_filled(SERVICE, service) for service in services]
    return record


def as_json(organizations: list[Record]) -> bytes:
    """Return compiled organisations as JSON, for people to read as well."""
    return msgspec.json.format(msgspec.json.encode(organizations), indent=2) + b"\n"


def _filled(kind: str, given: Record) -> Record:
    """Return a record with what the published schema requires and nobody said."""
    described, record = KINDS[kind], dict(given)
    for name in described.blanks:
        record.setdefault(name, _blank(name, record))
    for name, of in lists_of(kind).items():
        if name in record:
            record[name] = [_filled(of, child) for child in record[name]]
    for name, (_, of) in described.one.items():
        if name in record:
            record[name] = _filled(of, record[name])
    return record


def _blank(name: str, record: Record) -> str:
    if name == "description":
        return str(record.get("name", ""))
    return NOT_SAID if name == _CREATED_BY else ""


# --- tabular --------------------------------------------------------------------------------


def as_tables(organizations: list[Record]) -> dict[str, bytes]:
    """Return the files of the tabular form, by name, with a ``datapackage.json``."""
    tables = _Tables()
    for organization in organizations:
        services = organization.get("services", [])
        tables.add(ORGANIZATION, {k: v for k, v in organization.items() if k != "services"})
        for service in services:
            tables.add(SERVICE, service, (ORGANIZATION, organization["id"]))
    files = {f"{KINDS[kind].file}.csv": _csv(rows) for kind, rows in tables.rows.items()}
    return {**files, "datapackage.json": _description(tables.rows)}


def as_zip(files: Mapping[str, bytes]) -> bytes:
    """Return these files as a zip; the same files give the same bytes."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _WRITTEN), content, zipfile.ZIP_DEFLATED)
    return whole.getvalue()


class _Tables:
    """Takes records apart into rows. One that hangs on several is one row, if it can name them."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Record]] = {ORGANIZATION: []}
        self._by_id: dict[tuple[str, str], list[Record]] = {}

    def add(self, kind: str, record: Record, parent: tuple[str, str] | None = None) -> None:
        """Add a record and what hangs on it. parent: the kind and id of whose it is."""
        lists, ones = lists_of(kind), KINDS[kind].one
        row = {name: _cell(v) for name, v in record.items() if name not in lists.keys() | ones}
        for name, (link, _) in ones.items():
            if name in record:
                row[link] = _cell(record[name]["id"])
        self._place(kind, row, dict(_links(kind, parent, row)) if parent else {})
        here = (kind, record["id"])
        for name, (_, of) in ones.items():
            if name in record and not self._is_named(of, record[name]):
                self.add(of, record[name])
        for name, of in lists.items():
            for child in record.get(name, ()):
                self.add(of, child, here)

    def _is_named(self, kind: str, record: Record) -> bool:
        """Whether a row has this id already, and nothing hangs on the record that would be lost.

        What is named by its id alone is one row, in the words that came first.
        """
        return (kind, record["id"]) in self._by_id and lists_of(kind).keys().isdisjoint(record)

    def _place(self, kind: str, row: Record, links: Record) -> None:
        """Add a row, or its links to the row that says the same and has room for them."""
        alike = self._by_id.setdefault((kind, row["id"]), [])
        for there in alike:
            rest = {name: value for name, value in there.items() if name not in there[_LINKS]}
            del rest[_LINKS]
            room = all(there.get(name, value) == value for name, value in links.items())
            if rest == row and room:
                there.update(links)
                there[_LINKS] |= links.keys()
                return
        placed = {**row, **links, _LINKS: set(links)}
        alike.append(placed)
        self.rows.setdefault(kind, []).append(placed)


_FEWEST = ("id", "name", "description")
"""The headings of a table without rows: that of the organisations is always there."""
_LINKS = "\0links"
"""Under which a row keeps the names of its links until it is written."""


def _links(kind: str, parent: tuple[str, str], row: Record) -> Iterator[tuple[str, str]]:
    yield link_of(kind, parent[0]), parent[1]
    column = kind_column(kind)
    if column is not None and column not in row:
        yield column, parent[0]


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return msgspec.json.encode(value).decode()
    return str(value)


def _csv(rows: list[Record]) -> bytes:
    headings = _headings(rows)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([kept_inert(row.get(name, "")) for name in headings] for row in rows)
    return text.getvalue().encode()


def _description(tables: Mapping[str, list[Record]]) -> bytes:
    resources = [
        {
            "name": kind,
            "path": f"{KINDS[kind].file}.csv",
            "profile": "tabular-data-resource",
            "schema": {"fields": [{"name": n, "type": "string"} for n in _headings(rows)]},
        }
        for kind, rows in tables.items()
    ]
    package = {"name": "directory", "profile": "tabular-data-package", "resources": resources}
    return msgspec.json.format(msgspec.json.encode(package), indent=2) + b"\n"


def _headings(rows: list[Record]) -> list[str]:
    found = dict.fromkeys(name for row in rows for name in row)
    return [name for name in found if name != _LINKS] or list(_FEWEST)

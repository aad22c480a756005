"""An import mapping: which column of a file holds what, and which case follows from a row.

One YAML file each, described by ``mapping.schema.json``; what is here was checked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from services.operator.importer.mapping.cell_types import CellType, CodeOf
from services.operator.importer.mapping.conditions import ALWAYS, Condition, Values
from shared.kernel.places import MUNICIPALITIES, zone_of
from shared.kernel.record import Source
from shared.kernel.text import Text


@dataclass(frozen=True)
class Column:
    """One value of a row: its name in the mapping, its column's heading, how the cell is read."""

    name: str
    heading: str
    cell_type: CellType
    required: bool

    @property
    def lies_within(self) -> bool:
        """Whether what is read lies within the row's subdivision, as a municipality does."""
        return isinstance(self.cell_type, CodeOf) and self.cell_type.code_list == MUNICIPALITIES

    def read(self, cell: str, within: str | None) -> object:
        """Read a cell. within: the row's subdivision, if what is read lies there.

        Raises CellNotReadable.
        """
        if isinstance(self.cell_type, CodeOf):
            return self.cell_type.read(cell, within)
        return self.cell_type.read(cell)


@dataclass(frozen=True)
class Layout:
    """How the CSV is written. missing: the texts, folded, that count as an empty cell."""

    encoding: str = "utf-8-sig"
    delimiter: str = ","
    missing: frozenset[str] = frozenset({""})


@dataclass(frozen=True)
class CodeSource:
    """A code: the row's value of this name, or else always the same. Neither: never known."""

    value: str | None = None
    code: str | None = None

    def of(self, values: Values) -> str | None:
        """Return a row's code; None if its value is missing."""
        return self.code if self.value is None else values[self.value]


@dataclass(frozen=True)
class Institution:
    """Who acts. code, name: may hold ``{subdivision}``; the name ``{subdivision_name}`` too."""

    code: str
    name: str
    kind: str


@dataclass(frozen=True)
class Handover:
    """To whom the registering institution refers each case, and how."""

    to: Institution
    kind: str
    services: tuple[str, ...]
    priority: str


@dataclass(frozen=True)
class Record:
    """An outcome to record if ``when`` holds. amount, on: the first of these that is present."""

    outcome: str
    when: Condition = ALWAYS
    amount: tuple[str, ...] = ()
    on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """The outcomes of a row for which ``when`` holds, and the one it closes with."""

    closes_with: str
    when: Condition = ALWAYS
    records: tuple[Record, ...] = ()


@dataclass(frozen=True)
class FollowUp:
    """How each case ended. closed: the first of these that is present is its closing date."""

    rules: Sequence[Rule]
    closed: tuple[str, ...] = ()
    currency: str | None = None


@dataclass(frozen=True)
class Zone:
    """The time zone of the file's dates: one everywhere, one for each subdivision, or official.

    official: that of the place, by the code lists; a municipality's own wins over the
    subdivision's.
    """

    everywhere: ZoneInfo | None = None
    by_subdivision: Mapping[str, ZoneInfo] = field(default_factory=dict)
    official: bool = False

    def of(self, subdivision: str, municipality: str | None = None) -> ZoneInfo | None:
        """Return the zone of a case's place; None if there is none for it."""
        if self.official:
            name = zone_of(subdivision, municipality)
            return None if name is None else ZoneInfo(name)
        return self.everywhere or self.by_subdivision.get(subdivision)


@dataclass(frozen=True, kw_only=True)
class ImportMapping:
    """A whole mapping.

    about: which files it reads, for people. legal_basis: why its cases may be kept without consent
    (``legal_bases``). columns: what lies within the row's subdivision comes last. key: the value
    that identifies a row. folio: how folios begin. registers: who registers the cases.
    """

    name: str
    about: Text
    version: int
    legal_basis: str
    layout: Layout
    columns: tuple[Column, ...]
    key: str
    programme: str
    folio: str
    channel: CodeSource
    subdivision: CodeSource
    municipality: CodeSource
    opened: str | None
    details: Mapping[str, CodeSource]
    zone: Zone
    registers: Institution
    handover: Handover | None
    followup: FollowUp | None

    def source(self, file: str | None) -> Source:
        """Return what the facts of a file carry. file: the digest of its bytes, if there is one."""
        return Source(f"{self.name}/{self.version}", self.legal_basis, file)

    def heading(self, value: str) -> str:
        """Return the heading of the column that a value is read from."""
        return next(column.heading for column in self.columns if column.name == value)

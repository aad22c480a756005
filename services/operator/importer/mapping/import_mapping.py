"""A mapping: which column of a file says what, and what comes of each row.

One YAML file each, described for editors by ``mapping.schema.json``; what is read here was checked.
"""

from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from services.operator.importer.mapping.cells import Kind
from services.operator.importer.mapping.conditions import ALWAYS, Condition, Values
from shared.kernel.text import Text


@dataclass(frozen=True)
class Column:
    """One value of a row: its name here, its column's heading, how the cell is read."""

    name: str
    heading: str
    kind: Kind
    required: bool


@dataclass(frozen=True)
class Layout:
    """How the CSV is written. missing: what a cell writes to say nothing, folded."""

    encoding: str = "utf-8-sig"
    delimiter: str = ","
    missing: frozenset[str] = frozenset({""})


@dataclass(frozen=True)
class CodeSource:
    """A code: the row's value of this name, or else always the same. Neither: never stated."""

    value: str | None = None
    code: str | None = None

    def by(self, values: Values) -> str | None:
        """What a row says."""
        return self.code if self.value is None else values[self.value]


@dataclass(frozen=True)
class Institution:
    """Who acts: code and name may hold ``{subdivision}`` and ``{subdivision_name}``."""

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
    """An outcome to record, where ``when`` holds; amount, on: the first of these that is there."""

    outcome: str
    when: Condition = ALWAYS
    amount: tuple[str, ...] = ()
    on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """What came of a row for which ``when`` holds."""

    closes_with: str
    when: Condition = ALWAYS
    records: tuple[Record, ...] = ()


@dataclass(frozen=True)
class FollowUp:
    """What came of each case. closed: the first of these that is there is its closing date."""

    rules: Sequence[Rule]
    closed: tuple[str, ...] = ()
    currency: str | None = None


@dataclass(frozen=True)
class Zone:
    """Whose wall clock the file's dates are told by."""

    everywhere: ZoneInfo | None = None
    by_subdivision: Table[str, ZoneInfo] = field(default_factory=dict)

    def of(self, subdivision: str) -> ZoneInfo | None:
        """The zone for a state; None where the mapping names none."""
        return self.everywhere or self.by_subdivision.get(subdivision)


@dataclass(frozen=True, kw_only=True)
class ImportMapping:
    """A whole mapping.

    about: which files it reads, for people. key: the value that tells rows apart.
    folio: how folios begin.
    """

    name: str
    about: Text
    layout: Layout
    columns: tuple[Column, ...]
    key: str
    programme: str
    folio: str
    channel: CodeSource
    subdivision: CodeSource
    municipality: CodeSource
    opened: str | None
    details: Table[str, CodeSource]
    zone: Zone
    registers: Institution
    handover: Handover | None
    followup: FollowUp | None

    def heading(self, value: str) -> str:
        """The column that a value is read from."""
        return next(column.heading for column in self.columns if column.name == value)

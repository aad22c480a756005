"""An import mapping: which column of a file holds what, and which case follows from a row.

One YAML file each, described by ``mapping.schema.json``; what is here was checked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal
from zoneinfo import ZoneInfo

from services.operator.importer.mapping.amounts import Amount
from services.operator.importer.mapping.cell_types import CellType, CodeOf, CodesOf
from services.operator.importer.mapping.computed import Expression, names_in
from services.operator.importer.mapping.conditions import ALWAYS, NEVER, Condition, Values
from services.operator.importer.mapping.institutions import Institution
from services.operator.importer.mapping.layout import Layout
from services.operator.importer.mapping.unreadable import CellNotReadable
from shared.kernel.places import MUNICIPALITIES, zone_of
from shared.kernel.record import Source
from shared.kernel.text import Text

ROW_NUMBER = "row_number"
"""The name of a value that every row has: its number, as a spreadsheet counts it."""


@dataclass(frozen=True)
class Column:
    """One value of a row: its name in the mapping, its column's heading, how the cell is read.

    missing: the texts, folded, that count as an empty cell in this column.
    """

    name: str
    heading: str
    cell_type: CellType
    required: bool
    missing: frozenset[str] = frozenset()

    @cached_property
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

    def unread(self, cell: str, value: object) -> tuple[str, ...]:
        """Return what of a cell that is not empty counts as missing. value: what was read."""
        if value is None:
            return (cell,)
        return self.cell_type.unread(cell) if isinstance(self.cell_type, CodesOf) else ()


@dataclass(frozen=True)
class Computed:
    """A value computed from others of its row; missing where ``when`` does not hold."""

    name: str
    expression: Expression
    cell_type: CellType
    when: Condition = ALWAYS
    required: bool = False

    @property
    def is_code(self) -> bool:
        """Whether it is a code: then it is one of the codes in cells, or always the same."""
        return isinstance(self.cell_type, CodeOf)

    def of(self, values: Values) -> Any:
        """Return a row's value; None if it is missing. Raises CellNotReadable."""
        if not self.when.holds(values):
            return None
        if not isinstance(self.cell_type, Amount):
            return self.expression.of(values)
        try:
            value = self.expression.of(values)
        except CellNotReadable:
            if self.cell_type.unknown == "missing":
                return None
            raise
        return None if value is None else self.cell_type.usable(value)


@dataclass(frozen=True)
class CodeSource:
    """A code: the row's value of this name, or else always the same. Neither: never known."""

    value: str | None = None
    code: str | None = None

    def of(self, values: Values) -> str | None:
        """Return a row's code; None if its value is missing."""
        return self.code if self.value is None else values[self.value]


@dataclass(frozen=True)
class OutcomeToRecord:
    """An outcome, to record if ``when`` holds.

    amount, on, happened: the first of these that is present. on: the day of effect. happened: when
    it was recorded; none: when the case closed, or when it is imported.
    """

    outcome: str
    when: Condition = ALWAYS
    amount: tuple[str, ...] = ()
    on: tuple[str, ...] = ()
    happened: tuple[str, ...] = ()


@dataclass(frozen=True)
class Deed:
    """A contact or a service, by its code, to record if ``when`` holds and there is a code."""

    code: CodeSource
    when: Condition = ALWAYS
    happened: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """The outcomes of a row for which ``when`` holds, and the one it closes with.

    closes_undated: when it closes without a closing date too: nobody knows when.
    """

    closes_with: str
    when: Condition = ALWAYS
    records: tuple[OutcomeToRecord, ...] = ()
    closes_undated: Condition = NEVER


@dataclass(frozen=True)
class FollowUp:
    """What an institution did, and how it ended.

    closed: the first of these that is present is the closing date.
    """

    rules: Sequence[Rule]
    closed: tuple[str, ...] = ()
    currency: CodeSource = CodeSource()
    contacts: tuple[Deed, ...] = ()
    services: tuple[Deed, ...] = ()

    @property
    def closes(self) -> bool:
        """Whether it says of any row that it ended."""
        return bool(self.closed) or any(rule.closes_undated is not NEVER for rule in self.rules)


ACCEPTED, DECLINED, WITHDRAWN, WAITING = "accepted", "declined", "withdrawn", "waiting"
"""What became of a hand-over. Waiting: nothing yet."""


@dataclass(frozen=True)
class Answer:
    """What became of a hand-over if ``when`` holds. reason: why it was declined or withdrawn."""

    answer: str
    when: Condition = ALWAYS
    reason: CodeSource = CodeSource()


@dataclass(frozen=True)
class Handover:
    """To whom whoever has custody refers the case, if ``when`` holds, and how.

    referred, acknowledged, answered: the first of these that is present is when it was.
    answers: the first that applies. followup: what the addressee did before the next hand-over.
    """

    to: Institution
    kind: str
    services: tuple[str, ...]
    priority: str
    when: Condition = ALWAYS
    referred: tuple[str, ...] = ()
    acknowledged: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = (Answer(ACCEPTED),)
    followup: FollowUp | None = None


Rows = Literal["one", "sum", "each"]
"""How many rows a case has: one; several whose amounts are added up; or an outcome of each."""


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
    (``legal_bases``). columns: what lies within the row's subdivision comes last.
    key: the values that identify a case together. rows: how many rows it has.
    folio: how folios begin. registers: who registers the cases. handovers: one after another.
    followup: of the last one that was accepted, with which the case closes.
    """

    name: str
    about: Text
    version: int
    legal_basis: str
    layout: Layout
    columns: tuple[Column, ...]
    computed: tuple[Computed, ...]
    key: tuple[str, ...]
    programme: str
    folio: str
    channel: CodeSource
    subdivision: CodeSource
    municipality: CodeSource
    opened: tuple[str, ...]
    details: Mapping[str, CodeSource]
    zone: Zone
    registers: Institution
    handovers: tuple[Handover, ...]
    followup: FollowUp | None
    rows: Rows = "one"

    @property
    def followups(self) -> Sequence[FollowUp]:
        """What the institutions did: the last one first."""
        own = (one.followup for one in reversed(self.handovers))
        return [one for one in (self.followup, *own) if one is not None]

    def source(self, file: str | None) -> Source:
        """Return what the facts of a file carry. file: the digest of its bytes, if there is one."""
        return Source(f"{self.name}/{self.version}", self.legal_basis, file)

    def heading(self, value: str) -> str:
        """Return the heading that a value is read from, or computed from first; empty if none."""
        return next((column.heading for column in self.behind(value)), "")

    def behind(self, value: str) -> Iterator[Column]:
        """Yield the columns that a value is read from, or computed from, in order."""
        for column in self.columns:
            if column.name == value:
                yield column
        for computed in self.computed:
            if computed.name == value:
                for name in names_in(computed.expression):
                    yield from self.behind(name)

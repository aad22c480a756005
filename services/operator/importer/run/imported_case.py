"""What a row tells of a case, in canaliza's own words: codes, exact amounts, dates with offsets.

Nothing else of a row goes further than here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from services.operator.importer.mapping.cell_types import CellNotReadable, folded
from services.operator.importer.mapping.conditions import Values
from services.operator.importer.mapping.import_mapping import FollowUp, ImportMapping, Rule
from services.operator.importer.run.source import Row
from shared.kernel.text import Text


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that came of the case. on: the day it took effect, where the row says one."""

    outcome: str
    amount: Decimal | None = None
    currency: str | None = None
    on: date | None = None


class ImportedCase(msgspec.Struct, frozen=True, omit_defaults=True):
    """A row's case. opened, closed: with the wall clock's offset there; None where it does not say.

    closing: the outcome it closes with, None while it is open. Its encoded form is what two runs
    are compared by, so fields are only ever added, with a default.
    """

    key: str
    programme: str
    subdivision: str
    channel: str
    registered_by: str
    municipality: str | None = None
    opened: datetime | None = None
    details: dict[str, str] = {}
    referred_to: str | None = None
    referral_kind: str | None = None
    outcomes: tuple[Outcome, ...] = ()
    closed: datetime | None = None
    closing: str | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a row cannot be taken in. column: its heading, empty where it is the row as a whole.

    value: what the cell says; it goes into the operator's own file of rejected rows, nowhere else.
    """

    column: str
    value: str
    reason: Text


class RowRejected(Exception):
    """The row says something that cannot be taken in; ``troubles`` is all of it."""

    def __init__(self, *troubles: Trouble) -> None:
        """Keep the troubles in the order of the columns."""
        super().__init__(len(troubles))
        self.troubles = troubles


def claim_of(row: Row, mapping: ImportMapping) -> ImportedCase:
    """Read a row. Raises RowRejected."""
    values = _values(row, mapping)
    state, channel = mapping.subdivision.of(values), mapping.channel.of(values)
    zone = mapping.zone.of(state) if state else None
    if state is None or channel is None or zone is None:
        said = mapping.channel if channel is None else mapping.subdivision
        raise RowRejected(_trouble(row, mapping, said.value, _NO_ZONE if state else _MISSING))
    claim = ImportedCase(
        key=str(values[mapping.key]),
        programme=mapping.programme,
        subdivision=state,
        channel=channel,
        registered_by=in_state(mapping.registers.code, state),
        municipality=mapping.municipality.of(values),
        opened=_first_moment((mapping.opened,) if mapping.opened else (), values, zone),
        details={n: code for n, said in mapping.details.items() if (code := said.of(values))},
    )
    if mapping.handover is None:
        return claim
    told = {"referred_to": in_state(mapping.handover.to.code, state)}
    if mapping.followup is not None:
        told |= _result(mapping.followup, values, zone)
    return msgspec.structs.replace(claim, referral_kind=mapping.handover.kind, **told)


def in_state(template: str, subdivision: str) -> str:
    """A template's text for one state, in small letters."""
    return template.replace("{subdivision}", subdivision).lower()


def _values(row: Row, mapping: ImportMapping) -> Values:
    if row.cells is None:
        raise RowRejected(Trouble("", "", _NOT_AS_MANY_CELLS))
    values: dict[str, Any] = {}
    troubles = []
    for column in mapping.columns:
        cell = row.cells[column.heading]
        values[column.name] = None
        try:
            if folded(cell) not in mapping.layout.missing:
                values[column.name] = column.cell_type.read(cell)
        except CellNotReadable as error:
            troubles.append(Trouble(column.heading, cell, error.reason))
            continue
        if values[column.name] is None and (column.required or column.name == mapping.key):
            troubles.append(Trouble(column.heading, cell, _MISSING))
    if troubles:
        raise RowRejected(*troubles)
    return values


def _result(followup: FollowUp, values: Values, zone: ZoneInfo) -> dict[str, Any]:
    """What came of it, by the first rule that holds."""
    rule = next(rule for rule in followup.rules if rule.when.holds(values))
    closed = _first_moment(followup.closed, values, zone)
    return {
        "outcomes": tuple(_outcomes(rule, followup.currency, values)),
        "closed": closed,
        "closing": rule.closes_with if closed else None,
    }


def _outcomes(rule: Rule, currency: str | None, values: Values) -> Iterator[Outcome]:
    for record in rule.records:
        if record.when.holds(values):
            amount: Decimal | None = _first(record.amount, values)
            on: datetime | None = _first(record.on, values)
            yield Outcome(
                record.outcome,
                amount,
                None if amount is None else currency,
                None if on is None else on.date(),
            )


def _first(names: Sequence[str], values: Values) -> Any:
    return next((values[name] for name in names if values[name] is not None), None)


def _first_moment(names: Sequence[str], values: Values, zone: ZoneInfo) -> datetime | None:
    moment: datetime | None = _first(names, values)
    return None if moment is None else on_the_wall(moment, zone)


def on_the_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """The wall clock's time with the offset it had there then.

    An hour that came twice is taken as its first; one that was skipped keeps its time, at the
    offset before the change. Offsets are whole minutes (before 1922 some had seconds as well).
    """
    offset = moment.replace(tzinfo=zone, fold=0).utcoffset() or timedelta()
    minutes = offset // timedelta(minutes=1)
    return moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))


def _trouble(row: Row, mapping: ImportMapping, value: str | None, reason: Text) -> Trouble:
    column = mapping.heading(value) if value else ""
    return Trouble(column, (row.cells or {}).get(column, ""), reason)


_MISSING = Text("falta, y sin ello no hay caso", "is missing, and there is no case without it")
_NO_ZONE = Text(
    "el mapeo no da zona horaria para ese estado", "the mapping gives no time zone for that state"
)
_NOT_AS_MANY_CELLS = Text(
    "no tiene tantas celdas como encabezados: revise comillas y separadores",
    "it does not have as many cells as there are headings: look at quotes and delimiters",
)

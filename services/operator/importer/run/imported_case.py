"""A row's case: codes, exact amounts, dates with offsets. Nothing else of a row goes further."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from services.operator.importer.mapping.cell_types import CellNotReadable, folded
from services.operator.importer.mapping.conditions import Values
from services.operator.importer.mapping.import_mapping import FollowUp, ImportMapping, Rule
from services.operator.importer.run.csv_source import Row
from services.operator.importer.run.rejections import Rejection, RowRejected, rejection_at
from shared.kernel.text import Text


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """An outcome of the case. on: the day it took effect, if the row has one."""

    outcome: str
    amount: Decimal | None = None
    currency: str | None = None
    on: date | None = None


class ImportedCase(msgspec.Struct, frozen=True, omit_defaults=True):
    """A row's case. opened, closed: with the wall clock's offset there; None if not known.

    closing: the outcome it closes with, None while it is open. Two runs are compared by its encoded
    form, so fields are only ever added, with a default.
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


def read_case(row: Row, mapping: ImportMapping) -> ImportedCase:
    """Read a row as the mapping describes it. Raises RowRejected with every reason."""
    values = _values(row, mapping)
    subdivision, channel = mapping.subdivision.of(values), mapping.channel.of(values)
    municipality = mapping.municipality.of(values)
    zone = mapping.zone.of(subdivision, municipality) if subdivision else None
    if subdivision is None or channel is None or zone is None:
        lacking = (mapping.channel if channel is None else mapping.subdivision).value
        column = mapping.heading(lacking) if lacking else ""
        raise RowRejected(rejection_at(column, row, _NO_ZONE if subdivision else _MISSING))
    case = ImportedCase(
        key=str(values[mapping.key]),
        programme=mapping.programme,
        subdivision=subdivision,
        channel=channel,
        registered_by=code_in(subdivision, mapping.registers.code),
        municipality=municipality,
        opened=_first_moment((mapping.opened,) if mapping.opened else (), values, zone),
        details={n: code for n, source in mapping.details.items() if (code := source.of(values))},
    )
    if mapping.handover is None:
        return case
    followed = {} if mapping.followup is None else _followed(mapping.followup, values, zone)
    return msgspec.structs.replace(
        case,
        referred_to=code_in(subdivision, mapping.handover.to.code),
        referral_kind=mapping.handover.kind,
        **followed,
    )


def code_in(subdivision: str, template: str) -> str:
    """Return an institution's code in a subdivision."""
    return template.replace("{subdivision}", subdivision).lower()


def on_the_wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the wall clock's time with the offset that it had there then.

    An hour that came twice counts as its first; one that was skipped keeps its time, at the
    offset before the change. Offsets are whole minutes (before 1922 some had seconds as well).
    """
    offset = moment.replace(tzinfo=zone, fold=0).utcoffset() or timedelta()
    minutes = offset // timedelta(minutes=1)
    return moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))


def _values(row: Row, mapping: ImportMapping) -> Values:
    if row.cells is None:
        raise RowRejected(Rejection("", "", _NOT_AS_MANY_CELLS))
    values: dict[str, Any] = {}
    rejections = []
    for column in mapping.columns:
        cell = row.cells[column.heading]
        values[column.name] = None
        within = mapping.subdivision.of(values) if column.lies_within else None
        if column.lies_within and within is None:
            continue  # such a row is rejected for its subdivision
        try:
            if folded(cell) not in mapping.layout.missing:
                values[column.name] = column.read(cell, within)
        except CellNotReadable as error:
            rejections.append(Rejection(column.heading, cell, error.reason))
            continue
        if values[column.name] is None and (column.required or column.name == mapping.key):
            rejections.append(Rejection(column.heading, cell, _MISSING))
    if rejections:
        raise RowRejected(*rejections)
    return values


def _followed(followup: FollowUp, values: Values, zone: ZoneInfo) -> dict[str, Any]:
    """Return outcomes and closing, by the first rule that applies."""
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


_MISSING = Text("falta, y sin ello no hay caso", "is missing, and there is no case without it")
_NO_ZONE = Text(
    "el mapeo no da zona horaria para ese estado",
    "the mapping has no time zone for that subdivision",
)
_NOT_AS_MANY_CELLS = Text(
    "no tiene tantas celdas como encabezados: revise comillas y separadores",
    "it does not have as many cells as there are headings: look at quotes and delimiters",
)

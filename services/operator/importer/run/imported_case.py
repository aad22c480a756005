"""A row's case: codes, exact amounts, dates with offsets. Nothing else of a row goes further."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from services.operator.importer.mapping.import_mapping import ROW_NUMBER, ImportMapping
from services.operator.importer.mapping.institutions import NamedInstitution
from services.operator.importer.run.imported_history import (
    ImportedDeed,
    ImportedHandover,
    ImportedOutcome,
    ImportedWork,
)
from services.operator.importer.run.noted import Noted
from services.operator.importer.run.reading_cells import MISSING, complete, read_cells
from services.operator.importer.run.reading_history import HistoryReader, first_moment
from services.operator.importer.run.rejections import (
    DONE_BY_NOBODY,
    RowRejected,
    rejection_at,
)
from services.operator.importer.run.row_key import key_of
from services.operator.importer.run.row_source import Row
from shared.kernel.text import Text


class ImportedCase(msgspec.Struct, frozen=True, omit_defaults=True):
    """A row's case. opened, closed: with the wall clock's offset there; None if not known.

    referred_to, referral_kind: of a case with one hand-over that was accepted, and of which nothing
    else is said. handovers: else, all there were, in order. outcomes and what follows: the work of
    the institution that accepted the last one, and with it of the case, see ``ImportedWork``.
    institutions: all that the case needs. noted: what the operator is told of its rows. Both are no
    part of what is compared.

    Two runs are compared by ``compared``, so fields are only ever added, with a default.
    """

    key: str
    programme: str
    subdivision: str
    channel: str
    registered_by: str
    municipality: str | None = None
    opened: datetime | None = None
    details: dict[str, str | tuple[str, ...]] = {}
    referred_to: str | None = None
    referral_kind: str | None = None
    outcomes: tuple[ImportedOutcome, ...] = ()
    closed: datetime | None = None
    closing: str | None = None
    handovers: tuple[ImportedHandover, ...] = ()
    contacts: tuple[ImportedDeed, ...] = ()
    services: tuple[ImportedDeed, ...] = ()
    undated: bool = False
    institutions: tuple[NamedInstitution, ...] = ()
    noted: tuple[Noted, ...] = ()

    @property
    def all_handovers(self) -> tuple[ImportedHandover, ...]:
        """All hand-overs, in order."""
        if self.referred_to is None:
            return self.handovers
        return (ImportedHandover(self.referred_to, self.referral_kind or ""),)

    @property
    def work(self) -> ImportedWork:
        """What was done after the last hand-over, and how the case ended."""
        return ImportedWork(
            *(self.outcomes, self.contacts, self.services),
            *(self.closed, self.closing, self.undated),
        )

    @property
    def works(self) -> tuple[ImportedWork, ...]:
        """What each institution did, in order; what was done last, and the end, comes last."""
        return (*(one.work for one in self.all_handovers), self.work)

    @property
    def is_done_by_nobody(self) -> bool:
        """Whether something was done in a case that nobody accepted."""
        done = self.outcomes or self.contacts or self.services
        return bool(done) and not any(one.is_accepted for one in self.all_handovers)

    def with_handovers(
        self, handovers: Sequence[ImportedHandover], work: ImportedWork
    ) -> "ImportedCase":
        """Return the case with these hand-overs and this work."""
        taken: dict[str, Any]
        match handovers:
            case [one] if one == ImportedHandover(one.to, one.kind):
                taken = {"referred_to": one.to, "referral_kind": one.kind, "handovers": ()}
            case _:
                taken = {"referred_to": None, "referral_kind": None, "handovers": tuple(handovers)}
        return msgspec.structs.replace(self, **taken, **msgspec.structs.asdict(work))

    def compared(self) -> bytes:
        """Return what tells the case from one with other values."""
        return msgspec.json.encode(
            msgspec.structs.replace(self, institutions=(), noted=()), order="deterministic"
        )


def read_case(row: Row, mapping: ImportMapping) -> ImportedCase:
    """Read a row as the mapping describes it.

    Raises RowRejected with every reason, and RowSkipped if it is none of the file's cases.
    """
    values: dict[str, Any] = {ROW_NUMBER: str(row.number)}
    try:
        noted = read_cells(values, row, mapping)
        return msgspec.structs.replace(_case(values, row, mapping), noted=noted)
    except RowRejected as error:
        legible = all(values.get(name) is not None for name in mapping.key)
        key = key_of(values, mapping) if legible else None
        raise RowRejected(*error.rejections, key=key) from None


def _case(values: dict[str, Any], row: Row, mapping: ImportMapping) -> ImportedCase:
    subdivision, channel = mapping.subdivision.of(values), mapping.channel.of(values)
    municipality = mapping.municipality.of(values)
    zone = mapping.zone.of(subdivision, municipality) if subdivision else None
    if subdivision is None or channel is None or zone is None:
        lacking = (mapping.channel if channel is None else mapping.subdivision).value
        column = mapping.heading(lacking) if lacking else ""
        raise RowRejected(rejection_at(column, row, _NO_ZONE if subdivision else MISSING))
    complete(values, row, mapping, zone)
    history = HistoryReader(row, mapping, values, subdivision, zone)
    registers = history.institution(mapping.registers)
    case = ImportedCase(
        key=key_of(values, mapping),
        programme=mapping.programme,
        subdivision=subdivision,
        channel=channel,
        registered_by=registers.code,
        municipality=municipality,
        opened=first_moment(mapping.opened, values, zone),
        details={n: code for n, source in mapping.details.items() if (code := source.of(values))},
    )
    case = case.with_handovers(history.handovers(), history.work(mapping.followup))
    if mapping.rows == "one" and case.is_done_by_nobody:
        raise RowRejected(DONE_BY_NOBODY)
    return msgspec.structs.replace(case, institutions=tuple(history.institutions.values()))


_NO_ZONE = Text(
    "el mapeo no da zona horaria para ese estado",
    "the mapping has no time zone for that subdivision",
)

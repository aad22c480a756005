"""What is to be done so that the directory says what a record says: commands, or nothing.

An entry that says otherwise is left as it is unless it is to be brought up to date: somebody may
have corrected it since. What is only missing there is always added, so that an import that was cut
short is finished by doing it again.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import Enum
from typing import Any, Final
from uuid import UUID

from services.referral import directory, service_decisions
from services.referral.describing import DescribeInstitution
from services.referral.exchange.coded import without_words
from services.referral.exchange.institutions import (
    InstitutionSaid,
    institution_in,
    institution_said,
    organization_of,
)
from services.referral.exchange.native import Room, room_in
from services.referral.exchange.services import (
    assured_in,
    described_alike,
    description_in,
    record_of,
    service_id_of,
    status_in,
)
from services.referral.institution import Listed
from services.referral.service import Service
from services.referral.service_commands import (
    AssureService,
    CorrectService,
    ListService,
    ResumeService,
    StateCapacity,
    SuspendService,
    WithdrawService,
)
from shared.hsds.directory_file import Entry
from shared.hsds.vocabulary import Record
from shared.kernel.decider import Actor, Command, Decider
from shared.kernel.documents import DocumentRef
from shared.kernel.places import zone_of
from shared.kernel.record import Source
from shared.kernel.value import Value, replace

_NOON: Final = time(12)
_OFFERED: Final = "offered"
_WHY_SUSPENDED, _WHY_WITHDRAWN = "other", "ceased"
"""HSDS says that a service is not offered, and never why."""


class Outcome(Enum):
    """What becomes of a record."""

    NEW = "new"
    THERE = "already-there"
    COMPLETED = "completed"
    """It was there in part, as an import that was cut short leaves it."""
    UPDATED = "updated"
    DIFFERS = "differs"
    REJECTED = "rejected"


class Importer(Value):
    """Who imports, when, from what; and whether entries are brought up to date."""

    by: Actor
    at: datetime
    source: Source
    update: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """A record that comes in, and what of it is there.

    texts: the document that keeps it. kept: the record in the document that its entry has now;
    None: there is none, or its bytes are gone.
    """

    entry: Entry
    texts: DocumentRef
    kept: Record | None = None

    @property
    def record(self) -> Record:
        """The record."""
        return self.entry.record


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done about one record. orders: the commands, in order, all for one stream."""

    entry: Entry
    decider: Decider[Any]
    stream: UUID
    about: str
    outcome: Outcome
    orders: list[Command] = field(default_factory=list)


# --- institutions ---------------------------------------------------------------------------


def institution_plan(
    importer: Importer, incoming: Incoming, code: str, there: Listed | None
) -> Plan:
    """Return what is to be done for an organisation. code: under which it is or comes in."""
    outcome, orders = _institution_orders(importer, incoming, there)
    stream = directory.stream_of(code)
    return Plan(incoming.entry, directory.DECIDER, stream, code, outcome, orders)


def _institution_orders(
    importer: Importer, incoming: Incoming, there: Listed | None
) -> tuple[Outcome, list[Command]]:
    told = institution_in(incoming.record)
    described = _describe_institution(importer, told, incoming.texts)
    if there is None:
        return Outcome.NEW, [_register(importer, told), described]
    own = {name: getattr(told, name) for name in ("name", "kind", "subdivision", "programmes")}
    alike = all(getattr(there, name) == value for name, value in own.items())
    if there.profile.described is None and alike:
        return Outcome.COMPLETED, [described]
    if _is_same_institution(there, told, incoming):
        return Outcome.THERE, []
    if not importer.update:
        return Outcome.DIFFERS, []
    corrected = directory.CorrectInstitution(**_about(importer), **own)
    return Outcome.UPDATED, [corrected, described]


def _is_same_institution(there: Listed, told: InstitutionSaid, incoming: Incoming) -> bool:
    profile = there.profile.described
    if profile is None or profile.texts != incoming.texts:
        shown = organization_of(there, incoming.kept)
        return without_words(shown) == without_words(incoming.record)
    return institution_said(there) == replace(told, institution=there.institution)


def _register(importer: Importer, said: InstitutionSaid) -> Command:
    return directory.RegisterInstitution(
        **_about(importer),
        institution=said.institution,
        name=said.name,
        kind=said.kind,
        subdivision=said.subdivision,
        programmes=said.programmes,
    )


def _describe_institution(importer: Importer, said: InstitutionSaid, texts: DocumentRef) -> Command:
    return DescribeInstitution(
        **_about(importer),
        level=said.level,
        sector=said.sector,
        jurisdiction=said.jurisdiction,
        municipality=said.municipality,
        mandate=said.mandate,
        texts=texts,
    )


# --- services -------------------------------------------------------------------------------


def service_plan(
    importer: Importer, incoming: Incoming, institution: Listed, there: Service | None
) -> Plan:
    """Return what is to be done for a service of an institution."""
    record, owner = incoming.record, institution.institution
    service_id = service_id_of(owner, record)
    described = description_in(record, zone_in(institution)) | {"texts": incoming.texts}
    orders: list[Command] = []
    if there is None:
        about = {**_about(importer), "service_id": service_id, "institution": owner}
        orders.append(ListService(**about, **described))
        outcome = Outcome.NEW
    elif _is_same_service(there, incoming, described, zone_in(institution)):
        outcome = Outcome.THERE
    elif importer.update:
        orders.append(CorrectService(**_about(importer), **described))
        outcome = Outcome.UPDATED
    else:
        outcome = Outcome.DIFFERS
    later = list(_later(importer, record, there))
    if later and outcome is Outcome.THERE:
        outcome = Outcome.UPDATED if importer.update else Outcome.COMPLETED
    stream = service_decisions.stream_of(service_id)
    decider = service_decisions.DECIDER
    return Plan(incoming.entry, decider, stream, str(service_id), outcome, [*orders, *later])


def zone_in(institution: Listed) -> str | None:
    """Return the zone of the place where an institution is; None if it is not known."""
    described = institution.profile.described
    municipality = described.municipality if described else None
    return zone_of(institution.subdivision, municipality) if institution.subdivision else None


def _is_same_service(
    there: Service, incoming: Incoming, described: dict[str, Any], zone: str | None
) -> bool:
    if there.described.texts == incoming.texts:
        return all(getattr(there.described, name) == value for name, value in described.items())
    return described_alike(record_of(there, incoming.kept, zone), incoming.record)


def _later(importer: Importer, record: Record, there: Service | None) -> Iterator[Command]:
    """Yield what a record says that changes without a new description, where it is newer."""
    stated = there.capacity.stated_on if there and there.capacity else None
    room, assured = room_in(record), assured_in(record)
    if room is not None and _is_news(importer, room.on, stated):
        yield _state_capacity(importer, room)
    if assured is not None and _is_news(importer, assured, there.assured_on if there else None):
        yield AssureService(**_about(importer), assured_on=assured)
    now, status = there.status if there else _OFFERED, status_in(record)
    if status != now and (there is None or importer.update):
        yield _changed(importer, status)


def _is_news(importer: Importer, day: date, known: date | None) -> bool:
    if day > importer.at.date():
        return False
    return known is None or (importer.update and day > known)


def _changed(importer: Importer, status: str) -> Command:
    about = _about(importer)
    match status:
        case "suspended":
            return SuspendService(**about, reason=_WHY_SUSPENDED)
        case "withdrawn":
            return WithdrawService(**about, reason=_WHY_WITHDRAWN)
        case _:
            return ResumeService(**about)


def _state_capacity(importer: Importer, room: Room) -> Command:
    stated_at = min(datetime.combine(room.on, _NOON, importer.at.tzinfo), importer.at)
    return StateCapacity(
        **{**_about(importer), "at": stated_at},
        capacity=room.capacity,
        unit=room.unit,
        places_free=room.places_free,
    )


def _about(importer: Importer) -> dict[str, Any]:
    return {
        "by": importer.by,
        "at": importer.at,
        "received_at": importer.at,
        "imported": importer.source,
    }

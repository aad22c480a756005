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
from shared.hsds.directory_file import Entry
from shared.hsds.vocabulary import Record
from shared.kernel.decider import Actor, Command, Decider
from shared.kernel.documents import DocumentRef
from shared.kernel.places import zone_of
from shared.kernel.record import Source
from shared.kernel.value import Value, fields_of

_NOON: Final = time(12)
_SUSPENDED, _WITHDRAWN = "suspended", "withdrawn"
_REASONS: Final = {_SUSPENDED: "other", _WITHDRAWN: "ceased"}
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
    """Who imports, when, from what; and whether entries are brought up to date.

    texts: makes the reference of the document that keeps a record.
    """

    by: Actor
    at: datetime
    source: Source
    update: bool = False


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


def institution_plan(  # noqa: PLR0913 - a record, what is there, and who imports
    importer: Importer,
    entry: Entry,
    code: str,
    there: Listed | None,
    texts: DocumentRef,
    kept: "Kept",
) -> Plan:
    """Return what is to be done for an organisation. code: under which it is or comes in."""
    said = institution_in(entry.record)
    outcome, orders = _institution_orders(importer, said, entry.record, there, texts, kept)
    return Plan(entry, directory.DECIDER, directory.stream_of(code), code, outcome, list(orders))


class Kept(Value):
    """The record in an entry's document; None: no document, or its bytes are gone."""

    record: Record | None = None


def _institution_orders(  # noqa: PLR0913 - see institution_plan
    importer: Importer,
    said: InstitutionSaid,
    record: Record,
    there: Listed | None,
    texts: DocumentRef,
    kept: Kept,
) -> tuple[Outcome, list[Command]]:
    described = _describe_institution(importer, said, texts)
    if there is None:
        return Outcome.NEW, [_register(importer, said), described]
    own = {name: getattr(said, name) for name in ("name", "kind", "subdivision", "programmes")}
    same_name = all(getattr(there, name) == value for name, value in own.items())
    if there.profile.described is None and same_name:
        return Outcome.COMPLETED, [described]
    if _is_same_institution(there, said, record, texts, kept):
        return Outcome.THERE, []
    if not importer.update:
        return Outcome.DIFFERS, []
    corrected = directory.CorrectInstitution(**_about(importer), **own)
    return Outcome.UPDATED, [corrected, described]


def _is_same_institution(
    there: Listed, said: InstitutionSaid, record: Record, texts: DocumentRef, kept: Kept
) -> bool:
    profile = there.profile.described
    if profile is not None and profile.texts == texts:
        now = institution_said(there)
        return now is not None and fields_of(now) == {
            **fields_of(said),
            "institution": there.institution,
        }
    return organization_of(there, kept.record) == record


def _register(importer: Importer, said: InstitutionSaid) -> Command:
    return directory.RegisterInstitution(
        **_about(importer),
        institution=said.institution,
        name=said.name,
        kind=said.kind,
        subdivision=said.subdivision,
        programmes=said.programmes,
    )


def _describe_institution(
    importer: Importer, said: InstitutionSaid, texts: DocumentRef
) -> Command:
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


def service_plan(  # noqa: PLR0913 - a record, what is there, and who imports
    importer: Importer,
    entry: Entry,
    institution: Listed,
    there: Service | None,
    texts: DocumentRef,
    kept: Kept,
) -> Plan:
    """Return what is to be done for a service of an institution."""
    record, zone = entry.record, zone_in(institution)
    service_id = service_id_of(institution.institution, record)
    described = {**description_in(record, zone), "texts": texts}
    orders: list[Command] = []
    outcome = Outcome.THERE
    if there is None:
        outcome = Outcome.NEW
        orders.append(
            service_decisions.ListService(
                **_about(importer),
                service_id=service_id,
                institution=institution.institution,
                **described,
            )
        )
    elif not _is_same_service(there, record, described, kept, zone):
        outcome = Outcome.UPDATED if importer.update else Outcome.DIFFERS
        if importer.update:
            orders.append(service_decisions.CorrectService(**_about(importer), **described))
    later = list(_later(importer, record, there))
    if later and outcome is Outcome.THERE:
        outcome = Outcome.UPDATED if importer.update else Outcome.COMPLETED
    stream = service_decisions.stream_of(service_id)
    about = str(service_id)
    return Plan(entry, service_decisions.DECIDER, stream, about, outcome, [*orders, *later])


def zone_in(institution: Listed) -> str | None:
    """Return the zone of the place where an institution is; None if it is not known."""
    described = institution.profile.described
    municipality = described.municipality if described else None
    return zone_of(institution.subdivision, municipality) if institution.subdivision else None


def _is_same_service(
    there: Service, record: Record, described: dict[str, Any], kept: Kept, zone: str | None
) -> bool:
    if there.described.texts == described["texts"]:
        return all(getattr(there.described, name) == value for name, value in described.items())
    return described_alike(record_of(there, kept.record, zone), record)


def _later(importer: Importer, record: Record, there: Service | None) -> Iterator[Command]:
    """Yield what a record says that changes without a new description, where it is newer."""
    about = _about(importer)
    room, assured, status = room_in(record), assured_in(record), status_in(record)
    if _is_news(importer, room, there):
        yield _state_capacity(importer, room)
    known = there.assured_on if there else None
    if assured and assured <= importer.at.date() and (known is None or _newer(importer, assured, known)):
        yield service_decisions.AssureService(**about, assured_on=assured)
    now = there.status if there else "offered"
    if status == now or (there is not None and not importer.update):
        return
    if status == _SUSPENDED:
        yield service_decisions.SuspendService(**about, reason=_REASONS[status])
    elif status == _WITHDRAWN:
        yield service_decisions.WithdrawService(**about, reason=_REASONS[status])
    else:
        yield service_decisions.ResumeService(**about)


def _is_news(importer: Importer, room: Room | None, there: Service | None) -> bool:
    if room is None or room.on > importer.at.date():
        return False
    stated = there.capacity if there else None
    return stated is None or _newer(importer, room.on, stated.stated_on)


def _newer(importer: Importer, day: date, known: date) -> bool:
    return importer.update and day > known


def _state_capacity(importer: Importer, room: Room) -> Command:
    at = datetime.combine(room.on, _NOON, importer.at.tzinfo)
    return service_decisions.StateCapacity(
        by=importer.by,
        at=min(at, importer.at),
        received_at=importer.at,
        imported=importer.source,
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

"""Followup consumes: an accepted referral opens a follow-up; one revoked or in error ends it.

Custody of its case moves with an accepted transfer, and with a steward's assignment.
Clocks count by the holidays that stewards add and take away.
"""

from collections.abc import Iterator

from services.followup import custody, decisions, holidays, life
from shared.contracts.clocks import HolidayAddedV1, HolidayRemovedV1
from shared.contracts.envelope import Event
from shared.contracts.referral import (
    CustodyAssignedV1,
    ReferralAcceptedV1,
    ReferralEnteredInErrorV1,
    ReferralRevokedV1,
)
from shared.kernel.ids import version_of
from shared.messaging.reacting import Reaction, Reader, by_system, case_of


def react(event: Event) -> Iterator[Reaction]:
    """Return the commands that another service's fact leads to here."""
    by, at = by_system(event), event.meta.happened_at
    match event.data:
        case ReferralAcceptedV1() as accepted:
            opening = decisions.OpenFollowUp(
                by=by,
                at=at,
                referral_id=accepted.referral_id,
                case_id=case_of(event),
                institution=accepted.addressee,
                sender=accepted.sender,
                kind=accepted.kind,
                programme=accepted.programme,
                subdivision=accepted.subdivision,
                services=accepted.services,
            )
            yield Reaction(life.DECIDER, accepted.referral_id, opening, begins=True)
            if accepted.custodian != accepted.previous_custodian:
                yield _custody_moved(event, accepted.custodian)
        case CustodyAssignedV1(custodian=custodian):
            yield _custody_moved(event, custodian)
        case ReferralEnteredInErrorV1(referral_id=referral_id):
            fallen = decisions.EnterFollowUpInError(by=by, at=at)
            yield Reaction(life.DECIDER, referral_id, fallen)
        case ReferralRevokedV1(referral_id=referral_id):
            revoked = decisions.RevokeFollowUp(by=by, at=at)
            yield Reaction(life.DECIDER, referral_id, revoked)
        case HolidayAddedV1() | HolidayRemovedV1():
            yield _holiday_heard(event, event.data)
        case _:
            return


def _custody_moved(event: Event, custodian: str) -> Reaction:
    moving = custody.MoveCustody(
        by=by_system(event),
        at=event.meta.happened_at,
        custodian=custodian,
        custody_version=version_of(event.id),
    )
    return Reaction(custody.DECIDER, custody.stream_of(case_of(event)), moving)


def _holiday_heard(event: Event, said: HolidayAddedV1 | HolidayRemovedV1) -> Reaction:
    hearing = holidays.HearOfHoliday(
        by=by_system(event),
        at=event.meta.happened_at,
        place=said.place,
        day=said.day,
        is_holiday=isinstance(said, HolidayAddedV1),
        version=version_of(event.id),
    )
    return Reaction(holidays.DECIDER, holidays.STREAM, hearing)


READER = Reader(sources=("referral",), react=react)

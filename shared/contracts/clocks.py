"""What referral publishes of its clocks: what a moment brought about, and what counts days.

A part of ``shared.contracts.referral``, whose names on the wire these have.
"""

from datetime import date
from typing import Annotated

from msgspec import Meta

from shared.contracts.contract import AboutReferral, Contract, InstitutionCode, Key, Moment, coded
from shared.kernel.running_clock import RunningClock
from shared.kernel.statuses import REFERRAL_STATUSES, status_in

PART_OF = "referral"
"""The service whose contracts these are."""

ClockCode = Annotated[str, coded("clocks", "Which clock runs")]
DueAt = Annotated[Moment, Meta(description="By when whoever has the turn is to act")]
NextAt = Annotated[Moment, Meta(description="When the next step is due, if nobody acts")]
Whom = Annotated[InstitutionCode | None, Meta(description="Who was told; null: nobody is named")]
Place = Annotated[str, Meta(description="A country or a subdivision, as in ISO 3166")]
HolidayReason = Annotated[str, coded("holiday_reasons", "Why it is a holiday, or is none")]


class ReferralRemindedV1(AboutReferral, frozen=True, kw_only=True):
    """Whoever is to act on the referral was reminded."""

    whom: Whom
    clock: ClockCode
    due_at: DueAt
    next_at: NextAt


class ReferralEscalatedV1(AboutReferral, frozen=True, kw_only=True):
    """Nobody acted on the referral in time, and somebody else was told."""

    level: Annotated[str, coded("escalation_levels", "Who is told")]
    whom: Whom
    clock: ClockCode
    due_at: DueAt
    next_at: NextAt


class ReferralExpiredUnacknowledgedV1(AboutReferral, frozen=True, kw_only=True):
    """The addressee never said that it has it, and nobody waits any longer."""

    status = status_in(REFERRAL_STATUSES, "expired-unacknowledged")
    clock: ClockCode
    due_at: DueAt


class ReferralExpiredUndecidedV1(AboutReferral, frozen=True, kw_only=True):
    """The referral was never decided, and nobody waits any longer."""

    status = status_in(REFERRAL_STATUSES, "expired-undecided")
    clock: ClockCode
    due_at: DueAt


class ClockStartedV1(AboutReferral, frozen=True, kw_only=True):
    """A referral that came without a clock has one from here on."""

    clock: Annotated[RunningClock, Meta(description="The clock that runs from here on")]


class ClockMovedV1(AboutReferral, frozen=True, kw_only=True):
    """The running clock runs otherwise, because these days are, or are not, holidays now."""

    clock: Annotated[RunningClock, Meta(description="The clock that runs from here on")]
    because: Annotated[tuple[date, ...], Meta(description="The days that moved it")]


class HolidayAddedV1(Contract, frozen=True, kw_only=True):
    """A day is a holiday in a country or a subdivision."""

    key = Key.CALENDAR
    place: Place
    day: date
    reason: HolidayReason


class HolidayRemovedV1(Contract, frozen=True, kw_only=True):
    """A day is no holiday in a country or a subdivision."""

    key = Key.CALENDAR
    place: Place
    day: date
    reason: HolidayReason

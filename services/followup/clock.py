"""A follow-up's clock: whoever follows up is reminded, and then somebody else is told.

In each status in which something is to be done a time limit runs, in working days of where the
case is (list ``clocks``). It begins anew with every fact of the follow-up, so that only silence
lets it run out; an appointment's begins with the appointment. What a clock brings about stands in a
stream beside the follow-up, on which it leans: to be reminded changes nothing of it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, ClassVar
from uuid import UUID

from services.followup import custody, life
from services.followup.followup import FollowUp, Open, Scheduled
from services.followup.service_facts import AboutReferral
from shared.kernel.codes import code
from shared.kernel.decider import Command, Decider, Decision, Known, Leans, reaction_only
from shared.kernel.fields import Coded, stored_names
from shared.kernel.ids import derived_id
from shared.kernel.statuses import FOLLOW_UP_STATUSES, status_in
from shared.kernel.text import Text
from shared.kernel.times import ASIDE, Place
from shared.kernel.value import Value
from shared.timers.calendars import calendar_of
from shared.timers.working_days import add_working_days

ESCALATED_AFTER, AGAIN_AFTER = 5, 10
"""Working days from the reminder until somebody else is told, and until that is told again."""
LONGEST = timedelta(days=366)
"""An appointment that is further away is asked about after so long: its year may be a slip."""


def stream_of(referral_id: UUID) -> UUID:
    """Return the id of the stream of what the clock of a follow-up brought about."""
    return derived_id("follow-up-clock", str(referral_id))


def limit_of(clock: str) -> int:
    """Return how many working days a follow-up's clock runs."""
    return int(str(code("clocks", clock).extra["within"]))


# --- facts ----------------------------------------------------------------------------------


class FollowUpClockSet(AboutReferral):
    """Nothing is due yet: it is at that moment, if nobody acts. follow_up_version: the follow-up's.

    A timer is set by what a fact says, which is not how the case lies; here it is set anew.
    """

    follow_up_version: int
    due_at: datetime


class FollowUpReminded(AboutReferral):
    """Whoever follows up was reminded that something is to be done.

    follow_up_version: the version of the follow-up, on which it leans. due_at: by when it was to be
    done. next_at: when somebody else is told, if nobody acts.
    """

    follow_up_version: int
    whom: str
    clock: Annotated[str, Coded("clocks")]
    due_at: datetime
    next_at: datetime


class FollowUpEscalated(AboutReferral):
    """Still nothing was done, and the custodian, or whoever handed the case over, was told.

    custody_version: of the stream that says who has custody, here, then. The other fields are those
    of ``FollowUpReminded``; it is told again at ``next_at``.
    """

    follow_up_version: int
    custody_version: int
    whom: str
    clock: Annotated[str, Coded("clocks")]
    due_at: datetime
    next_at: datetime


ClockFact = FollowUpClockSet | FollowUpReminded | FollowUpEscalated

FACTS = stored_names(ClockFact)


class RunFollowUpClock(Command, kw_only=True):
    """A timer says that nothing may have been done in a follow-up for too long."""

    title: ClassVar[Text] = Text("Dejar correr el plazo del seguimiento", "Run the clock")

    referral_id: UUID
    case_id: UUID


# --- state ----------------------------------------------------------------------------------


class Told(Value):
    """Somebody was told, and nothing was done since.

    about: the version of the follow-up that it was about. due_at: by when it was to be done.
    next_at: when the next one is told.
    """

    about: int
    due_at: datetime
    next_at: datetime


Remarked = Told | None
"""The state: what was told last; None: nothing, or it was not due after all."""

# --- decide ---------------------------------------------------------------------------------

FOLLOW_UP, CUSTODY = "follow-up", "custody"
"""The names under which the rules get the follow-up, and who has custody."""


def leans_on(command: RunFollowUpClock, _: Remarked) -> Leans:
    """Return the follow-up, and who has custody of its case."""
    return {
        FOLLOW_UP: (life.DECIDER, command.referral_id),
        CUSTODY: (custody.DECIDER, custody.stream_of(command.case_id)),
    }


def decide(command: RunFollowUpClock, state: Remarked, known: Mapping[str, Known]) -> Decision:
    """Return what is due; nothing if the follow-up has ended."""
    followed = known[FOLLOW_UP]
    one: FollowUp = followed.state
    if refusal := reaction_only(command):
        return refusal
    return _run(command, state, one, known) if isinstance(one, Open) else ()


def _run(
    command: RunFollowUpClock, state: Remarked, one: Open, known: Mapping[str, Known]
) -> tuple[ClockFact, ...]:
    followed, runs = known[FOLLOW_UP], clock_of(one)
    about, calendar = followed.version, calendar_of(one.opening.subdivision)
    if state is not None and state.about == about:
        if command.at < state.next_at:
            return ()
        again = add_working_days(calendar, command.at, AGAIN_AFTER)
        whom, heard = _whom(one, known), known[CUSTODY].version
        told = FollowUpEscalated(one.referral_id, about, heard, whom, runs, state.due_at, again)
        return (told,)
    due_at = add_working_days(calendar, _begun(one, followed, command), limit_of(runs))
    if command.at < due_at:
        return (FollowUpClockSet(one.referral_id, about, due_at),)
    escalated = add_working_days(calendar, command.at, ESCALATED_AFTER)
    follower = one.opening.institution
    return (FollowUpReminded(one.referral_id, about, follower, runs, due_at, escalated),)


def clock_of(one: Open) -> str:
    """Return which clock runs, of the list ``clocks``."""
    return str(status_in(FOLLOW_UP_STATUSES, one.status).clock)


def _begun(one: Open, followed: Known, command: RunFollowUpClock) -> datetime:
    """Return since when nothing was done: since the last fact, or the appointment."""
    if isinstance(one, Scheduled):
        made = followed.times.turned or command.at
        return min(max(one.scheduled_for, made), made + LONGEST)
    return followed.times.latest or command.at


def _whom(one: Open, known: Mapping[str, Known]) -> str:
    """Return who is told: the custodian; the sender if the custodian is who follows up."""
    heard: custody.Custody = known[CUSTODY].state
    opening = one.opening
    return opening.sender if heard.custodian in {None, opening.institution} else heard.custodian


# --- evolve ---------------------------------------------------------------------------------


def evolve(_: Remarked, fact: ClockFact) -> Remarked:
    if isinstance(fact, FollowUpClockSet):
        return None
    return Told(fact.follow_up_version, fact.due_at, fact.next_at)


def place(_: ClockFact) -> Place:
    """Return the place of what a clock brings about: nothing answers it."""
    return ASIDE


CLOCK: Decider[Remarked] = Decider(
    nothing=None, decide=decide, evolve=evolve, leans_on=leans_on, place=place
)

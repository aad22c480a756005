"""A follow-up's clock: whoever follows up is reminded, and then somebody else is told.

In each status in which something is to be done a time limit runs, in working days of where the
case is (list ``clocks``). It begins anew with every fact of the follow-up, so that only silence
lets it run out; an appointment's begins with the appointment. A holiday that is heard of moves it.
What a clock brings about stands in a stream beside the follow-up, on which it leans: to be reminded
changes nothing of it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, ClassVar
from uuid import UUID

from services.followup import custody, holidays, life
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
from shared.timers.working_days import Calendar, add_working_days

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


class FollowUpClockSet(AboutReferral, omit_defaults=True):
    """It is due at that moment, if nobody acts. follow_up_version: the follow-up's.

    A timer is set by what a fact says, which is not how the case lies; here it is set anew. It is
    so too if holidays have changed since, and with them the moment. holidays_version: of the stream
    of what was heard of holidays; 0: nothing, by then.
    """

    follow_up_version: int
    due_at: datetime
    holidays_version: int = 0


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
    """A timer says that nothing may have been done in a follow-up for too long.

    holidays_changed: whether it only says that the days by which the clock was counted may be
    others now; the clock's own timer then stands, and is set anew if it must come otherwise.
    """

    title: ClassVar[Text] = Text("Dejar correr el plazo del seguimiento", "Run the clock")

    referral_id: UUID
    case_id: UUID
    holidays_changed: bool = False


# --- state ----------------------------------------------------------------------------------


class LastTold(Value):
    """Somebody was told, and nothing was done since.

    about: the version of the follow-up that it was about. due_at: by when it was to be done.
    next_at: when the next one is told.
    """

    about: int
    due_at: datetime
    next_at: datetime


class LastSet(Value):
    """Nothing was due: it is then. about: the version of the follow-up that it was about."""

    about: int
    due_at: datetime


Remarked = LastTold | LastSet | None
"""The state: what was told last, or for when the clock was set after that; None: neither."""

# --- decide ---------------------------------------------------------------------------------

FOLLOW_UP, CUSTODY, HOLIDAYS = "follow-up", "custody", "holidays"
"""The names under which the rules get the follow-up, who has custody, and what are holidays."""


def leans_on(command: RunFollowUpClock, _: Remarked) -> Leans:
    """Return the follow-up, who has custody of its case, and what was heard of holidays."""
    return {
        FOLLOW_UP: (life.DECIDER, command.referral_id),
        CUSTODY: (custody.DECIDER, custody.stream_of(command.case_id)),
        HOLIDAYS: (holidays.DECIDER, holidays.STREAM),
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
    followed, runs, heard = known[FOLLOW_UP], clock_of(one), known[HOLIDAYS]
    about, calendar = followed.version, holidays.calendar_of(one.opening.subdivision, heard.state)
    if isinstance(state, LastTold) and state.about == about:
        return _again(command, state, one, known, calendar)
    due_at = add_working_days(calendar, _begun(one, followed, command), limit_of(runs))
    anew = FollowUpClockSet(one.referral_id, about, due_at, heard.version)
    if command.holidays_changed:
        return (anew,) if _comes_otherwise(state, anew) else ()
    if command.at < due_at:
        return (anew,)
    escalated = add_working_days(calendar, command.at, ESCALATED_AFTER)
    follower = one.opening.institution
    return (FollowUpReminded(one.referral_id, about, follower, runs, due_at, escalated),)


def _again(
    command: RunFollowUpClock,
    told: LastTold,
    one: Open,
    known: Mapping[str, Known],
    calendar: Calendar,
) -> tuple[FollowUpEscalated, ...]:
    """Tell somebody else, or tell it again; what was told of, holidays do not move any more."""
    if command.holidays_changed or command.at < told.next_at:
        return ()
    again = add_working_days(calendar, command.at, AGAIN_AFTER)
    whom, custody_version, runs = _whom(one, known), known[CUSTODY].version, clock_of(one)
    of = one.referral_id, told.about, custody_version
    return (FollowUpEscalated(*of, whom, runs, told.due_at, again),)


def _comes_otherwise(state: LastTold | LastSet | None, anew: FollowUpClockSet) -> bool:
    """Whether the clock was set for another moment than that at which it is due now.

    If none was set since the follow-up went on, its timer comes early by itself; but what only
    mended something has set none, so that one that was set before may come too late.
    """
    if not isinstance(state, LastSet):
        return False
    same = state.about == anew.follow_up_version
    return anew.due_at < state.due_at or (same and anew.due_at != state.due_at)


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
        return LastSet(fact.follow_up_version, fact.due_at)
    return LastTold(fact.follow_up_version, fact.due_at, fact.next_at)


def place(_: ClockFact) -> Place:
    """Return the place of what a clock brings about: nothing answers it."""
    return ASIDE


CLOCK: Decider[Remarked] = Decider(
    nothing=None, decide=decide, evolve=evolve, leans_on=leans_on, place=place
)

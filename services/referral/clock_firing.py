"""What a running clock does when nobody acts: it reminds, tells others, and lets the referral end.

A timer gives the command (``timers``); whether a step is due is decided here, by the state and the
moment, so that nothing happens before its time, and each step once. Each firing does one step. If
holidays have changed since the clock was counted, it moves first, by a fact that says so.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from services.referral import clocks
from services.referral.answering import WaitlistReferral
from services.referral.decisions import (
    AnswerInformation,
    CaseContext,
    DeclineReferral,
    ReferCase,
    RequestInformation,
    starts,
)
from services.referral.declining import ConfirmDecline, SendBackDecline
from services.referral.drafting import NOT_SENT, DraftReferral, SendReferral
from services.referral.mending import EnterAnswerInError, EnterDeclineInError
from services.referral.programme_rules import coordinator_of
from services.referral.referral import (
    Begun,
    DeclineAwaited,
    Delivered,
    Draft,
    Received,
    Requested,
    Waitlisted,
    what_follows,
)
from services.referral.referral_facts import (
    AnswerEnteredInError,
    ClockMoved,
    ClockStarted,
    DeclineEnteredInError,
    DeclineProposed,
    DeclineSentBack,
    DraftDiscarded,
    InformationAnswered,
    InformationPartlyAnswered,
    InformationRequested,
    ReferralDeclined,
    ReferralDrafted,
    ReferralEscalated,
    ReferralExpiredUnacknowledged,
    ReferralExpiredUndecided,
    ReferralFact,
    ReferralReminded,
    ReferralRequested,
    ReferralWaitlisted,
)
from services.referral.reoffering import ReofferReferral
from services.referral.transfer_requests import GrantTransfer
from shared.kernel.decider import Command, Leans
from shared.kernel.running_clock import RunningClock
from shared.kernel.text import Text
from shared.kernel.value import replace

SENDER, COORDINATOR = "sender", "coordinator"
"""The levels of ``escalation_levels``."""


class RunClock(Command, kw_only=True):
    """A timer says that a step of the referral's clock may be due, or that holidays changed."""

    title: ClassVar[Text] = Text("Dejar correr el plazo", "Let the clock run")

    referral_id: UUID


ClockFact = ReferralReminded | ReferralEscalated | ClockStarted | ClockMoved
"""What a clock does without ending anything: it stands aside in the order of times (ADR 57)."""
CLOCK_FACTS = (ReferralReminded, ReferralEscalated, ClockStarted, ClockMoved)

STARTING = (
    DeclineReferral,
    ConfirmDecline,
    SendBackDecline,
    WaitlistReferral,
    ReferCase,
    DraftReferral,
    SendReferral,
    ReofferReferral,
    GrantTransfer,
    RequestInformation,
    AnswerInformation,
    EnterAnswerInError,
    EnterDeclineInError,
    RunClock,
)
"""The commands with whose facts a clock starts, goes on or moves."""


def leans_of_clock(command: Command) -> Leans:
    """Return what was said of holidays if a clock may start; what is imported starts none."""
    return clocks.LEANS if isinstance(command, STARTING) and command.imported is None else {}


# --- what follows ---------------------------------------------------------------------------


def unsent(
    command: RunClock, referral: Draft, known: CaseContext
) -> tuple[ClockFact | DraftDiscarded, ...]:
    """Run the clock of a draft: in the end it is discarded."""

    def discarded(_: RunningClock) -> tuple[DraftDiscarded, ...]:
        return (DraftDiscarded(command.referral_id, NOT_SENT),)

    return _run(command, referral, known, discarded)


def unacknowledged(
    command: RunClock, referral: Requested | Delivered, known: CaseContext
) -> tuple[ClockFact | ReferralExpiredUnacknowledged, ...]:
    """Run the clock of a referral that its addressee has not acknowledged."""

    def expired(clock: RunningClock) -> tuple[ReferralExpiredUnacknowledged, ...]:
        turn = _clock(referral)
        return (ReferralExpiredUnacknowledged(command.referral_id, turn, clock.due_at),)

    return _run(command, referral, known, expired)


def undecided(
    command: RunClock, referral: Received | Waitlisted, known: CaseContext
) -> tuple[ClockFact | ReferralExpiredUndecided, ...]:
    """Run the clock of a referral that waits for its decision, or for what it depends on."""

    def expired(clock: RunningClock) -> tuple[ReferralExpiredUndecided, ...]:
        turn = _clock(referral)
        return (ReferralExpiredUndecided(command.referral_id, turn, clock.due_at),)

    return _run(command, referral, known, expired)


def unconfirmed(
    command: RunClock, referral: DeclineAwaited, known: CaseContext
) -> tuple[ClockFact | ReferralDeclined, ...]:
    """Run the clock of a decline that waits to be confirmed: in the end it takes effect."""

    def effective(_: RunningClock) -> tuple[ReferralDeclined, ...]:
        why = referral.reason, referral.reason_class
        return (ReferralDeclined(command.referral_id, *why),)

    return _run(command, referral, known, effective)


def _run(
    command: RunClock,
    referral: Begun,
    known: CaseContext,
    expired: Callable[[RunningClock], tuple[Any, ...]],
) -> tuple[Any, ...]:
    """Return what is due by now; nothing if nothing is."""
    if known.holidays is None:
        return ()
    running = referral.timing.running
    if running is None:
        started = starts(_clock(referral), referral, command, known)
        return () if started is None else (ClockStarted(command.referral_id, started),)
    moved = clocks.moved(running, known.holidays.state)
    first: tuple[Any, ...] = ()
    if moved != running:
        days = clocks.because(running, known.holidays.state)
        first = (ClockMoved(command.referral_id, moved, days),)
    step = clocks.due_step(moved, command.at)
    if step is None:
        return first
    if step == "expire":
        return (*first, *expired(moved))
    return (*first, _told(step, command.referral_id, referral, clocks.without(moved, step), known))


def _told(
    step: str, referral_id: UUID, referral: Begun, running: RunningClock, known: CaseContext
) -> ReferralReminded | ReferralEscalated:
    """Return who is told at a step before the last. running: as it runs after the step."""
    about = _clock(referral), running.due_at, running.next_at
    if step == "remind":
        return ReferralReminded(referral_id, _whose_turn(referral, known), *about)
    if step == "escalate":
        return ReferralEscalated(referral_id, SENDER, referral.request.sender, *about)
    return ReferralEscalated(referral_id, COORDINATOR, coordinator(referral, known), *about)


def _clock(referral: Begun) -> str:
    """Return which clock runs: the status says so, of the list ``clocks``."""
    return str(what_follows(referral).clock)  # type: ignore[arg-type]


def _whose_turn(referral: Begun, known: CaseContext) -> str | None:
    turns: Mapping[str, str | None] = {
        "addressee": referral.request.addressee,
        "sender": referral.request.sender,
        "custodian": known.custodianship.custodian,
        "coordinator": coordinator(referral, known),
    }
    return turns[str(what_follows(referral).turn)]  # type: ignore[arg-type]


def coordinator(referral: Begun, known: CaseContext) -> str | None:
    """Return who coordinates the programme where the case is, if an institution does.

    A decline waits for the one that was named when it was proposed.
    """
    if isinstance(referral, DeclineAwaited):
        return referral.coordinator
    if known.rules is None:
        return None
    return coordinator_of(known.rules.state, known.custodianship.subdivision)


# --- evolve ---------------------------------------------------------------------------------

_Change = Callable[[clocks.Timing, Any], clocks.Timing]


def _runs(_: clocks.Timing, fact: Any) -> clocks.Timing:
    return clocks.Timing(fact.clock)


def _waits(timing: clocks.Timing, fact: Any) -> clocks.Timing:
    return clocks.paused(timing, fact.clock)


def _goes_otherwise(timing: clocks.Timing, fact: Any) -> clocks.Timing:
    return replace(timing, running=fact.clock)


def _is_told(timing: clocks.Timing, fact: ReferralReminded | ReferralEscalated) -> clocks.Timing:
    if timing.running is None:
        return timing
    step = "remind"
    if isinstance(fact, ReferralEscalated):
        step = "escalate" if fact.level == SENDER else "coordinate"
    return replace(timing, running=clocks.without(timing.running, step))


_CHANGES: Mapping[type, _Change] = {
    ReferralDrafted: _runs,
    ReferralRequested: _runs,
    InformationRequested: _waits,
    InformationAnswered: _runs,
    InformationPartlyAnswered: _goes_otherwise,
    AnswerEnteredInError: _waits,
    DeclineEnteredInError: _runs,
    ReferralWaitlisted: _goes_otherwise,
    DeclineProposed: _waits,
    DeclineSentBack: _runs,
    ClockStarted: _goes_otherwise,
    ClockMoved: _goes_otherwise,
    ReferralReminded: _is_told,
    ReferralEscalated: _is_told,
}

R = TypeVar("R", bound=Begun)


def timed(before: clocks.Timing, after: R, fact: ReferralFact) -> R:
    """Return a referral after a fact with its clocks as they are then. before: as they were."""
    change = _CHANGES.get(type(fact))
    timing = before if change is None else change(before, fact)
    return after if after.timing is timing else replace(after, timing=timing)

"""A follow-up's life: who may do what in which status, what follows, and the status after it.

``docs/lives.md`` has it as a diagram.
"""

from collections.abc import Callable
from typing import Any

from services.followup.decisions import (
    A_CONTACT,
    A_SERVICE,
    AN_OUTCOME,
    FOLLOWER,
    CloseFollowUp,
    CorrectContact,
    CorrectOutcome,
    CorrectService,
    EnterContactInError,
    EnterFollowUpInError,
    EnterOutcomeInError,
    EnterServiceInError,
    FollowUpCommand,
    OpenFollowUp,
    PutFollowUpOnHold,
    RecordContact,
    RecordOutcome,
    RecordServiceDelivered,
    ReopenFollowUp,
    ResumeFollowUp,
    RevokeFollowUp,
    corrected_outcome,
    in_effect,
    outcome_of,
    usable_amount,
    within_ceiling,
)
from services.followup.followup import (
    Closed,
    ContactCorrected,
    ContactEnteredInError,
    ContactRecorded,
    FollowUp,
    FollowUpClosed,
    FollowUpEnteredInError,
    FollowUpFact,
    FollowUpOpened,
    FollowUpPutOnHold,
    FollowUpReopened,
    FollowUpResumed,
    FollowUpRevoked,
    InError,
    Mended,
    NotOpened,
    OnHold,
    Open,
    OutcomeEnteredInError,
    Revoked,
    ServiceCorrected,
    ServiceDelivered,
    ServiceEnteredInError,
    mended,
    reopened,
    with_item,
)
from services.followup.refusals import FollowUpNotOpened
from shared.kernel.decider import Command, Decider, Decision
from shared.kernel.life import STAYS, Life, Transition
from shared.kernel.refusals import Refusal
from shared.kernel.roles import SYSTEM
from shared.kernel.statuses import FOLLOW_UP_STATUSES
from shared.kernel.times import Place
from shared.kernel.value import replace

Guard = Callable[..., Refusal | None]


def _mending(command: type[Command], counts: Guard, fact: Any, *guards: Guard) -> Transition:
    """Return the transition that mends a mistake, also while nothing new may be recorded."""
    return Transition(
        command,
        by=FOLLOWER,
        from_=Open | OnHold | Closed,
        guards=(counts, *guards),
        fact=fact,
        to=STAYS,
        evolve=mended,
        offered=False,
    )


TABLE = (
    Transition(OpenFollowUp, by=SYSTEM, from_=NotOpened, fact=FollowUpOpened, to=Open),
    Transition(
        RecordContact,
        by=FOLLOWER,
        from_=Open,
        fact=ContactRecorded,
        to=STAYS,
        evolve=with_item,
    ),
    Transition(
        RecordServiceDelivered,
        by=FOLLOWER,
        from_=Open,
        fact=ServiceDelivered,
        to=STAYS,
        evolve=with_item,
    ),
    Transition(
        RecordOutcome,
        by=FOLLOWER,
        from_=Open,
        guards=(usable_amount, within_ceiling, in_effect),
        fact=outcome_of,
        to=STAYS,
        evolve=with_item,
    ),
    _mending(CorrectContact, A_CONTACT, ContactCorrected),
    _mending(EnterContactInError, A_CONTACT, ContactEnteredInError),
    _mending(CorrectService, A_SERVICE, ServiceCorrected),
    _mending(EnterServiceInError, A_SERVICE, ServiceEnteredInError),
    _mending(
        CorrectOutcome, AN_OUTCOME, corrected_outcome, usable_amount, within_ceiling, in_effect
    ),
    _mending(EnterOutcomeInError, AN_OUTCOME, OutcomeEnteredInError),
    Transition(CloseFollowUp, by=FOLLOWER, from_=Open, fact=FollowUpClosed, to=Closed),
    Transition(
        ReopenFollowUp,
        by=FOLLOWER,
        from_=Closed,
        fact=FollowUpReopened,
        to=Open,
        evolve=reopened,
    ),
    Transition(PutFollowUpOnHold, by=FOLLOWER, from_=Open, fact=FollowUpPutOnHold, to=OnHold),
    Transition(ResumeFollowUp, by=FOLLOWER, from_=OnHold, fact=FollowUpResumed, to=Open),
    Transition(
        RevokeFollowUp,
        by=SYSTEM,
        from_=Open | OnHold | Closed,
        fact=FollowUpRevoked,
        to=Revoked,
    ),
    Transition(
        EnterFollowUpInError,
        by=SYSTEM,
        from_=Open | OnHold | Closed,
        fact=FollowUpEnteredInError,
        to=InError,
    ),
)

LIFE: Life[Any] = Life(
    TABLE,
    start=NotOpened(),
    commands=FollowUpCommand,
    facts=FollowUpFact,
    statuses=FollowUp,
    status_list=FOLLOW_UP_STATUSES,
    refusals={
        NotOpened: FollowUpNotOpened(),
        # A referral whose acceptance did not arrive has no follow-up that would end with it.
        (RevokeFollowUp, NotOpened): (),
        (EnterFollowUpInError, NotOpened): (),
    },
)


def decide(command: FollowUpCommand, one: FollowUp) -> Decision:
    """Decide a command. A reaction that comes again adds nothing."""
    return LIFE.decide(command, one, None)


def evolve(one: FollowUp, fact: FollowUpFact) -> FollowUp:
    """Return the state after a fact, which is the stream's next version."""
    return next_version(one, LIFE.evolve(one, fact))


def next_version(before: FollowUp, after: FollowUp) -> FollowUp:
    """Return the state after one more fact, whatever that was."""
    return after if isinstance(after, NotOpened) else replace(after, version=before.version + 1)


def place(fact: FollowUpFact) -> Place:
    """Return a fact's place in the order of times.

    Contacts, services and outcomes come in any order; what mends one comes after all that is there.
    """
    return _PLACES[type(fact)]


_PLACES = {
    kind: Place(turns=LIFE.turns(kind), adds=not (LIFE.turns(kind) or issubclass(kind, Mended)))
    for kind in LIFE.facts
}


DECIDER: Decider[FollowUp] = Decider(nothing=LIFE.start, decide=decide, evolve=evolve, place=place)

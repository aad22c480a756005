"""A follow-up's life: who may do what in which status, what follows, and the status after it.

``docs/lives.md`` has it as a diagram.
"""

from typing import Any

from services.followup.decisions import (
    FOLLOWER,
    CloseFollowUp,
    EnterFollowUpInError,
    FollowUpCommand,
    OpenFollowUp,
    PutFollowUpOnHold,
    RecordContact,
    RecordOutcome,
    RecordServiceDelivered,
    ReopenFollowUp,
    ResumeFollowUp,
    RevokeFollowUp,
    outcome_of,
    usable_amount,
)
from services.followup.followup import (
    Closed,
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
    NotOpened,
    OnHold,
    Open,
    Revoked,
    ServiceDelivered,
    reopened,
    with_contact,
    with_outcome,
    with_service,
)
from services.followup.refusals import FollowUpNotOpened
from shared.kernel.decider import SYSTEM, Decider, Decision
from shared.kernel.life import STAYS, Life, Transition
from shared.kernel.statuses import FOLLOW_UP_STATUSES

TABLE = (
    Transition(OpenFollowUp, by=SYSTEM, from_=NotOpened, fact=FollowUpOpened, to=Open),
    Transition(
        RecordContact,
        by=FOLLOWER,
        from_=Open,
        fact=ContactRecorded,
        to=STAYS,
        evolve=with_contact,
    ),
    Transition(
        RecordServiceDelivered,
        by=FOLLOWER,
        from_=Open,
        fact=ServiceDelivered,
        to=STAYS,
        evolve=with_service,
    ),
    Transition(
        RecordOutcome,
        by=FOLLOWER,
        from_=Open,
        guards=(usable_amount,),
        fact=outcome_of,
        to=STAYS,
        evolve=with_outcome,
    ),
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


DECIDER: Decider[FollowUp] = Decider(nothing=LIFE.start, decide=decide, evolve=LIFE.evolve)

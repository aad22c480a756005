"""A follow-up's life: who may do what in which status, what follows, and the status after it.

``docs/lives.md`` has it as a diagram.
"""

from collections.abc import Callable, Mapping
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
    Cancelled,
    Closed,
    Confirmed,
    ContactCorrected,
    ContactEnteredInError,
    ContactRecorded,
    Delivered,
    Failed,
    FollowUp,
    FollowUpClosed,
    FollowUpEnteredInError,
    FollowUpFact,
    FollowUpOpened,
    FollowUpPutOnHold,
    FollowUpReopened,
    FollowUpResumed,
    FollowUpRevoked,
    Going,
    InError,
    InProgress,
    Mended,
    NotOpened,
    OnHold,
    Open,
    OutcomeEnteredInError,
    Revoked,
    Scheduled,
    ServiceCorrected,
    ServiceDelivered,
    ServiceEnteredInError,
    Unserved,
    Working,
    confirmed,
    enrolled,
    mended,
    reopened,
    with_item,
)
from services.followup.refusals import FollowUpNotOpened
from services.followup.service_facts import (
    DeliveryConfirmed,
    EnrolmentStated,
    FollowUpCancelled,
    FollowUpFailed,
    OutcomeConfirmed,
    ServiceScheduled,
    ServiceStarted,
)
from services.followup.serving import (
    CUSTODIAN,
    SENDER,
    CancelFollowUp,
    CompleteService,
    ConfirmDelivery,
    FailFollowUp,
    ScheduleService,
    ServingCommand,
    StartService,
    StateEnrolment,
    completion,
    confirmation,
    is_not_said_yet,
    is_still_to_come,
    is_theirs_to_say,
    leans_on,
    resumption,
    something_was_delivered,
    the_enrolment_is_stated,
)
from shared.kernel.decider import Command, Decider, Decision, Known
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
        from_=Going | Closed | Failed | Cancelled,
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
        from_=Working,
        fact=ContactRecorded,
        to=STAYS,
        evolve=with_item,
    ),
    Transition(
        RecordServiceDelivered,
        by=FOLLOWER,
        from_=Working,
        fact=ServiceDelivered,
        to=STAYS,
        evolve=with_item,
    ),
    Transition(
        RecordOutcome,
        by=FOLLOWER,
        from_=Working,
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
    Transition(
        ScheduleService,
        by=FOLLOWER,
        from_=Open | Scheduled,
        guards=(is_still_to_come,),
        fact=ServiceScheduled,
        to=Scheduled,
    ),
    Transition(
        StartService,
        by=FOLLOWER,
        from_=Open | Scheduled,
        fact=ServiceStarted,
        to=InProgress,
    ),
    Transition(
        CompleteService,
        by=FOLLOWER,
        from_=Unserved,
        guards=(something_was_delivered,),
        implied=ServiceStarted,
        fact=completion,
        to=Delivered,
        sets={"confirmations": ()},
    ),
    Transition(
        ConfirmDelivery,
        by=(FOLLOWER, SENDER, CUSTODIAN),
        from_=Delivered,
        guards=(is_theirs_to_say, is_not_said_yet),
        fact=confirmation,
        to={DeliveryConfirmed: Delivered, OutcomeConfirmed: Confirmed},
        evolve=confirmed,
    ),
    Transition(
        StateEnrolment,
        by=FOLLOWER,
        from_=Working,
        fact=EnrolmentStated,
        to=STAYS,
        evolve=enrolled,
    ),
    Transition(
        CloseFollowUp,
        by=FOLLOWER,
        from_=Working,
        guards=(the_enrolment_is_stated,),
        fact=FollowUpClosed,
        to=Closed,
    ),
    Transition(
        FailFollowUp,
        by=FOLLOWER,
        from_=Unserved | OnHold | Delivered,
        fact=FollowUpFailed,
        to=Failed,
    ),
    Transition(
        CancelFollowUp,
        by=FOLLOWER,
        from_=Unserved | OnHold,
        fact=FollowUpCancelled,
        to=Cancelled,
    ),
    Transition(
        ReopenFollowUp,
        by=FOLLOWER,
        from_=Closed | Failed,
        fact=FollowUpReopened,
        to=Open,
        evolve=reopened,
    ),
    Transition(PutFollowUpOnHold, by=FOLLOWER, from_=Unserved, fact=FollowUpPutOnHold, to=OnHold),
    Transition(
        ResumeFollowUp,
        by=FOLLOWER,
        from_=OnHold,
        fact=resumption,
        to={FollowUpResumed: Open, ServiceScheduled: Scheduled, ServiceStarted: InProgress},
    ),
    Transition(
        RevokeFollowUp,
        by=SYSTEM,
        from_=Going | Closed | Failed | Cancelled,
        fact=FollowUpRevoked,
        to=Revoked,
    ),
    Transition(
        EnterFollowUpInError,
        by=SYSTEM,
        from_=Going | Closed | Failed | Cancelled,
        fact=FollowUpEnteredInError,
        to=InError,
    ),
)

LIFE: Life[Any] = Life(
    TABLE,
    start=NotOpened(),
    commands=FollowUpCommand | ServingCommand,
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


def decide(
    command: FollowUpCommand | ServingCommand, one: FollowUp, known: Mapping[str, Known]
) -> Decision:
    """Decide a command. A reaction that comes again adds nothing."""
    return LIFE.decide(command, one, known)


def evolve(one: FollowUp, fact: FollowUpFact) -> FollowUp:
    """Return the state after a fact, which is the stream's next version."""
    return next_version(one, LIFE.evolve(one, fact))


def next_version(before: FollowUp, after: FollowUp) -> FollowUp:
    """Return the state after one more fact, whatever that was."""
    return after if isinstance(after, NotOpened) else replace(after, version=before.version + 1)


def place(fact: FollowUpFact) -> Place:
    """Return a fact's place in the order of times.

    Contacts, services and outcomes come in any order, and so do the words that a service was given;
    what mends one comes after all that is there.
    """
    return _PLACES[type(fact)]


def _place(kind: type) -> Place:
    if kind is OutcomeConfirmed:
        return Place(adds=True)
    turns = LIFE.turns(kind) and kind is not DeliveryConfirmed
    return Place(turns=turns, adds=not (turns or issubclass(kind, Mended)))


_PLACES = {kind: _place(kind) for kind in LIFE.facts}


DECIDER: Decider[FollowUp] = Decider(
    nothing=LIFE.start, decide=decide, evolve=evolve, leans_on=leans_on, place=place
)

"""A referral's life: who may do what in which status, what follows, and the status after it.

``docs/lives.md`` has it as a diagram.
"""

from typing import Any

from services.referral.afterwards import (
    AfterwardsCommand,
    CloseLoop,
    RateCounterpart,
    has_not_rated,
    loop_is_open,
    rated,
    with_loop_closed,
    with_rating,
)
from services.referral.answering import (
    AnsweringCommand,
    CancelForPerson,
    DeliverReferral,
    RerouteReferral,
    WaitlistReferral,
    is_expected_later,
    rerouted,
    suggests_an_active_one,
    suggests_another,
    waitlisted,
)
from services.referral.clock_firing import RunClock, unacknowledged, unconfirmed, undecided, unsent
from services.referral.consent import still_covered
from services.referral.decisions import (
    ADDRESSEE,
    CUSTODIAN,
    SENDER,
    AcceptReferral,
    AcknowledgeReferral,
    AnswerInformation,
    DeclineReferral,
    ReferCase,
    ReferralCommand,
    ReferralReaction,
    RequestInformation,
    WithdrawReferral,
    acceptance,
    answer,
    answers_what_was_asked,
    names_a_topic,
    question,
)
from services.referral.declining import (
    COORDINATOR,
    ConfirmDecline,
    DecliningCommand,
    SendBackDecline,
    confirmed,
    declined,
    sent_back,
)
from services.referral.drafting import (
    DiscardDraft,
    DraftCommand,
    DraftReferral,
    SendReferral,
    asked_for,
    drafted,
    fallen,
    in_error,
    sent,
    worded,
)
from services.referral.ending import (
    EnterReferralInError,
    RevokeForConsent,
    RevokeReferral,
    SupersedeReferral,
    is_a_share,
    superseded,
)
from services.referral.following import FOLLOWING, CancelReferral, FollowingReaction
from services.referral.mending import (
    CorrectDecline,
    EnterAnswerInError,
    EnterDeclineInError,
    MendingCommand,
    answer_in_error,
    decline_in_error,
    still_offered,
    was_answered,
)
from services.referral.referral import (
    Accepted,
    Acknowledged,
    Answerable,
    CancelledByPerson,
    Closed,
    DeclineAwaited,
    Declined,
    Delivered,
    Discarded,
    Draft,
    ExpiredUnacknowledged,
    ExpiredUndecided,
    Failed,
    InError,
    InformationAwaited,
    NotRequested,
    Over,
    Received,
    Referral,
    Requested,
    Rerouted,
    Revoked,
    Superseded,
    TakenOn,
    Undecided,
    Waitlisted,
    Withdrawn,
    informed,
    unanswered,
)
from services.referral.referral_facts import (
    ClockMoved,
    ClockStarted,
    DeclineCorrected,
    DeclineProposed,
    DraftDiscarded,
    InformationAnswered,
    InformationPartlyAnswered,
    LoopClosed,
    ReferralAcknowledged,
    ReferralCancelledByPerson,
    ReferralDeclined,
    ReferralDelivered,
    ReferralEnteredInError,
    ReferralEscalated,
    ReferralExpiredUnacknowledged,
    ReferralExpiredUndecided,
    ReferralFact,
    ReferralReminded,
    ReferralRevoked,
    ReferralWithdrawn,
)
from services.referral.refusals import InformationNotAwaited, ReferralNotFound
from services.referral.reoffering import ReofferReferral, offered_again
from services.referral.requesting import GUARDS, NOT_REQUESTED, requested
from shared.kernel.life import STAYS, Life, Transition
from shared.kernel.roles import SYSTEM
from shared.kernel.statuses import REFERRAL_STATUSES

_ASIDE = dict.fromkeys((ReferralReminded, ReferralEscalated, ClockStarted, ClockMoved), STAYS)
"""What a clock does without ending anything."""

TABLE = (
    Transition(
        DraftReferral,
        by=CUSTODIAN,
        from_=NotRequested,
        fact=drafted,
        to=Draft,
        evolve=worded,
    ),
    Transition(DeliverReferral, by=SYSTEM, from_=Requested, fact=ReferralDelivered, to=Delivered),
    Transition(
        ReferCase, by=CUSTODIAN, from_=NotRequested, guards=GUARDS, fact=requested, to=Requested
    ),
    Transition(ReofferReferral, by=CUSTODIAN, from_=NotRequested, fact=offered_again, to=Requested),
    Transition(SendReferral, by=CUSTODIAN, from_=Draft, fact=sent, to=Requested, evolve=asked_for),
    Transition(DiscardDraft, by=CUSTODIAN, from_=Draft, fact=DraftDiscarded, to=Discarded),
    Transition(SupersedeReferral, by=SYSTEM, from_=Draft, fact=fallen, to=Discarded),
    Transition(EnterReferralInError, by=SYSTEM, from_=Draft, fact=in_error, to=Discarded),
    Transition(
        AcknowledgeReferral,
        by=ADDRESSEE,
        from_=Requested | Delivered,
        fact=ReferralAcknowledged,
        to=Acknowledged,
    ),
    Transition(
        RequestInformation,
        by=ADDRESSEE,
        from_=Requested | Delivered | Acknowledged | Waitlisted,
        guards=(names_a_topic,),
        implied=ReferralAcknowledged,
        fact=question,
        to=InformationAwaited,
    ),
    Transition(
        AnswerInformation,
        by=SENDER,
        from_=InformationAwaited,
        guards=(names_a_topic, answers_what_was_asked),
        fact=answer,
        to={InformationAnswered: Acknowledged, InformationPartlyAnswered: InformationAwaited},
        evolve=informed,
    ),
    Transition(
        WaitlistReferral,
        by=ADDRESSEE,
        from_=Answerable,
        guards=(is_expected_later,),
        implied=ReferralAcknowledged,
        fact=waitlisted,
        to=Waitlisted,
    ),
    Transition(
        AcceptReferral,
        by=ADDRESSEE,
        from_=Answerable,
        guards=(still_covered,),
        implied=ReferralAcknowledged,
        fact=acceptance,
        to=Accepted,
    ),
    Transition(
        DeclineReferral,
        by=ADDRESSEE,
        from_=Answerable,
        implied=ReferralAcknowledged,
        fact=declined,
        to={ReferralDeclined: Declined, DeclineProposed: DeclineAwaited},
    ),
    Transition(ConfirmDecline, by=COORDINATOR, from_=DeclineAwaited, fact=confirmed, to=Declined),
    Transition(
        SendBackDecline, by=COORDINATOR, from_=DeclineAwaited, fact=sent_back, to=Acknowledged
    ),
    Transition(
        RerouteReferral,
        by=ADDRESSEE,
        from_=Answerable,
        guards=(suggests_another, suggests_an_active_one),
        implied=ReferralAcknowledged,
        fact=rerouted,
        to=Rerouted,
    ),
    Transition(CorrectDecline, by=ADDRESSEE, from_=Declined, fact=DeclineCorrected, to=Declined),
    Transition(
        EnterDeclineInError,
        by=ADDRESSEE,
        from_=Declined,
        guards=(still_offered,),
        fact=decline_in_error,
        to=Acknowledged,
        sets={"loop_closed": False},
    ),
    Transition(
        EnterAnswerInError,
        by=SENDER,
        from_=Received | Waitlisted,
        guards=(was_answered,),
        fact=answer_in_error,
        to=InformationAwaited,
        evolve=unanswered,
    ),
    Transition(WithdrawReferral, by=SENDER, from_=Undecided, fact=ReferralWithdrawn, to=Withdrawn),
    Transition(
        CancelForPerson,
        by=(SENDER, ADDRESSEE),
        from_=Undecided,
        fact=ReferralCancelledByPerson,
        to=CancelledByPerson,
    ),
    Transition(
        RunClock,
        by=SYSTEM,
        from_=Draft,
        fact=unsent,
        to={**_ASIDE, DraftDiscarded: Discarded},
    ),
    Transition(
        RunClock,
        by=SYSTEM,
        from_=Requested | Delivered,
        fact=unacknowledged,
        to={**_ASIDE, ReferralExpiredUnacknowledged: ExpiredUnacknowledged},
    ),
    Transition(
        RunClock,
        by=SYSTEM,
        from_=Received | Waitlisted,
        fact=undecided,
        to={**_ASIDE, ReferralExpiredUndecided: ExpiredUndecided},
    ),
    Transition(
        RunClock,
        by=SYSTEM,
        from_=DeclineAwaited,
        fact=unconfirmed,
        to={**_ASIDE, ReferralDeclined: Declined},
    ),
    Transition(SupersedeReferral, by=SYSTEM, from_=Undecided, fact=superseded, to=Superseded),
    Transition(
        RevokeReferral,
        by=CUSTODIAN,
        from_=TakenOn | Closed | Failed,
        guards=(is_a_share,),
        fact=ReferralRevoked,
        to=Revoked,
    ),
    Transition(RevokeForConsent, by=SYSTEM, from_=Undecided, fact=ReferralRevoked, to=Revoked),
    Transition(
        RevokeForConsent,
        by=SYSTEM,
        from_=TakenOn | Closed | Failed,
        guards=(is_a_share,),
        fact=ReferralRevoked,
        to=Revoked,
    ),
    *FOLLOWING,
    Transition(
        RateCounterpart,
        by=(SENDER, ADDRESSEE),
        from_=TakenOn | Over,
        guards=(has_not_rated,),
        fact=rated,
        to=STAYS,
        evolve=with_rating,
    ),
    Transition(
        CloseLoop,
        by=SENDER,
        from_=Over,
        guards=(loop_is_open,),
        fact=LoopClosed,
        to=STAYS,
        evolve=with_loop_closed,
    ),
    Transition(
        EnterReferralInError,
        by=SYSTEM,
        from_=Undecided | TakenOn | Closed | Failed,
        fact=ReferralEnteredInError,
        to=InError,
    ),
)

LIFE: Life[Any] = Life(
    TABLE,
    start=NOT_REQUESTED,
    commands=(
        ReferralCommand
        | DraftCommand
        | ReofferReferral
        | AnsweringCommand
        | DecliningCommand
        | MendingCommand
        | AfterwardsCommand
        | ReferralReaction
        | DeliverReferral
        | FollowingReaction
        | RunClock
    ),
    facts=ReferralFact,
    statuses=Referral,
    status_list=REFERRAL_STATUSES,
    refusals={
        NotRequested: ReferralNotFound(),
        # A revocation that followup has not heard of stands.
        (CancelReferral, Revoked): (),
        (AnswerInformation, Requested): InformationNotAwaited(),
        (AnswerInformation, Delivered): InformationNotAwaited(),
        (AnswerInformation, Acknowledged): InformationNotAwaited(),
        (AnswerInformation, Waitlisted): InformationNotAwaited(),
    },
)

"""A referral's life: who may do what in which status, what follows, and the status after it.

``docs/lives.md`` has it as a diagram.
"""

from typing import Any

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
    goes_to_a_registered_one,
    goes_to_another,
    goes_to_one_that_can_take_it,
    is_of_an_open_case,
    names_a_service,
    names_a_topic,
)
from services.referral.ending import (
    CloseReferral,
    EnterReferralInError,
    ReopenReferral,
    RevokeReferral,
    SupersedeReferral,
    is_a_share,
    superseded,
)
from services.referral.leaning import request
from services.referral.mending import (
    CorrectDecline,
    EnterAnswerInError,
    EnterDeclineInError,
    MendingCommand,
    answer_in_error,
    still_offered,
    was_answered,
)
from services.referral.other_referrals import (
    no_other_is_open,
    replaces_what_fell,
    the_case_has_room,
)
from services.referral.referral import (
    Accepted,
    Acknowledged,
    Closed,
    DeclineCorrected,
    Declined,
    DeclineEnteredInError,
    InError,
    InformationAnswered,
    InformationAwaited,
    InformationPartlyAnswered,
    InformationRequested,
    NotRequested,
    Received,
    Referral,
    ReferralAcknowledged,
    ReferralClosed,
    ReferralDeclined,
    ReferralEnteredInError,
    ReferralFact,
    ReferralReopened,
    ReferralRevoked,
    ReferralWithdrawn,
    Requested,
    Revoked,
    Superseded,
    Undecided,
    Withdrawn,
    informed,
    unanswered,
)
from services.referral.refusals import InformationNotAwaited, ReferralNotFound
from shared.kernel.life import Life, Transition
from shared.kernel.roles import SYSTEM
from shared.kernel.statuses import REFERRAL_STATUSES

NOT_REQUESTED = NotRequested()

TABLE = (
    Transition(
        ReferCase,
        by=CUSTODIAN,
        from_=NotRequested,
        guards=(
            is_of_an_open_case,
            the_case_has_room,
            names_a_service,
            goes_to_another,
            goes_to_a_registered_one,
            goes_to_one_that_can_take_it,
            replaces_what_fell,
            no_other_is_open,
        ),
        fact=request,
        to=Requested,
    ),
    Transition(
        AcknowledgeReferral,
        by=ADDRESSEE,
        from_=Requested,
        fact=ReferralAcknowledged,
        to=Acknowledged,
    ),
    Transition(
        RequestInformation,
        by=ADDRESSEE,
        from_=Requested | Acknowledged,
        guards=(names_a_topic,),
        implied=ReferralAcknowledged,
        fact=InformationRequested,
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
        AcceptReferral,
        by=ADDRESSEE,
        from_=Undecided,
        implied=ReferralAcknowledged,
        fact=acceptance,
        to=Accepted,
    ),
    Transition(
        DeclineReferral,
        by=ADDRESSEE,
        from_=Undecided,
        implied=ReferralAcknowledged,
        fact=ReferralDeclined,
        to=Declined,
    ),
    Transition(CorrectDecline, by=ADDRESSEE, from_=Declined, fact=DeclineCorrected, to=Declined),
    Transition(
        EnterDeclineInError,
        by=ADDRESSEE,
        from_=Declined,
        guards=(still_offered,),
        fact=DeclineEnteredInError,
        to=Acknowledged,
    ),
    Transition(
        EnterAnswerInError,
        by=SENDER,
        from_=Received,
        guards=(was_answered,),
        fact=answer_in_error,
        to=InformationAwaited,
        evolve=unanswered,
    ),
    Transition(WithdrawReferral, by=SENDER, from_=Undecided, fact=ReferralWithdrawn, to=Withdrawn),
    Transition(SupersedeReferral, by=SYSTEM, from_=Undecided, fact=superseded, to=Superseded),
    Transition(
        RevokeReferral,
        by=CUSTODIAN,
        from_=Accepted | Closed,
        guards=(is_a_share,),
        fact=ReferralRevoked,
        to=Revoked,
    ),
    Transition(CloseReferral, by=SYSTEM, from_=Accepted, fact=ReferralClosed, to=Closed),
    Transition(ReopenReferral, by=SYSTEM, from_=Closed, fact=ReferralReopened, to=Accepted),
    Transition(
        EnterReferralInError,
        by=SYSTEM,
        from_=Undecided | Accepted | Closed,
        fact=ReferralEnteredInError,
        to=InError,
    ),
)

LIFE: Life[Any] = Life(
    TABLE,
    start=NOT_REQUESTED,
    commands=ReferralCommand | MendingCommand | ReferralReaction,
    facts=ReferralFact,
    statuses=Referral,
    status_list=REFERRAL_STATUSES,
    refusals={
        NotRequested: ReferralNotFound(),
        (AnswerInformation, Requested): InformationNotAwaited(),
        (AnswerInformation, Acknowledged): InformationNotAwaited(),
    },
)

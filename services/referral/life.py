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
    EnterReferralInError,
    ReferCase,
    ReferralCommand,
    RequestInformation,
    WithdrawReferral,
    acceptance,
    answer,
    answers_what_was_asked,
    goes_to_a_registered_one,
    goes_to_another,
    names_a_service,
    names_a_topic,
    no_other_is_open,
    request,
)
from services.referral.mending import (
    CorrectDecline,
    EnterAnswerInError,
    EnterDeclineInError,
    MendingCommand,
    answer_in_error,
    still_offered,
    was_answered,
)
from services.referral.referral import (
    Accepted,
    Acknowledged,
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
    ReferralDeclined,
    ReferralEnteredInError,
    ReferralFact,
    ReferralWithdrawn,
    Requested,
    Undecided,
    Withdrawn,
    informed,
    unanswered,
)
from services.referral.refusals import InformationNotAwaited, ReferralNotFound
from shared.kernel.decider import SYSTEM
from shared.kernel.life import Life, Transition
from shared.kernel.statuses import REFERRAL_STATUSES

NOT_REQUESTED = NotRequested()

TABLE = (
    Transition(
        ReferCase,
        by=CUSTODIAN,
        from_=NotRequested,
        guards=(names_a_service, goes_to_another, goes_to_a_registered_one, no_other_is_open),
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
    Transition(
        EnterReferralInError,
        by=SYSTEM,
        from_=Undecided | Accepted,
        fact=ReferralEnteredInError,
        to=InError,
    ),
)

LIFE: Life[Any] = Life(
    TABLE,
    start=NOT_REQUESTED,
    commands=ReferralCommand | MendingCommand | EnterReferralInError,
    facts=ReferralFact,
    statuses=Referral,
    status_list=REFERRAL_STATUSES,
    refusals={
        NotRequested: ReferralNotFound(),
        (AnswerInformation, Requested): InformationNotAwaited(),
        (AnswerInformation, Acknowledged): InformationNotAwaited(),
    },
)

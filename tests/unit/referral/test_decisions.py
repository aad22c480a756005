"""The rules of answering a referral, one sentence each."""

from collections.abc import Sequence

import pytest

from services.referral.custody import DECIDER
from services.referral.decisions import (
    AcceptReferral,
    AcknowledgeReferral,
    AnswerInformation,
    DeclineReferral,
    RequestInformation,
    WithdrawReferral,
)
from services.referral.mending import CorrectDecline, EnterAnswerInError, EnterDeclineInError
from services.referral.referral_facts import (
    AnswerEnteredInError,
    DeclineCorrected,
    DeclineEnteredInError,
    InformationAnswered,
    InformationPartlyAnswered,
    InformationRequested,
    ReferralAcknowledged,
    ReferralDeclined,
    ReferralEnteredInError,
    ReferralWithdrawn,
)
from services.referral.refusals import (
    AlreadyReferredThere,
    InformationNotAwaited,
    NobodyDecidesTheirOwn,
    NothingNamed,
    NotTheAddressee,
    OfferLapsed,
    TopicNotAnswered,
    TopicNotAwaited,
    TransferAlreadyOpen,
)
from shared.kernel.decider import Command
from shared.kernel.life import NotNow, NotYours
from shared.kernel.refusals import CodeNotKnown
from shared.kernel.value import replace
from tests.personas import AT, COMMISSION, OFFICE, OTHER_REFERRAL, REFERRAL, SHELTER
from tests.referral_facts import ACCEPTED, ANNOUNCED, REQUESTED, TAKEN
from tests.spec import rules

given = rules(DECIDER)

ACKNOWLEDGED = ReferralAcknowledged(REFERRAL)
INFORMATION_REQUESTED = InformationRequested(REFERRAL, ("consent", "payslips"))
PARTLY = InformationPartlyAnswered(REFERRAL, ("consent",), ("payslips",))
ANSWERED = InformationAnswered(REFERRAL, ("payslips",))
DECLINED = ReferralDeclined(REFERRAL, "no-capacity", "receiving-institution")
WITHDRAWN = ReferralWithdrawn(REFERRAL, "need-resolved")

NEW = (TAKEN, REQUESTED)
RECEIVED = (*NEW, ACKNOWLEDGED)
AWAITING = (*RECEIVED, INFORMATION_REQUESTED)

ACKNOWLEDGE = AcknowledgeReferral(by=COMMISSION, at=AT, referral_id=REFERRAL)
REQUEST_INFORMATION = RequestInformation(
    by=COMMISSION, at=AT, referral_id=REFERRAL, topics=("payslips", "consent")
)
ACCEPT = AcceptReferral(by=COMMISSION, at=AT, referral_id=REFERRAL)
DECLINE = DeclineReferral(by=COMMISSION, at=AT, referral_id=REFERRAL, reason="no-capacity")
ANSWER = AnswerInformation(by=OFFICE, at=AT, referral_id=REFERRAL, topics=("consent",))
REST = replace(ANSWER, topics=("payslips",))
WITHDRAW = WithdrawReferral(by=OFFICE, at=AT, referral_id=REFERRAL, reason="need-resolved")

ADDRESSEES = (ACKNOWLEDGE, REQUEST_INFORMATION, ACCEPT, DECLINE)
SENDERS = (ANSWER, WITHDRAW)


def test_the_addressee_acknowledges() -> None:
    given(*NEW).when(ACKNOWLEDGE).then(ACKNOWLEDGED)


@pytest.mark.parametrize(
    ("history", "status"), [(RECEIVED, "acknowledged"), (AWAITING, "information-awaited")]
)
def test_a_referral_is_acknowledged_once(history: Sequence[object], status: str) -> None:
    given(*history).when(ACKNOWLEDGE).refused(NotNow, status=status)


def test_the_addressee_asks_for_information() -> None:
    given(*RECEIVED).when(REQUEST_INFORMATION).then(INFORMATION_REQUESTED)


def test_the_addressee_asks_one_question_at_a_time() -> None:
    given(*AWAITING).when(REQUEST_INFORMATION).refused(NotNow, status="information-awaited")


def test_what_was_asked_is_awaited_until_it_is_answered() -> None:
    given(*AWAITING).when(ANSWER).then(PARTLY)
    given(*AWAITING, PARTLY).when(REST).then(ANSWERED)
    given(*AWAITING, PARTLY).when(ANSWER).refused(TopicNotAwaited, topic="consent")
    given(*AWAITING, PARTLY).when(REQUEST_INFORMATION).refused(NotNow, status="information-awaited")
    given(*AWAITING, PARTLY).when(ACCEPT).then(ACCEPTED, ANNOUNCED)


def test_the_sender_answers_and_the_addressee_may_ask_again() -> None:
    both = InformationAnswered(REFERRAL, ("consent", "payslips"))
    given(*AWAITING).when(replace(ANSWER, topics=("payslips", "consent"))).then(both)
    given(*AWAITING, PARTLY, ANSWERED).when(REQUEST_INFORMATION).then(INFORMATION_REQUESTED)


@pytest.mark.parametrize("history", [NEW, RECEIVED, (*AWAITING, ANSWERED)])
def test_only_what_was_asked_is_answered(history: Sequence[object]) -> None:
    given(*history).when(ANSWER).refused(InformationNotAwaited)


def test_an_answer_keeps_to_the_topics_that_were_asked_for() -> None:
    given(*AWAITING).when(replace(ANSWER, topics=("consent", "health"))).refused(
        TopicNotAwaited, topic="health"
    )


def test_questions_and_answers_name_known_topics() -> None:
    given(*RECEIVED).when(replace(REQUEST_INFORMATION, topics=())).refused(
        NothingNamed, field="topics"
    )
    given(*RECEIVED).when(replace(REQUEST_INFORMATION, topics=("gossip",))).refused(
        CodeNotKnown, field="topics"
    )
    given(*AWAITING).when(replace(ANSWER, topics=())).refused(NothingNamed, field="topics")
    given(*AWAITING).when(replace(ANSWER, topics=("gossip",))).refused(CodeNotKnown)


@pytest.mark.parametrize("history", [RECEIVED, AWAITING, (*AWAITING, ANSWERED)])
def test_a_transfer_moves_custody_at_acceptance(history: Sequence[object]) -> None:
    given(*history).when(ACCEPT).then(ACCEPTED, ANNOUNCED)


def test_a_share_leaves_custody_where_it_is() -> None:
    given(TAKEN, replace(REQUESTED, kind="share"), ACKNOWLEDGED).when(ACCEPT).then(
        replace(ACCEPTED, kind="share", custodian=OFFICE.institution)
    )


@pytest.mark.parametrize("history", [RECEIVED, AWAITING])
def test_the_addressee_declines_with_a_reason_and_its_class(history: Sequence[object]) -> None:
    given(*history).when(DECLINE).then(DECLINED)


def test_an_answer_of_any_kind_implies_an_acknowledgement() -> None:
    given(*NEW).when(ACCEPT).then(ACKNOWLEDGED, ACCEPTED, ANNOUNCED)
    given(*NEW).when(DECLINE).then(ACKNOWLEDGED, DECLINED)
    given(*NEW).when(REQUEST_INFORMATION).then(ACKNOWLEDGED, INFORMATION_REQUESTED)


@pytest.mark.parametrize("history", [NEW, RECEIVED, AWAITING])
def test_the_sender_withdraws_while_it_is_open(history: Sequence[object]) -> None:
    given(*history).when(WITHDRAW).then(WITHDRAWN)


def test_reasons_stand_in_their_lists() -> None:
    given(*RECEIVED).when(replace(DECLINE, reason="mood")).refused(CodeNotKnown, field="reason")
    given(*RECEIVED).when(replace(WITHDRAW, reason="mood")).refused(CodeNotKnown, field="reason")


@pytest.mark.parametrize("command", ADDRESSEES)
def test_only_the_addressee_decides(command: Command) -> None:
    given(*RECEIVED).when(replace(command, by=SHELTER)).refused(NotTheAddressee)


@pytest.mark.parametrize("command", ADDRESSEES)
def test_nobody_decides_their_own(command: Command) -> None:
    given(*RECEIVED).when(replace(command, by=OFFICE)).refused(NobodyDecidesTheirOwn)


@pytest.mark.parametrize("command", SENDERS)
@pytest.mark.parametrize("stranger", [COMMISSION, SHELTER])
def test_only_the_sender_informs_and_withdraws(command: Command, stranger: object) -> None:
    given(*AWAITING).when(replace(command, by=stranger)).refused(NotYours, by=("sender",))


@pytest.mark.parametrize("command", [*ADDRESSEES, *SENDERS])
@pytest.mark.parametrize(
    ("ending", "status"),
    [
        (ACCEPTED, "accepted"),
        (DECLINED, "declined"),
        (WITHDRAWN, "withdrawn"),
        (ReferralEnteredInError(REFERRAL), "entered-in-error"),
    ],
)
def test_a_referral_that_ended_takes_nothing_more(
    command: Command, ending: object, status: str
) -> None:
    given(*RECEIVED, ending).when(command).refused(NotNow, status=status)


# --- mistakes are mended --------------------------------------------------------------------

CORRECT = CorrectDecline(by=COMMISSION, at=AT, referral_id=REFERRAL, reason="outside-mandate")
VOID = EnterDeclineInError(by=COMMISSION, at=AT, referral_id=REFERRAL, reason="other")
VOIDED = DeclineEnteredInError(REFERRAL, "other")
UNANSWER = EnterAnswerInError(
    by=OFFICE, at=AT, referral_id=REFERRAL, topics=("consent",), reason="did-not-happen"
)
UNANSWERED = AnswerEnteredInError(REFERRAL, ("consent",), "did-not-happen", ("consent", "payslips"))
REJECTED = (*RECEIVED, DECLINED)
ANOTHER = replace(REQUESTED, referral_id=OTHER_REFERRAL)


def test_the_addressee_corrects_the_reason_of_its_decline() -> None:
    corrected = DeclineCorrected(REFERRAL, "outside-mandate", "receiving-institution")
    given(*REJECTED).when(CORRECT).then(corrected)
    given(*REJECTED, corrected).when(ACCEPT).refused(NotNow, status="declined")


def test_a_decline_in_error_leaves_the_referral_undecided_again() -> None:
    given(*REJECTED).when(VOID).then(VOIDED)
    given(*REJECTED, VOIDED).when(ACCEPT).then(ACCEPTED, ANNOUNCED)
    given(*REJECTED, VOIDED).when(VOID).refused(NotNow, status="acknowledged")


@pytest.mark.parametrize("command", [CORRECT, VOID])
def test_only_whoever_declined_mends_the_decline(command: Command) -> None:
    given(*REJECTED).when(replace(command, by=OFFICE)).refused(NobodyDecidesTheirOwn)
    given(*REJECTED).when(replace(command, by=SHELTER)).refused(NotTheAddressee)
    for ending in (WITHDRAWN, ACCEPTED):
        given(*RECEIVED, ending).when(command).refused(NotNow)


def test_a_decline_stays_if_the_referral_could_not_be_made_again() -> None:
    given(*REJECTED, ANOTHER).when(VOID).refused(AlreadyReferredThere)
    elsewhere = replace(ANOTHER, addressee=SHELTER.institution)
    given(*REJECTED, elsewhere).when(VOID).refused(TransferAlreadyOpen)
    given(*REJECTED, replace(elsewhere, kind="share")).when(VOID).then(VOIDED)


def test_a_decline_stays_once_the_case_went_to_somebody_else() -> None:
    elsewhere = replace(ANOTHER, addressee=SHELTER.institution)
    moved = replace(
        ACCEPTED,
        referral_id=OTHER_REFERRAL,
        addressee=SHELTER.institution,
        custodian=SHELTER.institution,
    )
    received = ReferralAcknowledged(OTHER_REFERRAL)
    given(*REJECTED, elsewhere, received, moved).when(VOID).refused(OfferLapsed)


def test_an_answer_in_error_is_awaited_again() -> None:
    answered = InformationAnswered(REFERRAL, ("consent", "payslips"))
    given(*AWAITING, PARTLY).when(UNANSWER).then(UNANSWERED)
    given(*AWAITING, answered).when(UNANSWER).then(replace(UNANSWERED, awaited=("consent",)))
    given(*AWAITING, PARTLY, UNANSWERED).when(ANSWER).then(PARTLY)
    given(*AWAITING, PARTLY, UNANSWERED).when(UNANSWER).refused(TopicNotAnswered, topic="consent")


def test_only_an_answer_that_was_given_is_entered_in_error() -> None:
    given(*AWAITING).when(UNANSWER).refused(TopicNotAnswered, topic="consent")
    given(*AWAITING, PARTLY).when(replace(UNANSWER, topics=())).refused(NothingNamed)
    given(*AWAITING, PARTLY).when(replace(UNANSWER, by=COMMISSION)).refused(NotYours)
    given(*AWAITING, PARTLY, DECLINED).when(UNANSWER).refused(NotNow, status="declined")

"""The rules of a follow-up, one sentence each."""

from datetime import date
from decimal import Decimal

import pytest

from services.followup import decisions, followup
from services.followup.amounts import (
    AmountAndCurrencyTogether,
    AmountBelowZero,
    AmountNotANumber,
    AmountTooFine,
    OutcomeNeedsAmount,
    OutcomeTakesNoAmount,
)
from services.followup.life import DECIDER
from services.followup.refusals import FollowUpNotOpened
from shared.kernel.decider import Command
from shared.kernel.life import NotNow, NotYours
from shared.kernel.refusals import CodeNotKnown, ReactionOnly
from shared.kernel.value import replace
from tests.personas import AT, CASE, COMMISSION, OFFICE, REFERRAL, SYSTEM
from tests.spec import rules

given = rules(DECIDER)

OPENED = followup.FollowUpOpened(
    referral_id=REFERRAL,
    case_id=CASE,
    institution=COMMISSION.institution,
    sender=OFFICE.institution,
    kind="transfer",
    programme="mx-labour-protection",
    subdivision="MX-CHH",
)
CONTACT = followup.ContactRecorded(REFERRAL, "telephone")
SERVICE = followup.ServiceDelivered(REFERRAL, "legal-advice")
OUTCOME = followup.OutcomeRecorded(
    referral_id=REFERRAL,
    outcome="payment",
    outcome_class="favourable",
    amount=Decimal("1234.50"),
    currency="MXN",
    on=date(2026, 5, 4),
)
CLOSED = followup.FollowUpClosed(REFERRAL, "payment", "favourable")
REOPENED = followup.FollowUpReopened(REFERRAL, "new-facts")
IN_ERROR = followup.FollowUpEnteredInError(REFERRAL)
REVOKED = followup.FollowUpRevoked(REFERRAL)

OPEN = decisions.OpenFollowUp(
    by=SYSTEM,
    at=AT,
    referral_id=REFERRAL,
    case_id=CASE,
    institution=COMMISSION.institution,
    sender=OFFICE.institution,
    kind="transfer",
    programme="mx-labour-protection",
    subdivision="MX-CHH",
)
CALL = decisions.RecordContact(by=COMMISSION, at=AT, channel="telephone")
SERVE = decisions.RecordServiceDelivered(by=COMMISSION, at=AT, service="legal-advice")
RESULT = decisions.RecordOutcome(
    by=COMMISSION,
    at=AT,
    outcome="payment",
    amount=Decimal("1234.50"),
    currency="MXN",
    on=date(2026, 5, 4),
)
CLOSE = decisions.CloseFollowUp(by=COMMISSION, at=AT, outcome="payment")
REOPEN = decisions.ReopenFollowUp(by=COMMISSION, at=AT, reason="new-facts")
VOID = decisions.EnterFollowUpInError(by=SYSTEM, at=AT)
REVOKE = decisions.RevokeFollowUp(by=SYSTEM, at=AT)

HOLD = decisions.PutFollowUpOnHold(by=COMMISSION, at=AT, reason="other")
RESUME = decisions.ResumeFollowUp(by=COMMISSION, at=AT)
HELD, RESUMED = followup.FollowUpPutOnHold(REFERRAL, "other"), followup.FollowUpResumed(REFERRAL)

WORK = (CALL, SERVE, RESULT, CLOSE, REOPEN, HOLD, RESUME)


def test_a_follow_up_opens_when_a_referral_is_accepted() -> None:
    given().when(OPEN).then(OPENED)


@pytest.mark.parametrize("later", [(), (CLOSED,), (IN_ERROR,)])
def test_an_acceptance_that_arrives_again_adds_nothing(later: tuple[object, ...]) -> None:
    given(OPENED, *later).when(OPEN).then_nothing_new()


def test_only_the_system_opens_and_voids() -> None:
    given().when(replace(OPEN, by=COMMISSION)).refused(ReactionOnly)
    given(OPENED).when(replace(VOID, by=COMMISSION)).refused(ReactionOnly)


def test_contacts_services_and_outcomes_are_recorded() -> None:
    given(OPENED).when(CALL).then(CONTACT)
    given(OPENED).when(SERVE).then(SERVICE)
    given(OPENED).when(RESULT).then(OUTCOME)


def test_a_close_carries_an_outcome() -> None:
    given(OPENED).when(CLOSE).then(CLOSED)


def test_what_is_closed_is_reopened_with_a_reason() -> None:
    given(OPENED, CLOSED).when(REOPEN).then(REOPENED)
    given(OPENED, CLOSED, REOPENED).when(CALL).then(CONTACT)


def test_what_is_on_hold_is_resumed_and_keeps_its_work() -> None:
    given(OPENED, CONTACT).when(HOLD).then(HELD)
    given(OPENED, CONTACT, HELD).when(RESUME).then(RESUMED)
    given(OPENED, CONTACT, HELD, RESUMED).remembers(followup.Open(OPENED, contacts=1))


def test_what_is_open_cannot_be_reopened() -> None:
    given(OPENED).when(REOPEN).refused(NotNow, status="open")


@pytest.mark.parametrize("command", [CALL, SERVE, RESULT, CLOSE])
def test_what_is_closed_is_reopened_first(command: Command) -> None:
    given(OPENED, CLOSED).when(command).refused(NotNow, status="closed")


@pytest.mark.parametrize("command", WORK)
def test_there_is_no_work_before_a_referral_is_accepted(command: Command) -> None:
    given().when(command).refused(FollowUpNotOpened)


@pytest.mark.parametrize("command", WORK)
@pytest.mark.parametrize("later", [(), (CLOSED,)])
def test_only_the_institution_that_accepted_follows_up(
    command: Command, later: tuple[object, ...]
) -> None:
    given(OPENED, *later).when(replace(command, by=OFFICE)).refused(NotYours, by=("follower",))


@pytest.mark.parametrize("later", [(), (CLOSED,)])
def test_a_follow_up_falls_with_its_case(later: tuple[object, ...]) -> None:
    given(OPENED, *later).when(VOID).then(IN_ERROR)


def test_what_was_never_opened_cannot_fall_and_nothing_falls_twice() -> None:
    given().when(VOID).then_nothing_new()
    given(OPENED, IN_ERROR).when(VOID).then_nothing_new()


@pytest.mark.parametrize("command", WORK)
def test_a_follow_up_in_error_takes_nothing_more(command: Command) -> None:
    given(OPENED, IN_ERROR).when(command).refused(NotNow, status="entered-in-error")


@pytest.mark.parametrize("later", [(), (CLOSED,), (HELD,)])
def test_a_follow_up_ends_when_its_share_is_revoked(later: tuple[object, ...]) -> None:
    given(OPENED, *later).when(REVOKE).then(REVOKED)


@pytest.mark.parametrize("command", WORK)
def test_a_revoked_follow_up_takes_nothing_more(command: Command) -> None:
    given(OPENED, REVOKED).when(command).refused(NotNow, status="revoked")
    given(OPENED, CLOSED, REVOKED).when(command).refused(NotNow, status="revoked")


def test_a_revocation_that_arrives_again_or_without_an_acceptance_adds_nothing() -> None:
    given(OPENED, REVOKED).when(REVOKE).then_nothing_new()
    given().when(REVOKE).then_nothing_new()
    given(OPENED).when(replace(REVOKE, by=COMMISSION)).refused(ReactionOnly)


def test_memory_keeps_what_was_done_before_the_share_was_revoked() -> None:
    work = followup.Open(opening=OPENED, contacts=1)
    given(OPENED, CONTACT, REVOKED).remembers(followup.Revoked(work=work, outcome=None))
    given(OPENED, CONTACT, CLOSED, REVOKED).remembers(
        followup.Revoked(work=work, outcome="payment")
    )


def test_every_code_stands_in_its_list() -> None:
    given(OPENED).when(replace(CALL, channel="pigeon")).refused(CodeNotKnown, field="channel")
    given(OPENED).when(replace(SERVE, service="magic")).refused(CodeNotKnown, field="service")
    given(OPENED).when(replace(RESULT, outcome="joy")).refused(CodeNotKnown, field="outcome")
    given(OPENED).when(replace(RESULT, currency="mxn")).refused(CodeNotKnown, field="currency")
    given(OPENED).when(replace(CLOSE, outcome="joy")).refused(CodeNotKnown, field="outcome")
    given(OPENED, CLOSED).when(replace(REOPEN, reason="joy")).refused(CodeNotKnown, field="reason")


def test_an_outcome_without_an_amount_has_none() -> None:
    command = decisions.RecordOutcome(by=COMMISSION, at=AT, outcome="placement")
    given(OPENED).when(command).then(
        followup.OutcomeRecorded(
            referral_id=REFERRAL,
            outcome="placement",
            outcome_class="favourable",
            amount=None,
            currency=None,
            on=None,
        )
    )


def test_amount_and_currency_go_together() -> None:
    given(OPENED).when(replace(RESULT, amount=None)).refused(
        AmountAndCurrencyTogether, field="amount"
    )
    given(OPENED).when(replace(RESULT, currency=None)).refused(
        AmountAndCurrencyTogether, field="currency"
    )


def test_only_an_outcome_about_money_takes_an_amount() -> None:
    given(OPENED).when(replace(RESULT, outcome="placement")).refused(
        OutcomeTakesNoAmount, outcome="placement"
    )


def test_a_payment_says_how_much() -> None:
    given(OPENED).when(replace(RESULT, amount=None, currency=None)).refused(
        OutcomeNeedsAmount, outcome="payment"
    )


@pytest.mark.parametrize(
    ("given_as", "kept_as"),
    [("0", "0"), ("-0", "0"), ("1E+3", "1000"), ("560.00", "560.00"), ("0.0001", "0.0001")],
)
def test_an_amount_is_kept_exactly_and_written_plainly(given_as: str, kept_as: str) -> None:
    decision = given(OPENED).when(replace(RESULT, amount=Decimal(given_as))).decision
    assert isinstance(decision, tuple)
    assert str(decision[0].amount) == kept_as


def test_the_largest_amount_is_kept_to_the_last_digit() -> None:
    largest = Decimal("999999999999999.9999")
    given(OPENED).when(replace(RESULT, amount=largest)).then(replace(OUTCOME, amount=largest))


def test_an_amount_is_zero_or_more() -> None:
    given(OPENED).when(replace(RESULT, amount=Decimal("-0.01"))).refused(AmountBelowZero)


def test_an_amount_has_at_most_four_decimals() -> None:
    given(OPENED).when(replace(RESULT, amount=Decimal("1.00001"))).refused(AmountTooFine)


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-Infinity", "1E15", "1E+999999"])
def test_an_amount_is_a_number_of_this_world(amount: str) -> None:
    given(OPENED).when(replace(RESULT, amount=Decimal(amount))).refused(AmountNotANumber)


def test_memory_keeps_how_far_it_got() -> None:
    work = followup.Open(
        opening=OPENED, contacts=1, services=("legal-advice",), outcomes=(OUTCOME,)
    )
    history = (OPENED, CONTACT, SERVICE, OUTCOME)
    given(*history).remembers(work)
    given(*history, CLOSED).remembers(followup.Closed(work=work, outcome="payment"))
    given(*history, CLOSED, REOPENED).remembers(work)


def test_memory_keeps_what_was_done_before_the_case_turned_out_an_error() -> None:
    work = followup.Open(
        opening=OPENED, contacts=1, services=("legal-advice",), outcomes=(OUTCOME,)
    )
    history = (OPENED, CONTACT, SERVICE, OUTCOME)
    given(*history, CLOSED, IN_ERROR).remembers(followup.InError(work=work, outcome="payment"))
    given(*history, IN_ERROR).remembers(followup.InError(work=work, outcome=None))


def test_memory_judges_nothing() -> None:
    given(CONTACT).remembers(followup.NotOpened())
    given(IN_ERROR).remembers(followup.NotOpened())
    given(OPENED, REOPENED).remembers(followup.Open(opening=OPENED))

"""The rules of a follow-up, one sentence each."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.followup import decisions, followup
from services.followup.amounts import (
    AmountAboveCeiling,
    AmountAndCurrencyTogether,
    AmountBelowZero,
    AmountNotANumber,
    AmountTooFine,
    OutcomeNeedsAmount,
    OutcomeTakesNoAmount,
    above_ceiling,
)
from services.followup.life import DECIDER
from services.followup.refusals import FollowUpNotOpened, NothingToMend, NotYetInEffect
from shared.kernel.codes import codes
from shared.kernel.decider import Actor, Command
from shared.kernel.life import NotNow, NotYours
from shared.kernel.record import Source
from shared.kernel.refusals import CodeNotKnown, ReactionOnly
from shared.kernel.roles import SUPERVISOR
from shared.kernel.times import Place
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

SUPERVISING = Actor(COMMISSION.institution, SUPERVISOR, COMMISSION.subject)
IMPORTED = Source("us-wage-claims/1", "public-source")
AWARDED = ("award", "favourable", Decimal("99.50"), "USD", None)
CORRECT = decisions.CorrectOutcome(
    by=COMMISSION, at=AT, replaces=2, outcome="award", amount=Decimal("99.50"), currency="USD"
)
_MEND: dict[str, Any] = {"by": COMMISSION, "at": AT, "replaces": 2}
MENDING: tuple[decisions.MendingCommand, ...] = (
    decisions.CorrectContact(**_MEND, channel="in-person"),
    decisions.EnterContactInError(**_MEND, reason="wrong-case"),
    decisions.CorrectService(**_MEND, service="shelter"),
    decisions.EnterServiceInError(**_MEND, reason="wrong-case"),
    CORRECT,
    decisions.EnterOutcomeInError(**_MEND, reason="wrong-case"),
)
WORK = (CALL, SERVE, RESULT, CLOSE, REOPEN, HOLD, RESUME, *MENDING)


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


def test_a_close_carries_an_outcome_and_perhaps_no_date() -> None:
    for undated in (False, True):
        closed = replace(CLOSED, undated=undated)
        given(OPENED).when(replace(CLOSE, undated=undated)).then(closed)


def test_what_is_closed_is_reopened_with_a_reason() -> None:
    given(OPENED, CLOSED).when(REOPEN).then(REOPENED)
    given(OPENED, CLOSED, REOPENED).when(CALL).then(CONTACT)


def test_what_is_on_hold_is_resumed_and_keeps_its_work() -> None:
    given(OPENED, CONTACT).when(HOLD).then(HELD)
    given(OPENED, CONTACT, HELD).when(RESUME).then(RESUMED)
    given(OPENED, CONTACT, HELD, RESUMED).remembers(followup.Open(OPENED, 4, {2: CONTACT}))


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
    work = followup.Open(opening=OPENED, version=2, items={2: CONTACT})
    given(OPENED, CONTACT, REVOKED).remembers(followup.Revoked(work, 3, outcome=None))
    given(OPENED, CONTACT, CLOSED, REVOKED).remembers(followup.Revoked(work, 4, outcome="payment"))


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
    command = replace(RESULT, by=SUPERVISING, amount=largest)
    given(OPENED).when(command).then(replace(OUTCOME, amount=largest))


def test_only_a_supervisor_records_more_than_a_currencys_ceiling() -> None:
    most, more = Decimal(20000000), Decimal("20000000.0001")
    given(OPENED).when(replace(RESULT, amount=most)).then(replace(OUTCOME, amount=most))
    command = replace(RESULT, amount=more)
    given(OPENED).when(command).refused(AmountAboveCeiling, ceiling=most, currency="MXN")
    given(OPENED, OUTCOME).when(replace(CORRECT, amount=more)).refused(AmountAboveCeiling)
    given(OPENED).when(replace(command, by=SUPERVISING)).then(replace(OUTCOME, amount=more))


def test_every_currency_has_a_ceiling() -> None:
    for currency in codes("currencies"):
        assert above_ceiling(Decimal(100000), currency) is None
        assert isinstance(above_ceiling(Decimal("1e9"), currency), AmountAboveCeiling)


def test_an_outcome_takes_effect_by_the_day_on_which_it_happened_there() -> None:
    tomorrow = date(2026, 5, 5)  # in UTC it is that day already
    given(OPENED).when(replace(RESULT, on=tomorrow)).refused(NotYetInEffect, field="on")
    given(OPENED, OUTCOME).when(replace(CORRECT, on=tomorrow)).refused(NotYetInEffect)
    given(OPENED).when(replace(RESULT, on=None)).then(replace(OUTCOME, on=None))


def test_imported_history_is_kept_as_its_file_says() -> None:
    command = replace(RESULT, amount=Decimal("1e9"), on=date(2027, 1, 1), imported=IMPORTED)
    kept = replace(OUTCOME, amount=Decimal(1_000_000_000), on=date(2027, 1, 1))
    given(OPENED).when(command).then(kept)


def test_an_amount_is_zero_or_more() -> None:
    given(OPENED).when(replace(RESULT, amount=Decimal("-0.01"))).refused(AmountBelowZero)


def test_an_amount_has_at_most_four_decimals() -> None:
    given(OPENED).when(replace(RESULT, amount=Decimal("1.00001"))).refused(AmountTooFine)


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-Infinity", "1E15", "1E+999999"])
def test_an_amount_is_a_number_of_this_world(amount: str) -> None:
    given(OPENED).when(replace(RESULT, amount=Decimal(amount))).refused(AmountNotANumber)


@pytest.mark.parametrize(
    ("recorded", "corrected", "correction"),
    [
        (CONTACT, followup.ContactCorrected(REFERRAL, 2, "in-person"), "CorrectContact"),
        (SERVICE, followup.ServiceCorrected(REFERRAL, 2, "shelter"), "CorrectService"),
        (OUTCOME, followup.OutcomeCorrected(REFERRAL, 2, *AWARDED), "CorrectOutcome"),
    ],
)
@pytest.mark.parametrize("later", [(), (HELD,), (CLOSED,)])
def test_what_was_recorded_wrongly_is_corrected_and_counts_once(
    recorded: object, corrected: object, correction: str, later: tuple[object, ...]
) -> None:
    command = {type(each).__name__: each for each in MENDING}[correction]
    given(OPENED, recorded, *later).when(command).then(corrected)
    version = 3 + len(later)
    work = given(OPENED, recorded, *later, corrected).state.work
    assert work.items == {version: corrected}
    again = replace(command, replaces=version)
    decision = given(OPENED, recorded, *later, corrected).when(again).decision
    assert decision == (replace(corrected, replaces=version),)  # type: ignore[type-var]


@pytest.mark.parametrize(
    ("recorded", "voided", "voiding"),
    [
        (CONTACT, followup.ContactEnteredInError(REFERRAL, 2, "wrong-case"), "EnterContactInError"),
        (SERVICE, followup.ServiceEnteredInError(REFERRAL, 2, "wrong-case"), "EnterServiceInError"),
        (OUTCOME, followup.OutcomeEnteredInError(REFERRAL, 2, "wrong-case"), "EnterOutcomeInError"),
    ],
)
@pytest.mark.parametrize("later", [(), (HELD,), (CLOSED,)])
def test_what_did_not_happen_is_entered_in_error_and_counts_no_more(
    recorded: object, voided: object, voiding: str, later: tuple[object, ...]
) -> None:
    command = {type(each).__name__: each for each in MENDING}[voiding]
    given(OPENED, recorded, *later).when(command).then(voided)
    assert given(OPENED, recorded, *later, voided).state.work.items == {}


@pytest.mark.parametrize("command", MENDING)
def test_what_is_replaced_is_there_of_that_kind_and_still_counts(command: Command) -> None:
    given(OPENED).when(command).refused(NothingToMend)
    others = [each for each in (CONTACT, SERVICE, OUTCOME) if _kind(each) not in _kind(command)]
    for other in others:
        given(OPENED, other).when(command).refused(NothingToMend)
    for recorded in (CONTACT, SERVICE, OUTCOME):
        if _kind(recorded) in _kind(command):
            once = given(OPENED, recorded).when(command).decision
            assert isinstance(once, tuple)
            given(OPENED, recorded, *once).when(command).refused(NothingToMend)


def test_what_was_mended_while_it_was_closed_is_there_once_it_is_reopened() -> None:
    voided = followup.OutcomeEnteredInError(REFERRAL, 2, "wrong-case")
    given(OPENED, OUTCOME, CLOSED, voided, REOPENED).remembers(followup.Open(OPENED, 5))


def test_contacts_come_in_any_order_and_what_mends_one_after_all_that_is_there() -> None:
    assert DECIDER.place_of(CONTACT) == Place(turns=False, adds=True)
    assert DECIDER.place_of(followup.ContactCorrected(REFERRAL, 2, "telephone")) == Place(
        turns=False
    )
    assert DECIDER.place_of(CLOSED) == Place()


def test_memory_keeps_how_far_it_got() -> None:
    items: dict[int, followup.Item] = {2: CONTACT, 3: SERVICE, 4: OUTCOME}
    history = (OPENED, CONTACT, SERVICE, OUTCOME)
    work = followup.Open(OPENED, 4, items)
    given(*history).remembers(work)
    given(*history, CLOSED).remembers(followup.Closed(work=work, version=5, outcome="payment"))
    given(*history, CLOSED, REOPENED).remembers(followup.Open(OPENED, 6, items))


def test_memory_keeps_what_was_done_before_the_case_turned_out_an_error() -> None:
    work = followup.Open(OPENED, 4, {2: CONTACT, 3: SERVICE, 4: OUTCOME})
    history = (OPENED, CONTACT, SERVICE, OUTCOME)
    in_error = followup.InError(work=work, version=6, outcome="payment")
    given(*history, CLOSED, IN_ERROR).remembers(in_error)
    given(*history, IN_ERROR).remembers(replace(in_error, version=5, outcome=None))


def test_memory_judges_nothing() -> None:
    given(CONTACT).remembers(followup.NotOpened())
    given(IN_ERROR).remembers(followup.NotOpened())
    given(OPENED, REOPENED).remembers(followup.Open(OPENED, 2))
    unknown = followup.ContactEnteredInError(REFERRAL, 9, "wrong-case")
    given(OPENED, CONTACT, unknown).remembers(followup.Open(OPENED, 3, {2: CONTACT}))


def _kind(one: object) -> str:
    """Contact, Service or Outcome, with what else the name says."""
    return re.sub(r"^(Contact|Service|Outcome)(Recorded|Delivered)", r"\1", type(one).__name__)

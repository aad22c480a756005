"""A newer file of the same source: what becomes of the cases of an older one."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

import pytest

from services.followup import followup, life
from services.followup.decisions import (
    CorrectOutcome,
    RecordContact,
    RecordOutcome,
    ReopenFollowUp,
)
from services.intake import case as intake
from services.intake.decisions import CorrectCase
from services.operator.importer.run.case_record import Closing
from services.operator.importer.run.decided_commands import ByService, RuleRefuses
from services.operator.importer.run.three_way_merge import Verdict, verdict
from services.operator.importer.run.updated_case import Contested, UpdateCommands
from services.referral import custody, custody_states
from services.referral.closing import CloseCase
from services.referral.decisions import AcceptReferral, ReferCase
from shared.kernel.ids import new_id
from tests.unit.importing.offices import Imported, file_of, importing

OPEN = {"date_opened": "2024-01-02"}
CLOSED = {**OPEN, "date_closed": "2024-06-03"}
PAID = {**CLOSED, "amount_assessed": "70", "amount_paid": "60"}
HALF = {**CLOSED, "amount_assessed": "70", "amount_paid": "35"}
AS_CLAIMED = {**CLOSED, "amount_assessed": "70", "amount_paid": "70"}


@pytest.fixture
def office() -> Iterator[Imported]:
    with importing() as made:
        yield made


def changes(found: object) -> dict[str, int]:
    assert isinstance(found, UpdateCommands), found
    return dict(found.changes)


def outcomes(office: Imported, **cells: str) -> list[tuple[str, object]]:
    state = office.services["followup"].state(life.DECIDER, office.row(**cells).referral_id)
    return [(o.outcome, o.amount) for o in state.work.counted(*followup.OUTCOME).values()]


def test_an_open_claim_is_closed_with_what_came_of_it(office: Imported) -> None:
    row = office.imports(**OPEN)
    folio = office.services["intake"].state(intake.DECIDER, row.case_id).folio
    assert changes(office.updates(**PAID)) == {"recorded": 2, "closed": 1}
    assert outcomes(office, **PAID) == [("award", 70), ("payment", 60)]
    after = office.services["intake"].state(intake.DECIDER, row.case_id)
    held = office.services["referral"].state(custody.DECIDER, row.case_id)
    assert (after.folio, after.custody.custodian) == (folio, "us-ks-wage-claims")
    assert isinstance(held, custody_states.ClosedCase)
    assert [r.status for r in held.referrals.values()] == ["closed"]
    at = {f.meta.happened_at.date().isoformat() for f in office.record(row).all()}
    assert at == {"2024-01-02", "2024-06-03"}


def test_whatever_was_done_to_the_first_file_it_leads_to_the_same_as_the_second_alone(
    office: Imported,
) -> None:
    steps = [OPEN, PAID, HALF, AS_CLAIMED, CLOSED, OPEN, AS_CLAIMED, HALF, PAID]
    office.imports(case_uuid="old", **steps[0])
    for step in steps[1:]:
        assert office.updates(case_uuid="old", **step) is not None
        new = office.imports(case_uuid=f"new-{steps.index(step)}-{new_id()}", **step)
        old = office.row(case_uuid="old", **step)
        assert office.as_it_stands(old) == office.as_it_stands(new)
        assert office.updates(case_uuid="old", **step) is None


def test_equal_fields_make_no_fact(office: Imported) -> None:
    row = office.imports(**PAID)
    before = office.names(row)
    assert office.updates(**{**PAID, "amount_paid": "60.00"}) is None
    assert office.names(row) == before


def test_an_amount_that_changed_is_corrected_and_nothing_else(office: Imported) -> None:
    row = office.imports(**PAID)
    before = len(office.names(row))
    assert changes(office.updates(**HALF)) == {"mended": 1}
    assert office.names(row)[before:] == ["outcome-corrected"]
    assert outcomes(office, **HALF) == [("award", 70), ("payment", 35)]


def test_a_payment_that_has_reached_what_was_claimed_is_another_outcome(office: Imported) -> None:
    office.imports(**HALF)
    assert changes(office.updates(**AS_CLAIMED)) == {"voided": 1, "recorded": 1}
    assert outcomes(office, **AS_CLAIMED) == [("award", 70), ("payment-as-claimed", 70)]


def test_a_date_of_closing_that_changed_is_the_one_that_counts(office: Imported) -> None:
    row = office.imports(**PAID)
    for later in ("2024-07-04", "2024-05-01"):
        cells = {**PAID, "date_closed": later}
        assert changes(office.updates(**cells)) == {"mended": 2, "closed": 1}
        closing = office.record(row).closing()
        assert closing.now.at.date().isoformat() == later
        reopened = [e.by for e in closing.entries if e.value is None]
        assert reopened[-1].meta.happened_at <= closing.now.at


def test_a_description_is_corrected_by_whoever_answers_for_the_case(office: Imported) -> None:
    row = office.imports(**OPEN)
    assert changes(office.updates(date_opened="2024-01-05")) == {"corrected": 1}
    fact = office.record(row).registered[-1]
    assert (fact.name, fact.meta.institution) == ("case-corrected", "us-ks-wage-claims")
    assert fact.fact.changed == ("opened_at",)
    assert (file_of(fact), fact.meta.subject) == ("second", "import:us-wage-claims")


def test_what_somebody_corrected_here_stays_where_the_file_says_the_same_as_before(
    office: Imported,
) -> None:
    row = office.imports(**PAID)
    number = next(iter(office.record(row).work(row.referral_id).items))
    office.does("followup", CorrectOutcome, row, replaces=number, outcome="award",
                amount=Decimal(90), currency="USD")  # fmt: skip
    assert changes(office.updates(**HALF)) == {"mended": 1}
    assert outcomes(office, **HALF) == [("award", 90), ("payment", 35)]


def test_what_the_file_and_somebody_here_have_both_changed_is_left_whole(office: Imported) -> None:
    row = office.imports(**PAID)
    number = next(iter(office.record(row).work(row.referral_id).items))
    office.does("followup", CorrectOutcome, row, replaces=number, outcome="award",
                amount=Decimal(90), currency="USD")  # fmt: skip
    before = office.names(row)
    both = {**HALF, "amount_assessed": "80"}
    assert office.updates(**both) == Contested(["amount"])
    assert office.names(row) == before


def test_a_description_that_both_changed_is_told_by_its_field(office: Imported) -> None:
    row = office.imports(**OPEN)
    state = office.services["intake"].state(intake.DECIDER, row.case_id)
    office.does("intake", CorrectCase, row, correction_id=new_id(), subdivision="US-MO",
                municipality=None, channel=state.channel, opened_at=None)  # fmt: skip
    found = office.updates(date_opened="2024-01-05", state_name="Kansas")
    assert found == Contested(["opened_at"])


def test_what_somebody_here_recorded_is_no_business_of_the_file(office: Imported) -> None:
    row = office.imports(**OPEN)
    office.does("followup", RecordOutcome, row, outcome="agreement")
    office.does("followup", RecordContact, row, channel="telephone")
    assert changes(office.updates(**PAID)) == {"recorded": 2, "closed": 1}
    assert outcomes(office, **PAID) == [("agreement", None), ("award", 70), ("payment", 60)]


def test_an_outcome_that_somebody_here_recorded_already_does_not_come_to_stand_twice(
    office: Imported,
) -> None:
    row = office.imports(**OPEN)
    said = [keyed.command for keyed in office.row(**PAID).by_service["followup"]]
    paid = next(one for one in said if getattr(one, "outcome", None) == "payment")
    assert isinstance(paid, RecordOutcome)
    office.does("followup", RecordOutcome, row, outcome="payment", amount=paid.amount,
                currency=paid.currency, on=paid.on)  # fmt: skip
    assert changes(office.updates(**PAID)) == {"recorded": 1, "closed": 1}
    assert outcomes(office, **PAID) == [("payment", paid.amount), ("award", 70)]
    assert office.updates(**PAID) is None


@pytest.mark.parametrize("before", [OPEN, HALF])
def test_where_somebody_here_recorded_another_outcome_of_the_kind_the_case_is_left(
    office: Imported, before: dict[str, str]
) -> None:
    row = office.imports(**before)
    if before is HALF:
        office.does("followup", ReopenFollowUp, row, reason="closed-in-error")
    office.does("followup", RecordOutcome, row, outcome="payment", amount=Decimal(35),
                currency="USD")  # fmt: skip
    stood = office.names(row)
    found = office.updates(**PAID)
    assert isinstance(found, Contested)
    assert "amount" in found.fields
    assert office.names(row) == stood
    assert office.updates(**before) is None


def test_a_case_that_somebody_closed_here_is_left_if_the_file_closes_it_otherwise(
    office: Imported,
) -> None:
    row = office.imports(**OPEN)
    office.does("referral", CloseCase, row, outcome="agreement")
    assert office.updates(**PAID) == Contested(["happened_at"])


def test_a_case_that_another_institution_answers_for_now_is_left(office: Imported) -> None:
    row = office.imports(**OPEN)
    office.imports(case_uuid="elsewhere", state_name="Wyoming")
    office.reaches("us-wy-wage-claims")
    referral = new_id()
    office.does("referral", ReferCase, row, referral_id=referral, to="us-wy-wage-claims",
                kind="transfer", services=("claim-adjudication",))  # fmt: skip
    office.does("referral", AcceptReferral, row, "us-wy-wage-claims", referral_id=referral)
    assert office.updates(**PAID) == Contested(["custodian"])
    assert office.updates(**OPEN) is None


@pytest.mark.parametrize("after", [CLOSED, OPEN, HALF])
def test_an_update_that_broke_off_anywhere_is_finished_by_the_next(
    office: Imported, after: dict[str, str]
) -> None:
    office.imports(case_uuid="whole", **PAID)
    office.updates(case_uuid="whole", **after)
    many = sum(map(len, planned(office, "a-0", after).values()))
    for carried in range(many):
        row = office.imports(case_uuid=f"b-{carried}", **PAID)
        commands = [k for part in planned(office, f"b-{carried}", after).values() for k in part]
        for keyed in commands[:carried]:
            office.send(keyed)
            office.services.deliver()
        office.updates(case_uuid=f"b-{carried}", **after)
        whole = office.row(case_uuid="whole", **after)
        assert office.as_it_stands(row) == office.as_it_stands(whole)


def planned(office: Imported, key: str, after: dict[str, str]) -> ByService:
    office.imports(case_uuid=key, **PAID)
    found = office.thinks(case_uuid=key, **after)
    assert isinstance(found, UpdateCommands)
    return found.by_service


def test_a_claim_that_was_closed_before_it_was_opened_is_closed_in_every_service(
    office: Imported,
) -> None:
    row = office.imports(date_opened="2024-06-03", date_closed="2024-01-02")
    assert {"case-closed", "follow-up-closed", "referral-closed"} <= set(office.names(row))


def test_what_a_rule_refuses_is_not_half_done(office: Imported) -> None:
    row = office.imports(**OPEN)
    before = office.names(row)
    with pytest.raises(RuleRefuses) as caught:
        office.updates(**{**PAID, "amount_paid": "1.23456"})
    assert caught.value.refusal.code == "amount-too-fine"
    assert office.names(row) == before


def test_a_closing_on_another_day_there_is_another_one_although_it_was_the_same_moment() -> None:
    closing = Closing("resolved", datetime.fromisoformat("2024-06-03T23:30:00-06:00"))
    moved = Closing("resolved", datetime.fromisoformat("2024-06-04T00:30:00-05:00"))
    again = Closing("resolved", datetime.fromisoformat("2024-06-03T23:30:00-06:00"))
    assert verdict(closing, again, moved) is Verdict.CHANGED
    assert verdict(closing, again, again) is Verdict.LEFT
    assert verdict(None, None, closing) is Verdict.CHANGED

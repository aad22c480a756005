"""What a referral leans on, one sentence each: an agreement, an override, or neither."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.referral import agreement, agreement_policy
from services.referral.agreement_index import INDEX, AgreementNoted
from services.referral.agreement_policy import (
    AgreementsRequired,
    AgreementsWaived,
    RequireAgreements,
    WaiveAgreements,
)
from services.referral.assigning import CustodyAssigned
from services.referral.clocks import HOLIDAYS
from services.referral.closing import CaseClosed, CaseReopened
from services.referral.custody import DECIDER, leans_on
from services.referral.custody_facts import CaseRelocated
from services.referral.decisions import ReferCase, WithdrawReferral
from services.referral.directory_refusals import NotASteward
from services.referral.institution import Active, NotListed
from services.referral.leaning import AGREEMENTS, POLICY
from services.referral.leaning_refusals import (
    AgreementDoesNotCover,
    AgreementNeeded,
    AgreementNotInForce,
    AlreadyOverridden,
    NotASupervisor,
    SecondPersonNeeded,
)
from services.referral.override import AgreementOverridden
from services.referral.overriding import OverrideAgreement
from services.referral.refusals import (
    AddresseeNotRegistered,
    AlreadyReferredThere,
    CaseIsClosed,
    ReferredToItself,
)
from shared.kernel.decider import Actor, Known
from shared.kernel.life import NotYours
from shared.kernel.record import Source
from shared.kernel.refusals import CodeNotKnown
from shared.kernel.times import Place
from shared.kernel.value import replace
from tests import referral_facts
from tests.agreement_facts import AGREEMENT, OTHER_AGREEMENT, SIGNED
from tests.personas import AT, COMMISSION, OFFICE, REACHABLE, REFERRAL, SHELTER, STEWARD
from tests.referral_facts import TAKEN, consented
from tests.spec import Given, rules

ENTRY = Known(1, Active("", "", "shelter", None, (), REACHABLE))
OVERRIDE = UUID("00000000-0000-4000-8000-0000000000a2")
SUPERVISOR = Actor(OFFICE.institution, "supervisor", "token-9")

REFER = ReferCase(
    by=OFFICE,
    at=AT,
    referral_id=REFERRAL,
    to=COMMISSION.institution,
    kind="transfer",
    services=("legal-advice",),
    priority="urgent",
)
REQUESTED = referral_facts.REQUESTED
LEANING = replace(REQUESTED, agreement_id=AGREEMENT, agreement_version=3)
OVER = OverrideAgreement(
    by=SUPERVISOR,
    at=AT,
    override_id=OVERRIDE,
    addressee=COMMISSION.institution,
    reason="danger-to-the-person",
)
OVERRIDDEN = AgreementOverridden(
    override_id=OVERRIDE,
    institution=OFFICE.institution,
    addressee=COMMISSION.institution,
    reason="danger-to-the-person",
    until=AT + timedelta(hours=72),
    subject="token-9",
)
NEXT_DAY = date(2026, 5, 2)
BY_OVERRIDE = replace(REQUESTED, override_id=OVERRIDE)


def noted(*facts: Any, **otherwise: Any) -> AgreementNoted:
    """How the agreement with these facts is noted in the sender's index."""
    state: Any = agreement.NotDrafted()
    note = None
    for fact in facts:
        *_, (note) = (other.fact for other in agreement.beside(state, fact))
        state = agreement.evolve(state, fact)
    assert isinstance(note, AgreementNoted)
    return replace(note, **otherwise)


IN_FORCE = noted(*SIGNED)
DRAFT = noted(*SIGNED[:2])


def given(*facts: Any, index: tuple[AgreementNoted, ...] = (), required: bool = False) -> Given:
    known = {
        "addressee": ENTRY,
        AGREEMENTS: Known(len(index), INDEX.fold(index)),
        POLICY: Known(int(required), required),
    }
    return rules(DECIDER, **known)(TAKEN, *facts)


# --- agreements -----------------------------------------------------------------------------


def test_between_institutions_that_never_agreed_none_is_needed() -> None:
    given().when(REFER).then(consented(REQUESTED))
    given(index=(DRAFT,)).when(REFER).then(consented(REQUESTED))


def test_a_referral_names_the_agreement_in_force_at_its_version() -> None:
    given(index=(IN_FORCE,)).when(REFER).then(consented(LEANING))
    given(index=(IN_FORCE,), required=True).when(REFER).then(consented(LEANING))


def test_where_the_programme_requires_one_none_is_not_enough() -> None:
    given(required=True).when(REFER).refused(AgreementNeeded)
    given(index=(DRAFT,), required=True).when(REFER).refused(
        AgreementNotInForce, agreement_id=str(AGREEMENT), status="drafted", since="—"
    )


@pytest.mark.parametrize(
    ("at", "status", "since"),
    [
        (datetime(2026, 1, 19, 18, tzinfo=UTC), "signed", "2026-01-20"),
        (datetime(2027, 1, 1, 18, tzinfo=UTC), "expired", "2027-01-01"),
    ],
)
def test_who_has_agreed_once_needs_one_in_force(at: datetime, status: str, since: str) -> None:
    given(index=(IN_FORCE,)).when(replace(REFER, at=at)).refused(
        AgreementNotInForce, agreement_id=str(AGREEMENT), status=status, since=since
    )


def test_the_day_is_the_one_on_the_case_s_clock() -> None:
    at = datetime(2027, 1, 1, 5, tzinfo=UTC)  # still the last day in Chihuahua
    given(index=(IN_FORCE,)).when(replace(REFER, at=at)).then(consented(LEANING))


def test_an_agreement_about_other_services_does_not_do() -> None:
    given(index=(IN_FORCE,)).when(replace(REFER, services=("shelter",))).refused(
        AgreementDoesNotCover, agreement_id=str(AGREEMENT), services="legal-advice"
    )
    about_all = replace(IN_FORCE, services=())
    given(index=(about_all,)).when(replace(REFER, services=("shelter",))).then(
        consented(replace(LEANING, services=("shelter",)))
    )


def test_agreements_with_others_and_in_other_programmes_say_nothing() -> None:
    elsewhere = (
        replace(IN_FORCE, programme="mecal"),
        noted(*SIGNED, agreement_id=OTHER_AGREEMENT, parties=(OFFICE.institution, "x-1")),
    )
    given(index=elsewhere).when(REFER).then(consented(REQUESTED))


def test_of_several_the_one_that_lasts_longest_is_named() -> None:
    endless = noted(*SIGNED, agreement_id=OTHER_AGREEMENT)
    endless = replace(endless, validity=replace(endless.validity, ends=None))
    given(index=(IN_FORCE, endless)).when(REFER).then(
        consented(replace(LEANING, agreement_id=OTHER_AGREEMENT))
    )


def test_what_an_import_records_needs_none() -> None:
    imported = replace(REFER, imported=Source("mapping 1", "public-interest"))
    given(required=True).when(imported).then(REQUESTED)


def test_only_a_live_referral_leans_on_agreements() -> None:
    held = DECIDER.fold([TAKEN])
    assert set(leans_on(REFER, held)) == {"addressee", AGREEMENTS, POLICY, HOLIDAYS}
    imported = replace(REFER, imported=Source("mapping 1", "public-interest"))
    assert set(leans_on(imported, held)) == {"addressee"}
    assert set(leans_on(REFER, DECIDER.nothing)) == set()
    assert set(leans_on(OVER, held)) == {"addressee"}
    withdraw = WithdrawReferral(by=OFFICE, at=AT, referral_id=REFERRAL, reason="other")
    assert leans_on(withdraw, held) == {}


# --- overrides ------------------------------------------------------------------------------


def test_a_second_person_of_the_sender_overrides_once() -> None:
    given(required=True).when(OVER).then(OVERRIDDEN)
    given(OVERRIDDEN, required=True).when(REFER).then(consented(BY_OVERRIDE))
    given(OVERRIDDEN, BY_OVERRIDE, required=True).when(
        replace(REFER, referral_id=OVERRIDE, services=("shelter",))
    ).refused(AlreadyReferredThere)


def test_an_agreement_in_force_goes_before_an_override() -> None:
    given(OVERRIDDEN, index=(IN_FORCE,)).when(REFER).then(consented(LEANING))


def test_who_overrides_does_not_refer() -> None:
    itself = replace(REFER, by=replace(OFFICE, subject="token-9"))
    given(OVERRIDDEN, required=True).when(itself).refused(SecondPersonNeeded)


@pytest.mark.parametrize("hours", [-1, 73])
def test_an_override_lasts_seventy_two_hours(hours: int) -> None:
    at = AT + timedelta(hours=hours)
    given(OVERRIDDEN, required=True).when(replace(REFER, at=at)).refused(AgreementNeeded)


def test_an_override_serves_its_addressee_alone() -> None:
    given(replace(OVERRIDDEN, addressee=SHELTER.institution), required=True).when(REFER).refused(
        AgreementNeeded
    )


def test_only_a_supervisor_of_the_custodian_overrides() -> None:
    given().when(replace(OVER, by=OFFICE)).refused(NotASupervisor)
    stranger = Actor(COMMISSION.institution, "supervisor", "token-8")
    given().when(replace(OVER, by=stranger)).refused(NotYours)


def test_an_override_is_for_another_and_has_a_reason() -> None:
    given().when(replace(OVER, addressee=OFFICE.institution)).refused(ReferredToItself)
    given().when(replace(OVER, reason="because")).refused(CodeNotKnown)


def test_an_override_names_nobody_who_is_not_in_the_directory() -> None:
    nobody = replace(OVER, addressee="tel-614-123-4567")
    given().knowing(addressee=Known(0, NotListed())).when(nobody).refused(AddresseeNotRegistered)


def test_there_is_one_override_at_a_time() -> None:
    given(OVERRIDDEN).when(replace(OVER, override_id=REFERRAL)).refused(
        AlreadyOverridden, override_id=str(OVERRIDE)
    )
    later = replace(OVER, at=AT + timedelta(hours=80), override_id=REFERRAL)
    given(OVERRIDDEN).when(later).then(
        replace(OVERRIDDEN, override_id=REFERRAL, until=later.at + timedelta(hours=72))
    )


CLOSED = CaseClosed(OFFICE.institution, "none", "neutral")


def test_an_override_stays_while_the_case_is_closed_and_none_is_made() -> None:
    given(CLOSED).when(OVER).refused(CaseIsClosed)
    given(OVERRIDDEN, CLOSED, CaseReopened("new-facts"), required=True).when(REFER).then(
        consented(BY_OVERRIDE)
    )


def test_an_override_falls_with_custody() -> None:
    moved = CustodyAssigned(SHELTER.institution, OFFICE.institution, "custodian-closed", 1, 1)
    of_the_shelter = replace(REFER, by=SHELTER)
    given(OVERRIDDEN, moved, required=True).when(of_the_shelter).refused(AgreementNeeded)


def test_an_override_is_on_a_line_of_its_own() -> None:
    assert DECIDER.place_of(OVERRIDDEN) == Place(OVERRIDE, turns=False)
    assert DECIDER.place_of(REQUESTED) == Place(REFERRAL)
    assert DECIDER.place_of(CLOSED) == Place()
    assert DECIDER.place_of(CaseRelocated("MX-JAL")) == Place(turns=False)


# --- the programme's policy -----------------------------------------------------------------

PROGRAMME = "mx-labour-protection"
REQUIRE = RequireAgreements(by=STEWARD, at=AT, programme=PROGRAMME)
WAIVE = WaiveAgreements(by=STEWARD, at=AT, programme=PROGRAMME)
policy = rules(agreement_policy.DECIDER)


def test_a_steward_says_whether_a_programme_requires_agreements() -> None:
    required, waived = AgreementsRequired(PROGRAMME), AgreementsWaived(PROGRAMME)
    policy().when(REQUIRE).then(required)
    policy(required).when(REQUIRE).then_nothing_new()
    policy(required).when(WAIVE).then(waived)
    policy(required, waived).when(WAIVE).then_nothing_new()
    policy().when(replace(REQUIRE, by=OFFICE)).refused(NotASteward)
    policy().when(replace(REQUIRE, programme="other")).refused(CodeNotKnown)


def test_each_programme_has_a_stream_of_its_own() -> None:
    assert agreement_policy.stream_of(PROGRAMME) != agreement_policy.stream_of("mecal")


def test_the_refusal_says_in_words_how_the_agreement_is() -> None:
    refusal = AgreementNotInForce(str(AGREEMENT), "expired", "2026-06-01")
    assert "(vencido, desde 2026-06-01)" in refusal.sentence("es")
    assert "(expired, since 2026-06-01)" in refusal.sentence("en")


@pytest.mark.parametrize(
    "ending",
    [
        agreement.AgreementSuspended(AGREEMENT, OFFICE.institution, "under-review", NEXT_DAY),
        agreement.AgreementTerminated(AGREEMENT, OFFICE.institution, "breach", NEXT_DAY),
    ],
)
def test_what_was_ended_past_midnight_is_over_also_where_it_is_the_day_before(ending: Any) -> None:
    ended = noted(*SIGNED, ending)
    moment = datetime(2026, 5, 2, 6, 30, tzinfo=UTC)
    west = CaseRelocated("MX-BCN")
    given(west, index=(ended,)).when(replace(REFER, at=moment)).refused(AgreementNotInForce)
    before = moment - timedelta(hours=1)
    given(west, index=(ended,)).when(replace(REFER, at=before)).then(
        consented(replace(LEANING, agreement_version=4))
    )

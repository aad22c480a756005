"""Offering a case again within one consent, one sentence each."""

from datetime import timedelta
from typing import Any

import pytest

from services.referral.clock_firing import RunClock
from services.referral.clocks import HOLIDAYS
from services.referral.consent import consent_of
from services.referral.custody import DECIDER, leans_on
from services.referral.decisions import CaseContext, DeclineReferral
from services.referral.declining import ConfirmDecline
from services.referral.institution import Active, Institution, NotListed, Suspended
from services.referral.leaning import AGREEMENTS, POLICY
from services.referral.mending import EnterDeclineInError
from services.referral.override import LASTS, AgreementOverridden
from services.referral.referral_facts import (
    DeclineEnteredInError,
    DeclineProposed,
    ReferralAcknowledged,
    ReferralDeclined,
    ReferralExpiredUndecided,
    ReferralWithdrawn,
)
from services.referral.refusals import (
    AddresseeNotActive,
    AddresseeUnreachable,
    AlreadyReferredThere,
    AlreadyReplaced,
    NotTheAddressee,
    ProgrammeNotServed,
)
from services.referral.reoffering import ReofferReferral, candidates, next_offer, recipient
from services.referral.requesting_refusals import (
    ConsentOver,
    NobodyLeftToAsk,
    NotToBeReoffered,
    OutsideTheConsent,
)
from shared.kernel.consents import ConsentGiven
from shared.kernel.decider import Known
from shared.kernel.ids import following_id, is_beside
from shared.kernel.life import NotYours
from shared.kernel.record import Source
from shared.kernel.refusals import Refusal
from shared.kernel.value import replace
from tests.personas import (
    AT,
    COMMISSION,
    OFFICE,
    OTHER_REFERRAL,
    REACHABLE,
    REFERRAL,
    SHELTER,
    SYSTEM,
    THIRD_REFERRAL,
)
from tests.referral_facts import REQUESTED, TAKEN
from tests.spec import rules

DIF = "dif-chihuahua"
ENTRY = Active("", "Albergue", "shelter", None, (), REACHABLE)
LISTED = Known(1, ENTRY)
RECIPIENTS = (COMMISSION.institution, SHELTER.institution, DIF)
EVERYBODY = {recipient(each): LISTED for each in RECIPIENTS}
given = rules(DECIDER, addressee=LISTED, **EVERYBODY)

CONSENT = ConsentGiven("recorded-by-sender", RECIPIENTS, ("legal-advice",))
ASKED = replace(REQUESTED, consent=CONSENT)
RECEIVED = ReferralAcknowledged(REFERRAL)
DECLINED = ReferralDeclined(REFERRAL, "no-capacity", "receiving-institution")
BY_PERSON = ReferralDeclined(REFERRAL, "person-declines", "person")
DECLINE = DeclineReferral(by=COMMISSION, at=AT, referral_id=REFERRAL, reason="no-capacity")
AGAIN = ReofferReferral(
    by=OFFICE, at=AT, referral_id=OTHER_REFERRAL, replaces=REFERRAL, to=SHELTER.institution
)
OFFERED = replace(
    ASKED, referral_id=OTHER_REFERRAL, addressee=SHELTER.institution, replaces=REFERRAL
)
FOLLOWING = following_id("reoffer", REFERRAL)
BY_ITSELF = replace(OFFERED, referral_id=FOLLOWING)
ENDED = (TAKEN, ASKED, RECEIVED, BY_PERSON)

# --- the custodian offers again ---------------------------------------------------------------


def test_what_was_not_taken_on_is_offered_again_within_its_consent() -> None:
    given(*ENDED).when(AGAIN).then(OFFERED)
    given(*ENDED).when(replace(AGAIN, by=SHELTER)).refused(NotYours, by=("custodian",))


@pytest.mark.parametrize(
    "ending",
    [
        ReferralWithdrawn(REFERRAL, "no-response"),
        ReferralExpiredUndecided(REFERRAL, "decide", AT),
        BY_PERSON,
    ],
)
def test_it_is_offered_again_however_it_ended(ending: object) -> None:
    given(TAKEN, ASKED, RECEIVED, ending).when(AGAIN).then(OFFERED)


def test_only_what_ended_without_an_acceptance_is_offered_again() -> None:
    given(TAKEN, ASKED).when(AGAIN).refused(NotToBeReoffered, field="replaces")
    given(TAKEN).when(AGAIN).refused(NotToBeReoffered)


def test_without_a_name_it_goes_to_the_next_of_the_consent() -> None:
    given(*ENDED).when(replace(AGAIN, to=None)).then(OFFERED)
    suspended = {recipient(SHELTER.institution): Known(2, Suspended("", "", "", None, ()))}
    given(*ENDED).knowing(**suspended).when(replace(AGAIN, to=None)).then(
        replace(OFFERED, addressee=DIF)
    )


def test_nothing_is_offered_outside_the_consent() -> None:
    elsewhere = given(*ENDED).knowing(**{recipient("fiscalia"): LISTED})
    elsewhere.when(replace(AGAIN, to="fiscalia")).refused(OutsideTheConsent)
    wider = replace(ASKED, services=("legal-advice", "shelter"))
    given(TAKEN, wider, RECEIVED, BY_PERSON).when(AGAIN).refused(OutsideTheConsent)
    yesterday = replace(CONSENT, until=AT.date() - timedelta(days=1))
    over = (TAKEN, replace(ASKED, consent=yesterday), RECEIVED, BY_PERSON)
    given(*over).when(AGAIN).refused(ConsentOver)


def test_without_a_word_of_consent_it_goes_to_its_own_addressee_alone() -> None:
    plain = (TAKEN, REQUESTED, RECEIVED, BY_PERSON)
    given(*plain).when(AGAIN).refused(OutsideTheConsent)
    given(*plain).when(replace(AGAIN, to=None)).refused(NobodyLeftToAsk)
    again = replace(AGAIN, to=COMMISSION.institution)
    own = consent_of(REQUESTED)
    given(*plain).when(again).then(
        replace(REQUESTED, referral_id=OTHER_REFERRAL, replaces=REFERRAL, consent=own)
    )


@pytest.mark.parametrize(
    ("entry", "refusal"),
    [
        (Suspended("", "", "shelter", None, (), REACHABLE), AddresseeNotActive),
        (replace(ENTRY, reachable=None), AddresseeUnreachable),
        (replace(ENTRY, programmes=("mecal",)), ProgrammeNotServed),
    ],
)
def test_it_is_offered_to_one_that_can_take_it(entry: Institution, refusal: type[Refusal]) -> None:
    known = given(*ENDED).knowing(**{recipient(SHELTER.institution): Known(2, entry)})
    known.when(AGAIN).refused(refusal)


def test_it_is_offered_again_once() -> None:
    third = replace(AGAIN, referral_id=THIRD_REFERRAL, to=DIF)
    given(*ENDED, OFFERED).when(third).refused(AlreadyReplaced, referral_id=str(OTHER_REFERRAL))


def test_whoever_was_asked_in_this_chain_is_asked_again_only_by_name() -> None:
    chain = (*ENDED, OFFERED, ReferralDeclined(OTHER_REFERRAL, "other", "system"))
    third = replace(AGAIN, referral_id=THIRD_REFERRAL, replaces=OTHER_REFERRAL, to=None)
    again = replace(OFFERED, referral_id=THIRD_REFERRAL, replaces=OTHER_REFERRAL)
    given(*chain).when(third).then(replace(again, addressee=DIF))
    by_name = replace(third, to=COMMISSION.institution)
    given(*chain).when(by_name).then(replace(again, addressee=COMMISSION.institution))
    last = replace(CONSENT, recipients=RECIPIENTS[:2])
    short = [replace(each, consent=last) if hasattr(each, "consent") else each for each in chain]
    given(*short).when(third).refused(NobodyLeftToAsk)


def test_another_open_offer_is_in_the_way() -> None:
    other = replace(ASKED, referral_id=THIRD_REFERRAL, addressee=SHELTER.institution, kind="share")
    given(*ENDED, other).when(AGAIN).refused(AlreadyReferredThere)


# --- it follows by itself ---------------------------------------------------------------------


def test_a_decline_of_the_receiving_institution_is_followed_by_the_next_offer() -> None:
    given(TAKEN, ASKED, RECEIVED).when(DECLINE).then(DECLINED, BY_ITSELF)
    assert not is_beside(FOLLOWING)


def test_a_decline_for_the_person_s_sake_is_left_to_the_custodian() -> None:
    decline = replace(DECLINE, reason="person-declines")
    given(TAKEN, ASKED, RECEIVED).when(decline).then(BY_PERSON)


def test_what_was_refused_or_imported_is_followed_by_nothing() -> None:
    given(TAKEN, ASKED).when(replace(DECLINE, by=SHELTER)).refused(NotTheAddressee)
    imported = replace(DECLINE, imported=Source("mapping 1", "public-interest"))
    given(TAKEN, ASKED, RECEIVED).when(imported).then(DECLINED)


def test_nothing_follows_where_nobody_can_take_it() -> None:
    nobody = {recipient(each): Known(0, NotListed()) for each in RECIPIENTS}
    given(TAKEN, ASKED, RECEIVED).knowing(**nobody).when(DECLINE).then(DECLINED)
    given(TAKEN, REQUESTED, RECEIVED).when(DECLINE).then(DECLINED)


def test_no_override_is_used_up_by_itself() -> None:
    overridden = AgreementOverridden(
        THIRD_REFERRAL, OFFICE.institution, SHELTER.institution, "other", AT + LASTS, "another"
    )
    known: dict[str, Known] = {AGREEMENTS: Known(0, {}), POLICY: Known(1, state=True)}
    given(TAKEN, overridden, ASKED, RECEIVED).knowing(**known).when(DECLINE).then(DECLINED)
    by_hand = given(*ENDED, overridden).knowing(**known).when(AGAIN)
    by_hand.then(replace(OFFERED, override_id=THIRD_REFERRAL))


def test_a_decline_that_was_offered_on_is_voided_only_once_that_is_over() -> None:
    void = EnterDeclineInError(by=COMMISSION, at=AT, referral_id=REFERRAL, reason="other")
    history = (TAKEN, ASKED, RECEIVED, DECLINED, BY_ITSELF)
    given(*history).when(void).refused(AlreadyReplaced, referral_id=str(FOLLOWING))
    over = (*history, ReferralWithdrawn(FOLLOWING, "other"))
    given(*over).when(void).then(DeclineEnteredInError(REFERRAL, "other"))
    undecided = (*over, DeclineEnteredInError(REFERRAL, "other"))
    given(*undecided).when(DECLINE).then(DECLINED)


def test_the_next_offer_is_the_same_for_whoever_asks() -> None:
    state: Any = DECIDER.fold([TAKEN, ASKED, RECEIVED])
    referral: Any = state.referrals[REFERRAL]
    assert candidates(REFERRAL, None, state.referrals) == RECIPIENTS[1:]
    assert candidates(OTHER_REFERRAL, None, state.referrals) == ()
    assert candidates(OTHER_REFERRAL, "any", state.referrals) == ("any",)
    known = CaseContext(state.held, state.referrals, recipients={SHELTER.institution: LISTED})
    assert next_offer(referral, known, AT) == BY_ITSELF


def test_what_may_be_offered_on_leans_on_those_to_whom() -> None:
    held = DECIDER.fold([TAKEN, ASKED])
    leaned = {recipient(each) for each in RECIPIENTS[1:]} | {AGREEMENTS, POLICY}
    run = RunClock(by=SYSTEM, at=AT, referral_id=REFERRAL)
    confirm = ConfirmDecline(by=SHELTER, at=AT, referral_id=REFERRAL)
    assert set(leans_on(DECLINE, held)) == {*leaned, "rules", HOLIDAYS}
    assert set(leans_on(run, held)) == {*leaned, "rules", HOLIDAYS}
    proposed = DeclineProposed(
        REFERRAL, "no-capacity", "receiving-institution", SHELTER.institution, 4
    )
    to_confirm = DECIDER.fold([TAKEN, ASKED, RECEIVED, proposed])
    assert set(leans_on(confirm, to_confirm)) == {*leaned, HOLIDAYS}
    assert set(leans_on(AGAIN, held)) == {
        *(recipient(SHELTER.institution), AGREEMENTS, POLICY),
        HOLIDAYS,
    }
    assert set(leans_on(DECLINE, DECIDER.fold([TAKEN, REQUESTED]))) == {"rules", HOLIDAYS}

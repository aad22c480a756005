"""The rules of a consent: who records it, renews it and voids it, and what its clocks do."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.intake import case, parties
from services.intake.case import CaseIsInError, CaseNotRegistered
from services.intake.consent import facts
from services.intake.consent.commands import (
    EnterConsentInError,
    NarrowConsent,
    RunConsentClock,
    WithdrawConsent,
)
from services.intake.consent.decisions import leans_on
from services.intake.consent.facts import (
    ConsentEnteredInError,
    ConsentExpired,
    ConsentNarrowed,
    ConsentWithdrawn,
    PersonToBeAskedAgain,
)
from services.intake.consent.moments import Due, due, next_due
from services.intake.consent.refusals import (
    ConsentAlreadyRecorded,
    ConsentBeginsBeforeItIsGiven,
    ConsentEndsBeforeItBegins,
    ConsentIsOver,
    ConsentNotRecorded,
    ConsentTooLong,
    CustodianObtainsConsent,
    NoCategory,
    NoPartToTakeItBack,
    NoRecipient,
    NotAnInstitutionsCode,
    NotDueYet,
    NotNarrower,
    NotYoursToVoid,
)
from services.intake.consent.states import (
    Expired,
    InError,
    InForce,
    NotRecorded,
    ToBeAskedAgain,
    Withdrawn,
    evolve,
    place,
)
from shared.kernel.codes import codes
from shared.kernel.refusals import CodeNotKnown, ReactionOnly
from shared.kernel.times import ASIDE, MAIN
from shared.kernel.value import replace
from tests.case_facts import ENTRY
from tests.consent_facts import (
    BY_PARENT,
    CONSENT,
    CONSENTS,
    KNOWN,
    MANNER,
    OF_A_MINOR,
    OF_AGE,
    OVER,
    RECORDED,
    RENEWED,
    STRANGER,
    TERMS,
    TODAY,
    UNKNOWN,
    VOIDED,
    record,
    renew,
)
from tests.personas import AT, CASE, COMMISSION, OFFICE, SYSTEM
from tests.spec import rules

given = rules(CONSENTS, **KNOWN)

EXPIRED = ConsentExpired(CONSENT, 1)
ASKED_AGAIN = PersonToBeAskedAgain(CONSENT, 1)
WITHDRAWN = ConsentWithdrawn(CONSENT, 1, OFFICE.institution, "not-stated", 1, 2)
VOID = EnterConsentInError(by=OFFICE, at=AT, entry_id=ENTRY, reason="wrong-person")
IN_ERROR = ConsentEnteredInError(CONSENT, 1, ENTRY, "wrong-person", 1)
WITHDRAW = WithdrawConsent(by=OFFICE, at=AT)
FIRST, SECOND, *_ = codes("service_kinds")
FEWER = replace(TERMS, recipients=("albergue-juarez",), kinds=())


def narrow(**otherwise: object) -> NarrowConsent:
    return replace(NarrowConsent(by=OFFICE, at=AT, terms=FEWER, manner=MANNER), **otherwise)


def clock(**otherwise: object) -> RunConsentClock:
    return replace(RunConsentClock(by=SYSTEM, at=OVER, version=1), **otherwise)


# --- recording ------------------------------------------------------------------------------


def test_whoever_has_custody_records_what_a_person_consents_to() -> None:
    given().when(record()).then(RECORDED)


def test_sets_are_written_one_way_only() -> None:
    mixed = replace(TERMS, categories=("identity", "contact", "coded-case", "contact"))
    given().when(record(terms=mixed)).then(RECORDED)


def test_a_consent_is_recorded_once() -> None:
    given(RECORDED).when(record()).refused(ConsentAlreadyRecorded, version=1)


def test_nobody_but_the_custodian_obtains_consent() -> None:
    given().when(record(by=COMMISSION)).refused(CustodianObtainsConsent)
    given(RECORDED).when(renew(by=COMMISSION)).refused(CustodianObtainsConsent)


def test_consent_is_about_a_case_that_stands() -> None:
    given().knowing(case=UNKNOWN).when(record()).refused(CaseNotRegistered)
    given().knowing(case=VOIDED).when(record()).refused(CaseIsInError)


def test_each_code_is_of_its_list() -> None:
    given().when(record(purpose="anything")).refused(CodeNotKnown, field="purpose")
    odd = replace(TERMS, categories=("everything",))
    given().when(record(terms=odd)).refused(CodeNotKnown, field="terms.categories")
    given(RECORDED).when(renew(terms=odd)).refused(CodeNotKnown, field="terms.categories")
    given(RECORDED).when(narrow(terms=odd)).refused(CodeNotKnown, field="terms.categories")
    given(RECORDED).when(replace(VOID, reason="odd")).refused(CodeNotKnown, field="reason")


MANY = tuple(f"institution-{n}" for n in range(41))
NOT_USABLE: list[tuple[dict[str, Any], type, str]] = [
    ({"recipients": (), "kinds": ()}, NoRecipient, "terms.recipients"),
    ({"recipients": MANY}, NoRecipient, "terms.recipients"),
    ({"recipients": ("María",)}, NotAnInstitutionsCode, "terms.recipients"),
    ({"categories": ()}, NoCategory, "terms.categories"),
    ({"valid_from": date(2026, 5, 3)}, ConsentBeginsBeforeItIsGiven, "terms.valid_from"),
    ({"valid_until": date(2026, 5, 3)}, ConsentEndsBeforeItBegins, "terms.valid_until"),
    ({"valid_from": date(2027, 6, 1)}, ConsentEndsBeforeItBegins, "terms.valid_until"),
    ({"valid_until": date(2028, 5, 5)}, ConsentTooLong, "terms.valid_until"),
]


@pytest.mark.parametrize(("otherwise", "refusal", "field"), NOT_USABLE)
def test_terms_say_who_may_have_what_until_when(
    otherwise: dict[str, Any], refusal: Any, field: str
) -> None:
    given().when(record(terms=replace(TERMS, **otherwise))).refused(refusal, field=field)


def test_a_consent_may_be_for_two_years_and_for_kinds_alone() -> None:
    terms = replace(TERMS, recipients=(), valid_until=date(2028, 5, 4))
    recorded = replace(RECORDED, terms=terms, expires_at=OVER + timedelta(days=367))
    given().when(record(terms=terms)).then(recorded)


def test_the_day_is_that_of_the_cases_place() -> None:
    """At half past nine at night in Chihuahua it is the next day in UTC."""
    given().when(record(terms=replace(TERMS, valid_until=TODAY))).then(
        replace(
            RECORDED,
            terms=replace(TERMS, valid_until=TODAY),
            expires_at=OVER - timedelta(days=364),
        )
    )


# --- new versions ---------------------------------------------------------------------------


def test_a_renewal_is_a_new_version_and_takes_back_what_was_taken_back() -> None:
    given(RECORDED).when(renew()).then(RENEWED)
    given(RECORDED, EXPIRED).when(renew()).then(RENEWED)
    given(RECORDED, EXPIRED, RENEWED).remembers(
        InForce(**_kept(version=2)),
    )


def test_a_renewal_is_a_consent_by_every_rule() -> None:
    nobody = replace(TERMS, recipients=(), kinds=())
    given(RECORDED).when(renew(terms=nobody)).refused(NoRecipient, field="terms.recipients")
    late = renew(at=AT + timedelta(days=1))
    given(RECORDED).when(late).refused(ConsentBeginsBeforeItIsGiven, field="terms.valid_from")


NARROWED = ConsentNarrowed(CONSENT, 2, OFFICE.institution, FEWER, MANNER, OVER, None, 1, 2)


def test_who_consents_to_less_narrows_it() -> None:
    given(RECORDED).when(narrow()).then(NARROWED)
    given(RECORDED, NARROWED).remembers(InForce(**_kept(version=2, terms=FEWER)))


def test_any_party_narrows_and_a_stranger_does_not() -> None:
    by_them = replace(NARROWED, institution=COMMISSION.institution)
    given(RECORDED).when(narrow(by=COMMISSION)).then(by_them)
    given(RECORDED).when(narrow(by=STRANGER)).refused(NoPartToTakeItBack)


def test_what_is_narrowed_has_begun() -> None:
    given(RECORDED).when(narrow(at=AT + timedelta(days=1))).then(NARROWED)


def test_what_is_narrowed_to_the_same_is_not_narrowed() -> None:
    given(RECORDED).when(narrow(terms=TERMS)).then_nothing_new()


def test_what_is_narrowed_to_nobody_is_no_consent() -> None:
    nobody = replace(TERMS, recipients=(), kinds=())
    given(RECORDED).when(narrow(terms=nobody)).refused(NoRecipient, field="terms.recipients")


WIDER: list[tuple[str, Any]] = [
    ("recipients", ("fiscalia-chih",)),
    ("kinds", ("shelter",)),
    ("categories", ("health",)),
    ("services", ()),
    ("services", (FIRST, SECOND)),
    ("valid_from", date(2026, 5, 3)),
    ("valid_until", date(2027, 5, 4)),
]


@pytest.mark.parametrize(("name", "value"), WIDER)
def test_what_is_narrowed_stays_within(name: str, value: Any) -> None:
    before = replace(RECORDED, terms=replace(TERMS, services=(FIRST,)))
    wider = replace(TERMS, **{"services": (FIRST,), name: value})
    given(before).when(narrow(terms=wider)).refused(NotNarrower, field=f"terms.{name}")


def test_services_are_narrowed_too() -> None:
    fewer = replace(TERMS, services=(FIRST,))
    given(RECORDED).when(narrow(terms=fewer)).then(replace(NARROWED, terms=fewer))
    before = replace(RECORDED, terms=fewer)
    shorter = replace(fewer, kinds=())
    given(before).when(narrow(terms=shorter)).then(replace(NARROWED, terms=shorter))


# --- voiding, and after the end -------------------------------------------------------------


def test_who_recorded_it_or_has_custody_voids_a_consent() -> None:
    given(RECORDED).when(VOID).then(IN_ERROR)
    elsewhere = replace(RECORDED, institution=COMMISSION.institution)
    given(elsewhere).when(replace(VOID, by=COMMISSION)).then(IN_ERROR)
    given(RECORDED).when(replace(VOID, by=COMMISSION)).refused(NotYoursToVoid)
    given(RECORDED).knowing(case=UNKNOWN).when(replace(VOID, by=COMMISSION)).refused(NotYoursToVoid)


def test_what_was_withdrawn_may_turn_out_to_be_an_error() -> None:
    given(RECORDED, WITHDRAWN).when(VOID).then(IN_ERROR)


def test_what_is_over_takes_no_more_commands() -> None:
    for command in (renew(), narrow()):
        given(RECORDED, WITHDRAWN).when(command).refused(ConsentIsOver, status="withdrawn")
    for late in (renew(), WITHDRAW, VOID):
        given(RECORDED, IN_ERROR).when(late).refused(ConsentIsOver, status="entered-in-error")


def test_there_is_no_consent_to_change() -> None:
    for early in (renew(), narrow(), WITHDRAW, VOID):
        given().when(early).refused(ConsentNotRecorded)


# --- clocks ---------------------------------------------------------------------------------


def test_a_consent_expires_when_its_last_day_is_over() -> None:
    given(RECORDED).when(clock()).then(EXPIRED)
    given(RECORDED).when(clock(at=OVER - timedelta(seconds=1))).refused(NotDueYet)


def test_a_person_who_came_of_age_is_to_be_asked_again() -> None:
    given(OF_A_MINOR).when(clock(at=OF_AGE)).then(ASKED_AGAIN)
    given(OF_A_MINOR).when(clock(at=OF_AGE - timedelta(seconds=1))).refused(NotDueYet)
    given(OF_A_MINOR, ASKED_AGAIN).when(clock()).then(EXPIRED)
    given(OF_A_MINOR, ASKED_AGAIN).when(renew()).then(RENEWED)


def test_a_clock_that_comes_late_asks_nobody_about_what_is_over() -> None:
    given(OF_A_MINOR).when(clock()).then(EXPIRED)


def test_a_clock_that_ran_or_was_replaced_adds_nothing() -> None:
    given(RECORDED, EXPIRED).when(clock()).then_nothing_new()
    given(OF_A_MINOR, ASKED_AGAIN).when(clock(at=OF_AGE)).then_nothing_new()
    given(RECORDED, RENEWED).when(clock()).then_nothing_new()
    given(RECORDED, WITHDRAWN).when(clock()).then_nothing_new()


def test_nobody_else_runs_a_clock_and_none_of_what_is_not_there() -> None:
    given(RECORDED).when(clock(by=OFFICE)).refused(ReactionOnly)
    given().when(clock()).refused(ConsentNotRecorded)


def test_the_next_moment_and_what_is_due_then() -> None:
    assert next_due(CONSENTS.fold([RECORDED])) == (OVER, Due.EXPIRE)
    assert next_due(CONSENTS.fold([OF_A_MINOR])) == (OF_AGE, Due.ASK_AGAIN)
    assert next_due(CONSENTS.fold([OF_A_MINOR, ASKED_AGAIN])) == (OVER, Due.EXPIRE)
    assert next_due(CONSENTS.fold([RECORDED, EXPIRED])) is None
    assert next_due(NotRecorded()) is None
    assert due(CONSENTS.fold([RECORDED, WITHDRAWN]), OVER) is None


def test_who_comes_of_age_after_the_last_day_is_not_asked_about_it() -> None:
    short = replace(TERMS, valid_until=date(2026, 8, 31))
    recorded = replace(OF_A_MINOR, terms=short, expires_at=OF_AGE, ask_again_at=None)
    given().when(record(terms=short, manner=BY_PARENT)).then(recorded)


# --- what is remembered ---------------------------------------------------------------------


def test_each_end_is_remembered() -> None:
    given(RECORDED, EXPIRED).remembers(Expired(**_kept()))
    given(RECORDED, ASKED_AGAIN).remembers(ToBeAskedAgain(**_kept()))
    given(RECORDED, WITHDRAWN).remembers(Withdrawn(**_kept()))
    given(RECORDED, IN_ERROR).remembers(InError(**_kept()))


def test_facts_of_what_was_never_recorded_change_nothing() -> None:
    assert evolve(NotRecorded(), EXPIRED) == NotRecorded()


def test_what_a_clock_remarks_answers_nothing() -> None:
    assert place(EXPIRED) == place(ASKED_AGAIN) == ASIDE
    assert place(RECORDED) == place(WITHDRAWN) == MAIN


def test_what_a_command_leans_on() -> None:
    in_force = CONSENTS.fold([RECORDED])
    of_case = {"case": (case.DECIDER, CASE)}
    both = {**of_case, "parties": (parties.DECIDER, parties.stream_of(CASE))}
    assert leans_on(record(), NotRecorded()) == of_case
    assert leans_on(renew(), in_force) == leans_on(VOID, in_force) == of_case
    assert leans_on(WITHDRAW, in_force) == leans_on(narrow(), in_force) == both
    assert leans_on(clock(), in_force) == leans_on(renew(), NotRecorded()) == {}


def test_a_consent_has_a_stream_of_its_own() -> None:
    assert facts.stream_of(CONSENT) not in {CONSENT, CASE}


def _kept(**otherwise: Any) -> dict[str, Any]:
    kept = {name: getattr(RECORDED, name) for name in RECORDED.__struct_fields__}
    del kept["case_version"]
    return {**kept, **otherwise}

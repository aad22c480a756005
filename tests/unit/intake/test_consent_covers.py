"""Withdrawing consent, and whether what is left covers a disclosure."""

from datetime import date
from typing import Any

import pytest

from services.intake.consent.commands import WithdrawConsent
from services.intake.consent.facts import (
    ConsentExpired,
    ConsentPartlyWithdrawn,
    ConsentWithdrawn,
)
from services.intake.consent.refusals import (
    NoPartToTakeItBack,
    NotAnInstitutionsCode,
    NotInTheConsent,
)
from services.intake.consent.states import Consent, NotRecorded, standing
from shared.kernel.codes import codes
from shared.kernel.consenting.covering import Disclosure, covers
from shared.kernel.consenting.covering_refusals import (
    CategoriesOutsideTheConsent,
    ConsentBeginsLater,
    ConsentEnded,
    ConsentNotInForce,
    NoConsent,
    OtherPurpose,
    PersonCameOfAge,
    RecipientOutsideTheConsent,
    ServicesOutsideTheConsent,
    TakenBackFromRecipient,
)
from shared.kernel.consenting.terms import Cut
from shared.kernel.refusals import CodeNotKnown, Refusal
from shared.kernel.value import replace
from tests.consent_facts import (
    CONSENT,
    CONSENTS,
    KNOWN,
    LAST_DAY,
    OF_A_MINOR,
    RECORDED,
    RENEWED,
    STRANGER,
    TERMS,
    TODAY,
    UNKNOWN,
    VOIDED,
)
from tests.personas import AT, COMMISSION, OFFICE, SHELTER
from tests.spec import rules

given = rules(CONSENTS, **KNOWN)

WITHDRAW = WithdrawConsent(by=OFFICE, at=AT)
WITHDRAWN = ConsentWithdrawn(CONSENT, 1, OFFICE.institution, "not-stated", 1, 2)
ASKED = Disclosure(SHELTER.institution, "shelter", "referral", (), ("coded-case", "identity"))
FIRST, SECOND, *_ = codes("service_kinds")


def partly(**part: tuple[str, ...]) -> ConsentPartlyWithdrawn:
    cut = Cut(**part)
    return ConsentPartlyWithdrawn(CONSENT, 1, OFFICE.institution, cut, "not-stated", 1, 2)


FROM_SHELTER = partly(recipients=(SHELTER.institution,))

# --- taking back ----------------------------------------------------------------------------


def test_a_person_takes_it_all_back_and_need_not_say_why() -> None:
    given(RECORDED).when(WITHDRAW).then(WITHDRAWN)
    given(RECORDED, ConsentExpired(CONSENT, 1)).when(WITHDRAW).then(WITHDRAWN)


def test_any_party_hears_it_and_a_stranger_says_where_to_go() -> None:
    by_them = replace(WITHDRAWN, institution=COMMISSION.institution)
    given(RECORDED).when(replace(WITHDRAW, by=COMMISSION)).then(by_them)
    given(RECORDED).when(replace(WITHDRAW, by=STRANGER)).refused(NoPartToTakeItBack)
    given(RECORDED, WITHDRAWN).when(replace(WITHDRAW, by=STRANGER)).refused(NoPartToTakeItBack)


def test_it_is_taken_back_whatever_became_of_the_case() -> None:
    given(RECORDED).knowing(case=VOIDED).when(WITHDRAW).then(replace(WITHDRAWN, case_version=2))
    given(RECORDED).knowing(case=UNKNOWN).when(WITHDRAW).then(replace(WITHDRAWN, case_version=0))


def test_whoever_says_so_twice_is_not_told_no() -> None:
    given(RECORDED, WITHDRAWN).when(WITHDRAW).then_nothing_new()
    again = replace(WITHDRAW, recipients=(SHELTER.institution,))
    given(RECORDED, FROM_SHELTER).when(again).then_nothing_new()


PARTS: list[dict[str, tuple[str, ...]]] = [
    {"recipients": (SHELTER.institution,)},
    {"kinds": ("consulate",)},
    {"categories": ("identity",)},
    {"recipients": (SHELTER.institution,), "categories": ("contact", "identity")},
    {"recipients": ("consulado-gt",)},
]


@pytest.mark.parametrize("part", PARTS)
def test_a_part_is_taken_back(part: dict[str, tuple[str, ...]]) -> None:
    given(RECORDED).when(replace(WITHDRAW, **part)).then(partly(**part))


NOT_IN_IT: list[tuple[str, tuple[str, ...], type]] = [
    ("kinds", ("shelter",), NotInTheConsent),
    ("categories", ("health",), NotInTheConsent),
    ("recipients", ("María",), NotAnInstitutionsCode),
    ("categories", ("all",), CodeNotKnown),
]


@pytest.mark.parametrize(("field", "value", "refusal"), NOT_IN_IT)
def test_nobody_is_to_believe_that_more_was_taken_back(
    field: str, value: tuple[str, ...], refusal: Any
) -> None:
    given(RECORDED).when(replace(WITHDRAW, **{field: value})).refused(refusal, field=field)


def test_without_kinds_only_the_named_institutions_are_in_it() -> None:
    named = replace(RECORDED, terms=replace(TERMS, kinds=()))
    other = replace(WITHDRAW, recipients=("consulado-gt",))
    given(named).when(other).refused(NotInTheConsent, field="recipients")


def test_parts_after_which_nothing_is_left_are_the_whole() -> None:
    from_both = partly(recipients=TERMS.recipients)
    given(RECORDED, from_both).when(replace(WITHDRAW, kinds=("consulate",))).then(WITHDRAWN)
    given(RECORDED).when(replace(WITHDRAW, categories=TERMS.categories)).then(WITHDRAWN)
    one_left = partly(categories=("contact", "identity"))
    given(RECORDED, one_left).when(replace(WITHDRAW, categories=("coded-case",))).then(WITHDRAWN)
    rest = replace(WITHDRAW, recipients=TERMS.recipients, categories=("coded-case",))
    given(RECORDED, one_left).when(rest).then(
        partly(recipients=TERMS.recipients, categories=("coded-case",))
    )


# --- covering -------------------------------------------------------------------------------


def answer(disclosure: Disclosure, *facts: object, on: date = TODAY) -> Refusal | None:
    return covers(standing(CONSENTS.fold(facts)), disclosure, on)


def refuses(said: Refusal | None, kind: type[Refusal], field: str) -> None:
    assert type(said) is kind, said
    assert said.details()["field"] == field
    assert said.sentence("es").endswith(".")
    assert "{" not in said.sentence("en")


@pytest.mark.parametrize("day", [TODAY, LAST_DAY])
def test_a_consent_covers_what_it_says_from_its_first_day_to_its_last(day: date) -> None:
    assert answer(ASKED, RECORDED, on=day) is None


def test_a_consent_covers_every_institution_of_a_kind() -> None:
    consulate = replace(ASKED, recipient="consulado-gt", kind="consulate")
    assert answer(consulate, RECORDED) is None
    not_known = replace(consulate, kind=None)
    refuses(answer(not_known, RECORDED), RecipientOutsideTheConsent, "recipient")


def test_nothing_covers_what_nobody_consented_to() -> None:
    assert NotRecorded() == CONSENTS.nothing
    refuses(answer(ASKED), NoConsent, "consent")


def test_what_is_over_covers_nothing() -> None:
    said = answer(ASKED, RECORDED, WITHDRAWN)
    refuses(said, ConsentNotInForce, "consent")
    assert said is not None
    assert "retirado" in said.sentence("es")


def test_days_are_judged_without_a_clock() -> None:
    refuses(answer(ASKED, RECORDED, on=date(2026, 5, 3)), ConsentBeginsLater, "consent")
    refuses(answer(ASKED, RECORDED, on=date(2027, 5, 4)), ConsentEnded, "consent")
    assert answer(ASKED, OF_A_MINOR, on=date(2026, 8, 31)) is None
    refuses(answer(ASKED, OF_A_MINOR, on=date(2026, 9, 1)), PersonCameOfAge, "consent")


OUTSIDE: list[tuple[dict[str, Any], type[Refusal], str]] = [
    ({"purpose": "statistics"}, OtherPurpose, "purpose"),
    ({"recipient": "fiscalia-chih", "kind": "prosecutor"}, RecipientOutsideTheConsent, "recipient"),
    ({"services": (SECOND,)}, ServicesOutsideTheConsent, "services"),
    ({"services": ()}, ServicesOutsideTheConsent, "services"),
    ({"categories": ("coded-case", "health")}, CategoriesOutsideTheConsent, "categories"),
    ({"categories": ()}, CategoriesOutsideTheConsent, "categories"),
]


@pytest.mark.parametrize(("otherwise", "kind", "field"), OUTSIDE)
def test_a_consent_covers_no_more_than_it_says(
    otherwise: dict[str, Any], kind: type[Refusal], field: str
) -> None:
    for_one = replace(RECORDED, terms=replace(TERMS, services=(FIRST,)))
    within = replace(ASKED, services=(FIRST,))
    assert answer(within, for_one) is None
    refuses(answer(replace(within, **otherwise), for_one), kind, field)


def test_what_somebody_typed_into_the_wrong_field_is_not_repeated() -> None:
    said = answer(replace(ASKED, categories=("health", "María")), RECORDED)
    refuses(said, CategoriesOutsideTheConsent, "categories")
    assert said is not None
    assert said.details()["outside"] == "health"


CUTS: list[tuple[dict[str, tuple[str, ...]], str]] = [
    ({"recipients": (SHELTER.institution,)}, "coded-case, identity"),
    ({"kinds": ("shelter",)}, "coded-case, identity"),
    ({"categories": ("contact", "identity")}, "identity"),
    ({"recipients": (SHELTER.institution,), "categories": ("identity",)}, "identity"),
]


@pytest.mark.parametrize(("part", "outside"), CUTS)
def test_what_was_taken_back_is_not_covered_until_it_is_given_again(
    part: dict[str, tuple[str, ...]], outside: str
) -> None:
    said = answer(ASKED, RECORDED, partly(**part))
    refuses(said, TakenBackFromRecipient, "categories")
    assert said is not None
    assert said.details()["outside"] == outside
    assert answer(ASKED, RECORDED, partly(**part), RENEWED) is None


def test_what_was_taken_back_from_others_stays_covered() -> None:
    assert answer(ASKED, RECORDED, partly(recipients=(COMMISSION.institution,))) is None
    assert answer(ASKED, RECORDED, partly(categories=("contact",))) is None


def test_a_consent_is_judged_by_how_it_stands_alone() -> None:
    held: Consent = CONSENTS.fold([RECORDED])
    assert standing(held) == standing(held)
    assert covers(standing(held), ASKED, TODAY) is None

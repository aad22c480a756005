"""In what way consent counts: what can be shown, before whom, and who may speak for whom."""

from datetime import date
from typing import Any

import pytest

from services.intake.consent.manner import BestInterest, ConsentManner, Guardianship
from services.intake.consent.refusals import (
    BestInterestMissing,
    ChildOpposes,
    EvidenceMissing,
    GuardianMissing,
    GuardianNotExpected,
    MajorityNotSaid,
    PersonIsOfAge,
    WitnessMissing,
)
from shared.kernel.value import replace
from tests.consent_facts import (
    BY_PARENT,
    CONSENTS,
    GUARDIAN,
    KNOWN,
    MANNER,
    OF_A_MINOR,
    OF_AGE_FROM,
    ORAL,
    PERSON,
    RECORDED,
    SIGNED,
    TERMS,
    record,
    renew,
)
from tests.personas import AT
from tests.spec import rules

given = rules(CONSENTS, **KNOWN)

PARENT = Guardianship("parent", GUARDIAN, SIGNED, OF_AGE_FROM)


def guarded(**otherwise: Any) -> ConsentManner:
    return replace(BY_PARENT, guardianship=replace(PARENT, **otherwise))


def test_what_is_written_can_be_shown() -> None:
    unsigned = replace(MANNER, evidence=None)
    given().when(record(manner=unsigned)).refused(EvidenceMissing, field="manner.evidence")


def test_what_is_said_aloud_is_said_before_somebody_else() -> None:
    given().when(record(manner=ORAL)).then(replace(RECORDED, manner=ORAL))
    for witness in (None, PERSON):
        alone = replace(ORAL, witness=witness)
        given().when(record(manner=alone)).refused(WitnessMissing, field="manner.witness")


def test_a_guardian_consents_for_a_minor_until_the_minor_is_of_age() -> None:
    given().when(record(manner=BY_PARENT)).then(OF_A_MINOR)


def test_a_court_may_have_appointed_somebody_for_an_adult() -> None:
    adult = replace(
        BY_PARENT,
        guardianship=Guardianship("court-appointed", GUARDIAN, SIGNED),
        best_interest=None,
    )
    given().when(record(manner=adult)).then(replace(RECORDED, manner=adult))


NOT_A_GUARDIANS: list[tuple[ConsentManner, type, str]] = [
    (replace(BY_PARENT, guardianship=None), GuardianMissing, "manner.guardianship.guardian"),
    (guarded(guardian=PERSON), GuardianMissing, "manner.guardianship.guardian"),
    (guarded(proof=None), GuardianMissing, "manner.guardianship.proof"),
    (replace(BY_PARENT, evidence=None), EvidenceMissing, "manner.evidence"),
    (guarded(of_age_from=None), MajorityNotSaid, "manner.guardianship.of_age_from"),
    (guarded(kind="court-appointed"), MajorityNotSaid, "manner.guardianship.of_age_from"),
    (guarded(of_age_from=date(2026, 5, 1)), PersonIsOfAge, "manner.guardianship.of_age_from"),
    (replace(BY_PARENT, best_interest=None), BestInterestMissing, "manner.best_interest"),
    (
        replace(BY_PARENT, best_interest=BestInterest(SIGNED, "opposes")),
        ChildOpposes,
        "manner.best_interest.view",
    ),
    (replace(BY_PARENT, mode="written"), GuardianNotExpected, "manner.guardianship"),
    (
        replace(BY_PARENT, mode="written", guardianship=None),
        GuardianNotExpected,
        "manner.best_interest",
    ),
]


@pytest.mark.parametrize(("manner", "refusal", "field"), NOT_A_GUARDIANS)
def test_who_speaks_for_a_person_may_and_shows_it(
    manner: ConsentManner, refusal: Any, field: str
) -> None:
    given().when(record(manner=manner)).refused(refusal, field=field)


def test_the_log_learns_a_month_and_no_date_of_birth() -> None:
    on_the_day = guarded(of_age_from=date(2026, 9, 17))
    given().when(record(manner=on_the_day)).refused(MajorityNotSaid)


def test_against_what_a_child_says_the_child_protection_authority_alone_consents() -> None:
    opposes = BestInterest(SIGNED, "opposes")
    by_it = replace(guarded(kind="child-protection-authority"), best_interest=opposes)
    given().when(record(manner=by_it)).then(replace(OF_A_MINOR, manner=by_it))


def test_who_came_of_age_is_not_spoken_for_again() -> None:
    terms = replace(TERMS, valid_from=date(2026, 9, 4))
    late = renew(at=AT.replace(month=9), terms=terms, manner=BY_PARENT)
    given(OF_A_MINOR).when(late).refused(PersonIsOfAge)

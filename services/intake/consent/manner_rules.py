"""Whether consent was given in a way that counts: by the person, or by a guardian who may."""

from datetime import date
from uuid import UUID

from services.intake.consent.manner import (
    BY_GUARDIAN,
    CHILD_PROTECTION,
    OPPOSES,
    WITH_WITNESS,
    ConsentManner,
    Guardianship,
)
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
from shared.kernel.codes import code
from shared.kernel.refusals import Invalid

_OF_AGE = "manner.guardianship.of_age_from"


def invalid_manner(manner: ConsentManner, person: UUID, today: date) -> Invalid | None:
    """Refuse what cannot be shown, and who may not consent for the person. today: at the case's."""
    if manner.mode == BY_GUARDIAN:
        return _invalid_guardian(manner, person, today)
    if manner.guardianship is not None:
        return GuardianNotExpected("manner.guardianship")
    if manner.best_interest is not None:
        return GuardianNotExpected("manner.best_interest")
    if manner.mode == WITH_WITNESS:
        return _invalid_witness(manner, person)
    return EvidenceMissing("manner.evidence") if manner.evidence is None else None


def is_of_a_minor(guardianship: Guardianship) -> bool:
    """Whether this guardianship ends when the person comes of age."""
    return bool(code("guardian_kinds", guardianship.kind).extra["ends_at_majority"])


def _invalid_witness(manner: ConsentManner, person: UUID) -> Invalid | None:
    if manner.witness is None or manner.witness == person:
        return WitnessMissing("manner.witness")
    return None


def _invalid_guardian(manner: ConsentManner, person: UUID, today: date) -> Invalid | None:
    own = manner.guardianship
    if own is None or own.guardian == person:
        return GuardianMissing("manner.guardianship.guardian")
    if own.proof is None:
        return GuardianMissing("manner.guardianship.proof")
    if manner.evidence is None:
        return EvidenceMissing("manner.evidence")
    if not is_of_a_minor(own):
        return MajorityNotSaid(_OF_AGE) if own.of_age_from is not None else None
    return _invalid_minority(own.of_age_from, today) or _not_best(manner, own)


def _invalid_minority(of_age_from: date | None, today: date) -> Invalid | None:
    if of_age_from is None or of_age_from.day != 1:
        return MajorityNotSaid(_OF_AGE)
    return PersonIsOfAge(_OF_AGE) if of_age_from <= today else None


def _not_best(manner: ConsentManner, own: Guardianship) -> Invalid | None:
    if manner.best_interest is None:
        return BestInterestMissing("manner.best_interest")
    if manner.best_interest.view == OPPOSES and own.kind != CHILD_PROTECTION:
        return ChildOpposes("manner.best_interest.view")
    return None

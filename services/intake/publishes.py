"""Intake publishes: what others may know of what it recorded."""

from typing import assert_never

from services.intake.case import CaseCorrected, CaseEnteredInError, CaseFact, CaseRegistered
from services.intake.details import Details
from services.intake.parties import PartiesFact, PartyAdmitted, PartyDismissed
from shared.contracts.contract import Contract
from shared.contracts.intake import (
    CaseCorrectedV1,
    CaseEnteredInErrorV1,
    CaseRegisteredV1,
    DetailsV1,
)

PRIVATE: frozenset[type] = frozenset({PartyAdmitted, PartyDismissed})
"""Facts that stay in the diary on purpose: they only repeat what referral publishes."""


def publish(fact: CaseFact | PartiesFact) -> Contract | None:
    """Translate a recorded fact into its contract; None for what is ``PRIVATE``."""
    match fact:
        case CaseRegistered():
            return CaseRegisteredV1(
                case_id=fact.case_id,
                institution=fact.institution,
                folio=fact.folio,
                programme=fact.programme,
                subdivision=fact.subdivision,
                municipality=fact.municipality,
                channel=fact.channel,
                opened_at=fact.opened_at,
                details=_details(fact.details),
            )
        case CaseCorrected():
            return CaseCorrectedV1(
                subdivision=fact.subdivision,
                municipality=fact.municipality,
                channel=fact.channel,
                opened_at=fact.opened_at,
                details=_details(fact.details),
                changed=fact.changed,
            )
        case CaseEnteredInError():
            return CaseEnteredInErrorV1(reason=fact.reason)
        case PartyAdmitted() | PartyDismissed():
            return None
        case _:
            assert_never(fact)


def _details(details: Details) -> DetailsV1:
    return DetailsV1(
        age_band=details.age_band,
        sex=details.sex,
        nationality=details.nationality,
        migratory_condition=details.migratory_condition,
        sector=details.sector,
        occupation=details.occupation,
        violations=details.violations,
    )

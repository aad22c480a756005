"""The facts of an example agreement, between the office and the commission."""

from datetime import date
from typing import Any
from uuid import UUID

from services.referral.agreement import AgreementDrafted, AgreementSigned
from tests.personas import COMMISSION, OFFICE

AGREEMENT = UUID("00000000-0000-4000-8000-0000000000a1")
OTHER_AGREEMENT = UUID("00000000-0000-4000-8000-0000000000b1")
PARTIES = (COMMISSION.institution, OFFICE.institution)
TERMS: dict[str, Any] = {
    "kind": "letter-of-intent",
    "title": "Carta de intención para la atención laboral",
    "parties": PARTIES,
    "programme": "mx-labour-protection",
    "services": ("legal-advice",),
    "data_categories": ("coded-case",),
    "valid_from": date(2026, 1, 15),
    "valid_until": date(2026, 12, 31),
    "texts": None,
}
DRAFTED = AgreementDrafted(agreement_id=AGREEMENT, **TERMS)
SIGNED_BY_THE_OFFICE = AgreementSigned(
    agreement_id=AGREEMENT,
    institution=OFFICE.institution,
    signed_on=date(2026, 1, 10),
    signatory_role="head",
    terms=1,
    begins=None,
    document=None,
)
SIGNED_BY_THE_COMMISSION = AgreementSigned(
    agreement_id=AGREEMENT,
    institution=COMMISSION.institution,
    signed_on=date(2026, 1, 20),
    signatory_role="delegate",
    terms=1,
    begins=date(2026, 1, 20),
    document=None,
)
SIGNED = (DRAFTED, SIGNED_BY_THE_OFFICE, SIGNED_BY_THE_COMMISSION)

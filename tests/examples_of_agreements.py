"""What the examples of facts about agreements say, for a reason; see ``tests.examples``."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from services.referral import agreement, agreement_index, override, validity
from shared.kernel.documents import DocumentRef
from tests.personas import COMMISSION, OFFICE

TEXTS = DocumentRef(
    document_id=UUID("00000000-0000-4000-8000-0000000000d0"),
    digest="9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
)
PARTIES = (COMMISSION.institution, OFFICE.institution)
TERMS: dict[str, Any] = {
    "kind": "letter-of-intent",
    "title": "Carta de intención para la atención laboral",
    "parties": PARTIES,
    "services": ("legal-advice", "shelter"),
    "data_categories": ("coded-case", "contact"),
    "valid_from": date(2026, 1, 15),
    "valid_until": date(2027, 12, 31),
    "texts": TEXTS,
}
BARE_TERMS: dict[str, Any] = {
    **TERMS,
    **dict.fromkeys(("services", "data_categories"), ()),
    **dict.fromkeys(("valid_until", "texts")),
}
SIGNED: dict[str, Any] = {
    "signed_on": date(2026, 1, 10),
    "signatory_role": "head",
    "terms": 1,
    "begins": None,
    "document": None,
}
ALL_SIGNED = {"begins": date(2026, 1, 15)}
NOTED = {"version": 3, "parties": PARTIES, "services": ("legal-advice",)}
AGREEMENTS: Mapping[type, tuple[Mapping[str, Any], ...]] = {
    agreement.AgreementDrafted: (TERMS, BARE_TERMS),
    agreement.AgreementRevised: (
        {**TERMS, "terms": 2, "changed": ("services", "title")},
        {**BARE_TERMS, "terms": 3, "changed": ("valid_until",)},
    ),
    agreement.AgreementSigned: ({**SIGNED, **ALL_SIGNED, "document": TEXTS}, SIGNED),
    agreement.AgreementRenewed: (
        {"valid_until": date(2028, 12, 31), "document": TEXTS},
        {"valid_until": None, "document": None},
    ),
    agreement.AgreementSuspended: ({"reason": "under-review"},),
    agreement.AgreementTerminated: ({"reason": "programme-ended"},),
    agreement.AgreementExpiryAnnounced: ({"days": 30, "valid_until": date(2027, 12, 31)},),
    agreement_index.AgreementNoted: (
        {**NOTED, "validity": validity.Validity()},
        {
            **NOTED,
            "validity": validity.Validity(
                begins=date(2026, 1, 15),
                ends=date(2027, 12, 31),
                pauses=(validity.Pause(date(2026, 3, 1), date(2026, 3, 9)),),
            ),
        },
    ),
    override.AgreementOverridden: ({"reason": "danger-to-the-person", "subject": "subject-2"},),
}

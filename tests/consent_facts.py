"""An example consent, and what else the rules of consent are given: a case and its parties."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.intake import case, parties
from services.intake.consent import decisions, overriding
from services.intake.consent.commands import RecordConsent, RenewConsent
from services.intake.consent.facts import ConsentRecorded, ConsentRenewed
from services.intake.consent.manner import BestInterest, ConsentManner, Guardianship
from shared.kernel.consenting.terms import ConsentTerms
from shared.kernel.decider import Actor, Known
from shared.kernel.documents import DocumentRef
from shared.kernel.value import replace
from tests.case_facts import IN_ERROR, REGISTERED
from tests.personas import AT, CASE, COMMISSION, OFFICE, REFERRAL

CONSENTS = decisions.DECIDER
OVERRIDES = overriding.DECIDER

CONSENT = UUID("00000000-0000-4000-8000-0000000000f1")
PERSON = UUID("00000000-0000-4000-8000-0000000000f2")
GUARDIAN = UUID("00000000-0000-4000-8000-0000000000f3")
WITNESS = UUID("00000000-0000-4000-8000-0000000000f4")
SIGNED = DocumentRef(UUID("00000000-0000-4000-8000-0000000000f5"), "a" * 64)
SUPERVISOR = Actor(OFFICE.institution, "supervisor", "token-9")
STRANGER = Actor("consulado-gt", "caseworker", "token-8")

TODAY = date(2026, 5, 4)
LAST_DAY = date(2027, 5, 3)
OVER = datetime(2027, 5, 4, 6, tzinfo=UTC)
"""Midnight in Chihuahua after the last day."""
OF_AGE_FROM = date(2026, 9, 1)
OF_AGE = datetime(2026, 9, 1, 6, tzinfo=UTC)

TERMS = ConsentTerms(
    recipients=("albergue-juarez", "comision-ddhh-chih"),
    kinds=("consulate",),
    categories=("coded-case", "contact", "identity"),
    services=(),
    valid_from=TODAY,
    valid_until=LAST_DAY,
)
MANNER = ConsentManner(language="tar", mode="written", evidence=SIGNED)
ORAL = ConsentManner(language="tar", mode="oral-with-witness", witness=WITNESS)
BY_PARENT = ConsentManner(
    language="spa",
    mode="guardian",
    evidence=SIGNED,
    guardianship=Guardianship("parent", GUARDIAN, SIGNED, OF_AGE_FROM),
    best_interest=BestInterest(SIGNED, "agrees"),
)
RECORDED = ConsentRecorded(
    consent_id=CONSENT,
    case_id=CASE,
    person=PERSON,
    institution=OFFICE.institution,
    subdivision="MX-CHH",
    purpose="referral",
    terms=TERMS,
    manner=MANNER,
    version=1,
    expires_at=OVER,
    ask_again_at=None,
    case_version=1,
)
OF_A_MINOR = replace(RECORDED, manner=BY_PARENT, ask_again_at=OF_AGE)
RENEWED = ConsentRenewed(
    consent_id=CONSENT,
    version=2,
    institution=OFFICE.institution,
    terms=TERMS,
    manner=MANNER,
    expires_at=OVER,
    ask_again_at=None,
    case_version=1,
)

OPEN = Known(1, case.DECIDER.fold([REGISTERED]))
VOIDED = Known(2, case.DECIDER.fold([REGISTERED, IN_ERROR]))
UNKNOWN = Known(0, case.NotRegistered())
SHARED = Known(
    2,
    parties.DECIDER.fold(
        [
            parties.PartyAdmitted(REFERRAL, COMMISSION.institution),
            parties.PartyConfirmed(REFERRAL, COMMISSION.institution, OFFICE.institution, "share"),
        ]
    ),
)
KNOWN: dict[str, Any] = {"case": OPEN, "parties": SHARED}
LATER = AT + timedelta(days=30)


def record(**otherwise: object) -> RecordConsent:
    """The office records what the person consented to: as above, but for this."""
    command = RecordConsent(
        by=OFFICE,
        at=AT,
        consent_id=CONSENT,
        case_id=CASE,
        person=PERSON,
        purpose="referral",
        terms=TERMS,
        manner=MANNER,
    )
    return replace(command, **otherwise)


def renew(**otherwise: object) -> RenewConsent:
    """The office asked again."""
    command = RenewConsent(by=OFFICE, at=AT, terms=TERMS, manner=MANNER)
    return replace(command, **otherwise)

"""Consents of the sample case, as the pages are given them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.reporting.consents import ConsentRow
from tests.unit.console.sample_history import CASE, OFFICE, SHELTER

CONSENT = ConsentRow(
    consent_id=UUID("00000000-0000-4000-8000-0000000000f1"),
    case_id=CASE,
    institution=OFFICE,
    purpose="referral",
    status="in-force",
    version=1,
    recipients=(SHELTER,),
    kinds=("consulate",),
    categories=("contact", "identity"),
    services=(),
    valid_from=date(2026, 5, 4),
    valid_until=date(2027, 5, 3),
    language="spa",
    mode="written",
    partly_withdrawn=True,
)


class SampleConsents:
    """One consent, of the sample case."""

    def of_case(self, case_id: UUID, only_institution: str | None) -> Sequence[ConsentRow]:
        """List it to all who see the case."""
        del only_institution
        return [CONSENT] if case_id == CASE else []

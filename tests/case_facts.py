"""The facts of an example case at intake, and the commands that change it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from services.intake.case import CaseRegistered
from services.intake.changes import CaseCorrected, CaseEnteredInError
from services.intake.decisions import CorrectCase, EnterCaseInError
from services.intake.details import Details
from shared.kernel.value import replace
from tests.personas import AT, CASE, OFFICE

OPENED = AT - timedelta(days=1)
FOLIO = "CHH-2345-6789-A"
CORRECTION = UUID("00000000-0000-4000-8000-0000000000c1")
ENTRY = UUID("00000000-0000-4000-8000-0000000000e1")
DETAILS = Details(age_band="30-44", sex="female", violations=("unpaid-wages",))
CASE_DETAILS: dict[str, Any] = {
    "subdivision": "MX-CHH",
    "municipality": "08037",
    "channel": "self-presented",
    "opened_at": OPENED,
    "details": DETAILS,
}
REGISTERED = CaseRegistered(
    case_id=CASE,
    institution=OFFICE.institution,
    folio=FOLIO,
    programme="mx-labour-protection",
    **CASE_DETAILS,
)
VOID = EnterCaseInError(by=OFFICE, at=AT, entry_id=ENTRY, reason="duplicate")
IN_ERROR = CaseEnteredInError(reason="duplicate", entry_id=ENTRY)


def correct(**otherwise: object) -> CorrectCase:
    """The office describes the case again: as before, but for this."""
    command = CorrectCase(by=OFFICE, at=AT, correction_id=CORRECTION, **CASE_DETAILS)
    return replace(command, **otherwise)


def corrected(changed: tuple[str, ...], **otherwise: Any) -> CaseCorrected:
    """The fact that follows from it."""
    fact = CaseCorrected(**CASE_DETAILS, changed=changed, correction_id=CORRECTION)
    return replace(fact, **otherwise)

"""What the examples of the facts of consent say, for a reason."""

from collections.abc import Mapping
from typing import Any

from services.intake.consent.facts import (
    ConsentEnteredInError,
    ConsentNarrowed,
    ConsentPartlyWithdrawn,
    ConsentRecorded,
    ConsentRenewed,
    ConsentWithdrawn,
)
from services.intake.consent.override_facts import (
    ConsentOverrideConfirmed,
    ConsentOverrideNotified,
    ConsentOverrideRejected,
    ConsentOverrideRequested,
)
from shared.kernel.consenting.covering import Disclosure
from shared.kernel.consenting.terms import Cut
from shared.kernel.value import fields_of, replace
from tests.consent_facts import LAST_DAY, OF_A_MINOR, ORAL, RECORDED, RENEWED, TERMS

_LESS = replace(TERMS, kinds=(), services=("legal-advice",), valid_until=LAST_DAY)
_ASKED: dict[str, Any] = {
    "disclosure": Disclosure("albergue-juarez", None, "referral", (), ("identity",)),
    "ground": "risk-to-life",
    "basis": "ley-general-victimas",
    "notify": ("auditor", "guardian"),
}
_SECOND: dict[str, Any] = {"subject": "token-9", "role": "supervisor"}

CONSENTS: Mapping[type, tuple[Mapping[str, Any], ...]] = {
    ConsentRecorded: (fields_of(RECORDED), fields_of(OF_A_MINOR)),
    ConsentNarrowed: (
        {**fields_of(RENEWED), "terms": _LESS},
        {**fields_of(RENEWED), "manner": ORAL},
    ),
    ConsentRenewed: (fields_of(RENEWED), {**fields_of(RENEWED), "manner": OF_A_MINOR.manner}),
    ConsentWithdrawn: ({"reason": "not-stated"},),
    ConsentPartlyWithdrawn: (
        {"part": Cut(recipients=("albergue-juarez",)), "reason": "not-stated"},
        {"part": Cut(kinds=("consulate",), categories=("contact",)), "reason": "misused"},
    ),
    ConsentEnteredInError: ({"reason": "duplicate"},),
    ConsentOverrideRequested: ({**_ASKED, "subject": "token-1", "role": "caseworker"},),
    ConsentOverrideConfirmed: ({**_ASKED, **_SECOND},),
    ConsentOverrideRejected: ({**_SECOND, "reason": "ground-not-met"},),
    ConsentOverrideNotified: ({"notified": "auditor"},),
}

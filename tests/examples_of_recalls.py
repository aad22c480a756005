"""What the examples of facts about recalls, and of what referral hears of consent, say."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from services.referral import recall_facts
from tests.consent_facts import CONSENT
from tests.personas import AT, CASE, COMMISSION, OFFICE

RECALL = recall_facts.stream_of(CONSENT)
_ONE: dict[str, Any] = {"recall_id": RECALL}
_HOLDER: dict[str, Any] = {**_ONE, "institution": COMMISSION.institution}
_DUE: dict[str, Any] = {"due_at": AT + timedelta(days=14)}
_OBLIGED: dict[str, Any] = {
    **_HOLDER,
    **_DUE,
    "since": AT,
    "categories": ("coded-case", "identity"),
    "via": "referral",
    "remind_at": AT + timedelta(days=7),
    "silent_at": AT + timedelta(days=28),
}
_OTHERWISE: dict[str, Any] = {**_OBLIGED, "since": None, "via": "link", "referral_id": None}
_ATTESTED: dict[str, Any] = {**_HOLDER, "stopped": True}

RECALLS: Mapping[type, tuple[Mapping[str, Any], ...]] = {
    recall_facts.RecallOpened: (
        {**_ONE, "consent_id": CONSENT, "case_id": CASE, "version": 2, "because": "withdrawn"},
    ),
    recall_facts.HolderObliged: (_OBLIGED, _OTHERWISE),
    recall_facts.HolderAdded: ({**_OBLIGED, "via": "disclosure"}, _OTHERWISE),
    recall_facts.HolderReminded: ({**_HOLDER, **_DUE},),
    recall_facts.HolderEscalated: (
        {**_HOLDER, **_DUE, "custodian": OFFICE.institution},
        {**_HOLDER, **_DUE, "custodian": None},
    ),
    recall_facts.HolderSilent: ({**_HOLDER, **_DUE},),
    recall_facts.ErasureAttested: (
        {**_ATTESTED, "erased": True, "kept_by_law": None},
        {**_ATTESTED, "erased": False, "kept_by_law": "ley-general-archivos"},
    ),
}

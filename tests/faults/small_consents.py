"""The small run's consents: one given, narrowed and taken back, one run out; and an override."""

from datetime import datetime, timedelta
from typing import Any, Protocol

from tests.faults.small_world import COMMISSION, OFFICE, OTHER, STRANGER, named

_PAPER = {"document_id": named("signed"), "digest": "a" * 64}
TERMS: dict[str, Any] = {
    "recipients": [STRANGER, COMMISSION],
    "kinds": [],
    "categories": ["coded-case", "contact"],
    "services": [],
    "valid_from": "2026-05-04",
    "valid_until": "2027-05-03",
}
_MANNER: dict[str, Any] = {
    "language": "spa",
    "mode": "written",
    "evidence": _PAPER,
    "witness": None,
    "guardianship": None,
    "best_interest": None,
}
_OVER = {"expires_at": "2027-05-04T06:00:00Z", "ask_again_at": None}
_VERSIONS = {"case_version": 1, "parties_version": 3}
ASKED: dict[str, Any] = {
    "institution": OFFICE,
    "disclosure": {
        "recipient": STRANGER,
        "kind": None,
        "purpose": "referral",
        "services": [],
        "categories": ["identity"],
    },
    "ground": "risk-to-life",
    "basis": "ley-general-victimas",
    "notify": ["auditor", "person"],
}


class Writes(Protocol):
    """What writes facts; see ``small_story.Writer``."""

    def done(self, *args: Any, **kwargs: Any) -> Any: ...


def consents(writer: Writes) -> None:
    """The office records one, narrows it, and hears that it is taken back."""
    stream, consent = named("consent stream"), named("consent")
    whose = {"consent_id": consent, "institution": OFFICE}

    def done(name: str, payload: dict[str, Any], **by: Any) -> None:
        writer.done("intake", stream, OTHER, OFFICE, (name, {**whose, **payload}), **by)

    given = {"case_id": OTHER, "person": named("person"), "subdivision": "MX-CHH"}
    said = {"terms": TERMS, "manner": _MANNER, **_OVER, "case_version": 1}
    done("consent-recorded", {**given, "purpose": "referral", **said, "version": 1})
    less = {**TERMS, "recipients": [STRANGER]}
    done("consent-narrowed", {**said, "terms": less, "version": 2, "parties_version": 3})
    part = {"recipients": [], "kinds": [], "categories": ["contact"]}
    back = {"version": 2, "reason": "not-stated", **_VERSIONS}
    done("consent-partly-withdrawn", {**back, "part": part})
    done("consent-withdrawn", back)
    _override(writer)


def _override(writer: Writes) -> None:
    stream, override = named("override stream"), {"override_id": named("consent override")}
    who = {"subject": "token-1", "role": "caseworker"}
    request = {**override, "case_id": OTHER, **ASKED, **who}
    request |= {"confirm_by": "2030-01-01T00:00:00Z", "case_version": 1}
    asked = writer.done("intake", stream, OTHER, OFFICE, ("consent-override-requested", request))
    at = datetime.fromisoformat(asked.happened_at) + timedelta(seconds=1)  # the next fact's
    until = (at + timedelta(hours=72)).isoformat()
    second = {"subject": "token-2", "role": "supervisor"}
    moments = {"until": until, "notify_by": until}
    confirmed = ("consent-override-confirmed", {**override, **ASKED, **second, **moments})
    writer.done("intake", stream, OTHER, OFFICE, confirmed, **second)
    told = ("consent-override-notified", {**override, "notified": "auditor"})
    writer.done("intake", stream, OTHER, OFFICE, told)

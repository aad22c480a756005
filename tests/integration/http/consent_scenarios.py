"""Consents and overrides of OWN's cases, as requests say them. Days are counted from today's."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol

from httpx2 import Response

from shared.kernel.clock import now
from shared.kernel.freshness import day_in
from shared.kernel.roles import CASEWORKER, SUPERVISOR

OWN, PARTY = "oficina-laboral", "comision-ddhh"
PERSON = "00000000-0000-4000-8000-0000000000f2"
GUARDIAN = "00000000-0000-4000-8000-0000000000f3"
WITNESS = "00000000-0000-4000-8000-0000000000f4"
SIGNED = {"document_id": "00000000-0000-4000-8000-0000000000f5", "digest": "a" * 64}


def day(after: int) -> str:
    """The day that it is in Chihuahua so many days after today."""
    return (day_in("MX-CHH", now()) + timedelta(after)).isoformat()


TERMS: dict[str, Any] = {
    "recipients": [PARTY, "albergue-lejano"],
    "kinds": [],
    "categories": ["coded-case", "contact", "identity"],
    "services": [],
    "valid_from": day(1),
    "valid_until": day(300),
}
MANNER: dict[str, Any] = {"language": "spa", "mode": "written", "evidence": SIGNED}
ORAL: dict[str, Any] = {"language": "spa", "mode": "oral-with-witness", "witness": WITNESS}
SAID: dict[str, Any] = {"terms": TERMS, "manner": MANNER}
CONSENT: dict[str, Any] = {"person": PERSON, "purpose": "referral", **SAID}
LESS: dict[str, Any] = {"terms": {**TERMS, "recipients": [PARTY]}, "manner": MANNER}
OVERRIDE: dict[str, Any] = {
    "recipient": PARTY,
    "purpose": "referral",
    "categories": ["identity"],
    "ground": "risk-to-life",
    "basis": "ley-general-victimas",
    "notify": ["person", "auditor"],
}
_WORKER = (OWN, CASEWORKER)


class Sends(Protocol):
    """What sends requests; see ``ApiClient``."""

    def send(
        self,
        who: Any,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response: ...


def consented(api: Sends, case_id: str, **otherwise: Any) -> str:
    """OWN recorded a consent; its id."""
    path = f"/intake/cases/{case_id}/consents"
    answer = api.send(_WORKER, "POST", path, {**CONSENT, **otherwise})
    assert answer.status_code == 201, answer.text
    return str(answer.headers["Location"].rpartition("/")[2])


def overriding(api: Sends, case_id: str, *, confirmed: bool = False) -> str:
    """OWN's caseworker asked for an override, and its supervisor confirmed it if so; its id."""
    path = f"/intake/cases/{case_id}/consent-overrides"
    answer = api.send(_WORKER, "POST", path, OVERRIDE)
    assert answer.status_code == 201, answer.text
    where = answer.headers["Location"]
    if confirmed:
        answer = api.send((OWN, SUPERVISOR), "POST", f"{where}/confirmation", {})
        assert answer.status_code == 200, answer.text
    return str(where.rpartition("/")[2])

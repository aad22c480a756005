"""Who gets which answer on the routes of consent: rows of ``scope_table``, in its notation."""

from typing import Any

from tests.integration.http.consent_scenarios import CONSENT, LESS, OVERRIDE, SAID

READS = "200 200 200 200 200 | 404 404 404 200 200 | 404 404 404 200 200"
CUSTODIAN = "200 403 403 403 403 | 404 403 403 403 403 | 404 403 403 403 403"
ANSWERS = "403 200 403 403 403 | 403 404 403 403 403 | 403 404 403 403 403"
TELLS = "200 200 403 403 403 | 404 404 403 403 403 | 404 404 403 403 403"
_CONSENTS = "/cases/{case_id}/consents"
_CONSENT = f"{_CONSENTS}/{{consent_id}}"
CONSENT_OVERRIDES = "/cases/{case_id}/consent-overrides"
_OVERRIDE = f"{CONSENT_OVERRIDES}/{{override_id}}"
AS_A_CASEWORKER = (CONSENT_OVERRIDES, f"{_OVERRIDE}/notices")
AS_AN_ADMINISTRATOR = (f"{_OVERRIDE}/confirmation", f"{_OVERRIDE}/rejection")
"""Which commands a supervisor gives too, and as whom."""

CASE_CONSENTS = ("GET", "/cases/{case_id}/consents", "with_consent", READS)
"""Of reporting."""

CONSENTS: list[tuple[Any, ...]] = [
    ("POST", _CONSENTS, "referred", CUSTODIAN.replace("200", "201"), CONSENT),
    ("GET", _CONSENT, "with_consent", READS),
    ("GET", f"{_CONSENT}/document", "with_consent", READS),
    ("GET", f"{_CONSENT}/export", "with_consent", READS),
    ("POST", f"{_CONSENT}/narrowing", "with_consent", CUSTODIAN, LESS),
    ("POST", f"{_CONSENT}/renewal", "with_consent", CUSTODIAN, SAID),
    ("POST", f"{_CONSENT}/withdrawal", "with_consent", CUSTODIAN, {}),
    ("POST", f"{_CONSENT}/entry-in-error", "with_consent", CUSTODIAN),
    ("POST", CONSENT_OVERRIDES, "referred", CUSTODIAN.replace("200", "201"), OVERRIDE),
    ("GET", _OVERRIDE, "with_consent_override", READS),
    ("POST", f"{_OVERRIDE}/confirmation", "with_consent_override", ANSWERS, {}),
    ("POST", f"{_OVERRIDE}/rejection", "with_consent_override", ANSWERS),
    ("POST", f"{_OVERRIDE}/notices", "with_confirmed_override", TELLS),
]
"""Method, address, scenario, answers, and the body if its schema does not say enough."""

"""Who gets which answer on the routes of agreements: rows of ``scope_table``, in its notation.

OWN and PARTY are the parties; their administrators keep it, and any steward.
"""

from typing import Any

from tests.integration.http.agreement_scenarios import PARTIES, SIGNED, TERMS

ANYBODY = "200 200 200 200 200 | 200 200 200 200 200 | 200 200 200 200 200"
SEES = "200 200 200 200 200 | 200 200 200 200 200 | 404 404 200 200 200"
DRAFTS = "403 201 201 403 403 | 403 201 201 403 403 | 403 403 201 403 403"
KEEPS = "403 200 200 403 403 | 403 200 200 403 403 | 403 404 200 403 403"
OWNS = "403 200 200 403 403 | 403 403 200 403 403 | 403 404 200 403 403"
RENEWS = "403 403 200 403 403 | 403 403 200 403 403 | 403 404 200 403 403"
STEWARDS = "403 403 200 403 403 | 403 403 200 403 403 | 403 403 200 403 403"
SUPERVISORS = "403 403 403 403 403 | 403 403 403 403 403 | 403 403 403 403 403"
_AGREEMENT = "/agreements/{agreement_id}"
_PROGRAMME = "/programmes/{programme}"
OVERRIDES = "/cases/{case_id}/agreement-overrides"
"""The custodian's supervisor alone gives this one."""

AGREEMENTS: list[tuple[Any, ...]] = [
    ("GET", _AGREEMENT, "with_agreement", SEES),
    ("GET", f"{_AGREEMENT}/letter", "with_agreement", SEES),
    ("POST", "/agreements", "referred", DRAFTS, TERMS),
    ("POST", f"{_AGREEMENT}/revision", "with_draft", KEEPS, TERMS),
    (
        *("POST", f"{_AGREEMENT}/signatures", "with_draft", OWNS),
        {**SIGNED, "institution": PARTIES[0]},
    ),
    ("POST", f"{_AGREEMENT}/renewal", "with_ending", RENEWS, {"valid_until": "2101-01-01"}),
    ("POST", f"{_AGREEMENT}/suspension", "with_agreement", KEEPS),
    ("POST", f"{_AGREEMENT}/resumption", "with_suspended", OWNS, {}),
    ("POST", f"{_AGREEMENT}/termination", "with_agreement", KEEPS),
    ("GET", f"{_PROGRAMME}/agreements", "referred", ANYBODY),
    ("POST", f"{_PROGRAMME}/agreement-requirement", "referred", STEWARDS, {}),
    ("POST", f"{_PROGRAMME}/agreement-waiver", "referred", STEWARDS, {}),
    (
        *("POST", OVERRIDES, "referred", SUPERVISORS),
        {"addressee": "albergue-lejano", "reason": "no-alternative"},
    ),
]
"""Method, address, scenario, answers, and the body if its schema does not say enough."""

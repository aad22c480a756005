"""Who answers a referral otherwise, and who rules: rows of ``scope_table``, in its notation.

Of a decline that waits to be confirmed STRANGER is the coordinator.
"""

from typing import Any

from tests.integration.http.answering_scenarios import coordinated, decline_proposed

ANYBODY = "200 200 200 200 200 | 200 200 200 200 200 | 200 200 200 200 200"
BOTH = "200 403 403 403 403 | 200 403 403 403 403 | 404 403 403 403 403"
SENDER = "200 403 403 403 403 | 403 403 403 403 403 | 404 403 403 403 403"
ADDRESSEE = "403 403 403 403 403 | 200 403 403 403 403 | 404 403 403 403 403"
COORDINATOR = "403 403 403 403 403 | 403 403 403 403 403 | 200 403 403 403 403"
STEWARDS = "403 403 200 403 403 | 403 403 200 403 403 | 403 403 200 403 403"
_ONE = "/cases/{case_id}/referrals/{referral_id}"
_PROGRAMME = "/programmes/{programme}"
COORDINATORS = f"{_PROGRAMME}/coordinators"
"""Its body names an institution that is there."""

ANSWERING: list[tuple[Any, ...]] = [
    ("POST", f"{_ONE}/waitlisting", "referred", ADDRESSEE),
    ("POST", f"{_ONE}/rerouting", "referred", ADDRESSEE),
    ("POST", f"{_ONE}/person-cancellation", "referred", BOTH),
    ("POST", f"{_ONE}/decline/confirmation", decline_proposed, COORDINATOR),
    ("POST", f"{_ONE}/decline/return", decline_proposed, COORDINATOR),
    ("POST", f"{_ONE}/ratings", "accepted", BOTH),
    ("POST", f"{_ONE}/loop-closure", "closed", SENDER),
    ("POST", COORDINATORS, "referred", STEWARDS, {"institution": "albergue-lejano"}),
    ("POST", f"{COORDINATORS}/relief", coordinated, STEWARDS, {}),
    ("POST", f"{_PROGRAMME}/decline-confirmation", coordinated, STEWARDS, {}),
    ("POST", f"{_PROGRAMME}/decline-confirmation-waiver", coordinated, STEWARDS, {}),
    ("GET", f"{_PROGRAMME}/rules", "referred", ANYBODY),
]
"""Method, address, scenario, answers, and the body if its schema does not say enough."""

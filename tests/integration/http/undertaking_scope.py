"""Who gets which answer on the routes of proposals, commitments and joint activities.

Rows of ``scope_table``, in its notation. PARTY is the owner: its administrator acts for it, and a
steward of any institution; what is proposed is decided by another institution's steward, or by its
coordinator.
"""

from typing import Any

from tests.integration.http.api_client import ACTIVITY, COMMITMENT, PROPOSAL

ANYBODY = "200 200 200 200 200 | 200 200 200 200 200 | 200 200 200 200 200"
MAKES = "403 201 201 403 403 | 403 201 201 403 403 | 403 201 201 403 403"
SPEAKS = "403 200 200 403 403 | 403 200 200 403 403 | 403 200 200 403 403"
OWNER = "403 403 200 403 403 | 403 200 200 403 403 | 403 403 200 403 403"
DECIDES = "403 403 200 403 403 | 403 403 403 403 403 | 403 403 200 403 403"
_COMMITMENT = "/commitments/{commitment_id}"
_PROPOSAL = "/proposals/{proposal_id}"
_ACTIVITY = "/activities/{activity_id}"
_DAY = {"on": "2100-02-01", "agencies": ["oficina-laboral"]}
DECISION = f"{_PROPOSAL}/decision"
"""A coordinator takes it too."""

UNDERTAKINGS: list[tuple[Any, ...]] = [
    ("GET", _COMMITMENT, "committed", ANYBODY),
    ("POST", "/commitments", "referred", MAKES, COMMITMENT),
    ("POST", f"{_COMMITMENT}/day", "committed", OWNER, {"due_on": "2100-02-01"}),
    ("POST", f"{_COMMITMENT}/keeping", "committed", OWNER, {"kept_on": "2026-01-02"}),
    ("POST", f"{_COMMITMENT}/withdrawal", "committed", OWNER),
    ("POST", f"{_COMMITMENT}/reopening", "commitment_withdrawn", OWNER),
    ("GET", _PROPOSAL, "member_proposed", ANYBODY),
    ("POST", "/proposals", "referred", MAKES, PROPOSAL),
    ("POST", f"{_PROPOSAL}/discussion", "member_proposed", SPEAKS),
    ("POST", f"{_PROPOSAL}/withdrawal", "member_proposed", OWNER),
    ("POST", DECISION, "member_proposed", DECIDES),
    ("GET", _ACTIVITY, "planned", ANYBODY),
    ("POST", "/activities", "referred", MAKES, ACTIVITY),
    ("POST", f"{_ACTIVITY}/plan", "planned", OWNER, _DAY),
    (
        *("POST", f"{_ACTIVITY}/holding", "planned", OWNER),
        {"held_on": "2026-01-02", "agencies": ["oficina-laboral"]},
    ),
    ("POST", f"{_ACTIVITY}/cancellation", "planned", OWNER),
]
"""Method, address, scenario, answers, and the body if its schema does not say enough."""
UNDERTAKING_LISTS = (
    "/commitments",
    "/proposals",
    "/proposals/{proposal_id}/discussion",
    "/activities",
    "/reminders",
)
"""Of reporting, open to everybody who is identified."""

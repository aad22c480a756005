"""Who words a referral, offers a case again, wants one: rows of ``scope_table``, in its notation.

Of holidays too, by which the clocks of what was asked run.
"""

from typing import Any

from tests.integration.http.api_client import REFERRAL, STRANGER
from tests.integration.http.requesting_scenarios import (
    CARNIVAL,
    WANTED,
    drafted,
    festive,
    not_taken,
    wanted,
    worked,
)

ANYBODY = "200 200 200 200 200 | 200 200 200 200 200 | 200 200 200 200 200"
CUSTODIAN = "200 403 403 403 403 | 404 403 403 403 403 | 404 403 403 403 403"
OFFERS = CUSTODIAN.replace("200", "201")
WANTS = "409 403 403 403 403 | 200 403 403 403 403 | 404 403 403 403 403"
GRANTS = "201 403 403 403 403 | 403 403 403 403 403 | 404 403 403 403 403"
CASEWORKERS = "200 403 403 403 403 | 200 403 403 403 403 | 200 403 403 403 403"
"""Each case is answered on its own, in the body."""
STEWARDS = "403 403 200 403 403 | 403 403 200 403 403 | 403 403 200 403 403"
_CASE = "/cases/{case_id}"
_ONE = f"{_CASE}/referrals/{{referral_id}}"
_WANTED = f"{_CASE}/transfer-requests"
_CALENDAR = "/calendars/{place}"

_SEVERAL = {**REFERRAL, "to": STRANGER, "cases": ["00000000-0000-4000-8000-00000000000f"]}

ASKING: list[tuple[Any, ...]] = [
    ("POST", f"{_CASE}/drafts", "registered", OFFERS, {**REFERRAL, "to": STRANGER}),
    ("POST", f"{_ONE}/sending", drafted, CUSTODIAN, {}),
    ("POST", f"{_ONE}/discarding", drafted, CUSTODIAN),
    ("POST", f"{_CASE}/referrals/{{replaces}}/reoffer", not_taken, OFFERS, {}),
    ("POST", _WANTED, "accepted", WANTS, WANTED),
    ("POST", f"{_WANTED}/{{request_id}}/grant", wanted, GRANTS, {}),
    ("POST", f"{_WANTED}/{{request_id}}/refusal", wanted, GRANTS.replace("201", "200")),
    ("POST", "/referrals/bulk", "referred", CASEWORKERS, _SEVERAL),
    ("GET", _CALENDAR, "referred", ANYBODY),
    ("POST", f"{_CALENDAR}/holidays", worked, STEWARDS, CARNIVAL),
    ("POST", f"{_CALENDAR}/holidays/removal", festive, STEWARDS, CARNIVAL),
]
"""Method, address, scenario, answers, and the body if its schema does not say enough."""

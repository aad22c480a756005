"""Who gets which answer on the sender's routes of links: rows of ``scope_table``, in its notation.

The addressee of the scenario has an account, so nobody gets a link there. What a link itself opens
is asked without a token: ``BY_LINK``, which tests/integration/http/test_links.py goes through.
"""

from typing import Any

SENDER = "409 403 403 403 403 | 403 403 403 403 403 | 404 403 403 403 403"
_LINK = "/cases/{case_id}/referrals/{referral_id}/link"
LINKS: list[tuple[Any, ...]] = [
    ("POST", _LINK, "referred", SENDER, {"expires_at": "2100-01-31T10:00:00-06:00"}),
    ("POST", f"{_LINK}/withdrawal", "referred", SENDER, {}),
]
_OPENED = "/referral/links/{link_id}"
BY_LINK = frozenset(
    {
        ("GET", _OPENED),
        *(
            ("POST", f"{_OPENED}/{noun}")
            for noun in ("opening", "acceptance", "decline", "information-request", "waitlisting")
        ),
    }
)
"""The routes on which a link's secret, or its session, stands for a token."""

"""Referrals to an institution without an account, and their links, over HTTP."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from httpx2 import Response

from shared.kernel.clock import now
from shared.kernel.ids import new_id
from shared.kernel.roles import CASEWORKER
from tests.integration.http.api_client import OWN, REFERRAL, ApiClient

SENDER = (OWN, CASEWORKER)
NOWHERE = "/referral/links/00000000-0000-4000-8000-0000000000fe"


def soon_over(**lasts: float) -> dict[str, str]:
    """The body that asks for a link."""
    return {"expires_at": (now() + timedelta(**(lasts or {"days": 7}))).isoformat()}


@dataclass(frozen=True)
class Linked:
    """A referral to an institution without an account. path: the referral's address."""

    api: ApiClient
    path: str
    addressee: str

    def issue(self, key: str | None = None) -> Any:
        """Have a link issued; what the sender is told."""
        headers = {"Idempotency-Key": key} if key else {}
        answer = self.api.send(SENDER, "POST", f"{self.path}/link", soon_over(), headers)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def status(self) -> str:
        return str(self.api.get(OWN, self.path).json()["status"])


def linked(api: ApiClient, **otherwise: Any) -> Linked:
    """OWN refers a case of its own to one that has no account."""
    addressee = api.listed().institution
    path = f"/referral/cases/{api.registered().case_id}/referrals"
    body = {**REFERRAL, "to": addressee, "by_link": True, **otherwise}
    answer = api.send(SENDER, "POST", path, body)
    assert answer.status_code == 201, answer.text
    return Linked(api, answer.headers["Location"], addressee)


def opened(api: ApiClient, issued: Any) -> str:
    """The session of a link that is opened now."""
    answer = api.send(None, "POST", f"{at(issued)}/opening", {"code": issued["secret"]})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["session"])


def at(issued: Any) -> str:
    return f"/referral/links/{issued['link_id']}"


def by_link(
    api: ApiClient, session: str, path: str, body: Any = None, key: str | None = None
) -> Response:
    """Send a request in the session of a link; without a body it is a reading."""
    headers = {"Authorization": f"Bearer {session}", "Idempotency-Key": key or str(new_id())}
    return api.send(None, "GET" if body is None else "POST", path, body, headers)

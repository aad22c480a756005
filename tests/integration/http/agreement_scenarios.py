"""Agreements between OWN and PARTY, in a programme in which nothing else is referred."""

from collections.abc import Mapping
from typing import Any, Protocol

from httpx2 import Response

from shared.kernel.roles import ADMINISTRATOR, STEWARD

PARTIES = ("oficina-laboral", "comision-ddhh")
AGREED_ON = "mx-labour-network"
TERMS: dict[str, Any] = {
    "kind": "letter-of-intent",
    "title": "Carta de intención",
    "parties": list(PARTIES),
    "programme": AGREED_ON,
    "services": ["legal-advice"],
    "valid_from": "2026-01-15",
}
SIGNED: dict[str, Any] = {"signed_on": "2026-01-10", "signatory_role": "head"}
_STEWARD = ("operadora", STEWARD)


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


def agreed(api: Sends, *, signed: bool = True, **terms: Any) -> str:
    """Draft an agreement, and have both sign it; return its id."""
    answer = api.send(_STEWARD, "POST", "/referral/agreements", {**TERMS, **terms})
    assert answer.status_code == 201, answer.text
    path = answer.headers["Location"]
    for party in PARTIES if signed else ():
        answer = api.send(_STEWARD, "POST", f"{path}/signatures", {**SIGNED, "institution": party})
        assert answer.status_code == 200, answer.text
    return str(path.rpartition("/")[2])


def suspended_agreement(api: Sends) -> str:
    """An agreement that OWN has suspended."""
    made = agreed(api)
    path = f"/referral/agreements/{made}/suspension"
    answer = api.send((PARTIES[0], ADMINISTRATOR), "POST", path, {"reason": "under-review"})
    assert answer.status_code == 200, answer.text
    return made

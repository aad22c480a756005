"""A network, a region and a commission of their own, in which PARTY is."""

from typing import Any

from shared.kernel.roles import STEWARD
from tests.integration.http.agreement_scenarios import PARTIES, Sends

_STEWARD, _PARTY = ("operadora", STEWARD), PARTIES[1]
_NAMED = {"name": "Prueba"}
_BODIES: dict[str, dict[str, Any]] = {
    "network": {**_NAMED, "programme": "mecal"},
    "region": {**_NAMED, "subdivision": "MX-CHH", "municipalities": ["08053"]},
    "commission": {
        **_NAMED,
        "programme": "mecal",
        "subdivision": "MX-CHH",
        "secretariat": _PARTY,
        "quorum": {"rule": "all"},
    },
}


def gathered(api: Sends, codes: dict[str, str]) -> None:
    """Form one of each under these codes; PARTY is a member, and the commission's secretariat."""
    for kind, body in _BODIES.items():
        _carried_out(api, f"/referral/{kind}s", {**body, kind: codes[kind]})
    for kind in ("network", "commission"):
        seat = {"institution": _PARTY, "since": "2026-03-01"}
        _carried_out(api, f"/referral/{kind}s/{codes[kind]}/members", seat)


def _carried_out(api: Sends, path: str, body: Any) -> None:
    answer = api.send(_STEWARD, "POST", path, body)
    assert answer.status_code in {200, 201}, answer.text

"""A programme that STRANGER coordinates, and declines that wait for its word."""

from typing import Any

from shared.kernel.roles import CASEWORKER, STEWARD
from tests.integration.http.api_client import CASE, DECLINE, OWN, PARTY, STRANGER, ApiClient
from tests.integration.http.scenario import Scenario

COORDINATED = "gt-returned-migrants"
PROGRAMME = f"/referral/programmes/{COORDINATED}"
_THERE: dict[str, Any] = {"programme": COORDINATED, "subdivision": "GT-01", "municipality": None}


def coordinated(api: ApiClient, *, confirms: bool = False) -> Scenario:
    """STRANGER coordinates the programme; declines take effect at once, or wait for it."""
    asked = "decline-confirmation" if confirms else "decline-confirmation-waiver"
    rulings: dict[str, dict[str, str]] = {
        "agreement-waiver": {},
        "coordinators": {"institution": STRANGER},
        asked: {},
    }
    for noun, body in rulings.items():
        answer = api.send((OWN, STEWARD), "POST", f"{PROGRAMME}/{noun}", body)
        assert answer.status_code == 200, answer.text
    return Scenario("")


def decline_proposed(api: ApiClient) -> Scenario:
    """PARTY wants to decline what OWN referred; STRANGER is to confirm that."""
    coordinated(api, confirms=True)
    scenario = Scenario(api.submit(OWN, "/intake/cases", {**CASE, **_THERE})["stream"])
    api.sees(OWN, f"/referral/cases/{scenario.case_id}")
    scenario = api.refer(scenario)
    receipt = api.submit(PARTY, f"{api.of(scenario)}/decline", DECLINE)
    assert receipt["names"] == ["referral-acknowledged", "decline-proposed"]
    return scenario


def rated(api: ApiClient) -> Scenario:
    """PARTY accepted, and OWN has rated it."""
    scenario = api.accepted()
    api.submit(OWN, f"{api.of(scenario)}/ratings", {"timeliness": "good", "effort": "fair"})
    return scenario


def done_with(api: ApiClient) -> Scenario:
    """PARTY's share was closed, and OWN is done with it."""
    scenario = api.closed()
    body = {"reason": "served", "person_told": "told"}
    answer = api.send((OWN, CASEWORKER), "POST", f"{api.of(scenario)}/loop-closure", body)
    assert answer.status_code == 200, answer.text
    return scenario

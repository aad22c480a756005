"""Referrals that are worded, offered again and wanted; and a day that is a holiday somewhere."""

from typing import Any

from shared.kernel.roles import CASEWORKER
from tests.integration.http.api_client import (
    OWN,
    PARTY,
    REFERRAL,
    STEWARDS,
    STRANGER,
    WITHDRAW,
    ApiClient,
)
from tests.integration.http.scenario import Scenario

WANTED: dict[str, Any] = {"services": ["legal-advice"], "reason": "main-provider"}
"""Why an institution asks for custody."""
CARNIVAL: dict[str, Any] = {"day": "2099-02-24", "reason": "local-feast"}
_PLACE = "/referral/calendars/MX-TLA"


def drafted(api: ApiClient, **otherwise: Any) -> Scenario:
    """OWN worded a referral to PARTY, and has not sent it."""
    scenario = api.registered()
    path = f"/referral/cases/{scenario.case_id}/drafts"
    answer = api.send((OWN, CASEWORKER), "POST", path, {**REFERRAL, **otherwise})
    assert answer.status_code == 201, answer.text
    return Scenario(scenario.case_id, answer.headers["Location"].rpartition("/")[2])


def not_taken(api: ApiClient) -> Scenario:
    """OWN withdrew what it had asked of PARTY; the consent extends to STRANGER."""
    scenario = api.referred(alternatives=[STRANGER])
    api.submit(OWN, f"{api.of(scenario)}/withdrawal", WITHDRAW)
    return scenario


def wanted(api: ApiClient) -> Scenario:
    """PARTY, which shares the case, asked for custody of it."""
    scenario = api.accepted()
    path = f"/referral/cases/{scenario.case_id}/transfer-requests"
    answer = api.send((PARTY, CASEWORKER), "POST", path, WANTED)
    assert answer.status_code == 200, answer.text
    (request,) = api.get(OWN, f"/referral/cases/{scenario.case_id}").json()["transfer_requests"]
    return Scenario(scenario.case_id, scenario.referral_id, request_id=request["request_id"])


def worked(api: ApiClient) -> Scenario:
    """The day is none on which nobody works."""
    api.send(STEWARDS, "POST", f"{_PLACE}/holidays/removal", CARNIVAL)
    return Scenario("")


def festive(api: ApiClient) -> Scenario:
    """The day is a holiday."""
    api.send(STEWARDS, "POST", f"{_PLACE}/holidays", CARNIVAL)
    return Scenario("")

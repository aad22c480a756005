"""A service of the directory over HTTP: as it was described, with its capacity, for everybody."""

from typing import Any

import pytest

from shared.kernel.ids import new_id
from shared.kernel.roles import ADMINISTRATOR
from tests.integration.http.api_client import ABOUT_PARTY, OWN, PARTY, STRANGER, ApiClient
from tests.integration.http.service_provocations import HOURS, LISTING

pytestmark = pytest.mark.integration

KEEPER = (PARTY, ADMINISTRATOR)
WHOLE: dict[str, Any] = {
    "name": "Albergue «Ñandú»",
    "kind": "shelter",
    "programmes": ["mx-labour-protection"],
    "populations": ["families", "women"],
    "eligibility": [{"attribute": "sex", "is_one_of": ["female"], "is_none_of": []}],
    "required_documents": ["identification"],
    "cost": {"amount": "35.5000", "currency": "MXN"},
    "duration_days": 90,
    "hours": [{**HOURS, "starts_on": None}],
    "languages": ["hat", "spa"],
    "accessibility": ["wheelchair"],
    "coverage": {"subdivisions": ["MX-CHH"], "municipalities": ["08037"], "regions": []},
    "funding": [
        {"source": "federal-budget", "valid_from": "2026-01-01", "valid_until": "2026-12-31"}
    ],
    "entries": ["ley-migracion"],
}


def described(api: ApiClient) -> dict[str, Any]:
    """Everything that may be said of a service, its texts too, which are kept."""
    path = f"/referral/documents{ABOUT_PARTY}"
    kept = api.send(KEEPER, "POST", path, {"lema": str(new_id())}).json()
    return {**WHOLE, "texts": {name: kept[name] for name in ("document_id", "digest")}}


def carried_out(api: ApiClient, path: str, body: Any, status: int = 200) -> Any:
    answer = api.send(KEEPER, "POST", path, body)
    assert answer.status_code == status, answer.text
    return answer


def test_a_service_is_shown_as_it_was_described_and_vouched_for_by_whoever_listed_it(
    api: ApiClient,
) -> None:
    whole = described(api)
    address = carried_out(api, LISTING, whole, 201).headers["Location"]
    for institution in (OWN, PARTY, STRANGER):
        answer = api.get(institution, address)
        shown = answer.json()
        assert whole.items() <= shown.items()
        assert (shown["institution"], shown["status"]) == (PARTY, "offered")
        assert (shown["taxonomy"], shown["stale"], shown["capacity"]) == (1, False, None)
        assert answer.headers["ETag"] == f'"{shown["version"]}"' == '"2"'


def test_the_same_listing_under_its_key_again_makes_no_second_service(api: ApiClient) -> None:
    key = {"Idempotency-Key": "albergue-de-prueba-1"}
    one, again = (api.send(KEEPER, "POST", LISTING, WHOLE, key) for _ in range(2))
    assert (one.status_code, one.headers["Location"]) == (201, again.headers["Location"])
    assert one.json() == again.json()


def test_a_service_says_that_it_is_full_is_suspended_and_comes_back(api: ApiClient) -> None:
    address = carried_out(api, LISTING, WHOLE, 201).headers["Location"]
    full = {"capacity": "none", "unit": "beds", "places_free": 0}
    carried_out(api, f"{address}/capacity", full)
    carried_out(api, f"{address}/suspension", {"reason": "no-staff"})
    shown = api.get(OWN, address).json()
    assert shown["status"] == "suspended"
    assert full.items() <= shown["capacity"].items()
    carried_out(api, f"{address}/resumption", {})
    carried_out(api, f"{address}/corrections", {**WHOLE, "name": "Otro Albergue"})
    shown = api.get(OWN, address).json()
    assert (shown["status"], shown["name"]) == ("offered", "Otro Albergue")

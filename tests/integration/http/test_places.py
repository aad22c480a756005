"""A case's place as people write it: the door makes a code of it, or says what it may mean."""

from typing import Any

import pytest

from shared.kernel.roles import CASEWORKER
from tests.integration.http.api_client import CASE, CORRECTION, OWN, PARTY, ApiClient

pytestmark = pytest.mark.integration


def municipality(api: ApiClient, case_id: str) -> Any:
    return api.get(OWN, f"/intake/cases/{case_id}").json()["municipality"]


@pytest.mark.parametrize("written", ["Juárez", " JUAREZ ", "Jua\u0301rez", "037", "8037", "08037"])
def test_a_case_is_registered_with_the_code_of_the_municipality_that_was_written(
    api: ApiClient, written: str
) -> None:
    case_id = api.submit(OWN, "/intake/cases", {**CASE, "municipality": written})["stream"]
    assert municipality(api, case_id) == "08037"


def test_corrections_and_proposals_may_give_a_name_too(api: ApiClient) -> None:
    scenario = api.accepted()
    path = f"/intake/cases/{scenario.case_id}"
    api.submit(OWN, f"{path}/corrections", {**CORRECTION, "municipality": "Ojinaga"})
    assert municipality(api, scenario.case_id) == "08052"
    api.submit(PARTY, f"{path}/correction-proposals", {**CORRECTION, "municipality": "janos"})
    (proposal,) = api.get(OWN, path).json()["proposals"]
    api.submit(OWN, f"{path}/proposals/{proposal['proposal_id']}/adoption")
    assert municipality(api, scenario.case_id) == "08035"


@pytest.mark.parametrize(
    ("subdivision", "written", "code", "told"),
    [
        ("MX-CHH", "Ciudad Juarez", "code-not-known", "08037 Juárez"),
        ("MX-CHH", "Tijuana", "code-not-known", ""),
        ("MX-CHH", "02004", "municipality-outside-subdivision", "02004"),
        ("MX-OAX", "san juan mixtepec", "may-mean-several", "20208 San Juan Mixtepec"),
        ("MX-XXX", "Juárez", "code-not-known", "subdivision"),
    ],
)
def test_what_is_no_one_municipality_there_is_refused_at_its_field_with_what_it_may_mean(
    api: ApiClient, subdivision: str, written: str, code: str, told: str
) -> None:
    body = {**CASE, "subdivision": subdivision, "municipality": written}
    answer = api.send((OWN, CASEWORKER), "POST", "/intake/cases", body)
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, code)
    (error,) = problem["errors"]
    assert error["field"] == ("subdivision" if subdivision == "MX-XXX" else "municipality")
    assert told in problem["detail"]
    assert written == "02004" or written not in problem["detail"]


def test_a_form_can_ask_which_municipality_a_name_means(api: ApiClient) -> None:
    found = api.get(OWN, "/intake/places/chihuahua?named=ojinaga").json()
    assert found == {
        "meant": [
            {
                "code": "08052",
                "es": "Ojinaga",
                "en": "Ojinaga",
                "subdivision": "MX-CHH",
                "zone": "America/Ojinaga",
            }
        ],
        "near": [],
    }
    near = api.get(OWN, "/intake/places/CHH?named=Ojinaka").json()
    assert (near["meant"], near["near"][0]["code"]) == ([], "08052")
    assert len(api.get(OWN, "/intake/places/GT-09").json()["meant"]) == 24
    assert api.get(OWN, "/intake/places/Chihuaua").json()["code"] == "code-not-known"

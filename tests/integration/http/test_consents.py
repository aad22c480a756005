"""A consent over HTTP: given, taken back, read and exported; and who sees what of it."""

from typing import Any

import pytest

from shared.kernel.roles import AUDITOR, CASEWORKER, SUPERVISOR
from tests.integration.http.api_client import OWN, PARTY, ApiClient
from tests.integration.http.consent_scenarios import LESS, OVERRIDE, PERSON, SAID
from tests.waiting import soon

pytestmark = pytest.mark.integration

_CONSENT = "/cases/{case_id}/consents/{consent_id}"


def _statuses(api: ApiClient, path: str) -> list[Any]:
    """How the consents of a case stand, as an auditor is told."""
    items = api.send((OWN, AUDITOR), "GET", path).json()["items"]
    return [each["status"] for each in items]


def test_a_consent_is_narrowed_taken_back_in_part_renewed_and_taken_back(api: ApiClient) -> None:
    scenario = api.with_shared_consent()
    path = scenario.path("intake", _CONSENT)
    assert api.submit(OWN, f"{path}/narrowing", LESS)["names"] == ["consent-narrowed"]
    part = {"categories": ["contact"]}
    assert api.submit(PARTY, f"{path}/withdrawal", part)["names"] == ["consent-partly-withdrawn"]
    shown = api.get(PARTY, path).json()
    assert (shown["consent_version"], shown["status"], shown["person"]) == (2, "in-force", None)
    assert [each["categories"] for each in shown["taken_back"]] == [["contact"]]
    assert api.get(OWN, path).json()["person"] == PERSON
    assert api.submit(OWN, f"{path}/renewal", SAID)["names"] == ["consent-renewed"]
    assert api.submit(PARTY, f"{path}/withdrawal")["names"] == ["consent-withdrawn"]
    assert api.submit(OWN, f"{path}/withdrawal")["names"] == []
    listed = f"/reporting/cases/{scenario.case_id}/consents"
    soon(lambda: _statuses(api, listed) == ["withdrawn"])


def test_it_is_written_to_be_read_and_exported_without_whose_it_is(api: ApiClient) -> None:
    scenario = api.with_shared_consent()
    path = scenario.path("intake", _CONSENT)
    page = api.get(PARTY, f"{path}/document?lang=en&large=1")
    assert page.headers["Content-Type"].startswith("text/html")
    assert (page.headers["Content-Language"], "1.75rem" in page.text) == ("en", True)
    assert page.headers["Cache-Control"] == "no-store"
    assert PERSON not in page.text
    assert api.get(PARTY, f"{path}/document?size=9").status_code == 422
    theirs, ours = (api.get(one, f"{path}/export") for one in (PARTY, OWN))
    assert PERSON not in theirs.text
    assert ours.json()["record"]["pii_principal_id"] == PERSON


def test_a_consent_of_another_case_is_none(api: ApiClient) -> None:
    scenario, other = api.with_consent(), api.registered()
    path = f"/intake/cases/{other.case_id}/consents/{scenario.consent_id}"
    assert api.get(OWN, path).status_code == 404
    answer = api.send((OWN, CASEWORKER), "POST", f"{path}/withdrawal", {})
    assert (answer.status_code, answer.json()["code"]) == (404, "no-such-case")


def test_an_override_takes_two_persons_and_says_who_is_still_to_be_told(api: ApiClient) -> None:
    scenario = api.with_consent_override()
    path = scenario.path("intake", "/cases/{case_id}/consent-overrides/{override_id}")
    assert api.get(OWN, path).json()["status"] == "requested"
    assert api.send((OWN, SUPERVISOR), "POST", f"{path}/confirmation", {}).status_code == 200
    api.submit(OWN, f"{path}/notices", {"notified": "auditor"})
    shown = api.get(OWN, path).json()
    assert (shown["status"], shown["to_tell"]) == ("confirmed", ["person"])
    assert shown["basis"] == OVERRIDE["basis"]

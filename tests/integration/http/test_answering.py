"""Referrals over HTTP that are put off, confirmed by a third institution, and rated in the end."""

import pytest

from shared.kernel.roles import AUDITOR
from tests.integration.http.answering_scenarios import PROGRAMME, coordinated, decline_proposed
from tests.integration.http.api_client import OWN, PARTY, STRANGER, ApiClient

pytestmark = pytest.mark.integration


def test_a_decline_waits_for_the_coordinator_who_sees_the_referral_and_not_the_case(
    api: ApiClient,
) -> None:
    scenario = decline_proposed(api)
    one = api.of(scenario)
    shown = api.get(STRANGER, one).json()
    assert (shown["status"], shown["coordinator"]) == ("decline-proposed", STRANGER)
    assert api.get(STRANGER, f"/referral/cases/{scenario.case_id}").status_code == 404
    assert api.get(STRANGER, f"/intake/cases/{scenario.case_id}").status_code == 404
    rules = api.get(PARTY, f"{PROGRAMME}/rules").json()
    assert rules["confirms_declines"]
    assert {"subdivision": None, "institution": STRANGER} in rules["coordinators"]

    back = api.submit(STRANGER, f"{one}/decline/return", {"reason": "has-capacity"})
    assert back["names"] == ["decline-sent-back"]
    api.submit(PARTY, f"{one}/decline", {"reason": "outside-mandate"})
    assert api.submit(STRANGER, f"{one}/decline/confirmation")["names"] == ["referral-declined"]
    api.sees_no_longer(PARTY, api.preview(scenario))
    coordinated(api)


def test_who_waits_keeps_the_preview_and_reporting_shows_it(api: ApiClient) -> None:
    scenario = api.referred()
    one = api.of(scenario)
    body = {"reason": "no-capacity", "expected_on": "2099-01-01"}
    names = api.submit(PARTY, f"{one}/waitlisting", body)["names"]
    assert names == ["referral-acknowledged", "referral-waitlisted"]
    assert api.get(OWN, one).json()["expected_on"] == "2099-01-01"
    assert api.get(PARTY, api.preview(scenario)).status_code == 200
    listed = f"/reporting/referrals?status=waitlisted&case_id={scenario.case_id}"
    assert api.get(OWN, listed, AUDITOR).status_code in {200, 422}


def test_a_suggestion_is_shown_and_both_are_done_with_it(api: ApiClient) -> None:
    scenario = api.referred()
    one = api.of(scenario)
    api.submit(PARTY, f"{one}/rerouting", {"to": STRANGER, "reason": "closer"})
    shown = api.get(OWN, one).json()
    assert (shown["status"], shown["suggested"]) == ("rerouted", STRANGER)
    api.sees_no_longer(PARTY, api.preview(scenario))
    rating = {"timeliness": "good", "effort": "very-good"}
    for institution in (OWN, PARTY):
        assert api.submit(institution, f"{one}/ratings", rating)["names"] == ["counterpart-rated"]
    done = {"reason": "referred-again", "person_told": "not-yet"}
    assert api.submit(OWN, f"{one}/loop-closure", done)["names"] == ["loop-closed"]

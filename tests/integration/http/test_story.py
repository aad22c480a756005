"""One case from its first day to its last, as two institutions live it over HTTP."""

import pytest

from shared.identity.caller import AUDITOR, CASEWORKER
from tests.integration.http.api_client import (
    CASE,
    OUTCOME,
    OWN,
    PARTY,
    REFERRAL,
    STRANGER,
    TOPICS,
    WITHDRAW,
    ApiClient,
    Scene,
)
from tests.waiting import soon

pytestmark = pytest.mark.integration


def test_a_case_travels_from_its_registration_to_its_closing(town: ApiClient) -> None:
    # a labour office registers a case and answers for it
    receipt = town.order(OWN, "/intake/cases", CASE)
    assert receipt["names"] == ["case-registered"]
    case, custody = receipt["stream"], f"/referral/cases/{receipt['stream']}"
    town.becomes(OWN, custody, custodian=OWN, version=1, referrals=[])
    registered = town.ask(OWN, f"/intake/cases/{case}")
    assert registered.headers["ETag"] == '"1"'
    assert registered.json()["folio"].startswith("CHH-")
    assert registered.json()["entered_in_error"] is None

    # it hands the case over to the commission, which could not see it before
    assert town.ask(PARTY, custody).status_code == 404
    scene = town.refer(Scene(case), kind="transfer", priority="urgent")
    one = town.of(scene)
    assert _standing(town, scene) == "requested"
    assert town.ask(PARTY, custody).json()["custodian"] == OWN

    # the commission asks before it decides, the office answers, the commission accepts
    asked = town.order(PARTY, f"{one}/information-requests", TOPICS)
    assert asked["names"] == ["referral-acknowledged", "information-requested"]
    assert _standing(town, scene) == "information-awaited"
    assert town.order(OWN, f"{one}/information-answers", TOPICS)["version"] == 5
    assert _standing(town, scene) == "acknowledged"
    seen = town.ask(PARTY, custody).headers["ETag"]
    accepted = town.send(
        (PARTY, CASEWORKER), "POST", f"{one}/acceptance", {}, headers={"If-Match": seen}
    )
    assert accepted.json()["names"] == ["referral-accepted"]

    # custody has moved in that very fact, and both still see the case
    for institution in (OWN, PARTY):
        assert town.ask(institution, custody).json()["custodian"] == PARTY
    refused = town.send((OWN, CASEWORKER), "POST", f"{custody}/referrals", REFERRAL)
    assert refused.json()["code"] == "not-yours"

    # a follow-up is open; the commission does its work and writes down what came of it
    follow_up = f"/followup/follow-ups/{scene.referral_id}"
    town.becomes(PARTY, follow_up, status="open", version=1, case_id=case)
    town.order(PARTY, f"{follow_up}/contacts", {"channel": "telephone"})
    town.order(PARTY, f"{follow_up}/services", {"service": "legal-advice"})
    town.order(PARTY, f"{follow_up}/outcomes", OUTCOME)
    closed = town.order(PARTY, f"{follow_up}/closure", {"outcome": "payment"})
    told = town.ask(OWN, follow_up)
    assert told.headers["ETag"] == f'"{closed["version"]}"' == '"5"'
    assert told.json() | {"outcomes": told.json()["outcomes"][0]["amount"]} == {
        "referral_id": scene.referral_id,
        "version": 5,
        "case_id": case,
        "institution": PARTY,
        "sender": OWN,
        "kind": "transfer",
        "status": "closed",
        "contacts": 1,
        "services": ["legal-advice"],
        "outcomes": "1250.5001",
        "closed_with": "payment",
    }

    # it was not over yet; and then it was
    reopened = town.order(PARTY, f"{follow_up}/reopening", {"reason": "outcome-not-honoured"})
    assert reopened["names"] == ["follow-up-reopened"]
    assert town.ask(PARTY, follow_up).json()["closed_with"] is None
    town.order(PARTY, f"{follow_up}/closure", {"outcome": "agreement"})
    again = town.ask(PARTY, follow_up).json()
    assert (again["status"], again["closed_with"], again["contacts"]) == (
        "closed",
        "agreement",
        1,
    )

    # and reporting tells the whole of it, with the exact amount
    path = f"/reporting/cases/{case}/history"
    facts = town.becomes(OWN, path, custodian=PARTY)["facts"]
    while facts[-1]["name"] != "follow-up-closed" or len(facts) < 13:
        facts = town.ask(OWN, path).json()["facts"]
    assert [fact["name"] for fact in facts] == [
        "case-registered",
        "custody-taken",
        "referral-requested",
        "referral-acknowledged",
        "information-requested",
        "information-answered",
        "referral-accepted",
        "follow-up-opened",
        "contact-recorded",
        "service-delivered",
        "outcome-recorded",
        "follow-up-closed",
        "follow-up-reopened",
        "follow-up-closed",
    ]
    assert facts[10]["data"]["amount"] == "1250.5001"


def test_a_referral_is_shown_on_hold_until_its_follow_up_is_resumed(town: ApiClient) -> None:
    scene = town.held()
    one = f"/reporting/cases/{scene.case_id}/history"
    soon(lambda: town.ask(OWN, one).json()["referrals"][0]["status"] == "on-hold")
    assert scene.referral_id in town.ask(OWN, "/reporting/referrals?status=on-hold").text
    town.order(PARTY, f"/followup/follow-ups/{scene.referral_id}/resumption")
    soon(lambda: town.ask(OWN, one).json()["referrals"][0]["status"] == "accepted")


def test_a_withdrawn_referral_leaves_room_for_the_next(town: ApiClient) -> None:
    scene = town.referred(kind="transfer")
    town.order(OWN, f"{town.of(scene)}/withdrawal", WITHDRAW)
    town.sees_no_longer(PARTY, f"/intake/cases/{scene.case_id}", f"/referral/cases/{scene.case_id}")
    later = town.refer(Scene(scene.case_id), kind="transfer", to=STRANGER)
    town.order(STRANGER, f"{town.of(later)}/acceptance")
    custody = town.ask(STRANGER, f"/referral/cases/{scene.case_id}").json()
    assert custody["custodian"] == STRANGER
    assert [one["status"] for one in custody["referrals"]] == ["withdrawn", "accepted"]
    assert town.ask(PARTY, f"/referral/cases/{scene.case_id}").status_code == 404


def test_a_case_entered_in_error_ends_everything(town: ApiClient) -> None:
    scene = town.accepted()
    open_one = town.refer(Scene(scene.case_id), to=STRANGER)
    follow_up = f"/followup/follow-ups/{scene.referral_id}"
    town.order(PARTY, f"{follow_up}/contacts", {"channel": "telephone"})
    town.order(PARTY, f"{follow_up}/services", {"service": "legal-advice"})
    town.order(PARTY, f"{follow_up}/outcomes", OUTCOME)
    town.order(OWN, f"/intake/cases/{scene.case_id}/entry-in-error", {"reason": "wrong-person"})
    custody = town.becomes(OWN, f"/referral/cases/{scene.case_id}", custodian=None)
    assert {one["status"] for one in custody["referrals"]} == {"entered-in-error"}
    told = town.becomes(PARTY, follow_up, status="entered-in-error")
    assert (told["contacts"], told["services"]) == (1, ["legal-advice"])
    assert [one["amount"] for one in told["outcomes"]] == ["1250.5001"]
    for institution in (PARTY, STRANGER):
        town.sees_no_longer(institution, f"/intake/cases/{scene.case_id}")
    assert (
        town.ask(OWN, f"/intake/cases/{scene.case_id}").json()["entered_in_error"] == "wrong-person"
    )
    assert town.ask(OWN, f"/followup/follow-ups/{open_one.referral_id}").status_code == 404

    # its history stays, for whoever may see it
    history = f"/reporting/cases/{scene.case_id}/history"
    assert town.becomes(OWN, history, in_error=True)["facts"]
    assert town.ask(STRANGER, history, AUDITOR).status_code == 200


def _standing(town: ApiClient, scene: Scene) -> str:
    referrals = town.ask(PARTY, f"/referral/cases/{scene.case_id}").json()["referrals"]
    return next(str(one["status"]) for one in referrals if one["referral_id"] == scene.referral_id)

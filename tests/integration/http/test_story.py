"""One case from its first day to its last, as two institutions live it over HTTP."""

import pytest

from shared.kernel.roles import AUDITOR, CASEWORKER, SUPERVISOR
from tests.integration.http.api_client import (
    CASE,
    CORRECTION,
    OUTCOME,
    OWN,
    PARTY,
    REFERRAL,
    STRANGER,
    TOPICS,
    WITHDRAW,
    ApiClient,
    Scenario,
)
from tests.waiting import soon

pytestmark = pytest.mark.integration


def test_a_case_travels_from_its_registration_to_its_closing(
    api: ApiClient,
) -> None:
    # a labour office registers a case and answers for it
    receipt = api.submit(OWN, "/intake/cases", CASE)
    assert receipt["names"] == ["case-registered"]
    case, custody = receipt["stream"], f"/referral/cases/{receipt['stream']}"
    api.becomes(OWN, custody, custodian=OWN, version=1, referrals=[])
    registered = api.get(OWN, f"/intake/cases/{case}")
    assert registered.headers["ETag"] == '"1"'
    assert registered.json()["folio"].startswith("CHH-")

    # it hands the case over to the commission, which could not see it before
    assert api.get(PARTY, custody).status_code == 404
    scenario = api.refer(Scenario(case), kind="transfer", priority="urgent")
    one = api.of(scenario)
    assert _standing(api, scenario) == "delivered"
    assert api.get(PARTY, custody).status_code == 404

    # the commission asks before it decides, the office answers, the commission accepts
    receipt = api.submit(PARTY, f"{one}/information-requests", TOPICS)
    assert receipt["names"] == ["referral-acknowledged", "information-requested"]
    assert _standing(api, scenario) == "information-awaited"
    assert api.submit(OWN, f"{one}/information-answers", TOPICS)["version"] == 6
    assert _standing(api, scenario) == "acknowledged"
    seen = api.get(PARTY, one).headers["ETag"]
    accepted = api.send(
        (PARTY, CASEWORKER), "POST", f"{one}/acceptance", {}, headers={"If-Match": seen}
    )
    assert accepted.json()["names"] == ["referral-accepted", "custody-announced"]

    # custody has moved in that very fact, and the office sees no more of the case
    assert api.get(PARTY, custody).json()["custodian"] == PARTY
    assert api.get(OWN, custody).status_code == 404
    refused = api.send((OWN, CASEWORKER), "POST", f"{custody}/referrals", REFERRAL)
    assert refused.json()["code"] == "not-yours"

    # a follow-up is open; the commission does its work and writes down what came of it
    follow_up = f"/followup/follow-ups/{scenario.referral_id}"
    api.becomes(PARTY, follow_up, status="open", version=1, case_id=case)
    api.submit(PARTY, f"{follow_up}/contacts", {"channel": "telephone"})
    api.submit(PARTY, f"{follow_up}/services", {"service": "legal-advice"})
    api.submit(PARTY, f"{follow_up}/outcomes", OUTCOME)
    closed = api.submit(PARTY, f"{follow_up}/closure", {"outcome": "payment"})
    _followed_up(api, scenario, closed["version"])
    api.becomes(PARTY, custody, version=9)

    # its referral ended with it, yet it was not over; and then it was
    reopened = api.submit(PARTY, f"{follow_up}/reopening", {"reason": "outcome-not-honoured"})
    assert reopened["names"] == ["follow-up-reopened"]
    api.becomes(PARTY, custody, version=10)
    assert api.get(PARTY, follow_up).json()["closed_with"] is None
    api.submit(PARTY, f"{follow_up}/closure", {"outcome": "agreement"})
    again = api.get(PARTY, follow_up).json()
    assert (again["status"], again["closed_with"], len(again["contacts"])) == (
        "closed",
        "agreement",
        1,
    )

    # the case is open until its custodian closes it
    api.becomes(PARTY, custody, version=11)
    assert _standing(api, scenario) == "closed"
    _closed_by_its_custodian_alone(api, custody)

    # and reporting tells the whole of it, with the exact amount
    path = f"/reporting/cases/{case}/history"
    facts = api.becomes(PARTY, path, custodian=PARTY)["facts"]
    while facts[-1]["name"] != "case-closed" or len(facts) < 20:
        facts = api.get(PARTY, path).json()["facts"]
    assert api.get(PARTY, f"/reporting/cases/{case}").json()["closed"] is not None
    # intake hears of the request meanwhile: its preview, and the delivery, may stand anywhere
    assert [fact["name"] for fact in facts if fact["name"] not in _MEANWHILE] == [
        "case-registered",
        "custody-taken",
        "referral-requested",
        "referral-acknowledged",
        "information-requested",
        "information-answered",
        "referral-accepted",
        "custody-announced",
        "follow-up-opened",
        "contact-recorded",
        "service-delivered",
        "outcome-recorded",
        *_ENDS,
    ]
    assert {fact["data"].get("amount") for fact in facts} == {None, "1250.5001"}


def _followed_up(api: ApiClient, scenario: Scenario, version: int) -> None:
    shown = api.get(PARTY, f"/followup/follow-ups/{scenario.referral_id}")
    assert shown.headers["ETag"] == f'"{version}"' == '"5"'
    assert shown.json() | {"outcomes": shown.json()["outcomes"][0]["amount"]} == {
        "referral_id": scenario.referral_id,
        "version": 5,
        "case_id": scenario.case_id,
        "institution": PARTY,
        "sender": OWN,
        "kind": "transfer",
        "status": "closed",
        "asked_for": REFERRAL["services"],
        **dict.fromkeys(("scheduled_for", "enrolment", "ended_because")),
        **{name: [] for name in ("delivered", "undelivered", "confirmations")},
        "contacts": [{"number": 2, "channel": "telephone"}],
        "services": [{"number": 3, "service": "legal-advice"}],
        "outcomes": "1250.5001",
        "closed_with": "payment",
    }


def test_a_referral_is_shown_on_hold_until_its_follow_up_is_resumed(api: ApiClient) -> None:
    scenario = api.held()
    one = f"/reporting/cases/{scenario.case_id}/history"
    soon(lambda: api.get(OWN, one).json()["referrals"][0]["status"] == "on-hold")
    assert scenario.referral_id in api.get(OWN, "/reporting/referrals?status=on-hold").text
    api.submit(PARTY, f"/followup/follow-ups/{scenario.referral_id}/resumption")
    soon(lambda: api.get(OWN, one).json()["referrals"][0]["status"] == "accepted")


def test_what_was_asked_and_is_not_answered_is_still_awaited(api: ApiClient) -> None:
    scenario = api.referred()
    one, both = api.of(scenario), {"topics": ["consent", "payslips"]}
    api.submit(PARTY, f"{one}/information-requests", both)
    for topic, fact, status, awaited in (
        ("consent", "information-partly-answered", "information-awaited", ["payslips"]),
        ("payslips", "information-answered", "acknowledged", []),
    ):
        receipt = api.submit(OWN, f"{one}/information-answers", {"topics": [topic]})
        assert receipt["names"] == [fact]
        seen = api.get(PARTY, one).json()
        assert (seen["status"], seen["awaited"]) == (status, awaited)


def test_a_withdrawn_referral_leaves_room_for_the_next(api: ApiClient) -> None:
    scenario = api.referred(kind="transfer")
    api.submit(OWN, f"{api.of(scenario)}/withdrawal", WITHDRAW)
    api.sees_no_longer(
        PARTY, f"/intake/cases/{scenario.case_id}", f"/referral/cases/{scenario.case_id}"
    )
    later = api.refer(Scenario(scenario.case_id), kind="transfer", to=STRANGER)
    api.submit(STRANGER, f"{api.of(later)}/acceptance")
    custody = api.get(STRANGER, f"/referral/cases/{scenario.case_id}").json()
    assert custody["custodian"] == STRANGER
    assert [one["status"] for one in custody["referrals"]] == ["withdrawn", "accepted"]
    assert api.get(PARTY, f"/referral/cases/{scenario.case_id}").status_code == 404


def test_the_new_custodian_decides_what_the_former_one_proposes(api: ApiClient) -> None:
    scenario = api.accepted(kind="transfer")
    path = f"/intake/cases/{scenario.case_id}"
    api.becomes(PARTY, path, custodian=PARTY)
    refused = api.send((OWN, CASEWORKER), "POST", f"{path}/corrections", CORRECTION)
    assert (refused.status_code, refused.json()["code"]) == (403, "not-the-custodian")
    proposal = {**CORRECTION, "municipality": "08019"}
    assert api.submit(OWN, f"{path}/correction-proposals", proposal)["names"] == [
        "correction-proposed"
    ]
    assert api.submit(OWN, f"{path}/correction-proposals", proposal)["names"] == []
    api.submit(OWN, f"{path}/void-requests", {"reason": "duplicate"})
    to_correct, to_void = api.get(PARTY, path).json()["proposals"]
    assert to_correct["proposed"]["municipality"] == "08019"
    assert to_correct["changed"] == ["municipality", "channel", "opened_at", "sex", "violations"]
    assert (to_void["institution"], to_void["void_reason"]) == (OWN, "duplicate")
    adoption = f"{path}/proposals/{to_correct['proposal_id']}/adoption"
    assert api.submit(PARTY, adoption)["names"] == ["proposal-adopted", "case-corrected"]
    rejection = f"{path}/proposals/{to_void['proposal_id']}/rejection"
    api.submit(PARTY, rejection, {"reason": "case-is-genuine"})
    seen = api.get(PARTY, path).json()
    assert (seen["municipality"], seen["proposals"]) == ("08019", [])
    history = f"/reporting/cases/{scenario.case_id}/history"
    told = ("correction-proposed", "void-requested", "proposal-adopted", "proposal-rejected")
    soon(
        lambda: {fact["name"] for fact in api.get(PARTY, history).json()["facts"]} >= {*told},
        "the history tells it",
    )


def test_a_corrected_subdivision_reaches_referral_and_what_follows_there(api: ApiClient) -> None:
    scenario = api.referred(kind="transfer")
    elsewhere = {"subdivision": "MX-JAL", "channel": "shelter"}
    api.submit(OWN, f"/intake/cases/{scenario.case_id}/corrections", elsewhere)
    api.becomes(OWN, f"/referral/cases/{scenario.case_id}", subdivision="MX-JAL")
    api.submit(PARTY, f"{api.of(scenario)}/acceptance")
    api.sees(PARTY, f"/followup/follow-ups/{scenario.referral_id}")
    history = f"/reporting/cases/{scenario.case_id}/history"

    def told() -> list[str]:
        facts = api.get(PARTY, history).json()["facts"]
        return [
            fact["data"]["subdivision"]
            for fact in facts
            if fact["name"] in {"referral-accepted", "follow-up-opened"}
        ]

    soon(lambda: told() == ["MX-JAL", "MX-JAL"], "the follow-up is told where the case lies")


def test_a_mistake_is_mended_and_the_history_shows_both(api: ApiClient) -> None:
    scenario = api.with_outcome()
    follow_up = f"/followup/follow-ups/{scenario.referral_id}"
    outcomes = f"{follow_up}/outcomes"
    more = {**OUTCOME, "amount": "30000000"}
    over = api.send((PARTY, CASEWORKER), "POST", outcomes, more)
    assert (over.status_code, over.json()["code"]) == (422, "amount-above-ceiling")
    lifted = api.send((PARTY, CASEWORKER, SUPERVISOR), "POST", outcomes, more)
    assert lifted.status_code == 200
    right = {**OUTCOME, "amount": "12.50"}
    corrected = api.submit(PARTY, f"{outcomes}/2/correction", right)
    assert corrected["names"] == ["outcome-corrected"]
    api.submit(PARTY, f"{outcomes}/3/entry-in-error", {"reason": "duplicate"})
    (left,) = api.get(PARTY, follow_up).json()["outcomes"]
    assert (left["number"], left["amount"]) == (corrected["version"], "12.50")
    history = f"/reporting/cases/{scenario.case_id}/history"

    def replaced() -> dict[str, str]:
        """Which fact of the follow-up is replaced by which."""
        facts = api.get(PARTY, history).json()["facts"]
        return {
            one["id"].rpartition(":")[2]: one["replaced_by"].rpartition(":")[2]
            for one in facts
            if one["replaced_by"]
        }

    soon(lambda: replaced() == {"2": "4", "3": "5"}, "the history shows what was replaced")


def test_a_case_entered_in_error_ends_everything(api: ApiClient) -> None:
    scenario = api.accepted()
    open_one = api.refer(Scenario(scenario.case_id), to=STRANGER)
    follow_up = f"/followup/follow-ups/{scenario.referral_id}"
    api.submit(PARTY, f"{follow_up}/contacts", {"channel": "telephone"})
    api.submit(PARTY, f"{follow_up}/services", {"service": "legal-advice"})
    api.submit(PARTY, f"{follow_up}/outcomes", OUTCOME)
    api.submit(OWN, f"/intake/cases/{scenario.case_id}/entry-in-error", {"reason": "wrong-person"})
    custody = api.becomes(OWN, f"/referral/cases/{scenario.case_id}", custodian=None)
    assert {one["status"] for one in custody["referrals"]} == {"entered-in-error"}
    shown = api.becomes(PARTY, follow_up, status="entered-in-error")
    assert [len(shown["contacts"]), len(shown["services"])] == [1, 1]
    assert [one["amount"] for one in shown["outcomes"]] == ["1250.5001"]
    api.sees_no_longer(STRANGER, api.preview(open_one))
    assert api.get(PARTY, f"/intake/cases/{scenario.case_id}").status_code == 200
    assert (
        api.get(OWN, f"/intake/cases/{scenario.case_id}").json()["entered_in_error"]
        == "wrong-person"
    )
    assert api.get(OWN, f"/followup/follow-ups/{open_one.referral_id}").status_code == 404

    # its history stays, for whoever may see it
    history = f"/reporting/cases/{scenario.case_id}/history"
    assert api.becomes(OWN, history, in_error=True)["facts"]
    assert api.get(STRANGER, history, AUDITOR).status_code == 200


def test_what_else_was_offered_falls_when_custody_moves_and_can_be_made_again(
    api: ApiClient,
) -> None:
    scenario = api.superseded()
    one, custody = api.of(scenario), f"/referral/cases/{scenario.case_id}"
    shown = api.get(OWN, one).json()
    moved = next(
        each["referral_id"]
        for each in api.get(PARTY, custody).json()["referrals"]
        if each["kind"] == "transfer"
    )
    assert (shown["status"], shown["superseded_by"]) == ("superseded", moved)
    api.sees_no_longer(STRANGER, api.preview(scenario), custody)
    late = api.send((STRANGER, CASEWORKER), "POST", f"{one}/acceptance", {})
    assert (late.status_code, late.json()["code"]) == (409, "not-now")

    body = {**REFERRAL, "to": STRANGER, "replaces": scenario.referral_id}
    answer = api.send((PARTY, CASEWORKER), "POST", f"{custody}/referrals", body)
    again = Scenario(scenario.case_id, answer.headers["Location"].rpartition("/")[2])
    api.sees(STRANGER, api.preview(again))
    assert api.get(STRANGER, api.of(again)).json()["replaces"] == scenario.referral_id
    assert api.submit(STRANGER, f"{api.of(again)}/acceptance")["names"][-1] == "referral-accepted"


def test_a_share_is_revoked_and_its_follow_up_takes_nothing_after(api: ApiClient) -> None:
    scenario = api.revoked()
    follow_up = f"/followup/follow-ups/{scenario.referral_id}"
    assert api.get(OWN, api.of(scenario)).json()["status"] == "revoked"
    for work, body in (
        ("contacts", {"channel": "telephone"}),
        ("closure", {"outcome": "payment"}),
        ("reopening", {"reason": "new-facts"}),
    ):
        refused = api.send((PARTY, CASEWORKER), "POST", f"{follow_up}/{work}", body)
        assert (refused.status_code, refused.json()["code"]) == (409, "not-now")
    api.sees_no_longer(PARTY, f"/intake/cases/{scenario.case_id}")


def test_whoever_gives_an_accepted_share_up_closes_it_and_the_sender_hears_why(
    api: ApiClient,
) -> None:
    scenario = api.accepted()
    follow_up = f"/followup/follow-ups/{scenario.referral_id}"
    api.submit(PARTY, f"{follow_up}/closure", {"outcome": "service-not-delivered"})
    api.becomes(OWN, api.of(scenario), status="closed")
    assert api.get(OWN, follow_up).json()["closed_with"] == "service-not-delivered"
    soon(lambda: api.get(OWN, "/reporting/referrals?status=closed").text.count(scenario.case_id))
    names = [
        fact["name"]
        for fact in api.get(OWN, f"/reporting/cases/{scenario.case_id}/history").json()["facts"]
    ]
    assert "follow-up-closed" in names


def test_a_share_goes_on_when_its_follow_up_is_reopened(api: ApiClient) -> None:
    scenario = api.closed()
    intake = f"/intake/cases/{scenario.case_id}"
    api.sees_no_longer(PARTY, intake)
    reopening = f"/followup/follow-ups/{scenario.referral_id}/reopening"
    api.submit(PARTY, reopening, {"reason": "new-facts"})
    api.becomes(OWN, api.of(scenario), status="accepted")
    api.sees(PARTY, intake)


_MEANWHILE = {"case-previewed", "referral-delivered"}
_ENDS = (
    *("follow-up-closed", "referral-closed", "follow-up-reopened", "referral-reopened"),
    *("follow-up-closed", "referral-closed", "case-closed"),
)


def _closed_by_its_custodian_alone(api: ApiClient, custody: str) -> None:
    assert api.get(PARTY, custody).json()["closed"] is None
    refused = api.send((OWN, CASEWORKER), "POST", f"{custody}/closure", {"outcome": "agreement"})
    assert refused.json()["code"] == "not-yours"
    closed = api.submit(PARTY, f"{custody}/closure", {"outcome": "agreement"})
    assert closed["names"] == ["case-closed"]
    assert api.get(PARTY, custody).json()["closed"] == {
        "outcome": "agreement",
        "outcome_class": "favourable",
    }


def _standing(api: ApiClient, scenario: Scenario) -> str:
    return str(api.get(PARTY, api.of(scenario)).json()["status"])

"""Who sees what over HTTP, in every status of a referral: each route against the rule itself."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from shared.kernel.roles import AUDITOR, CASEWORKER, MONITOR
from shared.kernel.sight import Sides, Sight, after, sights
from shared.kernel.statuses import REFERRAL_STATUSES, statuses
from tests.integration.http.api_client import (
    CORRECTION,
    DECLINE,
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

INSTITUTIONS = (OWN, PARTY, STRANGER)
BEFORE_THE_ERROR = {"in error after its acceptance": Sight.CASE, "in error": Sight.PREVIEW}


def _acknowledged(api: ApiClient) -> Scenario:
    scenario = api.referred()
    api.submit(PARTY, f"{api.of(scenario)}/acknowledgement")
    return scenario


def _declined(api: ApiClient) -> Scenario:
    scenario = api.referred()
    api.submit(PARTY, f"{api.of(scenario)}/decline", DECLINE)
    return scenario


def _withdrawn(api: ApiClient) -> Scenario:
    scenario = api.referred(kind="transfer")
    api.submit(OWN, f"{api.of(scenario)}/withdrawal", WITHDRAW)
    return scenario


def _superseded(api: ApiClient) -> Scenario:
    """Offered to PARTY when STRANGER took the case over."""
    scenario = api.referred()
    taken = api.refer(scenario, to=STRANGER, kind="transfer")
    api.submit(STRANGER, f"{api.of(taken)}/acceptance")
    return scenario


def _revoked(api: ApiClient) -> Scenario:
    scenario = api.accepted()
    api.submit(OWN, f"{api.of(scenario)}/revocation", {"reason": "consent-withdrawn"})
    return scenario


def _handed_on(api: ApiClient) -> Scenario:
    """OWN gave the case to PARTY, which gave it to STRANGER."""
    scenario = api.accepted(kind="transfer")
    answer = api.send(
        (PARTY, CASEWORKER),
        "POST",
        f"/referral/cases/{scenario.case_id}/referrals",
        {**REFERRAL, "to": STRANGER, "kind": "transfer"},
    )
    later = Scenario(scenario.case_id, answer.headers["Location"].rpartition("/")[2])
    api.submit(STRANGER, f"{api.of(later)}/acceptance")
    return scenario


def _in_error(api: ApiClient) -> Scenario:
    scenario = api.referred()
    api.submit(OWN, f"/intake/cases/{scenario.case_id}/entry-in-error", {"reason": "duplicate"})
    api.becomes(OWN, api.of(scenario), status="entered-in-error")
    return scenario


SCENARIOS: Mapping[str, Callable[[ApiClient], Scenario]] = {
    "requested": ApiClient.referred,
    "acknowledged": _acknowledged,
    "information-awaited": ApiClient.information_requested,
    "accepted": ApiClient.accepted,
    "on-hold": ApiClient.held,
    "declined": _declined,
    "withdrawn": _withdrawn,
    "superseded": _superseded,
    "revoked": _revoked,
    "closed": ApiClient.closed,
    "in error": _in_error,
    "in error after its acceptance": ApiClient.in_error,
    "transferred": lambda api: api.accepted(kind="transfer"),
    "handed on": _handed_on,
}


def _sides(one: Mapping[str, Any], name: str) -> Sides:
    listed = statuses(REFERRAL_STATUSES)
    sees = after(BEFORE_THE_ERROR.get(name, Sight.NOTHING), listed[one["status"]])
    return Sides(one["sender"], one["addressee"], one["kind"], sees)


def _rule(api: ApiClient, scenario: Scenario, name: str) -> tuple[Mapping[str, Sight], Any]:
    """What each institution sees by the rule, and the referral itself, as an auditor reads it."""
    path = f"/referral/cases/{scenario.case_id}"
    if name == "closed":
        api.becomes(OWN, api.of(scenario), status="closed")
    custody = api.get(STRANGER, path, AUDITOR).json()
    custodian = custody["custodian"] or OWN
    one = next(r for r in custody["referrals"] if r["referral_id"] == scenario.referral_id)
    return sights(custodian, [_sides(r, name) for r in custody["referrals"]]), (one, custodian)


def _expected(sees: Sight, institution: str, one: Mapping[str, Any], custodian: str) -> list[bool]:
    """Whether an institution is shown: the case at intake, its preview, custody, the referral,
    the follow-up, reporting's row and history.
    """
    whole, its_own = sees is Sight.CASE, institution in {one["sender"], one["addressee"]}
    asked = one["addressee"] == institution and one["status"] in {
        *("requested", "delivered", "acknowledged", "information-awaited", "waitlisted"),
    }
    followed = one["status"] in {"accepted", "on-hold", "closed", "revoked", "entered-in-error"}
    return [
        whole,
        whole or asked,
        whole,
        whole or its_own,
        followed and institution in {one["addressee"], custodian},
        sees is not Sight.NOTHING,
        sees is not Sight.NOTHING,
    ]


def _paths(api: ApiClient, scenario: Scenario) -> list[str]:
    case = scenario.case_id
    return [
        f"/intake/cases/{case}",
        api.preview(scenario),
        f"/referral/cases/{case}",
        api.of(scenario),
        f"/followup/follow-ups/{scenario.referral_id}",
        f"/reporting/cases/{case}",
        f"/reporting/cases/{case}/history",
    ]


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_route_shows_what_the_rule_says_in_every_status(api: ApiClient, name: str) -> None:
    scenario = SCENARIOS[name](api)
    seen, (one, custodian) = _rule(api, scenario, name)
    wanted = {
        institution: _expected(seen.get(institution, Sight.NOTHING), institution, one, custodian)
        for institution in INSTITUTIONS
    }
    if name == "in error":
        wanted = {i: [*row[:4], False, *row[5:]] for i, row in wanted.items()}
    answers: dict[str, list[bool]] = {}

    def all_agree() -> bool:
        for institution in INSTITUTIONS:
            answers[institution] = [
                api.get(institution, path).status_code == 200 for path in _paths(api, scenario)
            ]
        return answers == wanted

    soon(all_agree, f"{name}: {wanted}")
    for institution in INSTITUTIONS:
        row = api.get(institution, f"/reporting/cases/{scenario.case_id}")
        sees = seen.get(institution, Sight.NOTHING)
        assert row.status_code == 404 if sees is Sight.NOTHING else row.json()["sees"] == sees
    history = f"/reporting/cases/{scenario.case_id}/history"
    for role in (AUDITOR, MONITOR):
        assert api.get(STRANGER, history, role).json()["sees"] == "case"


def test_a_preview_holds_a_few_codes_and_nothing_that_tells_who_or_where(api: ApiClient) -> None:
    scenario = api.referred()
    assert api.get(PARTY, api.preview(scenario)).json() == {
        "case_id": scenario.case_id,
        "referral_id": scenario.referral_id,
        "addressee": PARTY,
        "programme": "mx-labour-protection",
        "subdivision": "MX-CHH",
        "age_band": None,
        "sex": "female",
    }
    row = api.get(PARTY, f"/reporting/cases/{scenario.case_id}").json()
    said = {name for name, value in row.items() if value is not None}
    assert said == {"case_id", "sees", "programme", "subdivision", "sex", "listed_at"}
    told = {"referral-requested", "case-previewed", "referral-delivered"}
    path = f"/reporting/cases/{scenario.case_id}/history"
    soon(lambda: "referral-delivered" in api.get(PARTY, path).text)
    history = api.get(PARTY, path).json()
    assert {fact["name"] for fact in history["facts"]} == told
    assert (history["folio"], history["custodian"], history["parties"]) == (None, None, [PARTY])
    page = api.get(PARTY, f"/reporting/cases/{scenario.case_id}/history").text
    for hidden in ("08037", "unpaid-wages", "shelter", "CHH-"):
        assert hidden not in page


def test_an_undecided_addressee_does_not_see_who_else_was_asked(api: ApiClient) -> None:
    scenario = api.referred()
    other = api.refer(scenario, to=STRANGER)
    history = api.get(PARTY, f"/reporting/cases/{scenario.case_id}/history")
    assert STRANGER not in history.text
    assert other.referral_id not in history.text
    listed = api.get(PARTY, "/reporting/referrals?limit=500").text
    assert scenario.referral_id in listed
    assert other.referral_id not in listed
    assert api.get(PARTY, api.of(other)).status_code == 404
    meddling = api.send((PARTY, CASEWORKER), "POST", f"{api.of(other)}/acceptance", {})
    assert meddling.status_code == 404


def test_a_correction_does_not_change_what_an_addressee_was_shown(api: ApiClient) -> None:
    scenario = api.referred()
    before = api.get(PARTY, api.preview(scenario)).json()
    corrected = {**CORRECTION, "details": {"sex": "male"}}
    api.submit(OWN, f"/intake/cases/{scenario.case_id}/corrections", corrected)
    history = f"/reporting/cases/{scenario.case_id}/history"
    soon(lambda: "case-corrected" in api.get(OWN, history).text)
    assert api.get(PARTY, api.preview(scenario)).json() == before
    assert "case-corrected" not in api.get(PARTY, history).text
    api.submit(PARTY, f"{api.of(scenario)}/acceptance")
    soon(lambda: "case-corrected" in api.get(PARTY, history).text)


def test_a_former_custodian_reads_its_past_and_hears_the_outcome_and_no_more(
    api: ApiClient,
) -> None:
    scenario = api.accepted(kind="transfer")
    follow_up = f"/followup/follow-ups/{scenario.referral_id}"
    api.submit(PARTY, f"{follow_up}/contacts", {"channel": "telephone"})
    api.submit(PARTY, f"{follow_up}/hold", {"reason": "other"})
    history = f"/reporting/cases/{scenario.case_id}/history"
    soon(lambda: "follow-up-put-on-hold" in api.get(PARTY, history).text)
    soon(lambda: "referral-put-on-hold" in api.get(OWN, history).text)
    names = [fact["name"] for fact in api.get(OWN, history).json()["facts"]]
    since = names[names.index("referral-accepted") + 1 :]
    assert since == ["custody-announced", "referral-put-on-hold"], "of its own referral"
    row = api.get(OWN, f"/reporting/cases/{scenario.case_id}").json()
    assert (row["sees"], row["custodian"], row["closed"]) == ("past", None, None)
    listed = api.get(OWN, "/reporting/referrals?limit=500").json()["items"]
    (own,) = (one for one in listed if one["referral_id"] == scenario.referral_id)
    assert own["status"] == "on-hold", "a referral is shown to its two institutions"
    api.submit(PARTY, f"{follow_up}/resumption")
    api.submit(PARTY, f"{follow_up}/closure", {"outcome": "payment"})
    soon(lambda: "follow-up-closed" in api.get(OWN, history).text)
    names = [fact["name"] for fact in api.get(OWN, history).json()["facts"]]
    assert not {"contact-recorded", "follow-up-put-on-hold", "follow-up-opened"} & {*names}


def test_a_revoked_share_ends_the_view_of_whoever_had_accepted_it(api: ApiClient) -> None:
    scenario = _revoked(api)
    history = f"/reporting/cases/{scenario.case_id}/history"
    soon(lambda: api.get(PARTY, history).json()["sees"] == "past")
    corrected = {**CORRECTION, "channel": "outreach"}
    api.submit(OWN, f"/intake/cases/{scenario.case_id}/corrections", corrected)
    soon(lambda: "case-corrected" in api.get(OWN, history).text)
    told = api.get(PARTY, history).json()
    assert "case-corrected" not in {fact["name"] for fact in told["facts"]}
    assert told["facts"][-1]["name"] == "referral-revoked"
    assert told["until"] is not None
    asked = f"{history}?as_known={told['facts'][0]['recorded_at']}".replace("+", "%2B")
    known = api.get(PARTY, asked).json()
    assert [fact["name"] for fact in known["facts"]] == ["case-registered"]
    later = api.get(
        PARTY,
        f"{history}?as_of={api.get(OWN, history).json()['facts'][-1]['happened_at']}".replace(
            "+", "%2B"
        ),
    )
    assert later.json()["facts"] == told["facts"]  # neither axis leads to what it does not see


def test_filters_do_not_tell_what_a_row_hides(api: ApiClient) -> None:
    scenario = api.accepted(kind="transfer")
    soon(lambda: api.get(OWN, f"/reporting/cases/{scenario.case_id}").json()["sees"] == "past")
    for wanted in (f"custodian={PARTY}", "subdivision=MX-CHH"):
        page = api.get(OWN, f"/reporting/cases?limit=500&{wanted}").text
        assert scenario.case_id not in page, wanted
    assert scenario.case_id in api.get(PARTY, f"/reporting/cases?limit=500&custodian={PARTY}").text


def test_whoever_waits_for_information_still_sees_a_preview_only(api: ApiClient) -> None:
    scenario = api.information_requested()
    api.submit(OWN, f"{api.of(scenario)}/information-answers", TOPICS)
    assert api.get(PARTY, api.preview(scenario)).status_code == 200
    assert api.get(PARTY, f"/intake/cases/{scenario.case_id}").status_code == 404

"""Commands over HTTP: carried out once per key, on the version that was seen."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from shared.kernel.clock import now
from shared.kernel.codes import codes
from shared.kernel.ids import new_id
from shared.kernel.roles import CASEWORKER
from shared.service.service import Service
from tests.integration.http.api_client import (
    CASE,
    CORRECTION,
    OUTCOME,
    OWN,
    PARTY,
    REFERRAL,
    STRANGER,
    ApiClient,
    Scenario,
)
from tests.integration.http.scope_table import COMMANDS, KEYED, Row

pytestmark = pytest.mark.integration

SOMEBODY = Scenario(str(new_id()))


def _name(row: Row) -> str:
    return " ".join(row.route)


def _key() -> dict[str, str]:
    return {"Idempotency-Key": str(new_id())}


def _fields(answer: Any) -> list[str]:
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    return [error["field"] for error in answer.json()["errors"]]


# --- the key --------------------------------------------------------------------------------


@pytest.mark.parametrize("row", KEYED, ids=_name)
def test_every_command_takes_a_key(api: ApiClient, row: Row) -> None:
    path = SOMEBODY.path(row.service, row.template) + row.query
    headers = {"Authorization": f"Bearer {api.secret(OWN)}"}
    answer = api.running.client.post(path, json=row.request_body(), headers=headers)
    assert answer.status_code == 422
    assert _fields(answer) == ["Idempotency-Key"]


@pytest.mark.parametrize("key", ["short", "with a blank in it", "x" * 201])
def test_a_key_is_of_one_word_and_not_too_short(api: ApiClient, key: str) -> None:
    answer = api.send((OWN, CASEWORKER), "POST", "/intake/cases", CASE, {"Idempotency-Key": key})
    assert answer.status_code == 422
    assert _fields(answer) == ["Idempotency-Key"]


def test_a_command_repeated_under_its_key_gets_the_same_receipt(api: ApiClient) -> None:
    key = _key()
    first = api.send((OWN, CASEWORKER), "POST", "/intake/cases", CASE, key)
    between = api.send((OWN, CASEWORKER), "POST", "/intake/cases", {**CASE, "subdivision": "XX"})
    again = api.send((OWN, CASEWORKER), "POST", "/intake/cases", CASE, key)
    assert [first.status_code, between.status_code, again.status_code] == [201, 422, 201]
    assert again.json() == first.json()
    assert again.headers["ETag"] == first.headers["ETag"] == '"1"'


def test_a_repeated_referral_names_the_same_referral(api: ApiClient) -> None:
    scenario, key = api.registered(), _key()
    path = f"/referral/cases/{scenario.case_id}/referrals"
    first = api.send((OWN, CASEWORKER), "POST", path, REFERRAL, key)
    again = api.send((OWN, CASEWORKER), "POST", path, REFERRAL, key)
    assert again.json() == first.json()
    assert again.headers["Location"] == first.headers["Location"]
    assert first.headers["Location"].startswith(f"/referral/cases/{scenario.case_id}/referrals/")
    assert len(api.get(OWN, f"/referral/cases/{scenario.case_id}").json()["referrals"]) == 1


def test_a_command_that_changes_nothing_says_so_and_says_it_again(api: ApiClient) -> None:
    scenario, key = api.registered(), _key()
    path = f"/intake/cases/{scenario.case_id}/corrections"
    same = {k: CASE[k] for k in ("subdivision", "municipality", "channel", "opened_at", "details")}
    answers = [api.send((OWN, CASEWORKER), "POST", path, same, key) for _ in range(2)]
    assert [a.json() for a in answers] == [
        {"stream": scenario.case_id, "version": 1, "facts": [], "names": []}
    ] * 2


def test_a_key_holds_although_the_stage_has_moved_on(api: ApiClient) -> None:
    scenario, key = api.referred(), _key()
    path = f"{api.of(scenario)}/acceptance"
    first = api.send((PARTY, CASEWORKER), "POST", path, {}, key)
    api.submit(OWN, f"/intake/cases/{scenario.case_id}/entry-in-error", {"reason": "duplicate"})
    api.becomes(OWN, f"/referral/cases/{scenario.case_id}", custodian=None)
    again = api.send((PARTY, CASEWORKER), "POST", path, {}, key)
    assert (again.status_code, again.json()) == (200, first.json())
    fresh = api.send((PARTY, CASEWORKER), "POST", path, {})
    assert fresh.status_code == 409


@pytest.fixture
def new_process(api: ApiClient) -> Iterator[TestClient]:
    """Intake started anew over the same database: it remembers nothing."""
    old = api.running.services["intake"]
    service = Service(old.definition, old.settings)
    try:
        with TestClient(Starlette(routes=[Mount("/behind/a-proxy", service.app)])) as client:
            yield client
    finally:
        service.close()


def test_a_key_holds_through_a_new_process_and_another_address(
    api: ApiClient, new_process: TestClient
) -> None:
    headers = {**_key(), "Authorization": f"Bearer {api.secret(OWN)}"}
    first = api.running.client.post("/intake/cases", json=CASE, headers=headers)
    again = new_process.post("/behind/a-proxy/cases", json=CASE, headers=headers)
    assert (again.status_code, again.json()) == (201, first.json())
    other = new_process.post(
        "/behind/a-proxy/cases", json={**CASE, "channel": "hotline"}, headers=headers
    )
    assert other.json()["code"] == "key-used-for-another"


@pytest.mark.parametrize("change", ["body", "path"])
def test_a_key_is_not_used_for_another_command(api: ApiClient, change: str) -> None:
    scenario, other, key = api.registered(), api.registered(), _key()
    path = f"/intake/cases/{scenario.case_id}/corrections"
    assert api.send((OWN, CASEWORKER), "POST", path, CORRECTION, key).status_code == 200
    if change == "body":
        answer = api.send(
            (OWN, CASEWORKER), "POST", path, {**CORRECTION, "subdivision": "MX-JAL"}, key
        )
    else:
        path = f"/intake/cases/{other.case_id}/corrections"
        answer = api.send((OWN, CASEWORKER), "POST", path, CORRECTION, key)
    assert answer.status_code == 422
    assert answer.json()["code"] == "key-used-for-another"


def test_two_institutions_may_come_upon_the_same_key(api: ApiClient) -> None:
    key = _key()
    one = api.send((OWN, CASEWORKER), "POST", "/intake/cases", CASE, key).json()
    two = api.send((STRANGER, CASEWORKER), "POST", "/intake/cases", CASE, key).json()
    assert one["stream"] != two["stream"]


def test_a_refused_command_may_be_mended_under_the_same_key(api: ApiClient) -> None:
    key = _key()
    wrong = api.send((OWN, CASEWORKER), "POST", "/intake/cases", {**CASE, "subdivision": "XX"}, key)
    right = api.send((OWN, CASEWORKER), "POST", "/intake/cases", CASE, key)
    assert [wrong.status_code, right.status_code] == [422, 201]


# --- the version ----------------------------------------------------------------------------


def test_a_command_on_the_version_that_was_seen_is_carried_out(api: ApiClient) -> None:
    scenario = api.registered()
    seen = api.get(OWN, f"/intake/cases/{scenario.case_id}").headers["ETag"]
    path = f"/intake/cases/{scenario.case_id}/corrections"
    answer = api.send((OWN, CASEWORKER), "POST", path, CORRECTION, {"If-Match": seen})
    assert answer.status_code == 200
    assert answer.headers["ETag"] == '"2"'
    now_there = api.get(OWN, f"/intake/cases/{scenario.case_id}")
    assert now_there.headers["ETag"] == '"2"'
    assert now_there.json()["version"] == 2


@pytest.mark.parametrize("seen", ['"1"', '"9"'])
def test_a_command_on_another_version_hears_what_changed(api: ApiClient, seen: str) -> None:
    scenario = api.registered()
    path = f"/intake/cases/{scenario.case_id}"
    api.submit(OWN, f"{path}/corrections", CORRECTION)
    answer = api.send(
        (OWN, CASEWORKER),
        "POST",
        f"{path}/entry-in-error",
        {"reason": "duplicate"},
        {"If-Match": seen},
    )
    assert answer.status_code == 412
    assert answer.json()["code"] == "version-moved"
    assert ("case-corrected" in answer.json()["detail"]) == (seen == '"1"')
    assert api.get(OWN, path).headers["ETag"] == '"2"'


@pytest.mark.parametrize("seen", ["3", '"x"', 'W/"3"', "*", '"3", "4"', '"-1"', f'"{"9" * 19}"'])
def test_a_version_is_written_as_the_etag_writes_it(api: ApiClient, seen: str) -> None:
    path = f"/intake/cases/{SOMEBODY.case_id}/corrections"
    answer = api.send((OWN, CASEWORKER), "POST", path, CORRECTION, {"If-Match": seen})
    assert answer.status_code == 422
    assert _fields(answer) == ["If-Match"]


# --- what is answered -----------------------------------------------------------------------


@pytest.mark.parametrize("field", ["happened_at", "opened_at"])
@pytest.mark.parametrize(
    "moment",
    [
        "2026-03-02T10:20:00",
        "2026-03-02",
        "614555019",
        1772468400,
        "0001-01-01T00:00:00+14:00",
        "yesterday",
        True,
    ],
)
def test_a_moment_has_its_zone_and_is_none_of_prehistory(
    api: ApiClient, field: str, moment: Any
) -> None:
    answer = api.send((OWN, CASEWORKER), "POST", "/intake/cases", {**CASE, field: moment})
    assert answer.status_code == 422
    assert _fields(answer) == [field]


def test_nothing_has_happened_in_the_future(api: ApiClient) -> None:
    tomorrow = (now() + timedelta(days=1)).isoformat()
    answer = api.send((OWN, CASEWORKER), "POST", "/intake/cases", {**CASE, "happened_at": tomorrow})
    assert answer.status_code == 422
    assert answer.json()["code"] == "in-the-future"
    assert _fields(answer) == ["happened_at"]


def test_a_moment_keeps_its_offset(api: ApiClient) -> None:
    scenario = api.registered()
    seen = api.get(OWN, f"/intake/cases/{scenario.case_id}").json()
    assert seen["opened_at"] == CASE["opened_at"]


@pytest.mark.parametrize(
    "amount", [1250.5001, 1250, "1E+3", "1_000", "-1", "0.00001", "NaN", "1" * 16, " 1", "\u0661"]
)
def test_an_amount_is_an_exact_decimal_in_a_string(api: ApiClient, amount: Any) -> None:
    path = f"/followup/follow-ups/{SOMEBODY.referral_id}/outcomes"
    answer = api.send((OWN, CASEWORKER), "POST", path, {**OUTCOME, "amount": amount})
    assert answer.status_code == 422
    assert _fields(answer) == ["amount"]


@pytest.mark.parametrize("row", COMMANDS, ids=_name)
def test_an_unknown_field_is_refused_and_the_known_ones_are_named(api: ApiClient, row: Row) -> None:
    path = SOMEBODY.path(row.service, row.template)
    answer = api.send((OWN, CASEWORKER), "POST", path, {**row.request_body(), "surprise": 1})
    assert answer.status_code == 422
    assert _fields(answer) == ["body"]
    expected = answer.json()["errors"][0]["expected"]
    assert "surprise" not in answer.text
    when = () if "/tokens" in row.template else ("happened_at",)  # a token is made now
    assert all(known in expected for known in (*when, *row.request_body()))


@pytest.mark.parametrize("subdivision", ["+", "MX-+", "MX-", "-"])
def test_a_subdivision_that_is_none_is_named(api: ApiClient, subdivision: str) -> None:
    answer = api.send(
        (OWN, CASEWORKER), "POST", "/intake/cases", {**CASE, "subdivision": subdivision}
    )
    assert answer.status_code == 422
    assert _fields(answer) == ["subdivision"]


@pytest.mark.parametrize("band", codes("age_bands"))
def test_a_person_of_any_age_is_registered(api: ApiClient, band: str) -> None:
    body = {**CASE, "details": {"age_band": band}}
    case = api.submit(OWN, "/intake/cases", body)["stream"]
    assert api.get(OWN, f"/intake/cases/{case}").json()["details"]["age_band"] == band


def test_an_unknown_field_within_another_is_named_by_its_path(api: ApiClient) -> None:
    body = {**CASE, "details": {"sex": "female", "name": "x"}}
    answer = api.send((OWN, CASEWORKER), "POST", "/intake/cases", body)
    assert _fields(answer) == ["details"]
    assert "age_band" in answer.json()["errors"][0]["expected"]


@pytest.mark.parametrize(
    ("sent", "status"),
    [(b"{", 422), (b"", 422), (b"[1]", 422), (b"\xff\xfe{", 400), (b" " * 70_000, 413)],
)
def test_a_body_that_is_none_is_a_problem_too(api: ApiClient, sent: bytes, status: int) -> None:
    headers = {
        **_key(),
        "Authorization": f"Bearer {api.secret(OWN)}",
        "Content-Type": "application/json",
    }
    answer = api.running.client.post("/intake/cases", content=sent, headers=headers)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_a_wrong_address_or_method_is_a_problem_too(api: ApiClient) -> None:
    for method, path, status in (
        ("GET", "/intake/nothing-here", 404),
        ("DELETE", "/intake/cases", 405),
        ("GET", "/intake/code-lists/", 404),
    ):
        answer = api.send((OWN, CASEWORKER), method, path)
        assert answer.status_code == status
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert "Location" not in answer.headers

"""Several cases referred by one request: each is answered on its own, and asked twice only once."""

from typing import Any

import pytest

from services.referral import bulk_api
from shared.kernel.ids import new_id
from shared.kernel.roles import CASEWORKER
from tests.integration.http.api_client import CASE, OWN, PARTY, REFERRAL, ApiClient

pytestmark = pytest.mark.integration

PATH = "/referral/referrals/bulk"


def _sent(api: ApiClient, cases: list[str], key: dict[str, str] | None = None) -> Any:
    return api.send((OWN, CASEWORKER), "POST", PATH, {**REFERRAL, "cases": cases}, key)


def _referrals(api: ApiClient, case_id: str) -> list[str]:
    shown = api.get(OWN, f"/referral/cases/{case_id}").json()
    return [each["referral_id"] for each in shown["referrals"]]


def _key() -> dict[str, str]:
    return {"Idempotency-Key": str(new_id())}


def test_each_case_has_its_answer_in_the_order_sent_and_a_foreign_one_is_an_unknown_one(
    api: ApiClient,
) -> None:
    foreign = api.submit(PARTY, "/intake/cases", CASE)["stream"]
    api.sees(PARTY, f"/referral/cases/{foreign}")
    first, second, unknown = api.registered().case_id, api.registered().case_id, str(new_id())
    cases, key = [second, foreign, first, unknown, second], _key()
    answer = _sent(api, cases, key)
    assert answer.status_code == 200, answer.text
    answers = answer.json()["answers"]
    assert [each["case_id"] for each in answers] == cases
    assert answers[0] == answers[4]
    assert [each["problem"] is None for each in answers] == [True, False, True, False, True]
    assert answers[1]["problem"] == answers[3]["problem"]
    assert _sent(api, cases, key).json() == answer.json()
    assert _referrals(api, first) == [answers[2]["referral_id"]]
    assert _referrals(api, second) == [answers[0]["referral_id"]]


def test_no_more_than_a_hundred_cases_are_taken(api: ApiClient) -> None:
    assert _sent(api, [str(new_id()) for _ in range(bulk_api.MOST + 1)]).status_code == 422


def test_what_a_kill_cut_short_is_finished_when_asked_again(
    api: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases, key = [api.registered().case_id for _ in range(2)], _key()
    one = bulk_api._one

    async def dying(request: Any, body: Any, case_id: Any) -> Any:
        await one(request, body, case_id)
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(bulk_api, "_one", dying)
        with pytest.raises(ConnectionError):
            _sent(api, cases, key)
    answers = _sent(api, cases, key).json()["answers"]
    found = [_referrals(api, each) for each in cases]
    assert found == [[each["referral_id"]] for each in answers]


def test_another_priority_under_the_same_key_is_refused_and_not_dropped(api: ApiClient) -> None:
    case_id, key = api.registered().case_id, _key()
    assert _sent(api, [case_id], key).json()["answers"][0]["problem"] is None
    body = {**REFERRAL, "cases": [case_id], "priority": "emergency"}
    assert REFERRAL.get("priority") != "emergency"
    for again in (key, _key()):
        answer = api.send((OWN, CASEWORKER), "POST", PATH, body, again)
        assert answer.status_code == 200, answer.text
        assert answer.json()["answers"][0]["problem"] is not None
    assert len(_referrals(api, case_id)) == 1

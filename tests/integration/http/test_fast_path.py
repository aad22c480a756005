"""A command that is as declared takes a shorter way: nobody can tell by its answer."""

from datetime import timedelta
from typing import Any

import pytest

from shared.kernel.clock import now
from shared.kernel.ids import new_id
from shared.kernel.roles import CASEWORKER
from tests.integration.http.api_client import CASE, OWN, REFERRAL, ApiClient

pytestmark = pytest.mark.integration

STRAIGHT, AROUND = "application/json", "application/json; charset=utf-8"
"""The second is as good, but not plain: such a request goes through the framework."""

BODIES = {
    "as it must be": b'{"programme": "mecal", "subdivision": "MX-CHH", "channel": "hotline"}',
    "a text for a moment": b'{"programme": "mecal", "subdivision": "MX-CHH", "channel": "hotline",'
    b' "opened_at": "yesterday"}',
    "a number for a moment": b'{"programme": "mecal", "subdivision": "MX-CHH",'
    b' "channel": "hotline", "opened_at": 1767225600}',
    "a field twice": b'{"programme": "x", "programme": "mecal", "subdivision": "MX-CHH",'
    b' "channel": "hotline"}',
    "a field inside twice": b'{"programme": "mecal", "subdivision": "MX-CHH",'
    b' "channel": {"x": 1, "x": 1}}',
    "UTF-16": '{"programme": "mecal", "subdivision": "MX-CHH", "channel": "hotline"}'.encode(
        "utf-16"
    ),
    "UTF-32": '{"programme": "mecal", "subdivision": "MX-CHH", "channel": "hotline"}'.encode(
        "utf-32"
    ),
    "a byte order mark": b'\xef\xbb\xbf{"programme": "mecal", "subdivision": "MX-CHH",'
    b' "channel": "hotline"}',
    "a field too many": b'{"programme": "mecal", "subdivision": "MX-CHH",'
    b' "channel": "hotline", "x": 1}',
    "an unknown code": b'{"programme": "none-such", "subdivision": "MX-CHH", "channel": "hotline"}',
    "nothing": b"",
    "not an object": b"[]",
    "not JSON": b"{",
    "not text": b"\xff\xfe",
    "NaN": b'{"programme": NaN, "subdivision": "MX-CHH", "channel": "hotline"}',
    "very deep": b"[" * 60_000,
}


def _post(api: ApiClient, content_type: str, body: bytes, **headers: str) -> tuple[int, Any, Any]:
    defaults = {
        "Authorization": f"Bearer {api.secret(OWN)}",
        "Idempotency-Key": str(new_id()),
        "Content-Type": content_type,
    }
    answer = api.running.client.post("/intake/cases", content=body, headers=defaults | headers)
    answered = answer.json()
    for fresh in ("stream", "facts"):
        answered.pop(fresh, None)
    return answer.status_code, answered, answer.headers.get("ETag")


@pytest.mark.parametrize("name", BODIES)
def test_both_ways_answer_a_body_alike(api: ApiClient, name: str) -> None:
    assert _post(api, STRAIGHT, BODIES[name]) == _post(api, AROUND, BODIES[name])


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("a field twice", (422, "not-valid")),
        ("a field inside twice", (422, "not-valid")),
        ("UTF-16", (400, "not-readable")),
        ("UTF-32", (400, "not-readable")),
        ("a byte order mark", (422, "not-valid")),
    ],
)
def test_what_another_reader_might_read_otherwise_is_refused(
    api: ApiClient, name: str, refused: tuple[int, str]
) -> None:
    status, answered, _ = _post(api, STRAIGHT, BODIES[name])
    assert (status, answered["code"]) == refused


@pytest.mark.parametrize(
    "headers",
    [
        {"Idempotency-Key": "short"},
        {"Idempotency-Key": "x" * 201},
        {"Idempotency-Key": "with a space"},
        {"If-Match": '"1"'},
        {"If-Match": "1"},
        {"If-Match": ""},
        {"Authorization": "Bearer cnz_nobody"},
        {"Authorization": "Basic eHg6eHg="},
        {"Authorization": ""},
    ],
    ids=str,
)
def test_both_ways_answer_headers_alike(api: ApiClient, headers: dict[str, str]) -> None:
    body = BODIES["as it must be"]
    assert _post(api, STRAIGHT, body, **headers) == _post(api, AROUND, body, **headers)


def test_a_command_with_a_parameter_that_there_is_not_is_refused(api: ApiClient) -> None:
    answer = api.send((OWN, CASEWORKER), "POST", "/intake/cases?dry_run=yes", CASE)
    assert (answer.status_code, answer.json()["code"]) == (422, "not-valid")
    assert "dry_run" not in answer.text
    assert api.send((OWN, CASEWORKER), "POST", "/intake/cases?lang=en", CASE).status_code == 201


def test_the_same_key_is_one_command_on_both_ways(api: ApiClient) -> None:
    key = str(new_id())
    answers = [
        api.send(
            (OWN, CASEWORKER),
            "POST",
            "/intake/cases",
            CASE,
            {"Idempotency-Key": key, "Content-Type": kind},
        )
        for kind in (STRAIGHT, AROUND, STRAIGHT)
    ]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize("kind", [STRAIGHT, AROUND])
def test_both_ways_name_where_a_referral_is(api: ApiClient, kind: str) -> None:
    case = f"/referral/cases/{api.registered().case_id}"
    answer = api.send(
        (OWN, CASEWORKER), "POST", f"{case}/referrals", REFERRAL, {"Content-Type": kind}
    )
    assert answer.status_code == 201
    found = api.send((OWN, CASEWORKER), "GET", answer.headers["Location"])
    assert found.status_code == 200
    assert found.json()["status"] in {"requested", "delivered"}


def test_a_revoked_token_commands_nothing_from_the_next_request_on(api: ApiClient) -> None:
    def issued() -> Any:
        return api.running.tokens.create(OWN, (CASEWORKER,), now() + timedelta(hours=1))

    def command(secret: str) -> int:
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": str(new_id())}
        return api.running.client.post("/intake/cases", json=CASE, headers=headers).status_code

    (first, secret), (_, another) = issued(), issued()
    assert [command(secret), command(another), command(secret)] == [201] * 3
    assert api.running.tokens.revoke(first.id)
    assert [command(secret), command(another), command(secret)] == [401, 201, 401]
    _, late = issued()  # whoever was identified before is not put off by others' tokens
    assert [command(another), command(late)] == [201, 201]

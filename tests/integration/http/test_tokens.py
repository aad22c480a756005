"""A bearer token: in force or not, from one request to the next, and its secret kept nowhere."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

import pytest

from shared.eventstore.recorder import GapFreeRecorder
from shared.identity.tokens import Token, Tokens
from shared.kernel.clock import now
from shared.kernel.roles import ADMINISTRATOR, CASEWORKER, MONITOR
from tests.integration.http.api_client import CASE, OWN, ApiClient
from tests.integration.http.traces import heard, stored

pytestmark = pytest.mark.integration

EACH = ["/intake/cases", "/referral/institutions/x-x", "/reporting/cases"]


def _issue(api: ApiClient, *, hours: float = 1, roles: tuple[str, ...] = (CASEWORKER,)) -> Any:
    return api.running.tokens.create(OWN, roles, now() + timedelta(hours=hours))


def _with(api: ApiClient, authorization: str, path: str = "/reporting/cases") -> Any:
    return api.running.client.get(path, headers={"Authorization": authorization})


def _is_unidentified(answer: Any, challenge: str) -> None:
    assert answer.status_code == 401, answer.text
    assert answer.headers["WWW-Authenticate"] == challenge
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not-identified"


def test_without_a_token_nobody_is_anybody(api: ApiClient) -> None:
    _is_unidentified(api.running.client.get("/reporting/cases"), "Bearer")


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Basic dXNlcjpwYXNz", "cnz_just-the-secret"]
)
def test_a_malformed_token_is_none(api: ApiClient, authorization: str) -> None:
    assert _with(api, authorization).status_code == 401


@pytest.mark.parametrize("secret", ["cnz_unknown", "x" * 5_000, "' OR 1=1 --", "%00"])
def test_an_unknown_token_is_refused(api: ApiClient, secret: str) -> None:
    _is_unidentified(_with(api, f"Bearer {secret}"), 'Bearer error="invalid_token"')


def test_an_expired_token_is_refused(api: ApiClient) -> None:
    _, secret = _issue(api, hours=-0.001)
    _is_unidentified(_with(api, f"Bearer {secret}"), 'Bearer error="invalid_token"')


def test_a_revoked_token_is_refused_by_every_service_from_the_next_request_on(
    api: ApiClient,
) -> None:
    token, secret = _issue(api, roles=(CASEWORKER, MONITOR))
    paths = ["/intake/cases/{0}", "/referral/cases/{0}", "/followup/follow-ups/{0}"]
    paths = [*(p.format("00000000-0000-4000-8000-000000000000") for p in paths), "/reporting/cases"]
    assert [_with(api, f"Bearer {secret}", path).status_code for path in paths] == [
        404,
        404,
        404,
        200,
    ]
    assert api.running.tokens.revoke(token.id)
    assert [_with(api, f"Bearer {secret}", path).status_code for path in paths] == [401] * 4
    assert not api.running.tokens.revoke(token.id)


def test_a_token_without_the_role_names_the_role_that_it_takes(api: ApiClient) -> None:
    answer = api.send(
        (OWN, ADMINISTRATOR), "POST", "/intake/cases", CASE, {"Accept-Language": "en"}
    )
    assert answer.status_code == 403
    assert answer.json()["code"] == "role-needed"
    assert "caseworker" in answer.json()["detail"]


def test_an_unidentified_command_is_refused_before_its_body_is_judged(api: ApiClient) -> None:
    answer = api.send(None, "POST", "/intake/cases", {"nonsense": True})
    assert answer.status_code == 401


class _Counting:
    """A recorder that counts how often a connection is taken; it holds the first one up."""

    def __init__(self, real: Any) -> None:
        self.real, self.lookups = real, 0
        self.arrived, self.go_on = threading.Event(), threading.Event()

    @contextmanager
    def connection(self) -> Iterator[Any]:
        self.lookups += 1
        if self.lookups == 1:
            self.arrived.set()
            assert self.go_on.wait(10)
        with self.real.connection() as conn:
            yield conn


def test_tokens_that_arrive_together_are_looked_up_together(api: ApiClient) -> None:
    issued = [_issue(api) for _ in range(20)]
    counting = _Counting(api.running.services["intake"].log.recorder)
    tokens = Tokens(cast("GapFreeRecorder", counting))

    async def look() -> list[Token | None]:
        first = tokens.find_from_loop("cnz_first")
        assert await asyncio.to_thread(counting.arrived.wait, 10)
        others = [tokens.find_from_loop(secret) for _, secret in issued for _ in range(5)]
        counting.go_on.set()
        assert (await first).token is None
        return [(await other).token for other in others]

    try:
        found = asyncio.run(look())
        assert {token.subject for token in found if token} == {token.subject for token, _ in issued}
        assert counting.lookups == 2
    finally:
        counting.go_on.set()
        tokens.close()


def test_a_secret_is_nowhere_but_with_its_owner(api: ApiClient) -> None:
    with heard() as log:
        token, secret = _issue(api)
        answers = [
            _with(api, f"Bearer {secret}"),
            _with(api, f"Bearer {secret}x"),
            _with(api, secret),
            api.running.client.post(
                "/intake/cases",
                json=CASE,
                headers={"Authorization": f"Bearer {secret}", "Idempotency-Key": "key-of-a-secret"},
            ),
        ]
        api.running.tokens.revoke(token.id)
        answers.append(_with(api, f"Bearer {secret}"))
    assert [answer.status_code for answer in answers] == [200, 401, 401, 201, 401]
    kept = stored(api)
    assert token.subject in kept  # the look is good enough to find what is there
    texts = [kept, log.text(), *(f"{a.text}{a.headers}" for a in answers)]
    texts.append(api.running.metrics())
    assert all(secret.removeprefix("cnz_") not in each for each in texts)
    assert secret not in repr(token)

"""What one institution may take of a process, and what it is told of it."""

import asyncio
import time
from collections.abc import Awaitable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from shared.web.edge import Edge
from shared.web.problems import http_error
from shared.web.rate_limits import WINDOW_SECONDS, RateLimits, count


class Clock:
    """Stands still until it is put forward."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


async def _ask(request: Request) -> Response:
    """As what follows the identification of a caller; ``of``: the institution; none: a stranger."""
    of = request.query_params.get("of")
    if of is not None:
        await count(request.scope, of)
        await count(request.scope, of)  # identified again while it is answered
    headers = {"Cache-Control": "max-age=60"} if "kept" in request.query_params else {}
    return JSONResponse({}, headers=headers)


def _browser(limits: RateLimits, most: int = 10) -> TestClient:
    app = Starlette(routes=[Route("/", _ask)], exception_handlers={HTTPException: http_error})
    return TestClient(Edge(app, limits, most))


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_what_is_beyond_is_refused_says_when_to_come_again_and_is_served_then(clock: Clock) -> None:
    browser = _browser(RateLimits(0.5, 10, clock))
    allowed = int(0.5 * WINDOW_SECONDS)
    assert [browser.get("/?of=a").status_code for _ in range(allowed)] == [200] * allowed
    refused = browser.get("/?of=a")
    assert (refused.status_code, refused.json()["code"]) == (429, "too-many-requests")
    assert refused.headers["Retry-After"] == "1"
    clock.at += 2
    assert [browser.get("/?of=a").status_code for _ in range(2)] == [200, 429]


def test_nobody_pays_for_another(clock: Clock) -> None:
    browser = _browser(RateLimits(1, 10, clock))
    for _ in range(WINDOW_SECONDS + 1):
        browser.get("/?of=a")
    assert browser.get("/?of=a").status_code == 429
    assert browser.get("/?of=b").status_code == 200
    assert browser.get("/").status_code == 200


def test_each_answer_says_what_is_left_and_a_stranger_is_told_nothing(clock: Clock) -> None:
    browser = _browser(RateLimits(2, 10, clock))
    told = [browser.get("/?of=a").headers for _ in range(2)]
    assert told[0]["RateLimit-Policy"] == '"institution";q=20;w=10'
    assert [each["RateLimit"] for each in told] == [
        '"institution";r=19;t=1',
        '"institution";r=18;t=1',
    ]
    clock.at += 100
    assert browser.get("/?of=a").headers["RateLimit"] == '"institution";r=19;t=1'
    assert "RateLimit" not in browser.get("/").headers


def test_every_answer_is_nobodys_to_keep_unless_it_says_otherwise(clock: Clock) -> None:
    browser = _browser(RateLimits(1, 10, clock))
    for address in ("/", "/?of=a", "/none"):
        headers = browser.get(address).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert browser.get("/?kept").headers.get_list("Cache-Control") == ["max-age=60"]


def test_no_other_site_is_allowed_to_read_an_answer(clock: Clock) -> None:
    browser = _browser(RateLimits(1, 10, clock))
    asking = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    for method in ("GET", "OPTIONS"):
        answer = browser.request(method, "/?of=a", headers=asking)
        assert not [name for name in answer.headers if name.startswith("access-control")]


def _held(of: str, released: asyncio.Event) -> Any:
    """An application whose answers to an institution wait until they are released."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        try:
            await count(scope, of)
        except HTTPException as error:
            await (await http_error(Request(scope), error))(scope, receive, send)
            return
        await released.wait()
        await JSONResponse({})(scope, receive, send)

    return app


async def _together(limits: RateLimits, most: int, number: int, of: str) -> list[int]:
    """The statuses of requests that are all in progress before the first is answered."""
    statuses: list[int] = []
    refused, released = asyncio.Event(), asyncio.Event()
    beyond = number - min(most, limits._at_once)
    edge = Edge(_held(of, released), limits, most)

    async def one() -> None:
        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])
                if len(statuses) == beyond:
                    refused.set()

        async def receive() -> Any:
            return await asyncio.Event().wait()

        scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
        await edge(scope, receive, send)

    asked: list[Awaitable[None]] = [asyncio.create_task(one()) for _ in range(number)]
    if beyond > 0:
        await refused.wait()
    released.set()
    await asyncio.gather(*asked)
    return sorted(statuses)


def test_one_institution_has_only_so_many_in_progress(clock: Clock) -> None:
    limits = RateLimits(1_000_000, 3, clock)
    assert asyncio.run(_together(limits, 100, 5, "a")) == [200] * 3 + [429] * 2
    assert asyncio.run(_together(limits, 100, 3, "a")) == [200] * 3  # all were given back


def test_all_together_have_only_so_many_in_progress(clock: Clock) -> None:
    limits = RateLimits(1_000_000, 100, clock)
    assert asyncio.run(_together(limits, 3, 5, "a")) == [200] * 3 + [503] * 2


def test_whoever_goes_on_all_the_same_waits_longer_and_longer_for_a_no(clock: Clock) -> None:
    limits = RateLimits(10, 1_000, clock)

    def seconds_of_a_no() -> float:
        began = time.monotonic()
        assert asyncio.run(limits.made_to_wait("a"))
        return time.monotonic() - began

    for _ in range(10 * WINDOW_SECONDS):
        assert limits.take("a")
    for _ in range(3):
        assert limits.take("a") is None
    assert 0.3 <= seconds_of_a_no() < 1
    for _ in range(1_000):
        limits.take("a")
    assert 1 <= seconds_of_a_no() < 2
    clock.at += 1_000
    assert limits.take("a")
    assert seconds_of_a_no() < 0.3

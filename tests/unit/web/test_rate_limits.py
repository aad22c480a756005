"""What one institution may take of a process, and what it is told of it."""

import asyncio
from collections import Counter
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
def anyio_backend() -> str:
    return "asyncio"


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
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Referrer-Policy"] == "no-referrer"
    assert browser.get("/?kept").headers.get_list("Cache-Control") == ["max-age=60"]


def test_no_other_site_is_allowed_to_read_an_answer(clock: Clock) -> None:
    browser = _browser(RateLimits(1, 10, clock))
    asking = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "POST"}
    for method in ("GET", "OPTIONS"):
        answer = browser.request(method, "/?of=a", headers=asking)
        assert not [name for name in answer.headers if name.startswith("access-control")]


class Held:
    """An application whose answers wait until they are released, one by one."""

    def __init__(self, limits: RateLimits, most: int = 1_000) -> None:
        self.begun: list[str] = []
        self.statuses: Counter[int] = Counter()
        self._released = asyncio.Semaphore(0)
        self._edge = Edge(self._app, limits, most)
        self._tasks: list[asyncio.Task[None]] = []

    async def _app(self, scope: Any, receive: Any, send: Any) -> None:
        try:
            await count(scope, scope["path"])
        except HTTPException as error:
            await (await http_error(Request(scope), error))(scope, receive, send)
            return
        self.begun.append(scope["path"])
        await self._released.acquire()
        await JSONResponse({})(scope, receive, send)

    async def ask(self, of: str, times: int = 1) -> None:
        """Ask, and let everything happen that happens before an answer is released."""
        self._tasks += [asyncio.create_task(self._one(of)) for _ in range(times)]
        await self._at_rest()

    async def release(self, times: int = 1) -> None:
        for _ in range(times):
            self._released.release()
        await self._at_rest()

    async def leave(self) -> None:
        """All who ask are gone, as when a server stops."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _one(self, of: str) -> None:
        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                self.statuses[message["status"]] += 1

        scope = {"type": "http", "method": "GET", "path": of, "query_string": b"", "headers": []}
        await self._edge(scope, _nothing, send)

    @staticmethod
    async def _at_rest() -> None:
        for _ in range(200):
            await asyncio.sleep(0)


async def _nothing() -> Any:
    return await asyncio.Event().wait()


@pytest.mark.anyio
async def test_others_of_an_institution_wait_and_nobody_else_does(clock: Clock) -> None:
    held = Held(RateLimits(1_000_000, 2, clock))
    await held.ask("a", 5)
    await held.ask("b")
    assert held.begun == ["a", "a", "b"]
    await held.release()
    assert held.begun == ["a", "a", "b", "a"]
    await held.release(5)
    assert held.statuses == {200: 6}
    await held.leave()


@pytest.mark.anyio
async def test_a_line_has_an_end(clock: Clock) -> None:
    held = Held(RateLimits(1_000_000, 2, clock))
    await held.ask("a", 2 + 2 * 16 + 3)
    await asyncio.sleep(0.05)
    assert held.statuses == {429: 3}
    await held.release(100)
    assert held.statuses == {429: 3, 200: 34}
    await held.leave()


@pytest.mark.anyio
async def test_who_has_gone_keeps_nobody_waiting(clock: Clock) -> None:
    limits = RateLimits(1_000_000, 2, clock)
    held = Held(limits)
    await held.ask("a", 10)
    await held.leave()
    again = Held(limits)
    await again.ask("a", 3)
    assert again.begun == ["a", "a"]
    await again.leave()


@pytest.mark.anyio
async def test_all_together_have_only_so_many_in_progress(clock: Clock) -> None:
    held = Held(RateLimits(1_000_000, 100, clock), most=3)
    await held.ask("a", 5)
    assert held.statuses == {503: 2}
    await held.release(3)
    assert held.statuses == {503: 2, 200: 3}
    await held.leave()


@pytest.mark.anyio
async def test_whoever_goes_on_all_the_same_waits_longer_and_longer_for_a_no(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits, waited = RateLimits(10, 1_000, clock), list[float]()

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    async def seconds_of_a_no() -> float:
        with monkeypatch.context() as patched:
            patched.setattr(asyncio, "sleep", wait)
            assert await limits.made_to_wait("a")
        return waited.pop()

    for _ in range(10 * WINDOW_SECONDS):
        assert await limits.take("a")
    for _ in range(3):
        assert await limits.take("a") is None
    assert await seconds_of_a_no() == 0.3
    for _ in range(1_000):
        await limits.take("a")
    assert await seconds_of_a_no() == 1
    clock.at += 1_000
    assert await limits.take("a")
    assert await seconds_of_a_no() == 0

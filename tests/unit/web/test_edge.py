"""What is refused of any request, whoever serves it: another host's, and what is said twice."""

from collections.abc import Sequence

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from shared.web.edge import Edge
from shared.web.known_hosts import KnownHosts
from shared.web.problems import MEDIA_TYPE
from shared.web.rate_limits import RateLimits


async def _served(request: Request) -> Response:
    return JSONResponse(dict(request.query_params))


SERVED = Starlette(routes=[Route("/", _served)])
EDGE = TestClient(Edge(SERVED, RateLimits(1, 1)))


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST:8080", "127.0.0.1", "127.0.0.2:1", "[::1]", "[::1]:8080"),
        *("a.example", "[2001:DB8::1]:8080"),
    ],
)
def test_a_request_for_this_host_is_served(host: str) -> None:
    names = ("A.example", "[2001:db8::1]")
    assert TestClient(KnownHosts(SERVED, names)).get("/", headers={"Host": host}).json() == {}


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "xlocalhost", "[::1", "", "a@localhost:x"]
)
def test_a_request_for_another_host_is_a_problem(host: str) -> None:
    answer = TestClient(KnownHosts(SERVED, ("",))).get("/", headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (421, "not-this-host")
    assert answer.headers["Content-Type"] == MEDIA_TYPE
    assert host not in answer.text or not host


@pytest.mark.parametrize(
    "headers",
    [
        [("Authorization", "Bearer a"), ("Authorization", "Bearer b")],
        [("Idempotency-Key", "one-key"), ("idempotency-key", "one-key")],
        [("If-Match", '"1"'), ("If-Match", '"2"')],
        [("Content-Type", "application/json"), ("Content-Type", "text/plain")],
        [("Canaliza-Purpose", "audit"), ("Canaliza-Purpose", "monitoring")],
        [("Origin", "https://a.example"), ("Origin", "https://b.example")],
    ],
    ids=lambda headers: headers[0][0],
)
def test_a_header_that_is_there_twice_is_refused(headers: Sequence[tuple[str, str]]) -> None:
    answer = EDGE.get("/", headers=list(headers))
    assert (answer.status_code, answer.json()["code"]) == (400, "not-readable")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("query", ["limit=1&limit=2", "limit=1&%6cimit=2", "a&a", "a+b=1&a%20b=2"])
def test_a_parameter_that_is_there_twice_is_refused(query: str) -> None:
    assert EDGE.get(f"/?{query}").status_code == 400


def test_what_may_come_in_several_lines_does() -> None:
    several = [("Accept-Language", "en"), ("Accept-Language", "es"), ("Cookie", "a=1")]
    assert EDGE.get("/?a=1&b=1&&", headers=several).json() == {"a": "1", "b": "1"}

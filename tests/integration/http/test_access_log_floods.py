"""A flood takes few lines of the access log, and nothing of it is forgotten."""

import asyncio
from contextlib import closing
from datetime import timedelta

import pytest

from services.reporting.access import AccessRow, accesses_seen
from shared.identity.access_log import SHOWN, SINGLY, Access, AccessLog
from shared.kernel.ids import new_id
from tests.embedded_processes import eventually
from tests.integration.http.api_client import OWN, ApiClient

pytestmark = pytest.mark.integration

NEVER = timedelta(hours=1)
"""A window that does not end during a test."""
_MANY = 10_000


def kind() -> str:
    """The name of a route that nothing else asks for."""
    return f"intake.flooded_{new_id().hex}"


def access_log(api: ApiClient, window: timedelta = NEVER) -> closing[AccessLog]:
    """An access log of its own, as a process has; what it counted is told when it is closed."""
    return closing(AccessLog(api.running.services["intake"].log.database, window))


def lines(api: ApiClient, route: str) -> list[AccessRow]:
    rows = accesses_seen(api.running.services["reporting"].log, None, _MANY)
    return [row for row in rows if row.route == route]


def told(api: ApiClient, route: str) -> int:
    return sum(line.times for line in lines(api, route))


def refuse(log: AccessLog, route: str, times: int) -> None:
    async def all_of_them() -> None:
        for _ in range(times):
            await log.refused(Access(route, "not-identified"))

    asyncio.run(all_of_them())


def test_whoever_is_nobody_gets_few_lines_and_each_try_is_counted(api: ApiClient) -> None:
    one, other = kind(), kind()
    with access_log(api) as log:
        refuse(log, one, 500)
        refuse(log, other, 300)
        assert (told(api, one), told(api, other)) == (SINGLY, 0)
    assert (told(api, one), told(api, other)) == (500, 300)
    assert len(lines(api, one)) <= SINGLY + 1
    assert len(lines(api, other)) == 1


def test_what_was_counted_is_told_when_the_window_ends(api: ApiClient) -> None:
    route = kind()
    with access_log(api, timedelta(seconds=0.3)) as log:
        refuse(log, route, 100)
        assert eventually(lambda: told(api, route) == 100)
        refuse(log, route, 1)  # a new window, with lines of their own again
        assert eventually(lambda: told(api, route) == 101)


def test_reads_that_arrive_together_are_stored_together(api: ApiClient) -> None:
    route = kind()
    read = Access(route, SHOWN, "subject-1", OWN, "case-handling", new_id())

    async def at_once(log: AccessLog) -> None:
        await asyncio.gather(*(log.write(read) for _ in range(300)))

    with access_log(api) as log:
        asyncio.run(at_once(log))
        assert told(api, route) == 300, "each is stored before its answer leaves"
    assert len(lines(api, route)) < 100


def test_a_flood_at_the_door_takes_few_lines(api: ApiClient) -> None:
    service, route = api.running.services["reporting"], "reporting.definitions"
    service.accesses.tell()
    rows, times = len(lines(api, route)), told(api, route)
    for _ in range(200):
        assert api.send(None, "GET", "/reporting/indicators").status_code == 401
    service.accesses.tell()
    assert told(api, route) - times == 200
    assert len(lines(api, route)) - rows <= 3 * (SINGLY + 1), "it may last for several windows"

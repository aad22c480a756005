"""What a database that answers will not do is said by requests and by readiness.

Whoever locks something does so until its block ends: an answer within it has waited for no lock.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from structlog.testing import capture_logs

from shared.kernel.roles import CASEWORKER
from tests.integration.http.api_client import CASE, OWN, STRANGER, ApiClient
from tests.waiting import soon

pytestmark = pytest.mark.integration


@contextmanager
def admin(api: ApiClient) -> Iterator[psycopg.Connection[Any]]:
    conninfo = api.running.services["intake"].settings.database_admin
    assert conninfo is not None
    with psycopg.connect(conninfo.get_secret_value(), autocommit=True) as conn:
        yield conn


@contextmanager
def locked(api: ApiClient, table: str) -> Iterator[None]:
    with admin(api) as conn, conn.transaction(force_rollback=True):
        conn.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE".encode())
        yield


@contextmanager
def no_space(api: ApiClient) -> Iterator[None]:
    """PostgreSQL answers each command of intake as it does where the disk is full."""
    with admin(api) as conn:
        conn.execute(
            "CREATE FUNCTION intake.full() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE 'no space' USING ERRCODE = 'disk_full'; END $$"
        )
        conn.execute(
            "CREATE TRIGGER full_disk BEFORE INSERT ON intake.commands"
            " FOR EACH ROW EXECUTE FUNCTION intake.full()"
        )
        try:
            yield
        finally:
            conn.execute("DROP FUNCTION intake.full() CASCADE")


def readiness(api: ApiClient, service: str) -> tuple[int, dict[str, str]]:
    answer = api.send(None, "GET", f"/{service}/readyz")
    return answer.status_code, answer.json()["troubles"]


def becomes_ready(api: ApiClient, service: str) -> None:
    soon(lambda: readiness(api, service) == (200, {}), f"{service} is ready", 30)


def refused(api: ApiClient, who: str, path: str) -> str:
    answer = api.get(who, path)
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "1"), answer.text
    return str(answer.json()["code"])


def test_a_locked_access_log_is_an_access_log_that_is_away(api: ApiClient) -> None:
    path = f"/intake/cases/{api.accepted().case_id}"
    becomes_ready(api, "intake")
    assert {api.get(who, path).status_code for who in (OWN, STRANGER)} == {200, 404}
    with locked(api, "identity.access"):
        for who in (OWN, STRANGER):
            assert refused(api, who, path) == "access-log-away"
        assert api.send(None, "GET", path).status_code == 401
        assert refused(api, OWN, "/reporting/accesses") == "storage-away"
        assert refused(api, OWN, path) == "access-log-away"
        status, troubles = readiness(api, "intake")
        assert (status, troubles.get("access-log")) == (503, "LockNotAvailable")
        assert api.send((OWN, CASEWORKER), "POST", "/intake/cases", CASE).status_code == 201
    assert api.get(OWN, path).status_code == 200
    becomes_ready(api, "intake")


@pytest.mark.parametrize("table", ["identity.revision", "identity.tokens, identity.revision"])
def test_a_locked_store_of_tokens_is_a_store_that_is_away(api: ApiClient, table: str) -> None:
    path = f"/intake/cases/{api.accepted().case_id}"
    assert api.get(OWN, path).status_code == 200
    with locked(api, table):
        assert refused(api, OWN, path) == "storage-away"
        assert api.send((OWN, CASEWORKER), "POST", "/intake/cases", CASE).status_code == 503
        status, troubles = readiness(api, "intake")
        assert (status, troubles.get("tokens")) == (503, "LockNotAvailable")
    assert api.get(OWN, path).status_code == 200
    assert api.send((OWN, CASEWORKER), "POST", "/intake/cases", CASE).status_code == 201
    becomes_ready(api, "intake")


def test_a_full_disk_is_named_by_readiness_and_once_by_the_log(api: ApiClient) -> None:
    becomes_ready(api, "intake")
    with capture_logs() as logs, no_space(api):
        for _ in range(3):
            answer = api.send((OWN, CASEWORKER), "POST", "/intake/cases", CASE)
            assert (answer.status_code, answer.json()["code"]) == (503, "storage-away")
        assert readiness(api, "intake") == (503, {"commands": "DiskFull"})
    about = {"service": "intake", "part": "commands", "log_level": "warning"}
    assert logs == [{"event": "database_refuses", "error": "DiskFull", **about}]
    with capture_logs() as logs:
        assert api.send((OWN, CASEWORKER), "POST", "/intake/cases", CASE).status_code == 201
    assert logs == [{"event": "database_takes_again", **about}]
    assert readiness(api, "intake") == (200, {})


def test_a_database_that_hangs_is_told_meanwhile_however_often_somebody_asks(
    api: ApiClient,
) -> None:
    becomes_ready(api, "intake")
    with locked(api, "intake.head"):
        for _ in range(3):
            assert readiness(api, "intake") == (503, {"database": "no answer"})
    becomes_ready(api, "intake")

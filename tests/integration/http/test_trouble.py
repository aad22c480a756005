"""Too much at once, or the database away: a plain no with when to come again; then all is well."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
from httpx2 import Response

from services.intake import case
from services.intake.decisions import EnterCaseInError
from shared.embedded.supervisor import Supervisor
from shared.eventstore.batcher import Overloaded
from shared.eventstore.session import CommandEnvelope
from shared.eventstore.writer import Answer, Submission
from shared.kernel.clock import now
from shared.kernel.decider import Actor
from shared.kernel.ids import new_id
from shared.kernel.roles import CASEWORKER
from shared.service.service import Service
from tests.embedded_processes import temporary_folder
from tests.integration.http.api_client import CASE, OWN, ApiClient
from tests.stories.running_services import running_services
from tests.waiting import soon

pytestmark = pytest.mark.integration

MORE_THAN_MAY = 10_000
PATIENCE = 60.0
"""Seconds for a no to come."""


@contextmanager
def crowd(intake: Service) -> Iterator[None]:
    """Intake's writer is held up while as many commands wait as may; then all are answered."""
    go_on, held = threading.Event(), threading.Event()

    def hold_up() -> None:
        held.set()
        go_on.wait(120)

    holding = intake.log.alone(hold_up)
    assert held.wait(PATIENCE)
    by = Actor(OWN, CASEWORKER, "token-1")
    nothing = EnterCaseInError(by=by, at=now(), entry_id=new_id(), reason="duplicate")
    envelope, identity = CommandEnvelope(case.DECIDER, new_id(), nothing, "-", "-"), new_id()
    waiting: list[Future[Answer]] = []
    try:
        with suppress(Overloaded):
            while len(waiting) < MORE_THAN_MAY:
                waiting.append(intake.log.submit(Submission(envelope, identity, b"")))
        yield
    finally:
        go_on.set()
    holding.result(PATIENCE)
    assert len(waiting) < MORE_THAN_MAY
    assert all(isinstance(one.result(PATIENCE), case.CaseNotRegistered) for one in waiting)


def test_when_too_many_wait_a_command_is_asked_to_retry(api: ApiClient) -> None:
    intake, key = api.running.services["intake"], {"Idempotency-Key": str(new_id())}
    with crowd(intake):
        refused = api.send((OWN, CASEWORKER), "POST", "/intake/cases", CASE, key)
        assert api.send(None, "GET", "/intake/livez").status_code == 200
    assert refused.status_code == 503
    assert refused.headers["Retry-After"] == "1"
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "overloaded"
    again = api.send((OWN, CASEWORKER), "POST", "/intake/cases", CASE, key)
    assert again.status_code == 201


@pytest.fixture
def tmp_folder() -> Iterator[Path]:
    with temporary_folder() as there:
        yield there / "data"


def test_a_database_that_goes_away_and_comes_back_costs_answers_but_no_facts(
    tmp_folder: Path,
) -> None:
    with (
        Supervisor(tmp_folder) as supervisor,
        running_services(supervisor.postgres(), "log") as built,
    ):
        api = ApiClient(built)
        scenario = api.registered()
        key = {"Idempotency-Key": str(new_id())}
        about = [
            f"/intake/cases/{scenario.case_id}",
            f"/referral/cases/{scenario.case_id}",
            "/reporting/cases",
        ]

        def register() -> Response:
            return api.send((OWN, CASEWORKER), "POST", "/intake/cases", CASE, key)

        supervisor.stop()
        answers = _at_once(
            [
                *(partial(api.send, None, "GET", f"/{s}/livez") for s in built.services),
                *(partial(api.send, None, "GET", f"/{s}/readyz") for s in built.services),
                *(partial(api.get, OWN, path) for path in about),
                register,
            ]
        )
        alive, ready, away = answers[:4], answers[4:8], answers[8:]
        metrics = built.metrics()
        for answer in away:
            assert answer.status_code == 503, answer.text
            assert answer.headers["Retry-After"] == "1"
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.json()["code"] == "storage-away"
        assert {answer.status_code for answer in alive} == {200}
        for service in built.services:
            assert f'canaliza_database_answers{{service="{service}"}} 0.0' in metrics
            assert f'canaliza_log_position{{service="{service}"}}' in metrics
        for answer in ready:
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "1"
            assert "database" in answer.json()["troubles"]

        supervisor.postgres()
        for service in built.services:
            path = f"/{service}/readyz"
            soon(lambda p=path: api.send(None, "GET", p).status_code == 200, path, 30)  # type: ignore[misc]
        again = [register(), register()]
        assert [answer.status_code for answer in again] == [201, 201]
        assert again[0].json() == again[1].json()
        api.sees(OWN, f"/reporting/cases/{again[0].json()['stream']}", *about)
        assert built.services["intake"].log.position() == 2 * 2  # each with its folio


def _at_once(requests: list[Callable[[], Response]]) -> list[Response]:
    """Send all at once; each must be answered before a proxy in front would give up."""
    with ThreadPoolExecutor(len(requests)) as threads:
        futures = [threads.submit(request) for request in requests]
        return [future.result(PATIENCE) for future in futures]

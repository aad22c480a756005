"""Where a projection raises on what was accepted: who says so, and that all else goes on."""

from typing import Any

import pytest

from services.operator.doctor import storage_checks
from services.operator.doctor.findings import FindingStatus
from services.reporting import projections
from shared.embedded.supervisor import PostgresAddress
from shared.kernel.clock import now
from shared.kernel.decider import Actor
from shared.maintenance.inspection import looking
from shared.messaging.consumer import Consumer
from shared.messaging.resolving import Resolution
from tests.integration.http.api_client import CASE, OWN, ApiClient
from tests.stories.running_services import running_services
from tests.waiting import soon

pytestmark = pytest.mark.integration


def figure_of(api: ApiClient, service: str, name: str) -> str:
    """A service's figure, as Prometheus reads it."""
    text = api.running.metrics()
    lines = [line for line in text.splitlines() if line.startswith(f"{name}{{")]
    return next(line for line in lines if f'"{service}"' in line).rpartition(" ")[2]


def test_readiness_doctor_and_a_metric_say_so_and_only_its_case_waits(
    postgres_server: PostgresAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_services(postgres_server, "log") as built:
        api, reporting = ApiClient(built), built.services["reporting"]
        admin = reporting.settings.database_admin
        assert admin is not None

        def ready() -> dict[str, Any]:
            answer = api.send(None, "GET", "/reporting/readyz")
            assert answer.status_code == 200, answer.text
            found: dict[str, Any] = answer.json()
            return found

        def doctor() -> tuple[FindingStatus, str]:
            with looking(admin.get_secret_value()) as inspection:
                found = storage_checks._parked(inspection, ["intake", "reporting"])
            return found.status, found.says.en

        def figure(name: str = "canaliza_messages_not_projectable") -> str:
            return figure_of(api, "reporting", name)

        with monkeypatch.context() as mistaken:
            mistaken.delattr(projections, "_keep_history")
            waiting = api.submit(OWN, "/intake/cases", CASE)["stream"]
            soon(lambda: figure() == "1.0")
        other = api.submit(OWN, "/intake/cases", CASE)["stream"]
        api.sees(OWN, f"/reporting/cases/{other}")
        assert ready()["ready"]
        assert figure() == "1.0"
        assert float(figure("canaliza_oldest_parked_seconds")) > 0
        status, said = doctor()
        assert status is FindingStatus.WRONG
        assert "on some canaliza itself failed (reporting: 1)" in said

        parked = reporting.parked_messages()
        assert parked is not None
        first = reporting.inbox.open_messages(waiting)[0]
        done = parked.replay(first.id, Actor("operator", "operator", "cli"), now())
        assert isinstance(done, Resolution)
        assert figure() == figure("canaliza_oldest_parked_seconds") == "0.0"
        assert doctor()[0] is FindingStatus.FINE
        api.sees(OWN, f"/reporting/cases/{waiting}")


def test_where_too_many_wait_the_reader_stops_and_says_so_and_no_process_ends(
    postgres_server: PostgresAddress, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_services(postgres_server, "log") as built:
        api, reporting = ApiClient(built), built.services["reporting"]
        admin, reader = reporting.settings.database_admin, reporting.runner("consumer")
        assert admin is not None
        assert isinstance(reader, Consumer)
        ended: list[bool] = []
        reader.on_bug = lambda: ended.append(True)
        monkeypatch.setattr(reader, "_too_many", 2)
        monkeypatch.setattr(storage_checks, "TOO_MANY_PARKED", 2)

        def ready() -> Any:
            return api.send(None, "GET", "/reporting/readyz")

        def doctor() -> str:
            with looking(admin.get_secret_value()) as inspection:
                return storage_checks._parked(inspection, ["reporting"]).says.en

        with monkeypatch.context() as mistaken:
            mistaken.delattr(projections, "_keep_history")
            for _ in range(2):
                api.submit(OWN, "/intake/cases", CASE)
            soon(lambda: ready().status_code == 503)
        assert ready().json()["troubles"] == {"consumer": "parked: too many"}
        waits = api.submit(OWN, "/intake/cases", CASE)["stream"]
        assert api.send(None, "GET", "/reporting/livez").status_code == 200
        assert figure_of(api, "reporting", "canaliza_messages_not_projectable") == "2.0"
        assert "so many that reporting has stopped reading" in doctor()
        assert not ended

        parked = reporting.parked_messages()
        assert parked is not None
        first = reporting.inbox.open_messages()[0]
        assert isinstance(
            parked.replay(first.id, Actor("operator", "operator", "cli"), now()), Resolution
        )
        soon(lambda: ready().status_code == 200)
        assert "stopped" not in doctor()
        api.sees(OWN, f"/reporting/cases/{waits}")

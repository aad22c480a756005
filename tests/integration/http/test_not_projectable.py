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
from shared.messaging.resolving import Resolution
from tests.integration.http.api_client import CASE, OWN, ApiClient
from tests.stories.running_services import running_services
from tests.waiting import soon

pytestmark = pytest.mark.integration


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

        def figure() -> str:
            text = api.send(None, "GET", "/reporting/metrics").text
            lines = [x for x in text.splitlines() if x.startswith("canaliza_messages_not_proj")]
            return next(x for x in lines if '"reporting"' in x).rpartition(" ")[2]

        with monkeypatch.context() as mistaken:
            mistaken.delattr(projections, "_keep_history")
            waiting = api.submit(OWN, "/intake/cases", CASE)["stream"]
            soon(lambda: ready()["parked"].get("not-projectable") == 1)
        other = api.submit(OWN, "/intake/cases", CASE)["stream"]
        api.sees(OWN, f"/reporting/cases/{other}")
        assert ready()["ready"]
        assert figure() == "1.0"
        status, said = doctor()
        assert status is FindingStatus.WRONG
        assert "on some canaliza itself failed (reporting: 1)" in said

        parked = reporting.parked_messages()
        assert parked is not None
        first = reporting.inbox.open_messages(waiting)[0]
        done = parked.replay(first.id, Actor("operator", "operator", "cli"), now())
        assert isinstance(done, Resolution)
        assert ready()["parked"] == {}
        assert figure() == "0.0"
        assert doctor()[0] is FindingStatus.FINE
        api.sees(OWN, f"/reporting/cases/{waiting}")

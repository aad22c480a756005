"""Where a service cannot publish a fact of its own: who says so, and how old what is unsent is."""

import pytest

from shared.embedded.supervisor import PostgresAddress
from shared.kernel.record import Recorded
from tests.integration.http.api_client import CASE, OWN, ApiClient
from tests.integration.http.test_not_projectable import figure_of
from tests.stories.running_services import running_services
from tests.waiting import soon

pytestmark = pytest.mark.integration


def test_readiness_and_metrics_say_so_and_the_service_goes_on(
    postgres_server: PostgresAddress, kafka_bootstrap: str
) -> None:
    with running_services(postgres_server, "kafka", kafka_bootstrap) as built:
        api, intake = ApiClient(built), built.services["intake"]
        relay = intake.runner("relay")
        assert relay is not None
        first = api.submit(OWN, "/intake/cases", CASE)["stream"]
        api.sees(OWN, f"/reporting/cases/{first}")

        def oldest() -> float:
            return float(figure_of(api, "intake", "canaliza_oldest_unsent_seconds"))

        soon(lambda: oldest() == 0.0)

        def translate(fact: Recorded) -> None:
            if fact.name == "case-registered":
                raise ZeroDivisionError

        object.__setattr__(intake.publication, "translate", translate)
        api.submit(OWN, "/intake/cases", CASE)
        soon(lambda: figure_of(api, "intake", "canaliza_facts_not_publishable") == "1.0")
        assert api.send(None, "GET", "/intake/readyz").status_code == 200
        soon(lambda: oldest() > 0.0)
        assert relay.trouble is None
        api.submit(OWN, "/intake/cases", CASE)

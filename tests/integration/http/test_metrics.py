"""What the services tell of their work in figures, and that no figure is about one case."""

import re

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families

from shared.kernel.roles import CASEWORKER
from shared.service.door import listen
from shared.service.metrics_port import MetricsPort
from tests.integration.http.api_client import (
    ALL_ROLES,
    CASE,
    OWN,
    PARTY,
    STRANGER,
    ApiClient,
)

pytestmark = pytest.mark.integration

ANSWERS = {"accepted", "invalid", "forbidden", "missing", "conflicting"}
ERROR = {"reason": "duplicate"}
PLAIN = re.compile(r"[a-z][a-z-]{0,60}|-?\d{1,4}|\d*\.?\d+|\+Inf")


def _samples(api: ApiClient) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *(f"{k}={v}" for k, v in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(api.running.metrics())
        for sample in family.samples
    }


def test_nobody_reads_figures_where_institutions_call(api: ApiClient) -> None:
    for service in api.running.services:
        for path in ("metrics", "%6detrics", "metrics/", "/metrics"):
            assert api.send((OWN, *ALL_ROLES), "GET", f"/{service}/{path}").status_code == 404


def test_commands_are_counted_by_their_answer(api: ApiClient) -> None:
    before = _samples(api)
    api.submit(OWN, "/intake/cases", CASE)
    wrong = api.send((OWN, CASEWORKER), "POST", "/intake/cases", {**CASE, "subdivision": "XX"})
    assert wrong.json()["code"] == "code-not-known"
    after = _samples(api)
    for answer in ("accepted", "invalid"):
        name = ("canaliza_commands_total", f"answer={answer}", "service=intake")
        assert after[name] == before.get(name, 0) + 1
    seconds = ("canaliza_command_seconds_count", "service=intake")
    assert after[seconds] == before.get(seconds, 0) + 2
    assert (
        after["canaliza_log_position", "service=intake"]
        == api.running.services["intake"].log.position()
    )


def test_no_label_names_a_case_an_institution_or_what_was_refused(api: ApiClient) -> None:
    scenario = api.closed()
    api.send((OWN, CASEWORKER), "POST", f"/intake/cases/{scenario.case_id}/entry-in-error", ERROR)
    text = api.running.metrics()
    for unsaid in (scenario.case_id, scenario.referral_id, OWN, PARTY, STRANGER, "token-"):
        assert unsaid not in text
    for name, *labels in _samples(api):
        for label in labels:
            assert PLAIN.fullmatch(label.partition("=")[2]), label
        if name == "canaliza_commands_total":
            assert labels[0].removeprefix("answer=") in ANSWERS


def test_only_what_is_ours_is_told_and_not_when_it_was_first(api: ApiClient) -> None:
    names = {name for name, *_ in _samples(api)}
    assert all(name.startswith("canaliza_") for name in names)
    assert not any(name.endswith("_created") for name in names)


def test_every_figure_has_its_meaning_beside_it(api: ApiClient) -> None:
    for family in text_string_to_metric_families(api.running.metrics()):
        assert family.documentation


def test_they_come_from_a_port_of_their_own_until_it_is_stopped(api: ApiClient) -> None:
    port = MetricsPort(listen("127.0.0.1", 0), list(api.running.services.values()))
    port.start()
    try:
        assert "canaliza_log_position{" in httpx2.get(port.address).text
        assert httpx2.get(port.address.replace("/metrics", "/")).status_code == 404
    finally:
        port.stop()
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(port.address)

"""What the services tell of their work in figures, and that no figure is about one case."""

import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from shared.kernel.roles import CASEWORKER
from tests.integration.http.api_client import CASE, OWN, PARTY, STRANGER, ApiClient

pytestmark = pytest.mark.integration

PLAIN = re.compile(r"[a-z][a-z-]{0,60}|-?\d{1,4}|\d*\.?\d+|\+Inf")


def _samples(api: ApiClient, service: str) -> dict[tuple[str, ...], float]:
    text = api.running.client.get(f"/{service}/metrics").text
    return {
        (sample.name, *(f"{k}={v}" for k, v in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        if family.name.startswith("canaliza_")
        for sample in family.samples
    }


def test_commands_are_counted_by_their_answer(api: ApiClient) -> None:
    before = _samples(api, "intake")
    api.submit(OWN, "/intake/cases", CASE)
    wrong = api.send((OWN, CASEWORKER), "POST", "/intake/cases", {**CASE, "subdivision": "XX"})
    assert wrong.json()["code"] == "code-not-known"
    after = _samples(api, "intake")
    for answer in ("accepted", "code-not-known"):
        name = ("canaliza_commands_total", f"answer={answer}", "service=intake")
        assert after[name] == before.get(name, 0) + 1
    seconds = ("canaliza_command_seconds_count", "service=intake")
    assert after[seconds] == before.get(seconds, 0) + 2
    assert (
        after["canaliza_log_position", "service=intake"]
        == api.running.services["intake"].log.position()
    )


def test_no_label_names_a_case_or_an_institution(api: ApiClient) -> None:
    scenario = api.closed()
    for service in api.running.services:
        text = api.running.client.get(f"/{service}/metrics").text
        for unsaid in (scenario.case_id, scenario.referral_id, OWN, PARTY, STRANGER, "token-"):
            assert unsaid not in text
        for _, *labels in _samples(api, service):
            for label in labels:
                assert PLAIN.fullmatch(label.partition("=")[2]), label


def test_every_figure_has_its_meaning_beside_it(api: ApiClient) -> None:
    text = api.running.client.get("/referral/metrics").text
    for family in text_string_to_metric_families(text):
        assert family.documentation

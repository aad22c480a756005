"""Faults that people have reported of other systems of this kind, tried on this one."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import psycopg
import pytest

from services.operator.doctor import storage_checks
from services.operator.doctor.findings import FindingStatus
from shared.embedded.supervisor import PostgresAddress
from shared.kernel.ids import new_id
from shared.kernel.roles import CASEWORKER, MONITOR, STEWARD
from shared.maintenance.inspection import looking
from tests.integration.http.api_client import (
    CASE,
    DECLINE,
    OUTCOME,
    OWN,
    PARTY,
    STRANGER,
    WITHDRAW,
    ApiClient,
    Scenario,
)
from tests.integration.http.test_accepted import a_rebuild_agrees, everything_is_read
from tests.integration.http.traces import heard
from tests.stories.running_services import running_services

pytestmark = pytest.mark.integration
ROUNDS, AT_ONCE, BAD_TOKENS = 20, 50, 400
VOID = {"reason": "duplicate"}


def facts_of(api: ApiClient, scenario: Scenario) -> list[dict[str, Any]]:
    """The whole history of a case, once every reader is at the end."""
    everything_is_read(api.running)
    answer = api.get(OWN, f"/reporting/cases/{scenario.case_id}/history")
    assert answer.status_code == 200, answer.text
    facts: list[dict[str, Any]] = answer.json()["facts"]
    return facts


def report(api: ApiClient) -> dict[str, Any]:
    """Every number over all cases, without the positions that it names."""
    everything_is_read(api.running)
    answer = api.get("vigilancia", "/reporting/indicators/claims", MONITOR)
    found: dict[str, Any] = answer.json()
    del found["as_of"]
    return found


def test_a_case_that_was_declined_is_referred_again_as_often_as_it_takes(api: ApiClient) -> None:
    scenario = api.registered()
    for _ in range(ROUNDS):
        scenario = api.refer(scenario)
        api.submit(PARTY, f"{api.of(scenario)}/decline", DECLINE)
    names = [fact["name"] for fact in facts_of(api, scenario)]
    for name in ("referral-requested", "referral-declined"):
        assert names.count(name) == ROUNDS
    a_rebuild_agrees(api.running)


@pytest.mark.parametrize("stage", ["registered", "referred", "accepted", "held", "closed"])
def test_a_voided_case_leaves_no_trace_in_any_number(api: ApiClient, stage: str) -> None:
    before = report(api)
    scenario: Scenario = getattr(api, stage)()
    if stage == "accepted":
        follow_up = f"/followup/follow-ups/{scenario.referral_id}"
        for command, body in (
            ("contacts", {"channel": "telephone"}),
            ("services", {"service": "legal-advice"}),
            ("outcomes", OUTCOME),
        ):
            api.submit(PARTY, f"{follow_up}/{command}", body)
    assert report(api)["cases"] == before["cases"] + 1
    api.submit(OWN, f"/intake/cases/{scenario.case_id}/entry-in-error", VOID)
    assert report(api) == before


def test_fifty_at_once_under_one_key_are_one_fact_and_one_answer(api: ApiClient) -> None:
    key = {"Idempotency-Key": f"at-once-{new_id()}"}
    ask = partial(api.send, (OWN, CASEWORKER), "POST", "/intake/cases", CASE, key)
    api.secret(OWN, CASEWORKER)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = [f.result() for f in [threads.submit(ask) for _ in range(AT_ONCE)]]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    scenario = Scenario(answers[0].json()["stream"])
    api.sees(OWN, f"/reporting/cases/{scenario.case_id}")
    assert [f["name"] for f in facts_of(api, scenario)].count("case-registered") == 1


def test_what_the_system_does_is_told_as_the_systems_in_the_name_of_who_led_to_it(
    api: ApiClient,
) -> None:
    facts = {fact["name"]: fact for fact in facts_of(api, api.accepted())}
    for name, institution in (("custody-taken", OWN), ("follow-up-opened", PARTY)):
        assert (facts[name]["role"], facts[name]["subject"]) == ("system", "system")
        assert facts[name]["institution"] == institution
    for name, institution in (("case-registered", OWN), ("referral-accepted", PARTY)):
        assert (facts[name]["role"], facts[name]["institution"]) == (CASEWORKER, institution)
        assert facts[name]["subject"] != "system"


def test_a_steward_who_acts_in_the_directory_is_named_as_one(api: ApiClient) -> None:
    log = api.running.services["referral"].log
    entries = [fact for fact in log.page(0) if fact.name == "institution-registered"]
    assert {fact.meta.role for fact in entries[:3]} == {STEWARD}


def test_bad_tokens_fill_no_log_and_are_told_nothing(api: ApiClient) -> None:
    with heard() as log:
        answers = [
            api.send(
                None, "GET", "/reporting/cases", headers={"Authorization": f"Bearer {new_id()}"}
            )
            for _ in range(BAD_TOKENS)
        ]
    assert {answer.status_code for answer in answers} == {401}
    assert len(log.text().splitlines()) < BAD_TOKENS / 10


def test_a_case_whose_referrals_all_came_to_nothing_is_registered_and_not_decided(
    api: ApiClient,
) -> None:
    before = report(api)
    scenario = api.referred()
    api.submit(OWN, f"{api.of(scenario)}/withdrawal", WITHDRAW)
    after = report(api)
    assert after["cases"] == before["cases"] + 1
    assert after["decided_for_claimant"] == before["decided_for_claimant"]
    definitions = api.get(STRANGER, "/reporting/indicators").json()
    share = next(one for one in definitions if one["code"] == "decided")
    assert share["denominator"]["en"]


def test_a_position_that_was_taken_out_by_hand_is_named_and_stops_nobody_else(
    postgres_server: PostgresAddress,
) -> None:
    with running_services(postgres_server, "log") as built:
        api, intake = ApiClient(built), built.services["intake"]
        admin = intake.settings.database_admin
        assert admin is not None
        for _ in range(3):
            api.registered()
        conninfo = admin.get_secret_value()
        with psycopg.connect(conninfo, autocommit=True) as conn:
            conn.execute("ALTER TABLE intake.events DISABLE TRIGGER ALL")
            conn.execute("DELETE FROM intake.events WHERE notification_id = 2")
            conn.execute("ALTER TABLE intake.events ENABLE TRIGGER ALL")
        with looking(conninfo) as inspection:
            found = storage_checks._positions(inspection, "intake")
        assert found is not None
        assert found.status is FindingStatus.WRONG
        api.registered()
        assert intake.troubles() == {}

"""What docs/operations.md tells an operator to do after a loss, done: it goes on, or it refuses.

The drills are that page's own lines, run by a shell with PostgreSQL's own programs.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from kafka.admin import KafkaAdminClient

from services.operator.publishing import PUBLISHING
from shared.embedded.supervisor import PostgresAddress, Supervisor
from shared.kernel.ids import new_id
from shared.kernel.roles import STEWARD
from tests.brokers import client_at
from tests.embedded_processes import temporary_folder
from tests.faults.operator_shell import OperatorShell, beginning_of, lives_on
from tests.integration.http.api_client import OWN, PARTY
from tests.waiting import soon

pytestmark = [pytest.mark.integration, pytest.mark.verify]


@dataclass
class Before:
    """An office's files, and what there was when each dump was made."""

    early: Path
    late: Path
    logs: dict[str, list[tuple[Any, ...]]]
    early_logs: dict[str, list[tuple[Any, ...]]]
    reported: dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def tmp_folder() -> Iterator[Path]:
    with temporary_folder() as there:
        yield there


@pytest.fixture(scope="module")
def cluster(tmp_folder: Path) -> Iterator[PostgresAddress]:
    with Supervisor(tmp_folder / "first") as supervisor:
        yield supervisor.postgres()


@pytest.fixture(scope="module")
def first(tmp_folder: Path, cluster: PostgresAddress, kafka_bootstrap: str) -> OperatorShell:
    """The office whose history the module's dumps hold."""
    folder = tmp_folder / "office"
    folder.mkdir()
    return OperatorShell(cluster, kafka_bootstrap, folder, f"restores-{new_id().hex[:8]}")


@pytest.fixture(scope="module")
def before(first: OperatorShell) -> Before:
    """Some cases, a dump, some more cases, another dump; then nobody runs any more."""
    first.types("canaliza migrate && canaliza kafka topics && canaliza kafka access")
    dumps, logs = {}, {}
    with first.open() as api:
        keeper = ("administracion", STEWARD)
        for code in (OWN, PARTY):
            body = {"institution": code, "name": f"Institución {code}", "kind": "labour-office"}
            assert api.send(keeper, "POST", "/referral/institutions", body).status_code == 201
            api.secret(code)  # so that it has a way to answer
        for name in ("early", "late"):
            lives_on(first, api, 3)
            first.does("backup")
            dumps[name] = (first.folder / "canaliza.dump").rename(first.folder / f"{name}.dump")
            logs[name] = first.logs()
        reported = first.reported()
    return Before(dumps["early"], dumps["late"], logs["late"], logs["early"], reported)


@pytest.fixture
def office(first: OperatorShell, before: Before) -> OperatorShell:
    """The first office, all of its database as it was last. More needs another prefix."""
    kept = OperatorShell(first.server, first.kafka, first.folder, first.prefix)
    restore(kept, before.late)
    return kept


def restore(office: OperatorShell, dump: Path) -> None:
    """Everything, as the page says."""
    (office.folder / "canaliza.dump").write_bytes(dump.read_bytes())
    office.does("restore")


def restore_one(office: OperatorShell, dump: Path, schema: str) -> None:
    """One service's schema alone: what the page warns of."""
    office.types(
        f"psql --quiet --command='DROP SCHEMA {schema} CASCADE; CREATE SCHEMA {schema}' canaliza\n"
        f"pg_restore --exit-on-error --no-owner --schema={schema} --dbname=canaliza {dump}\n"
        "canaliza migrate"
    )


def test_a_new_cluster_and_new_topics_hold_all_there_was_and_go_on(
    tmp_folder: Path, first: OperatorShell, before: Before
) -> None:
    folder = tmp_folder / "elsewhere"
    folder.mkdir()
    with Supervisor(tmp_folder / "second") as supervisor:
        office = OperatorShell(
            supervisor.postgres(), first.kafka, folder, f"anew-{new_id().hex[:8]}"
        )
        restore(office, before.late)
        assert office.logs() == before.logs
        office.does("topics")
        with office.open() as api:
            office.through(api)
            office.everything_is_published()
            assert office.reported() == before.reported
            lives_on(office, api)
        after = office.logs()
        assert all(beginning_of(after[name], before.logs[name]) for name in after)
        assert all(len(after[name]) > len(before.logs[name]) for name in after)


@pytest.mark.parametrize("service", PUBLISHING)
def test_one_publisher_restored_to_an_earlier_moment_does_not_start_and_says_what_to_do(
    office: OperatorShell, before: Before, monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    restore_one(office, before.early, service)
    code, output = office.starts(service)
    assert code == 2
    last = len(before.early_logs[service])
    assert f"llega a {last}" in output
    assert "CANALIZA_KAFKA_PREFIX" in output
    assert "docs/operations.md" in output
    assert f"{office.prefix}.{service}.v1" in office.doctor_finds(monkeypatch)["history"]
    assert office.logs()[service] == before.early_logs[service]  # and nothing was begun
    restore_one(office, before.late, service)
    with office.open() as api:
        office.through(api)


def test_reporting_restored_to_an_earlier_moment_reads_again_what_it_forgot(
    office: OperatorShell, before: Before
) -> None:
    restore_one(office, before.early, "reporting")
    with office.open() as api:
        office.through(api)
        assert office.reported() == before.reported


def test_reporting_made_anew_reads_all_from_the_start(
    office: OperatorShell, before: Before
) -> None:
    office.does("reporting anew")
    with office.open() as api:
        office.through(api)
        assert office.reported() == before.reported


def test_everything_restored_to_an_earlier_moment_starts_under_a_new_prefix_only(
    office: OperatorShell, before: Before
) -> None:
    restore(office, before.early)
    for service in PUBLISHING:
        assert office.starts(service)[0] == 2
    counts = {service: office.published_counts(service) for service in PUBLISHING}
    old = office.prefix
    office.does("new prefix")
    assert office.prefix != old
    with office.open() as api:
        office.through(api)
        assert office.logs() == before.early_logs
        lives_on(office, api)
    office.prefix = old
    assert {service: office.published_counts(service) for service in PUBLISHING} == counts


def test_a_publisher_and_its_topics_restored_apart_from_its_readers_are_not_believed(
    office: OperatorShell, before: Before, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.position_tracker.UNVERIFIED_SECONDS", 1.0)
    restore_one(office, before.early, "intake")
    office.prefix = f"apart-{new_id().hex[:8]}"
    office.does("topics")
    reported = office.reported()
    wrong = office.doctor_finds(monkeypatch)["history"]
    assert "reporting read position" in wrong
    with office.open() as api:
        for reader in ("referral", "reporting"):
            consumer = api.running.services[reader].runner("consumer")
            assert consumer is not None
            soon(lambda c=consumer: "source" in str(c.trouble), f"{reader} says so", 30)  # type: ignore[misc]
    assert office.reported() == reported


def test_a_topic_deleted_while_all_run_is_made_anew_and_sent_all_again(
    office: OperatorShell, before: Before
) -> None:
    office.prefix = f"deleted-{new_id().hex[:8]}"
    office.does("topics")
    with office.open() as api:
        lives_on(office, api)
        admin = KafkaAdminClient(**client_at(office.kafka))
        admin.delete_topics([f"{office.prefix}.referral.v1"])
        soon(lambda: f"{office.prefix}.referral.v1" not in admin.list_topics(), "it is gone")
        admin.close()
        office.does("topics")
        api.submit(
            OWN,
            "/intake/cases",
            {"programme": "mx-labour-protection", "subdivision": "MX-CHH", "channel": "shelter"},
        )
        lives_on(office, api)
    assert all(beginning_of(office.logs()[name], before.logs[name]) for name in before.logs)

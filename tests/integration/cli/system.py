"""A whole embedded system that runs in a process of its own, for as long as a test needs it."""

import json
import os
import pty
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.embedded.supervisor import Supervisor
from shared.kernel.ids import new_id
from tests.command_line import SERVER_SETTINGS
from tests.embedded_processes import REPOSITORY, is_gone


@dataclass(frozen=True)
class System:
    """Where it runs. admin: the superuser's way into its database."""

    data: Path
    address: str
    admin: str


@contextmanager
def started(
    *words: str, stdout: int = subprocess.PIPE, **settings: str
) -> Iterator["subprocess.Popen[str]"]:
    """A canaliza command as a process; ended with SIGTERM, and for good, on leaving.

    stdout: where its output goes, a pipe by default. settings: what else stands in its
    environment.
    """
    known = filter(None, [os.environ.get("PYTHONPATH")])
    environment = {k: v for k, v in os.environ.items() if k not in SERVER_SETTINGS} | settings
    environment["PYTHONPATH"] = os.pathsep.join([str(REPOSITORY), *known])
    with subprocess.Popen(
        [sys.executable, "-m", "services.cli", *words],
        stdout=stdout,
        text=True,
        env=environment,
        cwd=REPOSITORY,
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(90)
            finally:
                process.kill()


@contextmanager
def running_system(data: Path, cases: int = 6) -> Iterator[System]:
    """The embedded mode with a small demonstration."""
    with started("run", "--data", str(data), "--port", "0", "--demo", str(cases)) as process:
        assert process.stdout is not None
        address = next(
            line.split()[1] for line in process.stdout if line.startswith("canaliza: http")
        )
        for line in process.stdout:
            if "Ctrl-C" in line:
                break
        with Supervisor(data) as guest:
            yield System(data, address, guest.postgres().conninfo(dbname="canaliza"))


@contextmanager
def on_a_terminal(data: Path, cases: int) -> Iterator[list[str]]:
    """The embedded mode as a person starts it: what it writes until it is ready, line by line."""
    ours, theirs = pty.openpty()
    words = ("run", "--data", str(data), "--port", "0", "--demo", str(cases))
    with open(ours, encoding="utf-8") as screen, started(*words, stdout=theirs):  # noqa: PTH123 - a descriptor
        os.close(theirs)
        lines = []
        for line in screen:
            lines.append(line.rstrip())
            if "Ctrl-C" in line:
                break
        yield lines


def call(address: str, token: str | None = None, body: dict[str, Any] | None = None) -> int:
    """The status of a request; a POST where there is a body."""
    return answer(address, token, body)[0]


def answer(
    address: str, token: str | None = None, body: dict[str, Any] | None = None
) -> tuple[int, Any]:
    """The status and the JSON of a request."""
    request = urllib.request.Request(address)  # noqa: S310 - our own server
    if token is not None:
        request.add_header("Authorization", f"Bearer {token}")
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
        request.add_header("Idempotency-Key", str(new_id()))
    try:
        with urllib.request.urlopen(request, timeout=30) as got:  # noqa: S310 - our own server
            return got.status, json.load(got)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, None
    except OSError:
        return 0, None


__all__ = ["System", "answer", "call", "is_gone", "on_a_terminal", "running_system", "started"]

"""Start a server under its guard, stop it, and find what a killed owner left behind."""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from shared.embedded import guard
from shared.embedded.errors import EmbeddedProblem
from shared.embedded.folder import DataFolder
from shared.kernel.text import Text

_LOG_BYTES = 2_000_000
_STOP_MARGIN_SECONDS = 10.0


@dataclass(frozen=True)
class Plan:
    """How a server is run: its name, command line, environment, and how it is stopped.

    command: may hold ``TAG``, which is replaced by a random tag of this start: a process is ours
    only if its command line has that tag *and* this data folder, so a recycled process id, or a
    copy of the folder, is never mistaken for it. stages: signals, each with the seconds it is
    given. directory: the one that the server starts in.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    stages: Sequence[tuple[signal.Signals, int]]
    directory: Path = Path("/")


TAG = "@TAG@"
_LIFELINES: "weakref.WeakSet[subprocess.Popen[bytes]]" = weakref.WeakSet()


@dataclass
class Guarded:
    """A running server and its guard. Made by :func:`start`."""

    folder: DataFolder
    plan: Plan
    pid: int
    _guard: "subprocess.Popen[bytes]" = field(repr=False)

    @property
    def alive(self) -> bool:
        """Whether the guard, and so the server, still runs."""
        return self.code is None

    @property
    def code(self) -> int | None:
        """The server's exit status, once it has ended."""
        return self._guard.poll()

    def stop(self) -> None:
        """Stop the server and its guard; return when both are gone. May be called again."""
        if self._guard.stdin is not None:
            self._guard.stdin.close()
        patience = sum(seconds for _, seconds in self.plan.stages) + _STOP_MARGIN_SECONDS
        try:
            self._guard.wait(patience)
        except subprocess.TimeoutExpired:
            self._guard.kill()
            self._guard.wait()
        stop_leftovers(self.folder, self.plan.name)  # nothing, unless the guard was killed


def start(folder: DataFolder, plan: Plan) -> Guarded:
    """Start a server under a guard. Only the owner of the folder may call this.

    The tag is on disk before the process exists, so that whenever we are killed, no server is left
    that cannot be found. Raises EmbeddedProblem if the program cannot be executed.
    """
    tag = f"canaliza-{plan.name}-{secrets.token_hex(16)}"
    folder.note(f"{plan.name}.process", {"mark": tag})  # the name on disk, which stays
    order = {
        "command": [part.replace(TAG, tag) for part in plan.command],
        "environment": dict(plan.environment),
        "directory": str(plan.directory),
        "stages": [[int(number), seconds] for number, seconds in plan.stages],
        "log": str(log_of(folder, plan.name)),
        "log_bytes": _LOG_BYTES,
        "uid": folder.user.uid if folder.user.dropped else None,
        "gid": folder.user.gid,
    }
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and file
        [sys.executable, "-I", "-S", guard.__file__, tag, str(folder.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        start_new_session=True,  # Ctrl-C is for the owner, who then stops us in order
    )
    if process.stdin is None or process.stdout is None:
        raise AssertionError
    _LIFELINES.add(process)
    process.stdin.write(json.dumps(order).encode() + b"\n")
    answer = process.stdout.readline().decode()
    process.stdout.close()
    if not answer.startswith("started "):
        process.stdin.close()
        process.wait()
        reason = answer.removeprefix("failed ").strip()
        raise EmbeddedProblem(
            Text(
                f"No se puede ejecutar {plan.command[0]}: {reason}. Reinstale con make.",
                f"Cannot execute {plan.command[0]}: {reason}. Install again with make.",
            ),
        )
    return Guarded(folder, plan, int(answer.split()[1]), process)


def log_of(folder: DataFolder, name: str) -> Path:
    """Return the path of a server's log: at most about 4 MB, ``.log`` and one older ``.log.1``."""
    return folder.path / "log" / f"{name}.log"


def last_line(folder: DataFolder, name: str) -> str:
    """Return the last line of a server's log, for an error message."""
    try:
        lines = log_of(folder, name).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return ""
    return next((line.strip()[:300] for line in reversed(lines) if line.strip()), "")


def stop_leftovers(folder: DataFolder, name: str, *, patience: float = 15.0) -> None:
    """End what a killed owner left of server ``name``; return when it is gone.

    Normally the guard has done or is doing so already; then this only waits for it.
    """
    noted = folder.noted(f"{name}.process")
    if noted is None:
        return
    tag = noted.get("mark", "")
    firmly_after = time.monotonic() + patience
    while found := list(_processes(tag, folder.path)):
        _signal_all(found, name, firmly=time.monotonic() > firmly_after)
        time.sleep(0.02)
    folder.drop_note(f"{name}.process")


def _signal_all(found: Sequence[psutil.Process], name: str, *, firmly: bool) -> None:
    """Signal each; a signal that a process has had already does not make it end any faster."""
    for process in found:
        try:
            if firmly:
                process.kill()
            else:
                process.send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)
        except psutil.NoSuchProcess:
            continue


def _processes(tag: str, path: Path) -> Iterator[psutil.Process]:
    """Find live processes whose command line has the tag and the folder (a whole path)."""
    if not tag:
        return
    for process in psutil.process_iter():
        try:
            arguments = process.cmdline()
            gone = process.status() == psutil.STATUS_ZOMBIE
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        tagged = any(tag in argument for argument in arguments)
        if tagged and not gone and any(_inside(argument, path) for argument in arguments):
            yield process


def _inside(argument: str, path: Path) -> bool:
    value = argument.rpartition("=")[2] if argument.startswith("-") else argument
    return value == str(path) or value.startswith(f"{path}/")


def _cut_lifelines() -> None:
    for process in list(_LIFELINES):
        if process.stdin is not None:
            process.stdin.close()


# A forked child holds a copy of every lifeline: it must let go, or the servers outlive the owner.
os.register_at_fork(after_in_child=_cut_lifelines)

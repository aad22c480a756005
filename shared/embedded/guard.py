"""Runs one server and ends it when its owner is gone, however the owner died.

Started as a script of its own by :mod:`shared.embedded.process`; standard library only. Why a
process in between, and not PR_SET_PDEATHSIG on the server: that signal follows the *thread* that
started the server, so a server started by a thread pool would die with the thread, and only Linux
has it. Instead the guard reads a pipe whose other end only the owner holds: when the owner dies,
the kernel closes it. The guard has a single thread, so here PDEATHSIG is safe, and it covers the
guard's own death by kill -9 (on Linux; elsewhere the next start cleans up).

Protocol: one JSON line on standard input, the order; nothing after it: end of input means "stop".
One line on standard output: ``started PID`` or ``failed REASON``. Exit status: the server's, 1 if
killed.
"""

import ctypes
import json
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

_PR_SET_PDEATHSIG = 1
_PIPE_PAGE = 65_536
_STOPPING = {signal.SIGTERM, signal.SIGINT, signal.SIGHUP}


class BoundedLog:
    """A log file that keeps at most twice ``limit`` bytes: itself and one older ``.1``."""

    def __init__(self, path: Path, limit: int) -> None:
        self._path = path
        self._limit = limit
        self._file = self._open()

    def _open(self) -> BinaryIO:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        return os.fdopen(os.open(self._path, flags, 0o600), "ab", buffering=0)

    def write(self, page: bytes) -> None:
        """Append; a full disk loses the page, never the server."""
        try:
            if self._file.tell() + len(page) > self._limit:
                self._file.close()
                self._path.replace(self._path.with_name(self._path.name + ".1"))
                self._file = self._open()
            self._file.write(page)
        except OSError:
            return


def _die_with_parent(first_signal: int) -> Callable[[], None]:
    """Return what the child runs before it becomes the server: request a signal at our death."""
    if not sys.platform.startswith("linux"):
        return lambda: None  # the next start cleans up instead
    libc = ctypes.CDLL(None)

    def request_signal() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, first_signal, 0, 0, 0)

    return request_signal


def _start(order: dict[str, Any]) -> subprocess.Popen[bytes]:
    other: int | None = order["uid"]
    return subprocess.Popen(  # noqa: S603 - the command is our owner's, not a stranger's
        order["command"],
        env=order["environment"],
        cwd=order["directory"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        umask=0o077,
        preexec_fn=_die_with_parent(order["stages"][0][0]),  # noqa: PLW1509 - one thread only
        user=other,
        group=None if other is None else order["gid"],
        extra_groups=None if other is None else [],
    )


def _wait(server: subprocess.Popen[bytes], log: BoundedLog, woken: int) -> None:
    """Write the server's log until it ends, the owner is gone, or we are signalled."""
    assert server.stdout is not None  # noqa: S101 - started with a pipe
    output = server.stdout.fileno()
    with selectors.DefaultSelector() as selector:
        for source in (0, output, woken):
            selector.register(source, selectors.EVENT_READ)
        while server.poll() is None:
            for key, _ in selector.select():
                page = os.read(key.fd, _PIPE_PAGE)
                if key.fd == output and page:
                    log.write(page)
                elif key.fd == output:
                    selector.unregister(output)
                elif key.fd == 0 or _STOPPING & set(page):
                    return


def _stop(server: subprocess.Popen[bytes], log: BoundedLog, stages: list[list[int]]) -> None:
    """Stop the server ever more firmly: each stage is a signal and the seconds it is given."""
    assert server.stdout is not None  # noqa: S101 - started with a pipe
    os.set_blocking(server.stdout.fileno(), False)
    for number, seconds in stages:
        if server.poll() is not None:
            break
        server.send_signal(number)
        deadline = time.monotonic() + seconds
        while server.poll() is None and time.monotonic() < deadline:
            log.write(server.stdout.read(_PIPE_PAGE) or b"")
            time.sleep(0.01)
    log.write(server.stdout.read(_PIPE_PAGE) or b"")


def _wake_pipe() -> int:
    """Return a pipe that becomes readable when a child ends or we are signalled."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for number in (signal.SIGCHLD, *_STOPPING):
        signal.signal(number, lambda _number, _frame: None)
    return reader


def main() -> int:
    """Execute the order on standard input; return the server's exit status."""
    order = json.loads(sys.stdin.buffer.readline() or b"null")
    if order is None:
        return 0  # the owner was gone before it could say anything
    woken = _wake_pipe()
    log = BoundedLog(Path(order["log"]), order["log_bytes"])
    try:
        server = _start(order)
    except (OSError, subprocess.SubprocessError) as error:
        os.write(1, f"failed {error}\n".encode())
        return 1
    try:
        os.write(1, f"started {server.pid}\n".encode())
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        _wait(server, log, woken)
    except BrokenPipeError:
        pass  # the owner died while we started: stop as if it had later
    finally:
        _stop(server, log, order["stages"])
    code = server.poll() or 0
    return code if code >= 0 else 1


if __name__ == "__main__":
    sys.exit(main())

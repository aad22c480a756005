"""Data folders for tests of the embedded servers, and a look at the processes that use them."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

REPOSITORY = Path(__file__).parents[1]
OWNER = REPOSITORY / "tests/integration/embedded_owner.py"


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A short folder that the servers' user can pass; soon after, no process may use it."""
    with tempfile.TemporaryDirectory(prefix="canaliza-t-") as text:
        folder = Path(text).resolve()
        folder.chmod(0o711)
        yield folder
        assert eventually(lambda: users_of(folder) == []), users_of(folder)


def users_of(folder: Path) -> list[psutil.Process]:
    """The live processes whose command line names the folder, tests and their shells apart."""
    found = []
    for process in psutil.process_iter():
        try:
            words = process.cmdline()
            zombie = process.status() == psutil.STATUS_ZOMBIE
        except psutil.Error:
            continue
        if not zombie and any(str(folder) in word for word in words):
            found.append(process)
    return found


def postmaster_of(folder: Path) -> psutil.Process:
    """The server of a folder's database; what it has just forked still bears its command line."""
    first, *_ = (folder / "postgres/cluster/postmaster.pid").read_text().splitlines()
    return psutil.Process(int(first))


def is_gone(process: psutil.Process) -> bool:
    """Whether the process has ended, if nobody has collected its status yet."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def eventually(promise: Callable[[], bool], *, seconds: float = 60.0) -> bool:
    """Whether the promise comes true in time."""
    deadline = time.monotonic() + seconds
    while not promise():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@contextmanager
def owner_process(data: Path, *orders: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that owns the folder and did as ``embedded_owner.py`` says; killed on leaving."""
    known = filter(None, [os.environ.get("PYTHONPATH")])
    process = subprocess.Popen(
        [sys.executable, OWNER, data, *orders],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(REPOSITORY), *known])},
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip(), "the owner printed no address"
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()

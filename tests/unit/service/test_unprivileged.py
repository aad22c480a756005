"""A parent that is root, and the child that serves: neither harms what is not theirs."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shared.embedded.privileges import RunAs, program_user
from shared.service.unprivileged import STAYS_ROOT

ROOT = Path(__file__).parents[3]
_ASKED_TO_STOP_WHEN_THE_CHILD_HAS_ENDED = """
import os, signal, sys
from shared.embedded.privileges import RunAs
from shared.service.unprivileged import serve_as

class Watch:
    def start(self): pass
    def stop(self): os.kill(os.getpid(), signal.SIGTERM)

sys.exit(serve_as(RunAs("root", 0, 0, dropped=False), lambda: 7, Watch()))
"""

_A_CHILD_THAT_DOES_NOT_STOP = """
import os, signal, sys, time
from shared.embedded.privileges import RunAs
from shared.service import unprivileged

hears, says = os.pipe()

class Watch:
    def start(self):
        os.read(hears, 1)
        os.kill(os.getpid(), signal.SIGKILL)
    def stop(self): pass

def serve():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.write(says, b"!")
    {how}

unprivileged._ALONE_SECONDS = 0.2
try:
    unprivileged.serve_as(RunAs("root", 0, 0, dropped=False), serve, Watch())
finally:
    time.sleep(600)  # only a child that goes on as if it were the parent comes here
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has such a child")
@pytest.mark.parametrize(
    "how", ["time.sleep(600)", "time.sleep(0.1); print()"], ids=["waits", "fails"]
)
def test_a_child_without_its_parent_ends_soon_whatever_holds_it_and_whoever_reads_it(
    how: str,
) -> None:
    reading, writing = os.pipe()
    closed, nobody_reads = os.pipe()
    os.close(closed)
    with subprocess.Popen(
        [sys.executable, "-c", _A_CHILD_THAT_DOES_NOT_STOP.format(how=how)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": ""},
        stdout=nobody_reads,
        stderr=nobody_reads,
        pass_fds=[writing],
    ) as parent:
        os.close(writing)
        os.close(nobody_reads)
        assert parent.wait(30) == -signal.SIGKILL
    with os.fdopen(reading) as ends_with_the_child:
        assert select.select([ends_with_the_child], [], [], 20)[0], "the child goes on"
        assert ends_with_the_child.read() == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has such a child")
def test_a_child_that_has_ended_is_not_signalled_since_its_number_may_be_anothers() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _ASKED_TO_STOP_WHEN_THE_CHILD_HAS_ENDED],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (7, "")


def test_what_another_user_cannot_read_is_named_itself_and_not_a_folder_above_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "closed/bin/python"
    python.parent.mkdir(parents=True)
    python.touch(mode=0o755)
    (tmp_path / "closed").chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(python))
    assert program_user(RunAs("somebody", 65_534, 65_534, dropped=True)) == python.resolve()
    assert str(python) in STAYS_ROOT.filled(closed=python).en

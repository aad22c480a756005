"""A parent that is root, and the child that serves: neither harms what is not theirs."""

import os
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

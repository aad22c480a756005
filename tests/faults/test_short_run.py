"""Two minutes of faults: nothing acknowledged is lost, doubled or out of order, says the checker.

The same again: ``python -m tests.faults --minutes 2 --seed 7 --keep``.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.ledger import read
from tests.faults.schedules import KILLS

pytestmark = [pytest.mark.integration, pytest.mark.verify(minutes=4), pytest.mark.timeout(1200)]

SEED = 7
REPOSITORY = Path(__file__).resolve().parents[2]


def test_two_minutes_of_faults_lose_nothing_and_end_quiet_within_thirty_seconds() -> None:
    folder = Path(tempfile.mkdtemp(prefix="cz-", dir="/tmp"))  # stays where the test fails
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.faults", "--minutes", "2", "--seed", str(SEED)),
            *("--at-least", "20", "--json", "--keep", "--folder", str(folder)),
        ],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    counted = json.loads(done.stdout)
    assert (counted["findings"], done.returncode) == ([], 0), folder
    lines = list(read(folder / "run" / "ledger.jsonl"))
    faults = [line["kind"] for line in lines if line["what"] == "fault"]
    kills = Counter(kind for kind in faults if kind in KILLS)
    assert kills.total() >= 20
    assert len(kills) >= 5
    through = [line["seconds"] for line in lines if line["what"] == "through"]
    assert len(through) == 1
    assert through[0] <= 30
    assert counted["commands"] > 500
    assert counted["doubtful_answers"] > 0
    assert counted["late_repeats_moved_on"] > 20
    assert counted["late_repeats_after_restart"] > 20
    assert counted["looks"] > 1_000
    shutil.rmtree(folder)

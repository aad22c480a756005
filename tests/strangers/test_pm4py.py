"""pm4py runs in the strangers' environment and counts what can be counted by hand."""

import json
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.verify

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-strangers/bin/python"
SCRIPT = Path(__file__).with_name("directly_follows.py")

REQUESTED, ACCEPTED = "referral-requested", "referral-accepted"


def discovered(events: list[tuple[str, str, str]]) -> dict[str, object]:
    """Let pm4py discover what follows what in these events: case, activity, time."""
    assert PYTHON.exists(), "sh deploy/install.sh strangers makes .venv-strangers"
    result = subprocess.run(
        [PYTHON, SCRIPT], input=json.dumps(events), text=True, capture_output=True, check=False
    )
    assert result.returncode == 0, result.stderr
    found: dict[str, object] = json.loads(result.stdout)
    return found


def test_pm4py_finds_what_directly_follows_what_in_a_log_of_three_events() -> None:
    assert discovered(
        [
            ("CHH-1", REQUESTED, "2026-03-02T10:00:00Z"),
            ("CHH-2", REQUESTED, "2026-03-02T11:00:00Z"),
            ("CHH-1", ACCEPTED, "2026-03-03T09:00:00Z"),
        ]
    ) == {
        "pairs": [[REQUESTED, ACCEPTED, 1]],
        "first": {REQUESTED: 2},
        "last": {ACCEPTED: 1, REQUESTED: 1},
    }

"""Every figure of the benchmark can be measured; what it is, no test says."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.figures import FIGURES
from tests.bench.stage import REPOSITORY

pytestmark = [pytest.mark.integration, pytest.mark.verify(minutes=1), pytest.mark.timeout(600)]


def test_every_figure_is_there_after_a_little_of_everything(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--smoke", "--json", file],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    figures = json.loads(file.read_text(encoding="utf-8"))
    every_day = [figure.key for figure in FIGURES if not figure.large]
    assert [key for key in every_day if figures[key] is None] == []

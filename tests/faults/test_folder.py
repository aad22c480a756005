"""A run deletes its folder when all is well: so only an empty one may be named."""

import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def test_a_folder_in_which_something_is_kept_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("not a run's", encoding="utf-8")
    before = tmp_path.stat().st_mode
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--minutes", "-1", "--folder", str(tmp_path)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert f"--folder: {tmp_path}" in done.stderr
    assert kept.read_text(encoding="utf-8") == "not a run's"
    assert tmp_path.stat().st_mode == before

"""A directory on the command line: in, killed on its way, in again, out, and in once more."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.bench.directories import write
from tests.command_line import CommandLine
from tests.embedded_processes import temporary_folder

pytestmark = pytest.mark.integration
ROOT = Path(__file__).parents[3]


def test_a_directory_comes_in_once_and_goes_out(canaliza: CommandLine, tmp_path: Path) -> None:
    file, out = tmp_path / "directorio.json", tmp_path / "salida.zip"
    write(file, 12)
    with temporary_folder() as data:
        words = ("directory", "import", str(file), "--data", str(data), "--json")
        rejected = ("--rejected", str(tmp_path / "fuera.csv"))
        tried = canaliza(*words, "--check")
        assert (tried.code, tried.json["institutions"]["new"]) == (0, 12)
        assert not (data / "roles.json").exists()

        _killed_on_its_way(file, data, tmp_path)
        first = canaliza(*words, *rejected)
        assert first.code == 0, first.err
        done = first.json["institutions"]
        assert done["new"] + done["completed"] + done["already-there"] == 12
        second = canaliza(*words, *rejected, "--overwrite")
        assert second.json["institutions"]["already-there"] == 12
        assert second.json["services"]["already-there"] == 48
        assert second.json["persons_left_out"] == 12
        assert "contacts" in (tmp_path / "fuera.csv").read_text(encoding="utf-8-sig")

        assert (
            canaliza("directory", "export", str(out), "--format", "csv", "--data", str(data)).code
            == 0
        )
        again = canaliza(
            "directory", "import", str(out), "--data", str(data), "--json", *rejected, "--overwrite"
        )
        assert again.json["services"]["already-there"] == 48


def _killed_on_its_way(file: Path, data: Path, folder: Path) -> None:
    """Import in another process, and kill it as soon as it has begun to write."""
    words = [sys.executable, "-m", "services.cli", "directory", "import", str(file)]
    process = subprocess.Popen(
        [*words, "--data", str(data), "--rejected", str(folder / "nada.csv")],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not (data / "roles.json").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(1.0)
    process.send_signal(signal.SIGKILL)
    process.wait(60)


def test_what_cannot_be_used_ends_with_two(canaliza: CommandLine, tmp_path: Path) -> None:
    bad = tmp_path / "nada.json"
    bad.write_text(json.dumps({"lema": "Nadie solo"}), encoding="utf-8")
    for words in (
        ("import", str(bad)),
        ("import", str(tmp_path / "falta.json")),
        ("import", str(bad), "--mapping", "falta"),
        ("export", str(tmp_path / "x.json"), "--format", "xml"),
        ("export", str(tmp_path / "x.json"), "--subdivision", "MX-XXX"),
        ("export", str(bad)),
    ):
        done = canaliza("directory", *words, "--data", str(tmp_path / "data"))
        assert (done.code, done.out) == (2, ""), words
        assert done.err

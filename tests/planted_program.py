"""A program that is started with something planted in it, and must refuse."""

import subprocess
import sys
from pathlib import Path

_REPOSITORY = Path(__file__).parents[1]


def refusal_of(plants: str, module: str) -> str:
    """Import a module after these lines of Python; the last line of the error it ends with."""
    done = subprocess.run(
        [sys.executable, "-c", f"{plants}\nimport {module}"],
        cwd=_REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, "it started"
    return done.stderr.splitlines()[-1]

"""The README's first case is executed as it stands, beside an installation just started."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded_processes import temporary_folder
from tests.integration.cli.system import running_system

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[3]


@pytest.fixture
def tmp_folder() -> Iterator[Path]:
    with temporary_folder() as folder:
        yield folder


def first_case() -> str:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (found,) = re.findall(
        r"<!-- first case -->\n```sh\n(.*?)```\n<!-- /first case -->", text, re.DOTALL
    )
    return str(found)


def install(folder: Path) -> None:
    """Put what stands in ``.venv/bin`` of a clone into a folder."""
    programs = folder / ".venv/bin"
    programs.mkdir(parents=True)
    python = shlex.quote(sys.executable)
    for name, words in (("python", python), ("canaliza", f"{python} -m services.cli")):
        (programs / name).write_text(f'#!/bin/sh\nexec {words} "$@"\n', encoding="utf-8")
        (programs / name).chmod(0o755)


def test_the_first_case_of_the_readme_is_referred_and_accepted(tmp_folder: Path) -> None:
    install(tmp_folder)
    with running_system(tmp_folder / "data", 2) as system:
        script = first_case().replace("http://127.0.0.1:8080", system.address)
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],
            cwd=tmp_folder,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT),
                "CANALIZA_DATA": str(system.data),
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    assert '"referral-acknowledged","referral-accepted"' in done.stdout
    assert done.stdout.rindex('"custodian":"cedh-chihuahua"') > done.stdout.index("referral-accept")
    assert (tmp_folder / "stps-chihuahua.header").stat().st_mode & 0o077 == 0

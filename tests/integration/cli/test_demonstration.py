"""Made-up cases go into a new folder only, and the token to try them to a terminal only."""

import re
import shlex
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.operator.demo.folder import DemonstrationFolder
from shared.embedded.folder import DataFolder
from tests.command_line import CommandLine
from tests.embedded_processes import temporary_folder
from tests.integration.cli.system import call, on_a_terminal, running_system, started

pytestmark = pytest.mark.integration

SECRET = re.compile(r"cnz_[\w-]+")


@pytest.fixture
def tmp_folder() -> Iterator[Path]:
    with temporary_folder() as folder:
        yield folder


def address_of(lines: list[str]) -> str:
    return next(line.split()[1] for line in lines if line.startswith("canaliza: http"))


def test_a_token_is_shown_to_a_terminal_alone_and_the_one_before_is_revoked(
    tmp_folder: Path, canaliza: CommandLine
) -> None:
    data = canaliza.data = tmp_folder / "data"
    secrets = []
    for _ in range(2):
        with on_a_terminal(data, 2) as lines:
            (secret,) = SECRET.findall("\n".join(lines))
            secrets.append(secret)
            cases = f"{address_of(lines)}/reporting/cases"
            assert [call(cases, each) for each in secrets] == [401] * (len(secrets) - 1) + [200]
            (curl,) = (line for line in lines if line.strip().startswith("curl"))
            assert secret not in curl
            header = data / "run/demonstration.header"
            assert header.stat().st_mode & 0o777 == 0o600
            done = subprocess.run(
                [*shlex.split(curl), "--silent", "--fail"], capture_output=True, check=True
            )
            assert b"folio" in done.stdout
        assert not header.exists()
    with running_system(data, 2) as system:
        assert [call(f"{system.address}/reporting/cases", each) for each in secrets] == [401, 401]
        listed = canaliza("token", "list", "--json").json
        assert [token["status"] for token in listed] == ["revoked", "revoked"]


def test_what_is_kept_of_the_output_has_no_token(tmp_folder: Path, canaliza: CommandLine) -> None:
    words = ("run", "--data", str(tmp_folder / "data"), "--port", "0", "--demo", "2")
    with started(*words) as process:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "Ctrl-C" in line:
                break
        assert not SECRET.search("".join(said))
        canaliza.data = tmp_folder / "data"
        assert canaliza("token", "list", "--json").json == []
        assert canaliza("token", "list").out == "No hay ningún token.\n"
        assert canaliza("access").out == "Nada de eso está anotado.\n"
        report = canaliza("report", "claims", "--subdivision", "CHH", "--json")
        assert report.json["cases"] > 0


def test_right_after_loading_no_clock_is_due(tmp_folder: Path, canaliza: CommandLine) -> None:
    data = canaliza.data = tmp_folder / "data"
    with running_system(data, 40):
        assert canaliza("referral", "overdue", "--json").json, "something is late to look at"
        checks = {each["check"]: each for each in canaliza("doctor", "--json").json}
        assert checks["timers"]["status"] == "fine", checks["timers"]


def test_nothing_is_made_up_in_an_installation_that_was_there_before(
    tmp_folder: Path, canaliza: CommandLine
) -> None:
    data = canaliza.data = tmp_folder / "data"
    assert canaliza("migrate").code == 0
    with on_a_terminal(data, 5) as lines:
        said = "\n".join(lines)
        assert "solo en una carpeta nueva" in said
        assert not SECRET.search(said)
        figures = next(line.split()[1] for line in lines if line.startswith("  Prometheus http"))
        with urllib.request.urlopen(figures, timeout=10) as got:  # noqa: S310 - our own server
            told = got.read().decode()
        for name in ("intake", "referral", "followup"):
            assert f'canaliza_log_position{{service="{name}"}} 0.0' in told


def test_a_folder_is_marked_before_it_has_a_database_and_never_after(tmp_folder: Path) -> None:
    new, used = DataFolder(tmp_folder / "new"), DataFolder(tmp_folder / "used")
    (used.path / "postgres/cluster").mkdir()
    for folder in (new, used):
        DemonstrationFolder(folder.path).mark_if_new()
    assert DemonstrationFolder(new.path).marked
    assert not DemonstrationFolder(used.path).marked
    (new.path / "postgres/cluster").mkdir()
    assert DemonstrationFolder(new.path).marked, "a start that was cut short is finished"

"""``canaliza rebuild`` on a system that runs: what it says, and how it ends."""

from collections.abc import Iterator

import psycopg
import pytest

from services.operator.cli.rebuild import _difference
from shared.maintenance.shadow_tables import Difference
from tests.command_line import CommandLine
from tests.embedded_processes import temporary_folder
from tests.integration.cli.system import System, running_system

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with temporary_folder() as tmp_folder, running_system(tmp_folder / "data") as running:
        yield running


@pytest.fixture
def on_system(canaliza: CommandLine, system: System) -> CommandLine:
    canaliza.data = system.data
    return canaliza


def test_what_is_wrong_is_named_and_mended_while_the_system_runs(
    on_system: CommandLine, system: System
) -> None:
    before = on_system("report", "claims", "--json").json
    assert on_system("rebuild", "--check", "--json").json["differs"] is None
    with psycopg.connect(system.admin, autocommit=True) as conn:
        conn.execute("UPDATE reporting.tallies SET n = n + 1 WHERE measure = 'cases'")
    found = on_system("rebuild", "reporting", "--check", "--lang", "en")
    assert found.code == 1
    assert "First difference: in tallies the row measure cases" in found.out
    assert on_system("report", "claims", "--json").json != before
    mended = on_system("rebuild", "reporting")
    assert (mended.code, "están en su lugar" in mended.out) == (0, True)
    assert on_system("report", "claims", "--json").json == before
    assert on_system("rebuild", "--check").code == 0


def test_only_reporting_has_anything_to_rebuild(on_system: CommandLine) -> None:
    refused = on_system("rebuild", "intake")
    assert (refused.code, refused.out) == (2, "")
    assert "canaliza rebuild --help" in refused.err


def test_ctrl_c_leaves_the_reports_as_they_are_and_says_how_to_go_on(
    on_system: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as typed:
        typed.setattr("services.reporting.rebuild.load", interrupted)
        stopped = on_system("rebuild", "--restart", "--lang", "en")
    assert (stopped.code, stopped.out) == (130, "")
    assert "Give the same command again" in stopped.err
    assert _findings(on_system) == ("warning", "run canaliza rebuild reporting")
    assert on_system("rebuild", "--check").code == 0
    assert _findings(on_system) == ("fine", "")


def _findings(on_system: CommandLine) -> tuple[str, str]:
    """How the doctor finds the rebuild, and what to do about it."""
    found = on_system("doctor", "--json", "--lang", "en").json
    (line,) = (line for line in found if line["check"] == "rebuild")
    return line["status"], (line["mend"] or "").partition(":")[0]


def test_a_row_too_many_and_one_that_is_missing_are_distinguished() -> None:
    key = {"source": "intake", "position": "7"}
    extra = _difference(Difference("history", key, "extra", ["id"]))
    missing = _difference(Difference("history", key, "missing", ["id"]))
    assert "sobra en history la fila source intake, position 7" in extra
    assert "falta en history la fila source intake, position 7" in missing

"""Commitments, proposals, joint activities and reminders on the command line."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from shared.kernel.clock import now
from tests.command_line import CommandLine
from tests.embedded_processes import temporary_folder
from tests.integration.cli.system import System, running_system
from tests.waiting import soon

pytestmark = pytest.mark.integration

_ONE, _OTHER = "stps-chihuahua", "cedh-chihuahua"
_TODAY = now().date()
_LATER = str(_TODAY + timedelta(days=40))
_YESTERDAY = str(_TODAY - timedelta(days=1))
_PROGRAMME = ("--programme", "mx-labour-network")


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with temporary_folder() as tmp_folder, running_system(tmp_folder / "data", 0) as running:
        yield running


@pytest.fixture
def on_system(canaliza: CommandLine, system: System) -> CommandLine:
    """The command line, where both institutions are registered: each time anew, or already."""
    canaliza.data = system.data
    for code in (_ONE, _OTHER):
        kind = ("--name", f"Oficina {code}", "--kind", "labour-office")
        assert canaliza("institution", "register", code, *kind).code == 0
    return canaliza


def made(on_system: CommandLine, *command: str) -> str:
    """Record something new; its id."""
    answer = on_system(*command, "--json")
    assert (answer.code, len(answer.json["facts"])) == (0, 1), answer.err
    code: str = answer.json["code"]
    return code


def test_a_commitment_is_made_put_off_kept_and_reopened(on_system: CommandLine) -> None:
    kind = ("--kind", "train-staff", "--due", _LATER)
    which = made(on_system, "commitment", "make", "--owner", _ONE, *_PROGRAMME, *kind)
    later = str(_TODAY + timedelta(days=50))
    assert on_system("commitment", "put-off", which, "--due", later).code == 0
    assert on_system("commitment", "keep", which, "--on", _YESTERDAY).code == 0
    again = on_system("commitment", "keep", which, "--on", _YESTERDAY)
    assert (again.code, "Ya terminó: «kept»" in again.err) == (1, True)
    assert on_system("commitment", "reopen", which, "--reason", "did-not-happen").code == 0
    listed = soon(lambda: _listed(on_system, "commitment", "--status", "open"))
    assert [(row["commitment_id"], row["due_on"]) for row in listed] == [(which, later)]
    assert "Capacitar a su personal" in on_system("commitment", "list").out


def test_a_commitment_that_is_due_already_is_refused_with_what_to_do(
    on_system: CommandLine,
) -> None:
    gone = ("--kind", "other", "--due", "2026-01-02")
    answer = on_system("commitment", "make", "--owner", _ONE, *_PROGRAMME, *gone)
    assert (answer.code, "un día que ya pasó" in answer.err) == (2, True)
    nobody = ("--kind", "other", "--due", _LATER)
    answer = on_system("commitment", "make", "--owner", "nadie-aqui", *_PROGRAMME, *nobody)
    assert (answer.code, "no está en el directorio" in answer.err) == (1, True)
    wrong = ("--kind", "promesa", "--due", _LATER)
    answer = on_system("commitment", "make", "--owner", _ONE, *_PROGRAMME, *wrong)
    assert (answer.code, "commitment_kinds" in answer.err) == (2, True)


def test_a_proposal_is_made_and_decided(on_system: CommandLine) -> None:
    topic = ("--topic", "training", "--decide-by", _LATER)
    which = made(on_system, "proposal", "make", "--owner", _ONE, *_PROGRAMME, *topic)
    assert on_system("proposal", "decide", which, "--decision", "adopted").code == 0
    over = on_system("proposal", "withdraw", which, "--reason", "other")
    assert (over.code, "«adopted»" in over.err) == (1, True)
    listed = soon(lambda: _listed(on_system, "proposal", "--status", "adopted"))
    assert [(row["proposal_id"], row["decided_by"]) for row in listed] == [(which, "operator")]
    assert "Adoptada" in on_system("proposal", "list").out


def test_an_activity_is_planned_planned_again_and_held(on_system: CommandLine) -> None:
    kind = ("--kind", "service-fair", "--on", _LATER)
    plan = ("activity", "plan", "--owner", _ONE, "--with", _OTHER, *_PROGRAMME, *kind)
    which = made(on_system, *plan)
    assert on_system("activity", "replan", which, "--with", _OTHER, "--on", str(_TODAY)).code == 0
    assert on_system("activity", "hold", which, "--with", _OTHER, "--on", _YESTERDAY).code == 0
    assert on_system("activity", "cancel", which, "--reason", "other").code == 1
    listed = soon(lambda: _listed(on_system, "activity", "--institution", _OTHER))
    assert [(r["activity_id"], r["status"], r["on"]) for r in listed] == [
        (which, "held", _YESTERDAY)
    ]
    assert "Realizada" in on_system("activity", "list").out


def test_nobody_is_reminded_of_what_is_fresh_and_no_timer_is_overdue(
    on_system: CommandLine,
) -> None:
    assert on_system("reminders", "--json").json == []
    assert on_system("reminders").out == "Nada.\n"
    (timers,) = (c for c in on_system("doctor", "--json").json if c["check"] == "timers")
    assert timers["status"] == "fine"
    assert "ninguno vencido" in timers["says"]


def _listed(on_system: CommandLine, group: str, *asked: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = on_system(group, "list", *asked, "--json").json
    return rows


def test_the_lists_come_back_from_the_logs(on_system: CommandLine) -> None:
    checked = on_system("rebuild", "reporting", "--check", "--json")
    assert checked.code == 0, checked.err


@pytest.mark.parametrize(
    "command",
    [
        ("reminders", "--institution"),
        ("commitment", "list", "--owner"),
        ("agreement", "list", "--party"),
        ("directory", "stale", "--institution"),
        ("directory", "search", "--sender"),
    ],
)
def test_whoever_nobody_registered_has_no_empty_list(
    on_system: CommandLine, command: tuple[str, ...]
) -> None:
    answer = on_system(*command, "mal-escrita")
    assert (answer.code, answer.out) == (2, "")
    assert "institución" in answer.err

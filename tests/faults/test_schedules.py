"""What a run does is a pure function of its seed; the failpoints stand where they say they do."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from shared.kernel.clock import now
from tests.faults import failpoints, plans
from tests.faults.actors import INSTITUTIONS
from tests.faults.failpoints import FAILPOINTS, Seam, SeamMoved, Switch
from tests.faults.ledger import Ledger, read
from tests.faults.plans import DECISIONS, ENDINGS, LATES, NOISES, POISONS, plan
from tests.faults.poison import message
from tests.faults.schedules import KILLS, MISTAKES, schedule
from tests.faults.service import SteppingClock

LONG = 3_600
REPOSITORY = Path(__file__).resolve().parents[2]
OPENAPI = REPOSITORY / "docs" / "openapi"


# --- schedules and plans --------------------------------------------------------------------


def test_the_same_seed_gives_the_same_faults_and_another_seed_others() -> None:
    assert schedule(7, 120) == schedule(7, 120)
    assert schedule(7, 120) != schedule(8, 120)


def test_the_same_seed_gives_each_worker_the_same_cases_and_another_seed_others() -> None:
    plans = [plan(7, worker, number) for worker in range(4) for number in range(20)]
    assert plans == [plan(7, worker, number) for worker in range(4) for number in range(20)]
    assert plans != [plan(8, worker, number) for worker in range(4) for number in range(20)]
    assert len({one.name for one in plans}) == len(plans)


def test_it_is_the_same_in_another_process_whatever_its_hashes() -> None:
    program = (
        "from tests.faults import plans, schedules\n"
        "print(schedules.schedule(7, 60), plans.plan(7, 1, 2))"
    )
    outputs = [
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1] != ""


@pytest.mark.parametrize("seed", range(5))
def test_two_minutes_hold_every_kind_of_fault_and_far_more_than_twenty_kills(seed: int) -> None:
    faults = schedule(seed, 120)
    assert {fault.failpoint for fault in faults} >= set(FAILPOINTS)
    kinds = {fault.kind for fault in faults}
    assert kinds > {*KILLS, *MISTAKES, "zombie", "broker-away", "database-away", "cut"}
    assert sum(fault.kind in KILLS for fault in faults) >= 22
    assert [fault.at for fault in faults] == sorted(fault.at for fault in faults)
    assert all(0 < fault.at < 120 for fault in faults)


def test_a_longer_run_begins_as_the_shorter_one_does() -> None:
    short = schedule(7, 120)
    assert schedule(7, 240)[: len(short)] == short


def test_the_plans_of_a_run_hold_everything_that_institutions_do() -> None:
    plans = [plan(7, 0, number, poisons=0.3) for number in range(500)]
    hand_overs = [one for case in plans for one in case.hand_overs]
    assert {case.institution for case in plans} == set(INSTITUTIONS)
    assert {one.ending for one in hand_overs} == set(ENDINGS)
    assert {noise for one in hand_overs for noise in one.noises} == set(NOISES)
    assert {case.poison.kind for case in plans if case.poison} == set(POISONS)
    assert any(case.voided for case in plans)
    assert {late for one in hand_overs for late in one.lates} == set(LATES)
    assert {one.decision for one in hand_overs} == set(DECISIONS)
    assert any(one.answers_in_error for one in hand_overs)
    works = [work for one in hand_overs for work in one.works]
    mends = {f"{work.command}/{{replaces}}/{work.mend[0]}" for work in works if work.mend}
    assert {work.command for work in works} | mends == commands_of("followup")


def commands_of(service: str) -> set[str]:
    """The last parts of the addresses to which a service's commands about a referral go."""
    paths = json.loads((OPENAPI / f"{service}.json").read_bytes())["paths"]
    parts = [path.partition("/{referral_id}/") for path, ways in paths.items() if "post" in ways]
    return {command for _, found, command in parts if found}


def test_every_command_about_a_referral_is_given_at_the_address_that_it_has() -> None:
    assert {*plans.PATHS.values()} == commands_of("referral")


def test_the_custodian_refers_and_never_to_itself() -> None:
    for number in range(200):
        case = plan(3, 0, number)
        holder = case.institution
        for one in case.hand_overs:
            assert holder not in {one.addressee, one.stranger}
            assert one.addressee != one.stranger
            holder = one.addressee if one.moves_custody else holder


@pytest.mark.parametrize("kind", POISONS)
def test_a_poison_message_is_the_same_for_the_same_case(kind: str) -> None:
    value = message(kind, "intake", "some-case")
    assert value == message(kind, "intake", "some-case")
    assert (len(value) >= 1_000_000) == (kind == "huge")


# --- the ledger -----------------------------------------------------------------------------


def test_the_ledger_counts_its_lines_and_has_each_on_disk_before_it_says_so(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    assert ledger.write("ask", ask="a1") == 1
    assert [line["ask"] for line in read(ledger.path)] == ["a1"]
    assert ledger.write("answer", ask="a1", status=200) == 2
    ledger.close()
    assert [(line["n"], line["what"]) for line in read(ledger.path)] == [(1, "ask"), (2, "answer")]


# --- failpoints -----------------------------------------------------------------------------


class Toy:
    def work(self, load: int) -> int:
        return load + 1


def test_a_seam_that_is_not_there_or_takes_something_else_is_a_loud_error() -> None:
    for name, parameters in (("rest", "self load"), ("work", "self"), ("work", "self burden")):
        with pytest.raises(SeamMoved, match="Toy"):
            Seam(Toy, name, parameters, lambda original: original).check()
    Seam(Toy, "work", "self load", lambda original: original).check()


def test_every_seam_of_the_failpoints_is_in_production_code_now() -> None:
    program = (
        "from pathlib import Path; from tests.faults import failpoints, seams\n"
        "seams.install(failpoints.Switch(Path('x')))"
    )
    subprocess.run([sys.executable, "-c", program], cwd=REPOSITORY, check=True)


def test_a_process_dies_at_the_nth_pass_of_the_armed_failpoint_and_says_where(
    tmp_path: Path,
) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.faults.failpoints import Switch\n"
        "switch = Switch(Path(sys.argv[1])); switch.arm('before-commit', 3, 'kill')\n"
        "for n in range(5): print(n, flush=True); switch.passing('after-process'); "
        "switch.passing('before-commit')"
    )
    fired = tmp_path / "fired"
    done = subprocess.run(
        [sys.executable, "-c", program, str(fired)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    assert done.stdout.split() == ["0", "1", "2"]
    assert json.loads(fired.read_text())["failpoint"] == "before-commit"


def test_a_process_may_fall_asleep_at_a_failpoint_and_go_on_from_there(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.faults.failpoints import Switch\n"
        "switch = Switch(Path(sys.argv[1])); switch.arm('in-process', 1, 'stop')\n"
        "switch.passing('in-process'); print('awake')"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "fired")],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        process.send_signal(signal.SIGCONT)
        assert process.communicate(timeout=30)[0].split() == ["awake"]
    assert process.returncode == 0


def test_a_failpoint_that_is_not_armed_costs_a_look_and_nothing_happens(tmp_path: Path) -> None:
    switch = Switch(tmp_path / "fired")
    for name in failpoints.FAILPOINTS:
        switch.passing(name)
    assert not (tmp_path / "fired").exists()
    with pytest.raises(ValueError, match="no-such"):
        switch.arm("no-such", 1, "kill")


def test_a_clock_that_others_have_taken_already_is_not_replaced_in_silence() -> None:
    assert now is not None  # this very module has taken it
    with pytest.raises(SeamMoved, match="tests"):
        SteppingClock().install()

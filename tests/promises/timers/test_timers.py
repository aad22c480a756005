"""A timer fires when it is due, once, whoever is killed meanwhile, and keeps no other waiting."""

import multiprocessing
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from shared.eventstore.log import Log
from shared.kernel.ids import new_id
from shared.kernel.record import Recorded
from shared.postgres.migrations import migrations_of
from shared.timers.timer import Change, TimerRules
from shared.timers.timer_runner import TimerRunner
from tests.databases import LOG_STEPS, ScratchDatabase
from tests.toy_service import (
    AT,
    BROKEN,
    carried_out,
    quoted,
    record_number,
    stored_numbers,
    submission,
)
from tests.toy_timers import NUMBERS, QUOTES, RULES, UNUSABLE, die_firing, fire_all, quotes_of
from tests.waiting import soon

pytestmark = pytest.mark.integration

STEPS = [*LOG_STEPS, *migrations_of("shared.timers")]
MINUTE = timedelta(minutes=1)
DUE = AT + 10 * MINUTE
SPAWN = multiprocessing.get_context("spawn")


@pytest.fixture
def log(database: ScratchDatabase) -> Iterator[Log]:
    yield database.log(database.address(steps=STEPS))
    NUMBERS.clear()


def runner(log: Log, moment: datetime, rules: TimerRules = RULES) -> TimerRunner:
    return TimerRunner(log, rules, clock=lambda: moment)


def tell(log: Log, page: UUID, number: int, text: str) -> None:
    carried_out(log.submit(submission(page, record_number(number, text))))


def set_timer(log: Log, seconds: int = 600) -> UUID:
    page = new_id()
    tell(log, page, 1, f"{seconds} s: 100")
    return page


def test_a_timer_fires_when_it_is_due_and_not_before(log: Log) -> None:
    page = set_timer(log)
    assert runner(log, DUE - MINUTE).step() == 0
    assert stored_numbers(log, page) == [1]
    assert runner(log, DUE).step() == 1
    assert stored_numbers(log, page) == [1, 100]


def test_it_fires_once(log: Log) -> None:
    page = set_timer(log)
    for _ in range(3):
        runner(log, DUE).step()
    assert stored_numbers(log, page) == [1, 100]


def test_its_fact_follows_from_the_one_that_set_it(log: Log) -> None:
    page = set_timer(log)
    runner(log, DUE).step()
    told, fired = log.facts_of([page])[page]
    assert fired.meta.causation == told.id
    assert (fired.meta.role, fired.meta.institution) == ("system", told.meta.institution)
    assert fired.meta.happened_at == DUE


def test_a_timer_that_is_set_again_has_its_new_moment_only(log: Log) -> None:
    page = set_timer(log)
    tell(log, page, 2, "1200 s: 100")
    assert runner(log, DUE + MINUTE).step() == 0
    assert runner(log, DUE + 10 * MINUTE).step() == 1


def test_a_timer_that_is_cancelled_does_not_fire(log: Log) -> None:
    page = set_timer(log)
    runner(log, AT).step()
    tell(log, page, 2, "never")
    assert runner(log, DUE).step() == 0
    assert stored_numbers(log, page) == [1, 2]


def test_where_nothing_is_left_to_do_it_fires_without_a_fact(log: Log) -> None:
    page = set_timer(log)
    tell(log, page, 100, "")
    assert runner(log, DUE).step() == 1
    assert stored_numbers(log, page) == [1, 100]


def test_the_log_is_read_in_pages_and_each_fact_once(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.timers.timer_table.PAGE", 2)
    pages = [set_timer(log) for _ in range(5)]
    assert runner(log, DUE).step() == 5
    assert runner(log, DUE).step() == 0
    assert [stored_numbers(log, page) for page in pages] == [[1, 100]] * 5


@pytest.mark.parametrize("committed", [False, True], ids=["before the commit", "after it"])
def test_a_process_that_is_killed_firing_loses_and_doubles_nothing(
    log: Log, *, committed: bool
) -> None:
    page = set_timer(log)
    runner(log, AT).step()
    process = SPAWN.Process(
        target=die_firing, args=(log.address, DUE), kwargs={"committed": committed}
    )
    process.start()
    process.join(120)
    assert process.exitcode == 9
    assert stored_numbers(log, page) == ([1, 100] if committed else [1])
    assert runner(log, DUE).step() == (0 if committed else 1)
    assert stored_numbers(log, page) == [1, 100]


def test_any_number_of_processes_fire_each_timer_once(log: Log) -> None:
    pages = [set_timer(log) for _ in range(250)]
    others = [SPAWN.Process(target=fire_all, args=(log.address, DUE)) for _ in range(2)]
    for process in others:
        process.start()
    fire_all(log.address, DUE)
    for process in others:
        process.join(120)
    fire_all(log.address, DUE)
    assert [stored_numbers(log, page) for page in pages] == [[1, 100]] * 250


@pytest.mark.parametrize(
    ("number", "why"),
    [(0, "too-late"), (BROKEN, "RuntimeError"), (UNUSABLE, "raised")],
    ids=["refused", "the rule breaks", "firing breaks"],
)
def test_a_timer_that_cannot_fire_keeps_no_other_and_is_tried_again(
    log: Log, database: ScratchDatabase, number: int, why: str
) -> None:
    page, other = set_timer(log), set_timer(log)
    NUMBERS[str(page)] = number
    here = runner(log, DUE)
    assert here.step() == 1
    assert stored_numbers(log, other) == [1, 100]
    assert here.table.overdue_since(DUE) == DUE
    assert here.table.failing() == 1
    assert here.step() == 0  # not at once
    assert runner(log, DUE + MINUTE).step() == 0
    ((attempts, failed),) = database.query("SELECT attempts, failed FROM {s}.timers", of=log)
    assert (attempts, failed) == (2, why)
    NUMBERS.clear()
    assert runner(log, DUE + 2 * MINUTE).step() == 1
    assert stored_numbers(log, page) == [1, 100]
    assert here.table.overdue_since(DUE + 2 * MINUTE) is None
    assert here.table.failing() == 0


def test_a_command_may_lean_on_another_stream(log: Log, database: ScratchDatabase) -> None:
    page = set_timer(log)
    NUMBERS[str(page)] = QUOTES
    elsewhere = database.beside(log)  # which has read nothing yet
    assert runner(elsewhere, DUE).step() == 1
    assert quoted(log, quotes_of(page)) == [(1, 1)]


def test_a_running_thread_outlives_an_outage(log: Log, database: ScratchDatabase) -> None:
    running = TimerRunner(log, RULES, clock=lambda: DUE, idle=0.05)
    running.start()
    try:
        database.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s",
            log.address.user,
        )
        elsewhere = database.log(log.address)
        page = set_timer(elsewhere)
        soon(lambda: stored_numbers(elsewhere, page) == [1, 100], "the timer has fired")
        soon(lambda: running.trouble is None, "it is well again")
    finally:
        running.stop()


def _breaks(_: Recorded) -> list[Change]:
    raise ZeroDivisionError


def test_a_fact_that_cannot_be_understood_ends_the_thread_and_says_so(log: Log) -> None:
    set_timer(log)
    told: list[str] = []
    broken = TimerRules(facts=("told",), changes=_breaks, fire=RULES.fire)
    running = TimerRunner(log, broken, clock=lambda: DUE)
    running.on_bug = lambda: told.append("bug")
    running.start()
    soon(lambda: told == ["bug"], "somebody was told")
    assert running.trouble == "bug: ZeroDivisionError"
    running.stop()

"""Two deciders of one stream come to states of their own, and neither is handed the other's."""

from typing import Any

from shared.eventstore.log import Log
from shared.eventstore.session import CommandEnvelope
from shared.eventstore.writer import Receipt, Submission
from shared.kernel.decider import Command, Decider, Decision, Known, Leans
from shared.kernel.ids import command_cause, new_id
from tests.homes import Home
from tests.promises.log.test_group_commit import all_together
from tests.toy_service import (
    AT,
    BY,
    DECIDER,
    Append,
    Page,
    Remembered,
    carried_out,
    stored_numbers,
    submission,
)


def add_up(command: Append, state: int) -> Decision:
    """Record the sum of all that was recorded, and one more."""
    del command
    return (Remembered(state + 1, ""),)


def count(command: Append, state: int, known: dict[str, Known]) -> Decision:
    """Record how many there are of the numbers that add up to the sum."""
    del command, state
    return (Remembered(100 * len(known["page"].state.numbers) + known["sum"].state, ""),)


PAGE = new_id()


def both(command: Append, state: int) -> Leans:
    del command, state
    return {"page": (DECIDER, PAGE), "sum": (SUMS, PAGE)}


def _sum(state: int, fact: Any) -> int:
    return state + int(fact.number)


SUMS: Decider[int] = Decider(nothing=0, decide=add_up, evolve=_sum)
COUNTS: Decider[int] = Decider(nothing=0, decide=count, evolve=_sum, leans_on=both)


def asked(decider: Decider[Any], stream: Any = PAGE) -> Submission:
    command: Command = Append(by=BY, at=AT)
    command_id = new_id()
    cause = command_cause(command_id)
    return Submission(
        CommandEnvelope(decider, stream, command, str(stream), cause), command_id, b""
    )


def states(log: Log) -> tuple[Page, int]:
    return log.read(DECIDER, PAGE).state, log.read(SUMS, PAGE).state


def test_each_decider_goes_on_from_its_own_state_of_the_stream(home: Home) -> None:
    log = home.log()
    for decider in (DECIDER, SUMS, DECIDER, SUMS, SUMS, DECIDER):
        carried_out(log.submit(asked(decider)))
    assert stored_numbers(log, PAGE) == [1, 2, 3, 7, 14, 15]
    assert states(log) == (Page((1, 2, 3, 7, 14, 15)), 42)


def test_in_one_batch_each_sees_what_the_other_has_recorded(home: Home) -> None:
    log = home.log()
    carried_out(log.submit(asked(DECIDER)))
    with all_together(log):
        futures = [log.submit(asked(one)) for one in (SUMS, DECIDER, SUMS, DECIDER)]
    assert [carried_out(each).version for each in futures] == [2, 3, 4, 5]
    assert stored_numbers(log, PAGE) == [1, 2, 3, 7, 8]
    assert states(log) == (Page((1, 2, 3, 7, 8)), 21)


def test_in_one_batch_a_new_stream_is_begun_by_both(home: Home) -> None:
    log = home.log()
    with all_together(log):
        futures = [log.submit(asked(one)) for one in (DECIDER, SUMS, DECIDER)]
    assert [carried_out(each).version for each in futures] == [1, 2, 3]
    assert stored_numbers(log, PAGE) == [1, 2, 3]


def test_a_decision_leans_on_one_stream_as_two_deciders_see_it(home: Home) -> None:
    log, elsewhere = home.log(), new_id()
    carried_out(log.submit(asked(DECIDER)))
    carried_out(log.submit(asked(SUMS)))
    with all_together(log):
        futures = [log.submit(each) for each in (asked(DECIDER), asked(COUNTS, elsewhere))]
    assert [carried_out(each).version for each in futures] == [3, 1]
    assert stored_numbers(log, elsewhere) == [306]


def test_what_another_process_records_between_is_read_before_either_goes_on(home: Home) -> None:
    log = home.log()
    beside = home.beside(log)
    carried_out(log.submit(asked(DECIDER)))
    carried_out(log.submit(asked(SUMS)))
    carried_out(beside.submit(asked(DECIDER)))
    carried_out(beside.submit(asked(SUMS)))
    with all_together(log):
        futures = [log.submit(asked(one)) for one in (DECIDER, SUMS)]
    assert [carried_out(each).version for each in futures] == [5, 6]
    assert stored_numbers(log, PAGE) == [1, 2, 3, 7, 8, 22]
    assert isinstance(log.submit(submission(PAGE, Append(by=BY, at=AT))).result(10), Receipt)

"""A message that a reaction or a projection raises on is parked alone; a person has a way out."""

import json
from collections.abc import Sequence
from itertools import permutations
from uuid import UUID

import pytest
import structlog

from shared.kernel.clock import now
from shared.kernel.decider import Actor
from shared.kernel.ids import new_id
from shared.messaging.parked_message import BEHIND, NOT_PROJECTABLE, StillNotProjectable
from shared.messaging.resolving import Resolution
from shared.telemetry import logs
from tests.buses import BusHarness, ReaderProcess
from tests.toy_service import PROJECTION_BREAKS, READER_NAME, SECRET
from tests.waiting import soon
from tests.whole_logs import history_of

KEEPER = Actor("canaliza", "operator", "token-9")
IN_PYTHON = ("reaction", "rule", "projection")
IN_THE_DATABASE = tuple(PROJECTION_BREAKS.keys() - {*IN_PYTHON})
EVERYWHERE = (*IN_PYTHON, *sorted(IN_THE_DATABASE))
CASES = 4
PLACES = {
    "first": [0],
    "middle": [5],
    "last": [11],
    "two in one": [2, 7],
    "two of one case": [1, 9],
    "side by side": [6, 7],
    "all": range(12),
}
"""Where in a batch of three messages about each of four cases something raises."""


def possible(harness: BusHarness, broken: str) -> None:
    if harness.kind == "memory" and broken in IN_THE_DATABASE:
        pytest.skip("memory has no database to raise")


def taken_in_at_once(harness: BusHarness, process: ReaderProcess) -> None:
    """Have everything that was recorded taken in as one batch."""
    subscription = harness.subscribe(READER_NAME, process.inbox.reader_position)
    soon(lambda: process.consumer.step(subscription, 0.2))
    subscription.close()


def planted(
    cases: Sequence[UUID], place: Sequence[int], broken: str
) -> dict[tuple[UUID, int], str]:
    """Where the program breaks: message n is about case n modulo four."""
    return {(cases[n % CASES], n // CASES + 1): broken for n in place}


@pytest.mark.parametrize("broken", EVERYWHERE)
@pytest.mark.parametrize("place", PLACES)
def test_wherever_it_raises_in_a_batch_that_message_is_parked_and_all_others_go_on(
    log_harness: BusHarness, place: str, broken: str
) -> None:
    possible(log_harness, broken)
    cases = [new_id() for _ in range(CASES)]
    for _ in range(3):
        for case in cases:
            log_harness.record(case, 1)
    process = log_harness.reader_process(start=False)
    process.handler.breaks = planted(cases, PLACES[place], broken)
    taken_in_at_once(log_harness, process)
    stopped = {
        case: min((n for c, n in process.handler.breaks if c == case), default=4) for case in cases
    }
    for case, first in stopped.items():
        assert process.heard(case) == list(range(1, first))
        reasons = [message.reason for message in process.inbox.open_messages(str(case))]
        assert reasons == [NOT_PROJECTABLE, BEHIND, BEHIND][: 4 - first]
    (position,) = process.inbox.reader_positions()
    assert position.position == log_harness.log.position()
    assert process.consumer.trouble is None


@pytest.mark.parametrize("broken", EVERYWHERE)
def test_its_case_waits_and_is_replayed_once_the_program_was_mended(
    harness: BusHarness, broken: str
) -> None:
    possible(harness, broken)
    case, other = new_id(), new_id()
    process = harness.reader_process()
    process.handler.breaks = {(case, 2): broken}
    harness.record(case, 4)
    harness.record(other, 3)
    process.expects(other, [1, 2, 3])
    first, *_ = process.parked(3)
    assert process.heard(case) == [1]
    assert process.parked_messages.replay(first.id, KEEPER, now()) == StillNotProjectable(first.id)
    assert process.inbox.waiting() == 3
    process.handler.breaks = {}
    assert isinstance(process.parked_messages.replay(first.id, KEEPER, now()), Resolution)
    harness.record(case, 1)
    process.expects(case, [1, 2, 3, 4, 5])
    assert process.consumer.trouble is None


@pytest.mark.parametrize("broken", EVERYWHERE)
def test_it_can_be_discarded_while_the_program_still_raises_on_it(
    log_harness: BusHarness, broken: str
) -> None:
    possible(log_harness, broken)
    case = new_id()
    process = log_harness.reader_process()
    process.handler.breaks = {(case, 1): broken}
    log_harness.record(case, 1)
    (message,) = process.parked(1)
    done = process.parked_messages.discard(message.id, "not-projectable", KEEPER, now())
    assert done == Resolution((message.id,), None, None)
    put_aside, given_up = history_of(process.inbox.log, message.id)
    assert (put_aside.name, put_aside.fact.reason) == ("message-parked", NOT_PROJECTABLE)
    assert (given_up.name, given_up.fact.reason) == ("message-discarded", "not-projectable")


@pytest.mark.parametrize("broken", EVERYWHERE)
def test_those_behind_it_go_as_far_as_nothing_raises(log_harness: BusHarness, broken: str) -> None:
    possible(log_harness, broken)
    case = new_id()
    process = log_harness.reader_process()
    process.handler.breaks = {(case, 1): "reaction", (case, 4): broken}
    log_harness.record(case, 5)
    messages = [message.id for message in process.parked(5)]
    del process.handler.breaks[case, 1]
    done = process.parked_messages.replay(messages[0], KEEPER, now())
    assert done == Resolution(tuple(messages[:3]), messages[3], NOT_PROJECTABLE)
    assert process.heard(case) == [1, 2, 3]
    process.handler.breaks = {}
    assert isinstance(process.parked_messages.replay(messages[3], KEEPER, now()), Resolution)
    assert process.heard(case) == [1, 2, 3, 4, 5]


def test_whatever_order_is_asked_for_messages_of_a_case_are_replayed_in_their_own(
    log_harness: BusHarness,
) -> None:
    process = log_harness.reader_process()
    orders = {new_id(): order for order in permutations(range(3))}
    process.handler.breaks = dict.fromkeys(((case, 1) for case in orders), "projection")
    for case in orders:
        log_harness.record(case, 3)
    process.parked(3 * len(orders))
    process.handler.breaks = {}
    for case, order in orders.items():
        waiting = process.inbox.open_messages(str(case))
        for n in order:
            process.parked_messages.replay(waiting[n].id, KEEPER, now())
        assert process.heard(case) == [1, 2, 3]
    assert process.inbox.waiting() == 0


def test_a_program_that_fails_on_everything_stops_reading_as_too_many_parked_do(
    log_harness: BusHarness,
) -> None:
    cases = [new_id() for _ in range(20)]
    for case in cases:
        log_harness.record(case, 1)
    process = log_harness.reader_process(start=False, too_many=3)
    process.handler.breaks = dict.fromkeys(((case, 1) for case in cases), "projection")
    process.consumer.start()
    log_harness.home.keep(process.consumer)
    soon(lambda: process.consumer.trouble == "parked: too many")
    messages = process.parked(3)
    process.handler.breaks = {}
    assert isinstance(process.parked_messages.replay(messages[0].id, KEEPER, now()), Resolution)
    for case in cases[3:]:
        process.expects(case, [1])


def test_what_is_logged_of_it_says_where_it_stands_and_nothing_of_what_it_says(
    log_harness: BusHarness, capsys: pytest.CaptureFixture[str]
) -> None:
    case = new_id()
    log_harness.record(case, 1)
    process = log_harness.reader_process(start=False)
    process.handler.breaks = {(case, 1): "projection"}
    logs.set_up()
    try:
        taken_in_at_once(log_harness, process)
    finally:
        structlog.reset_defaults()
    printed = capsys.readouterr().err
    (line,) = [line for line in printed.splitlines() if line.startswith("{")]
    assert json.loads(line)["event"] == "message_not_projectable"
    assert "toy_service.py" in line
    assert SECRET not in printed

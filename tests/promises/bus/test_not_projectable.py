"""A message that a reaction or a projection raises on is parked alone; a person has a way out."""

import json
from collections.abc import Sequence
from itertools import permutations
from uuid import UUID

import pytest
import structlog

from shared.kernel.decider import Actor
from shared.kernel.ids import new_id
from shared.messaging.parked_message import BEHIND, NOT_PROJECTABLE, StillNotProjectable
from shared.messaging.resolving import Resolution
from shared.telemetry import logs
from tests.buses import BusHarness, Hearer
from tests.toy_service import AT, PROJECTION_BREAKS, SECRET
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


def taken_in_at_once(harness: BusHarness, hearer: Hearer) -> None:
    """Have everything that was recorded taken in as one batch."""
    subscription = harness.listen("hearer", hearer.inbox.position)
    soon(lambda: hearer.consumer.step(subscription, 0.2))
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
    hearer = log_harness.hearer(start=False)
    hearer.handler.breaks = planted(cases, PLACES[place], broken)
    taken_in_at_once(log_harness, hearer)
    stopped = {
        case: min((n for c, n in hearer.handler.breaks if c == case), default=4) for case in cases
    }
    for case, first in stopped.items():
        assert hearer.heard(case) == list(range(1, first))
        reasons = [message.reason for message in hearer.inbox.open_messages(str(case))]
        assert reasons == [NOT_PROJECTABLE, BEHIND, BEHIND][: 4 - first]
    (position,) = hearer.inbox.positions()
    assert position.position == log_harness.log.position()
    assert hearer.consumer.trouble is None


@pytest.mark.parametrize("broken", EVERYWHERE)
def test_its_case_waits_and_is_replayed_once_the_program_was_mended(
    harness: BusHarness, broken: str
) -> None:
    possible(harness, broken)
    case, other = new_id(), new_id()
    hearer = harness.hearer()
    hearer.handler.breaks = {(case, 2): broken}
    harness.record(case, 4)
    harness.record(other, 3)
    hearer.hears(other, [1, 2, 3])
    first, *_ = hearer.parked(3)
    assert hearer.heard(case) == [1]
    assert hearer.parked_messages.replay(first.id, KEEPER, AT) == StillNotProjectable(first.id)
    assert hearer.inbox.waiting() == 3
    hearer.handler.breaks = {}
    assert isinstance(hearer.parked_messages.replay(first.id, KEEPER, AT), Resolution)
    harness.record(case, 1)
    hearer.hears(case, [1, 2, 3, 4, 5])
    assert hearer.consumer.trouble is None


@pytest.mark.parametrize("broken", EVERYWHERE)
def test_it_can_be_discarded_while_the_program_still_raises_on_it(
    log_harness: BusHarness, broken: str
) -> None:
    possible(log_harness, broken)
    case = new_id()
    hearer = log_harness.hearer()
    hearer.handler.breaks = {(case, 1): broken}
    log_harness.record(case, 1)
    (message,) = hearer.parked(1)
    done = hearer.parked_messages.discard(message.id, "not-projectable", KEEPER, AT)
    assert done == Resolution((message.id,), None, None)
    put_aside, given_up = history_of(hearer.inbox.log, message.id)
    assert (put_aside.name, put_aside.fact.reason) == ("message-parked", NOT_PROJECTABLE)
    assert (given_up.name, given_up.fact.reason) == ("message-discarded", "not-projectable")


@pytest.mark.parametrize("broken", EVERYWHERE)
def test_those_behind_it_go_as_far_as_nothing_raises(log_harness: BusHarness, broken: str) -> None:
    possible(log_harness, broken)
    case = new_id()
    hearer = log_harness.hearer()
    hearer.handler.breaks = {(case, 1): "reaction", (case, 4): broken}
    log_harness.record(case, 5)
    messages = [message.id for message in hearer.parked(5)]
    del hearer.handler.breaks[case, 1]
    done = hearer.parked_messages.replay(messages[0], KEEPER, AT)
    assert done == Resolution(tuple(messages[:3]), messages[3], NOT_PROJECTABLE)
    assert hearer.heard(case) == [1, 2, 3]
    hearer.handler.breaks = {}
    assert isinstance(hearer.parked_messages.replay(messages[3], KEEPER, AT), Resolution)
    assert hearer.heard(case) == [1, 2, 3, 4, 5]


def test_whatever_order_is_asked_for_messages_of_a_case_are_replayed_in_their_own(
    log_harness: BusHarness,
) -> None:
    hearer = log_harness.hearer()
    orders = {new_id(): order for order in permutations(range(3))}
    hearer.handler.breaks = dict.fromkeys(((case, 1) for case in orders), "projection")
    for case in orders:
        log_harness.record(case, 3)
    hearer.parked(3 * len(orders))
    hearer.handler.breaks = {}
    for case, order in orders.items():
        waiting = hearer.inbox.open_messages(str(case))
        for n in order:
            hearer.parked_messages.replay(waiting[n].id, KEEPER, AT)
        assert hearer.heard(case) == [1, 2, 3]
    assert hearer.inbox.waiting() == 0


def test_a_program_that_fails_on_everything_stops_reading_as_too_many_parked_do(
    log_harness: BusHarness,
) -> None:
    cases = [new_id() for _ in range(20)]
    for case in cases:
        log_harness.record(case, 1)
    hearer = log_harness.hearer(start=False, too_many=3)
    hearer.handler.breaks = dict.fromkeys(((case, 1) for case in cases), "projection")
    hearer.consumer.start()
    log_harness.home.keep(hearer.consumer)
    soon(lambda: hearer.consumer.trouble == "parked: too many")
    messages = hearer.parked(3)
    hearer.handler.breaks = {}
    assert isinstance(hearer.parked_messages.replay(messages[0].id, KEEPER, AT), Resolution)
    for case in cases[3:]:
        hearer.hears(case, [1])


def test_what_is_logged_of_it_says_where_it_stands_and_nothing_of_what_it_says(
    log_harness: BusHarness, capsys: pytest.CaptureFixture[str]
) -> None:
    case = new_id()
    log_harness.record(case, 1)
    hearer = log_harness.hearer(start=False)
    hearer.handler.breaks = {(case, 1): "projection"}
    logs.set_up()
    try:
        taken_in_at_once(log_harness, hearer)
    finally:
        structlog.reset_defaults()
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "message_not_projectable"
    assert "toy_service.py" in line
    assert SECRET not in line

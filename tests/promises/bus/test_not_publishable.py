"""A fact that its own program cannot publish holds its partition; others go on, none is lost."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import structlog

from shared.kernel.ids import new_id
from shared.kernel.record import Recorded
from shared.messaging.port import partition_of
from shared.telemetry import logs
from tests.buses import KAFKA, LOG, BusHarness, ReaderProcess, build, home_of
from tests.toy_service import SECRET, TELLER, whisper
from tests.toy_service import submission as submitted
from tests.waiting import soon

PARTITIONS = 3


@dataclass
class Program:
    """A publishing program that may have a mistake, and may be replaced by the next version."""

    harness: BusHarness
    runs: Any = None

    def start(self) -> None:
        """Connect to the broker, where there is one; a log needs nobody to send it."""
        if self.harness.kafka is not None:
            self.runs = self.harness.relay()

    def breaks_on(self, case_id: UUID, number: int) -> None:
        """Have translating this fact raise."""
        sound = self.harness.publication.translate

        def translate(recorded: Recorded) -> bytes | None:
            if (recorded.stream, recorded.version) == (case_id, number):
                raise ZeroDivisionError(SECRET)
            return sound(recorded)

        self._translates(translate)

    def is_mended(self, sound: Callable[[Recorded], bytes | None]) -> None:
        """Stop it, and start the next version."""
        if self.runs is not None:
            self.runs.stop()
        self._translates(sound)
        self.start()

    def _translates(self, translate: Callable[[Recorded], bytes | None]) -> None:
        object.__setattr__(self.harness.publication, "translate", translate)


@pytest.fixture(params=[LOG, KAFKA, "memory"])
def program(request: pytest.FixtureRequest) -> Iterator[Program]:
    """A publisher over each bus in turn, whose relay has not begun yet."""
    harness = build(request, home_of(request, request.param), request.param, PARTITIONS)
    yield Program(harness)
    harness.home.close()


def a_case(partition: int) -> UUID:
    """A case whose messages go there."""
    return next(one for _ in range(1_000) if _partition(one := new_id()) == partition)


def _partition(case_id: UUID) -> int:
    return partition_of(str(case_id), PARTITIONS)


def after_a_restart(process: ReaderProcess, harness: BusHarness) -> ReaderProcess:
    """The reader goes on, in a new process, from where the first had come."""
    process.consumer.stop()
    return harness.reader_process(beside=process)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_what_is_behind_it_in_its_partition_waits_and_everybody_else_goes_on(
    program: Program, number: int
) -> None:
    harness = program.harness
    held, behind, other = a_case(0), a_case(0), a_case(1)
    program.breaks_on(held, number)
    for case in (held, behind, other):
        harness.record(case, 3)
    program.start()
    process = harness.reader_process()
    harness.record(other, 2)
    process.expects(other, [1, 2, 3, 4, 5])
    process.expects(held, list(range(1, number)))
    assert process.heard(behind) == []
    assert harness.publication.not_publishable == {number: "ZeroDivisionError"}
    assert process.consumer.trouble is None
    assert program.runs is None or program.runs.trouble is None


def test_the_version_that_mends_it_sends_what_waited_in_order_and_nothing_twice(
    program: Program,
) -> None:
    harness, sound = program.harness, program.harness.publication.translate
    held, behind, other = a_case(0), a_case(0), a_case(1)
    program.breaks_on(held, 2)
    for case in (held, behind, other):
        harness.record(case, 3)
    program.start()
    process = harness.reader_process()
    process.expects(other, [1, 2, 3])
    process.expects(held, [1])
    program.is_mended(sound)
    harness.record(held, 1)
    again = after_a_restart(process, harness)
    again.expects(held, [1, 2, 3, 4])
    again.expects(behind, [1, 2, 3])
    assert again.heard(other) == [1, 2, 3]
    assert again.inbox.waiting() == 0
    assert harness.publication.not_publishable == {}


def test_two_partitions_are_held_each_at_its_own_first_fact(program: Program) -> None:
    harness, sound = program.harness, program.harness.publication.translate
    first, second, other = a_case(0), a_case(1), a_case(2)
    program.breaks_on(first, 1)
    program.breaks_on(second, 2)
    for case in (first, second, other):
        harness.record(case, 2)
    program.start()
    process = harness.reader_process()
    process.expects(other, [1, 2])
    process.expects(second, [1])
    assert process.heard(first) == []
    program.is_mended(sound)
    again = after_a_restart(process, harness)
    again.expects(first, [1, 2])
    again.expects(second, [1, 2])


def test_a_private_fact_that_cannot_be_told_from_a_public_one_is_waited_for_as_well(
    program: Program,
) -> None:
    harness, case = program.harness, a_case(0)
    program.breaks_on(case, 1)
    harness.log.submit(submitted(case, whisper(7))).result(20)
    program.start()
    process = harness.reader_process()
    soon(lambda: bool(harness.publication.not_publishable))
    assert process.heard(case) == []


def test_what_is_logged_of_it_is_where_it_stands_once_and_nothing_of_what_it_says(
    program: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    harness, case = program.harness, a_case(0)
    program.breaks_on(case, 1)
    harness.record(case, 1)
    logs.set_up()
    try:
        for _ in range(3):
            harness.publication.page(0, 10)
    finally:
        structlog.reset_defaults()
    printed = capsys.readouterr().err
    lines = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    said = [line for line in lines if line["event"] == "fact_not_publishable"]
    assert [(one["service"], one["position"]) for one in said] == [(TELLER, 1)]
    assert SECRET not in printed

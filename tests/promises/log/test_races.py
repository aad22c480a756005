"""Processes race for a stream: one wins, the others decide again and are answered truthfully."""

from datetime import datetime
from uuid import UUID

from shared.eventstore.log import Log
from shared.eventstore.writer import ATTEMPTS, Receipt
from shared.kernel.clock import now
from shared.kernel.ids import new_id
from shared.kernel.refusals import LostTheRace, VersionMoved
from tests.homes import Home
from tests.toy_service import (
    DECIDER,
    TooLate,
    append,
    carried_out,
    record_number,
    refusal_of,
    stored_numbers,
    submission,
    whisper,
)


class Rival:
    """Another process that appends to the stream each time the clock is read, ``times`` times."""

    def __init__(self, log: Log, stream: UUID, times: int) -> None:
        self.log, self.stream, self.times = log, stream, times

    def clock(self) -> datetime:
        if self.times:
            self.times -= 1
            answer = self.log.submit(submission(self.stream, append())).result(10)
            assert isinstance(answer, Receipt)
        return now()


def rivals(home: Home, times: int) -> tuple[Log, Rival, UUID]:
    """A log that loses as many races for the stream, the rival that wins them, the stream."""
    stream = new_id()
    rival = Rival(home.log(), stream, times)
    return home.beside(rival.log, clock=rival.clock), rival, stream


def test_the_loser_of_a_race_decides_again_on_what_is_true_now(home: Home) -> None:
    log, rival, stream = rivals(home, times=ATTEMPTS - 1)
    receipt = log.submit(submission(stream, append())).result(10)
    assert isinstance(receipt, Receipt)
    assert receipt.version == ATTEMPTS
    assert stored_numbers(rival.log, stream) == [1, 2, 3, 4, 5]


def test_the_loser_of_a_race_may_have_become_wrong_and_hears_so(home: Home) -> None:
    log, rival, stream = rivals(home, times=1)
    rival.log.submit(submission(stream, record_number(7))).result(10)
    assert refusal_of(log.submit(submission(stream, record_number(7))).result(10)) == TooLate(7)


def test_whoever_loses_too_often_hears_what_changed(home: Home) -> None:
    log, _, stream = rivals(home, times=ATTEMPTS + 3)
    answer = log.submit(submission(stream, append())).result(10)
    assert refusal_of(answer) == LostTheRace(attempts=ATTEMPTS, changed=", ".join(["told"] * 5))


def test_a_neighbour_of_the_loser_is_answered_all_the_same(home: Home) -> None:
    log, _, stream = rivals(home, times=ATTEMPTS + 3)
    other = new_id()
    futures = [log.submit(submission(s, append())) for s in (stream, other)]
    assert refusal_of(futures[0].result(10)).code == "lost-the-race"
    assert carried_out(futures[1]).version == 1


def test_two_processes_that_hammer_one_stream_lose_and_double_nothing(home: Home) -> None:
    here, stream = home.log(), new_id()
    there = home.beside(here)
    futures = [
        log.submit(submission(stream, append())) for _ in range(150) for log in (here, there)
    ]
    receipts = [future.result(30) for future in futures]
    versions = sorted(r.version for r in receipts if isinstance(r, Receipt))
    assert versions == list(range(1, len(versions) + 1))
    assert stored_numbers(here, stream) == versions
    assert {type(r) for r in receipts} <= {Receipt, LostTheRace}


def test_a_stale_version_is_refused_and_the_answer_says_what_changed(home: Home) -> None:
    log, stream = home.log(), new_id()
    for command in (append(), whisper(1), append()):
        log.submit(submission(stream, command)).result(10)
    answer = log.submit(submission(stream, append(), expected=1)).result(10)
    assert refusal_of(answer) == VersionMoved(expected=1, current=3, changed="whispered, told")
    assert isinstance(log.submit(submission(stream, append(), expected=3)).result(10), Receipt)


def test_of_two_who_saw_the_same_version_one_is_refused(home: Home) -> None:
    here, stream = home.log(), new_id()
    there = home.beside(here)
    futures = [log.submit(submission(stream, append(), expected=0)) for log in (here, there, here)]
    answers = [future.result(10) for future in futures]
    assert len([a for a in answers if isinstance(a, Receipt)]) == 1
    no = VersionMoved(expected=0, current=1, changed="told")
    assert [a for a in answers if not isinstance(a, Receipt)] == [no, no]


def test_no_no_is_given_from_what_was_true_before(home: Home) -> None:
    here, stream = home.log(), new_id()
    there = home.beside(here)
    here.submit(submission(stream, record_number(1))).result(10)
    there.submit(submission(stream, record_number(2))).result(10)
    # here, only version 1 is known: from that, this would be refused
    assert isinstance(
        here.submit(submission(stream, record_number(3), expected=2)).result(10), Receipt
    )


def test_nothing_new_is_not_answered_from_what_was_true_before(home: Home) -> None:
    here, stream = home.log(), new_id()
    there = home.beside(here)
    here.submit(submission(stream, record_number(1))).result(10)
    there.submit(submission(stream, record_number(2))).result(10)
    # here, 1 was the last number: from that, telling it again changes nothing
    assert refusal_of(here.submit(submission(stream, record_number(1))).result(10)) == TooLate(1)
    assert here.submit(submission(stream, record_number(2))).result(10) == Receipt(
        stream, 2, (), ()
    )


def test_reading_tells_what_others_appended_a_moment_ago(home: Home) -> None:
    here, stream = home.log(), new_id()
    there = home.beside(here)
    here.submit(submission(stream, record_number(1))).result(10)
    there.submit(submission(stream, record_number(2, times=2))).result(10)
    current = here.read(DECIDER, stream)
    assert (current.version, current.state.numbers) == (3, (1, 2, 3))

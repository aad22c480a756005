"""A decision that leans on another stream leans on what stood there at its own position."""

import multiprocessing
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest
from eventsourcing.persistence import StoredEvent
from psycopg.errors import UndefinedFunction

from services.referral import directory
from services.referral.wiring import SERVICE as REFERRAL
from shared.eventstore.codec import Unreadable
from shared.eventstore.log import Log
from shared.eventstore.writer import ATTEMPTS, Receipt, Submission
from shared.kernel.clock import now
from shared.kernel.ids import new_id
from shared.kernel.record import Meta
from shared.kernel.refusals import LostTheRace
from tests.databases import ScratchDatabase
from tests.promises.log.test_group_commit import all_together
from tests.toy_service import (
    AT,
    BY,
    NothingToQuote,
    Remembered,
    append,
    carried_out,
    quote,
    quoted,
    record_number,
    refusal_of,
    submission,
)
from tests.waiting import soon
from tests.writers import (
    correct_many,
    correcting,
    entering,
    reaching,
    refer_many,
    referring,
    taking_up,
)

pytestmark = pytest.mark.integration

RACES = 1_000
CODE = "albergue-juarez"
META = Meta(BY.institution, BY.role, BY.subject, AT, AT, "-", "-")


def named_by(name: str, fact: dict[str, Any]) -> tuple[UUID, int] | None:
    """The stream that a stored fact leaned on, and the version of it that it names."""
    match name:
        case "quoted":
            return UUID(fact["source"]), fact["source_version"]
        case "referral-requested":
            return directory.stream_of(fact["addressee"]), fact["addressee_version"]
        case _:
            return None


class Leaning:
    """Reads a log's rows as they are stored, in the order of their positions."""

    def __init__(self, database: ScratchDatabase, log: Log) -> None:
        self.named: list[int] = []
        """The versions that facts name of other streams."""
        self.superseded: list[int] = []
        """The positions of facts that name another version than the last one before them."""
        last: Counter[UUID] = Counter()
        rows = "SELECT notification_id, originator_id, topic, state FROM {s}.events ORDER BY 1"
        for position, stream, name, state in database.query(rows, of=log):
            if leaned := named_by(name, msgspec.json.decode(state)["fact"]):
                self.named.append(leaned[1])
                if last[leaned[0]] != leaned[1]:
                    self.superseded.append(position)
            last[stream] += 1


class Rival:
    """Another process, which is faster ``times`` times: just after the states were looked at."""

    def __init__(self, log: Log, change: Callable[[], Submission]) -> None:
        self.log, self.change, self.times = log, change, 0

    def clock(self) -> datetime:
        if self.times:
            self.times -= 1
            carried_out(self.log.submit(self.change()))
        return now()


def test_a_fact_names_the_version_that_it_leaned_on(database: ScratchDatabase) -> None:
    log, page, quotes = database.log(), new_id(), new_id()
    for version in (1, 2, 3):
        carried_out(log.submit(submission(page, append())))
        assert carried_out(log.submit(submission(quotes, quote(page)))).version == version
    assert quoted(log, quotes) == [(1, 1), (2, 2), (3, 3)]


def test_a_decision_sees_what_came_before_it_in_its_batch_and_nothing_after_it(
    database: ScratchDatabase,
) -> None:
    log, page, quotes, others = database.log(), new_id(), new_id(), new_id()
    with all_together(log):
        futures = [
            log.submit(submission(stream, command))
            for stream, command in (
                (page, append()),
                (quotes, quote(page)),
                (page, append()),
                (others, quote(page)),
            )
        ]
    assert [carried_out(future).version for future in futures] == [1, 1, 2, 1]
    assert (quoted(log, quotes), quoted(log, others)) == ([(1, 1)], [(2, 2)])
    assert Leaning(database, log).superseded == []


def test_which_stream_a_decision_leans_on_may_depend_on_its_own(database: ScratchDatabase) -> None:
    log, page, quotes = database.log(), new_id(), new_id()
    carried_out(log.submit(submission(page, append())))
    carried_out(log.submit(submission(quotes, quote(page))))
    carried_out(log.submit(submission(page, append())))
    fresh = database.log(log.address)
    assert carried_out(fresh.submit(submission(quotes, quote()))).version == 2
    assert quoted(log, quotes) == [(1, 1), (2, 2)]


def test_a_no_never_rests_on_what_stood_elsewhere_before(database: ScratchDatabase) -> None:
    here, page, quotes = database.log(), new_id(), new_id()
    there = database.log(here.address)
    assert refusal_of(here.submit(submission(quotes, quote(page))).result(10)) == NothingToQuote()
    carried_out(there.submit(submission(page, append())))
    # here, the page is known to be empty: from that, there would be nothing to quote
    assert carried_out(here.submit(submission(quotes, quote(page)))).version == 1
    carried_out(there.submit(submission(page, append())))
    # here, the number that was quoted is known to be the last: from that, nothing would change
    assert carried_out(here.submit(submission(quotes, quote(page)))).version == 2
    assert quoted(here, quotes) == [(1, 1), (2, 2)]


def test_a_batch_that_leans_on_nothing_is_not_looked_at(
    database: ScratchDatabase,
) -> None:
    log, page = database.log(), new_id()
    database.query("DROP FUNCTION {s}.require_versions", of=log)
    assert carried_out(log.submit(submission(page, append()))).version == 1
    with pytest.raises(UndefinedFunction):
        log.submit(submission(new_id(), quote(page))).result(10)
    assert carried_out(log.submit(submission(page, append()))).version == 2


def test_a_stream_that_cannot_be_read_is_only_the_trouble_of_who_leans_on_it(
    database: ScratchDatabase,
) -> None:
    log, spoiled, good, quotes = database.log(), new_id(), new_id(), new_id()
    database.query("UPDATE {s}.head SET position = 1", of=log)
    database.query("INSERT INTO {s}.events VALUES (%s, 1, 'told', '[]', 1)", spoiled, of=log)
    with all_together(log):
        lost = log.submit(submission(quotes, quote(spoiled)))
        served = log.submit(submission(good, append()))
    with pytest.raises(Unreadable):
        lost.result(10)
    assert carried_out(served).version == 1


# --- races ------------------------------------------------------------------------------------


def test_a_thousand_decisions_are_overtaken_by_a_change_and_none_names_what_was_before(
    database: ScratchDatabase,
) -> None:
    here = database.log(database.address("referral"), "referral", REFERRAL.vocabulary)
    rival = Rival(here, lambda: correcting(CODE, here.position()))
    there = database.log(here.address, "referral", REFERRAL.vocabulary, rival.clock)
    cases = [new_id() for _ in range(RACES)]
    carried_out(here.submit(entering(CODE)))
    carried_out(here.submit(reaching(CODE)))
    for answer in [here.submit(taking_up(case)) for case in cases]:
        carried_out(answer)
    for case in cases:
        rival.times = 1
        carried_out(there.submit(referring(case, CODE)))
    leaning = Leaning(database, here)
    assert leaning.named == list(range(3, RACES + 3))
    assert leaning.superseded == []


def test_two_processes_that_change_and_lean_as_fast_as_they_can_never_part(
    database: ScratchDatabase,
) -> None:
    log = database.log(database.address("referral"), "referral", REFERRAL.vocabulary)
    carried_out(log.submit(entering(CODE)))
    carried_out(log.submit(reaching(CODE)))
    spawn = multiprocessing.get_context("spawn")
    together = spawn.Barrier(2)
    both = [
        spawn.Process(target=work, args=(log.address, together, CODE, RACES))
        for work in (correct_many, refer_many)
    ]
    for process in both:
        process.start()
    for process in both:
        process.join(120)
    assert [process.exitcode for process in both] == [0, 0]
    leaning = Leaning(database, log)
    assert len(leaning.named) == RACES
    assert len(set(leaning.named)) > RACES // 20, "they did not meet"
    assert leaning.superseded == []


def test_whoever_is_overtaken_too_often_hears_what_changed_and_its_neighbours_are_answered(
    database: ScratchDatabase,
) -> None:
    page, quotes, address = new_id(), new_id(), database.address()
    rival = Rival(database.log(address), lambda: submission(page, append()))
    log = database.log(address, clock=rival.clock)
    carried_out(log.submit(submission(page, append())))
    rival.times = ATTEMPTS + 3
    with all_together(log):
        overtaken = log.submit(submission(quotes, quote(page)))
        neighbour = log.submit(submission(new_id(), append()))
    no = LostTheRace(attempts=ATTEMPTS, changed=", ".join(["told"] * ATTEMPTS))
    assert refusal_of(overtaken.result(10)) == no
    assert carried_out(neighbour).version == 1
    assert quoted(log, quotes) == []


class Change:
    """A change of a page in a transaction that is still open, so that whoever appends waits."""

    def __init__(self, log: Log) -> None:
        self.log = log

    def while_waiting(self, page: UUID, version: int, submission: Submission) -> Receipt:
        """The page is at ``version`` before the waiting command is carried out."""
        recorder = self.log.database
        fact = self.log.vocabulary.encode(META, Remembered(100 + version, ""))
        with recorder.datastore.transaction(commit=True) as curs:
            recorder.append(curs, [StoredEvent(page, version, "told", fact)])
            future = self.log.submit(submission)
            waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'"
            soon(lambda: curs.execute(waiting.encode()).fetchall())
        return carried_out(future)


def test_whoever_waited_for_a_change_to_be_committed_leans_on_it(database: ScratchDatabase) -> None:
    log, page, quotes = database.log(), new_id(), new_id()
    carried_out(log.submit(submission(page, append())))
    carried_out(log.submit(submission(quotes, quote(page))))
    carried_out(log.submit(submission(page, record_number(2))))
    Change(log).while_waiting(page, 3, submission(quotes, quote(page)))
    assert quoted(log, quotes) == [(1, 1), (3, 103)]
    assert Leaning(database, log).superseded == []


# --- negative controls: the same check over writers that promise less -----------------------------


def test_the_check_notices_a_writer_that_does_not_look_again(
    database: ScratchDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, address = new_id(), database.address()
    rival = Rival(database.log(address), lambda: submission(page, append()))
    log = database.log(address, clock=rival.clock)
    append_them = log.recorder.append

    def without_looking(curs: Any, events: Any, commands: Any = (), leans: Any = ()) -> None:
        del leans
        append_them(curs, events, commands)

    monkeypatch.setattr(log.recorder, "append", without_looking)
    carried_out(log.submit(submission(page, append())))
    for _ in range(20):
        rival.times = 1
        carried_out(log.submit(submission(new_id(), quote(page))))
    leaning = Leaning(database, log)
    assert len(leaning.superseded) == len(leaning.named) == 20


def test_the_check_notices_a_writer_that_sees_what_was_before_it_waited_for_its_turn(
    database: ScratchDatabase,
) -> None:
    log, page, quotes = database.log(), new_id(), new_id()
    database.query("ALTER FUNCTION {s}.require_versions STABLE", of=log)
    carried_out(log.submit(submission(page, append())))
    carried_out(log.submit(submission(quotes, quote(page))))
    carried_out(log.submit(submission(page, record_number(2))))
    Change(log).while_waiting(page, 3, submission(quotes, quote(page)))
    assert quoted(log, quotes) == [(1, 1), (2, 2)]
    assert Leaning(database, log).superseded == [5]

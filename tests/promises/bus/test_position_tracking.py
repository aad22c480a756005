"""A reader trusts neither a message nor what it knew before it waited.

A read model's own tables are PostgreSQL's: so is the test of a clash in one.
"""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest

from shared.contracts.envelope import Envelope, Event, decode, decode_recorded, read_envelope
from shared.eventstore.port import Row
from shared.kernel.clock import now
from shared.kernel.decider import Actor
from shared.kernel.ids import fact_id, new_id
from shared.kernel.value import replace
from shared.messaging.consumer import Consumer
from shared.messaging.inbox import PartitionsDiffer
from shared.messaging.parked_message import NOT_PROJECTABLE
from shared.messaging.port import Message
from shared.messaging.reacting import Reaction, Reader, by_system, case_of
from shared.messaging.resolving import ParkedMessages, Resolution
from tests.buses import BusHarness, Handed, build
from tests.databases import ScratchDatabase
from tests.homes import Home
from tests.toy_service import (
    DECIDER,
    QUOTER,
    TELLER,
    Append,
    NothingToQuote,
    Quote,
    ToyHandler,
    append,
    carried_out,
    number_of,
    page_of,
    quote,
    quoted,
    refusal_of,
    stored_numbers,
    submission,
)
from tests.waiting import soon

KEEPER = Actor("canaliza", "operator", "token-9")


def test_whoever_waited_for_a_resolution_decides_on_what_it_left(log_harness: BusHarness) -> None:
    harness, case = log_harness, new_id()
    harness.record(case, 3)
    messages = harness.messages(harness.subscribe("hand over"), 3)
    process = harness.reader_process(start=False)
    process.handler.rejects = {2}
    process.consumer.step(Handed(messages[:2]), 0)
    (waiting,) = process.parked(1)
    process.handler.rejects = set()
    operator = harness.reader_process(process, start=False)
    reading = threading.Thread(target=process.consumer.step, args=(Handed(messages[2:]), 0))

    def meanwhile(curs: Any, read: Sequence[Event]) -> None:
        del curs, read
        reading.start()
        soon(lambda: harness.home.somebody_waits(process.inbox.log))

    reader = Reader((TELLER,), operator.handler.react, meanwhile)
    answer = ParkedMessages(operator.inbox, reader).replay(waiting.id, KEEPER, now())
    reading.join(60)
    assert isinstance(answer, Resolution)
    assert process.heard(case) == [1, 2, 3]
    assert process.inbox.waiting() == 0


def test_a_message_nested_too_deeply_is_parked_and_does_not_end_the_reader(
    log_harness: BusHarness,
) -> None:
    process = log_harness.reader_process(start=False)
    deep = b'{"data":' * 100_000 + b"1" + b"}" * 100_000
    process.consumer.step(Handed([Message(TELLER, 0, 0, 1, 0, str(new_id()), deep)]), 0)
    assert [message.reason for message in process.parked(1)] == ["not-json"]


@pytest.mark.parametrize("differs", ["source", "position", "key"])
def test_an_envelope_that_contradicts_its_message_is_parked(
    log_harness: BusHarness, differs: str
) -> None:
    harness, case = log_harness, new_id()
    harness.record(case, 1)
    value = harness.publication.page(0, 1)[0].value
    assert value is not None
    message = Message(
        "intake" if differs == "source" else TELLER,
        0,
        0,
        2 if differs == "position" else 1,
        0,
        str(new_id()) if differs == "key" else str(case),
        value,
    )
    process = harness.reader_process(start=False)
    process.consumer.step(Handed([message]), 0)
    assert [parked.reason for parked in process.parked(1)] == ["not-cloudevent"]
    assert process.heard(case) == []


def test_of_a_strangers_message_no_key_is_kept_but_a_cases_id(log_harness: BusHarness) -> None:
    harness, case = log_harness, new_id()
    harness.record(case, 2)
    process = harness.reader_process(start=False)
    process.consumer.step(Handed(harness.messages(harness.subscribe("hand over"), 2)), 0)
    forged = [
        Message(TELLER, 0, offset, 7, 1, key, b"{}")  # as a relay would send it, if it were one
        for offset, key in ((2, "juan-perez"), (3, str(case)))
    ]
    process.consumer.step(Handed(forged), 0)
    assert [message.key for message in process.parked(2)] == ["", str(case)]
    log = process.inbox.log
    assert not any("juan" in repr(fact) for fact in log.page(0))
    assert [fact.meta.correlation for fact in log.page(2)][1:] == [str(case)]


def test_what_a_stranger_calls_a_message_stands_in_no_fact(log_harness: BusHarness) -> None:
    harness, case = log_harness, new_id()
    harness.record(case, 1)
    (message,) = harness.messages(harness.subscribe("hand over"), 1)
    value = message.value.replace(fact_id(TELLER, case, 1).encode(), b"juan-perez")
    process = harness.reader_process(start=False)
    process.consumer.step(Handed([Message(TELLER, 0, 0, None, None, str(case), value)]), 0)
    process.parked(1)
    assert not any("juan" in repr(fact) for fact in process.inbox.log.page(0))


def test_a_message_whose_id_postgresql_cannot_keep_is_parked_and_does_not_end_the_reader(
    log_harness: BusHarness,
) -> None:
    harness, case = log_harness, new_id()
    harness.record(case, 1)
    (message,) = harness.messages(harness.subscribe("hand over"), 1)
    value = message.value.replace(fact_id(TELLER, case, 1).encode(), b"\\u0000")
    process = harness.reader_process(start=False)
    process.consumer.step(Handed([replace(message, value=value, event=None)]), 0)
    assert [parked.reason for parked in process.parked(1)] == ["schema-violation"]


def test_messages_behind_a_parked_one_do_not_stop_the_reader(log_harness: BusHarness) -> None:
    harness, case, other = log_harness, new_id(), new_id()
    process = harness.reader_process(too_many=2)
    process.handler.rejects = {1}
    harness.record(case, 6)
    process.parked(6)
    process.handler.rejects = set()
    harness.record(other, 2)
    process.expects(other, [1, 2])
    assert (process.inbox.lines(), process.consumer.trouble) == (1, None)


@pytest.mark.integration
def test_a_clash_in_a_read_models_own_table_parks_the_message_and_is_no_lost_race(
    request: pytest.FixtureRequest, database: ScratchDatabase
) -> None:
    harness = build(request, database, "log", 1)
    harness.record(new_id(), 1)
    messages = harness.messages(harness.subscribe("hand over"), 1)
    process = harness.reader_process(start=False)
    schema = process.inbox.log.address.schema

    def twice(curs: Any, read: Sequence[Event]) -> None:
        del read
        for _ in range(2):
            curs.execute(
                f"INSERT INTO {schema}.tracking (application_name, notification_id)"  # noqa: S608
                " VALUES ('twice', 0)"
            )

    consumer = Consumer(process.inbox, harness.bus, Reader((TELLER,), process.handler.react, twice))
    assert consumer.step(Handed(messages), 0) == 1
    assert process.inbox.reasons() == {NOT_PROJECTABLE: 1}


def on_from_nothing(event: Event) -> Reaction:
    """On an empty page any number but the first is refused: a no that would rest on nothing."""
    (reaction,) = ToyHandler().react(event)
    return reaction


def the_next_one(event: Event) -> Reaction:
    """On an empty page this is its first version: one that the database may have already."""
    command = Append(by=by_system(event), at=event.meta.happened_at)
    return Reaction(DECIDER, page_of(case_of(event)), command)


@pytest.mark.parametrize("reaction", [on_from_nothing, the_next_one])
def test_a_stream_wrongly_taken_for_new_is_read_and_decided_on_again(
    log_harness: BusHarness, reaction: Callable[[Event], Reaction]
) -> None:
    harness, case = log_harness, new_id()
    harness.record(case, 4)
    messages = harness.messages(harness.subscribe("hand over"), 4)
    reader = Reader((TELLER,), lambda event: [replace(reaction(event), begins=True)])
    first = harness.home.inbox()
    Consumer(first, harness.bus, reader).step(Handed(messages[:2]), 0)
    second = harness.home.inbox(first)  # another process, which knows no page
    Consumer(second, harness.bus, reader).step(Handed(messages[1:]), 0)
    assert stored_numbers(second.log, page_of(case)) == [1, 2, 3, 4]
    assert second.waiting() == 0


def test_a_stream_that_begins_is_not_read(
    log_harness: BusHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness, case = log_harness, new_id()
    harness.record(case, 2)
    messages = harness.messages(harness.subscribe("hand over"), 2)
    inbox = harness.home.inbox()
    recorder, looked_for = inbox.log.recorder, []
    look = recorder.select_newer

    def select_newer(known: Sequence[tuple[UUID, int]]) -> list[Row]:
        looked_for.append(known)
        return look(known)

    def react(event: Event) -> list[Reaction]:
        return [replace(on_from_nothing(event), begins=number_of(event) == 1)]

    monkeypatch.setattr(recorder, "select_newer", select_newer)
    consumer = Consumer(inbox, harness.bus, Reader((TELLER,), react))
    consumer.step(Handed(messages[:1]), 0)
    assert looked_for == []
    consumer.step(Handed(messages[1:]), 0)
    assert looked_for == [[(page_of(case), 1)]]


def quoting(page: UUID) -> Callable[[Event], list[Reaction]]:
    """A reaction to every message that leans on a page."""

    def react(event: Event) -> list[Reaction]:
        command = Quote(by=by_system(event), at=event.meta.happened_at, source=page)
        return [Reaction(QUOTER, page_of(case_of(event)), command)]

    return react


def test_a_reaction_leans_on_what_stands_there_when_it_is_stored(log_harness: BusHarness) -> None:
    harness, case, page = log_harness, new_id(), new_id()
    harness.record(case, 2)
    messages = harness.messages(harness.subscribe("hand over"), 2)
    here = harness.home.inbox()
    there = harness.home.beside(here.log)
    undisturbed = {1, 2}

    def overtake(curs: Any, read: Sequence[Event]) -> None:
        """Change the page once a message was decided on, before that is stored; once for each."""
        del curs
        if (number := number_of(read[0])) in undisturbed:
            undisturbed.remove(number)
            carried_out(there.submit(submission(page, append())))

    consumer = Consumer(here, harness.bus, Reader((TELLER,), quoting(page), overtake))
    for message in messages:
        carried_out(there.submit(submission(page, append())))
        consumer.step(Handed([message]), 0)
    assert not undisturbed
    assert quoted(here.log, page_of(case)) == [(2, 2), (4, 4)]


def test_a_message_is_not_parked_for_what_stood_elsewhere_before(log_harness: BusHarness) -> None:
    harness, case, page = log_harness, new_id(), new_id()
    harness.record(case, 1)
    messages = harness.messages(harness.subscribe("hand over"), 1)
    here = harness.home.inbox()
    there = harness.home.beside(here.log)
    early = here.log.submit(submission(new_id(), quote(page)))
    assert refusal_of(early.result(10)) == NothingToQuote()  # the page is known here from now on
    carried_out(there.submit(submission(page, append())))
    Consumer(here, harness.bus, Reader((TELLER,), quoting(page))).step(Handed(messages), 0)
    assert quoted(here.log, page_of(case)) == [(1, 1)]
    assert here.waiting() == 0


def test_a_message_is_parsed_once_whoever_reads_it(
    log_harness: BusHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness, case = log_harness, new_id()
    harness.record(case, 3)
    told = harness.messages(harness.subscribe("hand over"), 3)
    messages = [replace(message, event=None) for message in told]  # as they come from a broker
    parsed: Counter[bytes] = Counter()

    def counted(raw: bytes) -> Envelope:
        parsed[raw] += 1
        return read_envelope(raw)

    monkeypatch.setattr("shared.messaging.parsed_message.read_envelope", counted)
    process = harness.reader_process(start=False)
    process.consumer.step(Handed(messages), 0)
    assert process.heard(case) == [1, 2, 3]
    assert parsed == {message.value: 1 for message in messages}


def test_of_a_log_a_fact_is_translated_and_read_once_however_many_follow_it(
    log_harness: BusHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    harness, case = log_harness, new_id()
    readers = [harness.subscribe(name) for name in ("hand over", "report", "follow up")]
    for reader in readers:
        reader.poll(0)  # from here on each is told what is new
    read: Counter[bytes] = Counter()

    def counted(raw: bytes) -> Event:
        read[raw] += 1
        return decode_recorded(raw)

    monkeypatch.setattr("shared.messaging.log_bus.decode_recorded", counted)
    harness.record(case, 3)
    first, *others = [harness.messages(reader, 3) for reader in readers]
    assert others == [first, first]
    assert read == {message.value: 1 for message in first}
    assert [message.event for message in first] == [decode(message.value) for message in first]


def test_another_number_of_partitions_is_refused_with_a_sentence(home: Home) -> None:
    inbox = home.inbox()
    inbox.agree_on_partitions(3)
    inbox.agree_on_partitions(3)
    with pytest.raises(PartitionsDiffer, match="CANALIZA_KAFKA_PARTITIONS=3"):
        inbox.agree_on_partitions(4)

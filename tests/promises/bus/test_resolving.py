"""Parked messages are resolved by a person, in their order, and each step is a fact."""

from datetime import timedelta
from uuid import UUID

from shared.kernel.clock import now
from shared.kernel.decider import Actor
from shared.kernel.ids import new_id
from shared.kernel.record import Recorded
from shared.kernel.refusals import InTheFuture, Refusal
from shared.messaging.inbox import ParkedMessage
from shared.messaging.parked_message import (
    AnotherComesFirst,
    DiscardNeedsReason,
    MessageResolved,
    NoSuchMessage,
    StillUnreadable,
)
from shared.messaging.resolving import Resolution
from tests.buses import BusHarness, ReaderProcess
from tests.whole_logs import history_of

KEEPER = Actor("canaliza", "operator", "token-9")


def facts_about(process: ReaderProcess, message_id: UUID) -> list[Recorded]:
    return history_of(process.inbox.log, message_id)


def parked_at_first(
    harness: BusHarness, *recorded: tuple[UUID, int]
) -> tuple[ReaderProcess, list[ParkedMessage]]:
    """A process that refused the first message of each case, with all that it parked.

    recorded: each case, and how many messages there are of it. None is refused from now on.
    """
    process = harness.reader_process()
    process.handler.rejects = {1}
    for case, count in recorded:
        harness.record(case, count)
    parked = process.parked(sum(count for _, count in recorded))
    process.handler.rejects = set()
    return process, parked


def resolved(answer: Resolution | Refusal) -> Resolution:
    assert isinstance(answer, Resolution), answer
    return answer


def test_replay_takes_the_message_in_and_those_behind_it_in_their_order(
    harness: BusHarness,
) -> None:
    case = new_id()
    process = harness.reader_process()
    process.handler.rejects = {2}
    harness.record(case, 5)
    first, *rest = process.parked(4)
    process.handler.rejects = set()
    done = resolved(process.parked_messages.replay(first.id, KEEPER, now()))
    assert done == Resolution((first.id, *(message.id for message in rest)), None, None)
    harness.record(case, 1)
    process.expects(case, [1, 2, 3, 4, 5, 6])
    assert process.inbox.open_messages() == []


def test_those_behind_move_on_as_far_as_they_go(log_harness: BusHarness) -> None:
    harness, case = log_harness, new_id()
    process = harness.reader_process()
    process.handler.rejects = {2, 4}
    harness.record(case, 5)
    messages = process.parked(4)
    process.handler.rejects = {4}
    done = resolved(process.parked_messages.replay(messages[0].id, KEEPER, now()))
    assert done == Resolution((messages[0].id, messages[1].id), messages[2].id, "too-late")
    assert process.heard(case) == [1, 2, 3]
    harness.record(case, 1)
    process.parked(3)
    process.handler.rejects = set()
    resolved(process.parked_messages.replay(messages[2].id, KEEPER, now()))
    process.expects(case, [1, 2, 3, 4, 5, 6])


def test_discard_gives_one_up_and_lets_the_others_through(log_harness: BusHarness) -> None:
    harness, case, other = log_harness, new_id(), new_id()
    process = harness.reader_process()
    harness.record(case, 1, "not-json")
    harness.record(other, 1)
    process.expects(other, [1])
    (spoilt,) = process.parked(1)
    refused = process.parked_messages.discard(spoilt.id, "because", KEEPER, now())
    assert refused == DiscardNeedsReason(field="reason")
    assert process.inbox.waiting() == 1
    done = resolved(process.parked_messages.discard(spoilt.id, "superseded", KEEPER, now()))
    assert done == Resolution((spoilt.id,), None, None)
    assert process.inbox.waiting() == 0
    found = process.inbox.message(spoilt.id)
    assert found is not None
    assert found[0].value == spoilt.value
    assert found[1] is not None


def test_each_step_is_a_fact_with_who_and_why_and_what_it_follows_from(
    log_harness: BusHarness,
) -> None:
    harness, case = log_harness, new_id()
    process, (first, second) = parked_at_first(harness, (case, 2))
    at = now()
    resolved(process.parked_messages.discard(first.id, "superseded", KEEPER, at))
    source_fact = harness.log.page(0, 1)[0]
    put_aside, given_up = facts_about(process, first.id)
    assert (put_aside.name, given_up.name) == ("message-parked", "message-discarded")
    assert put_aside.fact.reason == "too-late"
    assert put_aside.meta.role == "system"
    assert put_aside.meta.causation == source_fact.id
    assert given_up.fact.reason == "superseded"
    meta = given_up.meta
    assert (meta.institution, meta.role, meta.subject) == ("canaliza", "operator", "token-9")
    assert meta.happened_at == at
    assert meta.causation.startswith("command:")
    # the second, which expected the first, is refused when its turn comes, and waits
    assert [r.name for r in facts_about(process, second.id)] == ["message-parked"]
    assert {r.meta.correlation for r in (put_aside, given_up)} == {str(case)}


def test_what_is_still_unreadable_stays_where_it_is(log_harness: BusHarness) -> None:
    harness, case = log_harness, new_id()
    process = harness.reader_process()
    harness.record(case, 1, "unknown-version")
    harness.record(case, 1)
    spoilt, _ = process.parked(2)
    answer = process.parked_messages.replay(spoilt.id, KEEPER, now())
    assert answer == StillUnreadable(spoilt.id, "unknown-version")
    assert process.inbox.waiting() == 2
    assert len(facts_about(process, spoilt.id)) == 1


def test_messages_of_a_case_are_resolved_in_the_order_in_which_they_came(
    log_harness: BusHarness,
) -> None:
    harness, case = log_harness, new_id()
    process, (first, second) = parked_at_first(harness, (case, 2))
    for answer in (
        process.parked_messages.replay(second.id, KEEPER, now()),
        process.parked_messages.discard(second.id, "superseded", KEEPER, now()),
    ):
        assert answer == AnotherComesFirst(first.id)
    assert process.heard(case) == []


def test_a_parked_message_of_another_case_neither_comes_first_nor_moves_on(
    log_harness: BusHarness,
) -> None:
    harness, case, other = log_harness, new_id(), new_id()
    process, (before, first, second) = parked_at_first(harness, (other, 1), (case, 2))
    done = resolved(process.parked_messages.replay(first.id, KEEPER, now()))
    assert done == Resolution((first.id, second.id), None, None)
    assert (process.heard(case), process.heard(other)) == ([1, 2], [])
    assert process.parked(1) == [before]


def test_what_is_resolved_or_unknown_is_not_resolved_again(log_harness: BusHarness) -> None:
    harness, case, nothing = log_harness, new_id(), new_id()
    process, (message,) = parked_at_first(harness, (case, 1))
    resolved(process.parked_messages.replay(message.id, KEEPER, now()))
    assert process.parked_messages.replay(message.id, KEEPER, now()) == MessageResolved(message.id)
    assert process.parked_messages.discard(
        message.id, "superseded", KEEPER, now()
    ) == MessageResolved(message.id)
    assert process.parked_messages.replay(nothing, KEEPER, now()) == NoSuchMessage(nothing)
    assert process.heard(case) == [1]
    assert [r.name for r in facts_about(process, message.id)] == [
        "message-parked",
        "message-replayed",
    ]


def test_two_who_resolve_the_same_message_at_once_take_it_in_once(log_harness: BusHarness) -> None:
    harness, case = log_harness, new_id()
    process, (first, second) = parked_at_first(harness, (case, 2))
    colleague = harness.reader_process(process, start=False)
    done: list[Resolution | Refusal] = []
    process.handler.meanwhile = lambda: done.append(
        colleague.parked_messages.replay(first.id, KEEPER, now())
    )
    assert process.parked_messages.replay(first.id, KEEPER, now()) == MessageResolved(first.id)
    assert done == [Resolution((first.id, second.id), None, None)]
    assert process.heard(case) == [1, 2]


def test_a_message_that_joins_the_line_meanwhile_moves_on_with_it(log_harness: BusHarness) -> None:
    harness, case = log_harness, new_id()
    process = harness.reader_process()
    process.handler.rejects = {1}
    harness.record(case, 1)
    (first,) = process.parked(1)
    restarted = harness.reader_process(process, start=False)

    def another_comes() -> None:
        harness.record(case, 1)
        process.parked(2)

    restarted.handler.meanwhile = another_comes
    assert len(resolved(restarted.parked_messages.replay(first.id, KEEPER, now())).resolved) == 2
    assert process.inbox.waiting() == 0
    assert process.heard(case) == [1, 2]


def test_a_reaction_is_dropped_with_the_resolution_that_it_belongs_to(
    log_harness: BusHarness,
) -> None:
    harness, case = log_harness, new_id()
    process, (message,) = parked_at_first(harness, (case, 1))
    tomorrow = now() + timedelta(days=1)  # the reaction is possible, its resolution is not
    answer = process.parked_messages.replay(message.id, KEEPER, tomorrow)
    assert isinstance(answer, InTheFuture)
    assert process.heard(case) == []
    assert process.inbox.waiting() == 1

"""Mistakes to plant where messages are sent, taken in and projected.

Each takes what stands in production code and returns what is to stand there instead.
"""

# ruff: noqa: S608 - schemas of our own go into these statements; what comes in is a parameter

import json
from itertools import count
from typing import Any

from shared.contracts.envelope import Unreadable, Why
from shared.kernel.ids import new_id
from shared.kernel.value import replace


def moved_before_acknowledged(_: Any) -> Any:
    """The relay's positions move although nobody has acknowledged that the messages arrived."""

    def acknowledge(self: Any, sent: Any) -> None:
        self._inbox.move([(self._stored[n], position) for n, position in sent.after.items()])
        self._stored = {**self._stored, **sent.after}

    return acknowledge


def trusts_its_positions(_: Any) -> Any:
    """The relay does not look at what the topic has."""
    return lambda _self, positions: positions


def always_held(_: Any) -> Any:
    """A process believes that it has a lease, whoever has it."""
    return lambda _self: True


def relay_not_fenced(original: Any) -> Any:
    """A relay's positions move from wherever they are."""

    def move(self: Any, curs: Any, moves: Any) -> None:
        if not moves or moves[0][0].source != "relay":
            original(self, curs, moves)
            return
        for _, after in moves:
            curs.execute(
                f"UPDATE {self.log.address.schema}.tracking SET notification_id = %s,"
                " bus_offset = %s WHERE application_name = %s",
                (after.position, after.offset, after.name),
            )

    return move


def scattered(_: Any) -> Any:
    """A case's messages go to any partition, and overtake each other."""
    turns = count()
    return lambda _key, partitions: next(turns) % partitions


def amounts_rounded(original: Any) -> Any:
    """Amounts are rounded on their way into the topic."""

    def encode(contract: Any, of: Any) -> bytes:
        message = json.loads(original(contract, of))
        if message["data"].get("amount"):
            message["data"]["amount"] = f"{float(message['data']['amount']):.0f}"
        return json.dumps(message).encode()

    return encode


def says_too_much(original: Any) -> Any:
    """A message carries a remark that no contract knows."""

    def encode(contract: Any, of: Any) -> bytes:
        message = json.loads(original(contract, of))
        message["data"]["remark"] = "Ana Torres, 614 555 0101"
        return json.dumps(message, ensure_ascii=False).encode()

    return encode


def position_before_work(original: Any) -> Any:
    """The reader's position is stored first, and what the messages lead to after it."""

    def process(self: Any, moves: Any, streams: Any, work: Any, **named: Any) -> None:
        if moves:
            self.move(moves)
        original(self, [], streams, work, **named)

    return process


def position_not_stored(original: Any) -> Any:
    """A reader's position is kept in memory only."""

    def move(self: Any, curs: Any, moves: Any) -> None:
        original(self, curs, [m for m in moves if m[0].source == "relay"])

    return move


def nobody_waits(original: Any) -> Any:
    """Messages of a case go on although one of them was set aside."""

    def lock(self: Any, curs: Any, *, resolving: bool) -> set[str]:
        original(self, curs, resolving=resolving)
        return set()

    return lock


def does_not_know_a_type(original: Any) -> Any:
    """A reader was built without one of the contracts: it sets aside what it should take in."""

    def event_in(envelope: Any, raw: bytes, **named: Any) -> Any:
        event = original(envelope, raw, **named)
        if event.type.endswith("referral-acknowledged.v1"):
            raise Unreadable(Why.UNKNOWN_TYPE)
        return event

    return event_in


def projected_apart(original: Any) -> Any:
    """Reporting's rows are written in a transaction of their own, after the position has moved."""

    def process(self: Any, moves: Any, streams: Any, work: Any, **named: Any) -> None:
        later: list[Any] = []

        def without_rows(context: Any) -> None:
            work(context)
            later[:], context.rows = context.rows, []

        original(self, moves, streams, without_rows, **named)
        with self.log.recorder.connection() as conn, conn.transaction(), conn.cursor() as curs:
            for rows in later:
                rows(curs)

    return process


def totals_forgotten(original: Any) -> Any:
    """Tallies count cases, and leave their amounts as they were."""

    def difference(before: Any, after: Any) -> Any:
        moves = original(before, after)
        for move in moves:
            move.total = move.total * 0
        return moves

    return difference


def revocation_not_heard(reader: Any) -> Any:
    """Followup goes on with a share that was revoked."""

    def react(event: Any) -> Any:
        if not event.type.endswith("referral-revoked.v1"):
            yield from reader.react(event)

    return replace(reader, react=react)


def opened_twice(reader: Any) -> Any:
    """Followup does not remember which follow-up it opened for which referral."""

    def react(event: Any) -> Any:
        for reaction in reader.react(event):
            yield reaction
            yield replace(reaction, stream=new_id())

    return replace(reader, react=react)

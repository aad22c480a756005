"""Folds the published facts into tables that answer quickly; the only writer of those tables.

Promises:
- a batch costs a fixed number of statements, whatever it holds, inside the caller's transaction;
- sources may overtake each other: each column is set by the facts of exactly one source, so only
  the order within a source matters, and that is the consumer's promise;
- the tallies always say what the cases say: they move by the difference that a batch makes to the
  cases that it touches. Batches take turns, so that no difference is counted twice.
"""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from services.reporting import statements
from services.reporting.folding import Batch, fold, local
from shared.contracts.envelope import Event

FACTS = "facts"
"""The tally of published facts; its label is the source."""

_encode = msgspec.json.Encoder(decimal_format="string", uuid_format="canonical").encode
_NOTHING = Decimal(0)

Counted = dict[tuple[str, str, str, str, Decimal], tuple[int, Decimal]]
"""By measure, programme, state, label and value: how many cases, and what they add up to."""


class Tally(msgspec.Struct):
    """By how much a tally moves."""

    measure: str
    programme: str
    state: str
    label: str
    key: Decimal
    n: int
    total: Decimal


def project(cursor: Any, events: Sequence[Event]) -> None:
    """Write all rows of a batch. cursor: the consumer's, in its transaction; rows as dicts."""
    cursor.execute(statements.TAKE_TURNS)
    batch = fold(events)
    cases = sorted(batch.touched)
    before = _counted(cursor, cases)
    _keep_history(cursor, events)
    _write(cursor, batch)
    if cases:
        cursor.execute(statements.PARTIES_GONE, (cases,))
        cursor.execute(statements.PARTIES, (cases,))
    _move_tallies(cursor, before, _counted(cursor, cases), events)


def _keep_history(cursor: Any, events: Sequence[Event]) -> None:
    with cursor.copy(statements.HISTORY) as copy:
        copy.set_types(statements.HISTORY_TYPES)
        for event in events:
            meta = event.meta
            copy.write_row(
                (
                    event.service,
                    event.position,
                    event.id,
                    event.type,
                    event.key,
                    meta.happened_at,
                    local(meta.happened_at),
                    meta.recorded_at,
                    meta.institution,
                    meta.role,
                    meta.subject,
                    meta.causation,
                    event.raw,
                )
            )


def _write(cursor: Any, batch: Batch) -> None:
    for statement, rows in (
        (statements.INSTITUTIONS, list(batch.institutions.values())),
        (statements.TOLD, list(batch.told.values())),
        (statements.IN_ERROR, list(batch.in_error.values())),
        (statements.CUSTODY, list(batch.custody.values())),
        (statements.REFERRALS, list(batch.referrals.values())),
        (statements.FOLLOW_UPS, list(batch.follow_ups.values())),
        (statements.OUTCOMES, batch.outcomes),
    ):
        if rows:
            cursor.execute(statement, (_encode(rows).decode(),))


def _counted(cursor: Any, cases: Sequence[UUID]) -> Counted:
    """What these cases add to the tallies as they stand now."""
    if not cases:
        return {}
    cursor.execute(statements.COUNTED, (cases,))
    return {
        (r["measure"], r["programme"], r["state"], r["label"], r["key"]): (r["n"], r["total"])
        for r in cursor.fetchall()
    }


def _move_tallies(cursor: Any, before: Counted, after: Counted, events: Sequence[Event]) -> None:
    moves = difference(before, after)
    for service, n in Counter(event.service for event in events).items():
        moves.append(Tally(FACTS, "", "", service, _NOTHING, n, _NOTHING))
    cursor.execute(statements.TALLIES, (_encode(moves).decode(),))
    emptied = [Tally(**row) for row in cursor.fetchall()]
    if emptied:
        cursor.execute(statements.TALLIES_GONE, (_encode(emptied).decode(),))


def difference(before: Counted, after: Counted) -> list[Tally]:
    """By how much each tally moves; those that stand still are left out."""
    nothing = (0, _NOTHING)
    moves = []
    for key in before.keys() | after.keys():
        (was, was_total), (now, now_total) = before.get(key, nothing), after.get(key, nothing)
        if (was, was_total) != (now, now_total):
            moves.append(Tally(*key, n=now - was, total=now_total - was_total))
    return moves

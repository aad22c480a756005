"""Folds the published facts into tables for fast queries; the only writer of those tables.

Promises:
- a batch costs a fixed number of statements, whatever it holds, inside the caller's transaction;
- sources may overtake each other: each column is set by the facts of exactly one source (``rows``
  checks it), so only the order within a source matters, and that is the consumer's promise;
- the tallies always agree with the cases: they change by the difference that a batch makes to the
  cases that it is about. Batches take turns, so that no difference is counted twice.
"""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from services.reporting.batch import Batch
from services.reporting.declarations import local
from services.reporting.folding import fold
from services.reporting.statements import HISTORY_TYPES, LIVE, Statements
from shared.contracts.envelope import Event

FACTS = "facts"
"""The tally of published facts; its label is the source."""

_encode = msgspec.json.Encoder(decimal_format="string", uuid_format="canonical").encode
_NOTHING = Decimal(0)

Counted = dict[tuple[str, str, str, str, Decimal], tuple[int, Decimal]]
"""By measure, programme, subdivision, label and value: the number of cases, and their total."""


class Tally(msgspec.Struct):
    """The change of a tally."""

    measure: str
    programme: str
    subdivision: str
    label: str
    key: Decimal
    n: int
    total: Decimal


def project(cursor: Any, events: Sequence[Event], into: Statements = LIVE) -> None:
    """Write all rows of a batch. cursor: in the consumer's transaction, with rows as dicts."""
    cursor.execute(into.take_turns)
    batch = fold(events)
    cases = sorted(batch.touched)
    before = _counted(cursor, cases, into)
    _keep_history(cursor, events, into)
    _write(cursor, batch, into)
    _write_parties(cursor, cases, into)
    moves = difference(before, _counted(cursor, cases, into))
    _move_tallies(cursor, [*moves, *_facts(events)], into)


def load(cursor: Any, events: Sequence[Event], batch: Batch, into: Statements) -> None:
    """Write the rows of a batch, and leave parties and tallies to ``finish``.

    batch: the events, folded.
    """
    _keep_history(cursor, events, into)
    _write(cursor, batch, into)
    _move_tallies(cursor, _facts(events), into)


def finish(cursor: Any, after: UUID, last: UUID, into: Statements) -> None:
    """Write the parties of loaded cases, and count the cases in the tallies; call it once for each.

    The cases are those after the id ``after``, up to and including ``last``.
    """
    cursor.execute(into.parties_new, (after, last))
    cursor.execute(into.tallies_new, (after, last))


def write(cursor: Any, events: Sequence[Event], into: Statements) -> None:
    """Write the rows that these facts lead to, and leave history, parties and tallies alone."""
    _write(cursor, fold(events), into)


def retally(cursor: Any, cases: Sequence[UUID], into: Statements) -> None:
    """Have tallies taken over from the live ones count these cases as their rows there are."""
    before = _counted(cursor, cases, LIVE)
    _move_tallies(cursor, difference(before, _counted(cursor, cases, into)), into)


def _keep_history(cursor: Any, events: Sequence[Event], into: Statements) -> None:
    with cursor.copy(into.history) as copy:
        copy.set_types(HISTORY_TYPES)
        for event in events:
            meta, imported = event.meta, event.meta.imported
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
                    imported.mapping if imported else None,
                    imported.file if imported else None,
                    imported.legal_basis if imported else None,
                    event.raw,
                )
            )


def _write(cursor: Any, batch: Batch, into: Statements) -> None:
    for kind, statement in into.rows.items():
        if rows := batch.of(kind):
            cursor.execute(statement, (_encode(rows).decode(),))


def _write_parties(cursor: Any, cases: Sequence[UUID], into: Statements) -> None:
    if cases:
        cursor.execute(into.parties_gone, (cases,))
        cursor.execute(into.parties, (cases,))


def _counted(cursor: Any, cases: Sequence[UUID], into: Statements) -> Counted:
    """Return what these cases, as they are now, add to the tallies."""
    if not cases:
        return {}
    cursor.execute(into.counted, (cases,))
    return {
        (r["measure"], r["programme"], r["subdivision"], r["label"], r["key"]): (r["n"], r["total"])
        for r in cursor.fetchall()
    }


def _facts(events: Sequence[Event]) -> list[Tally]:
    """Return the changes of the numbers of facts, by source."""
    counted = Counter(event.service for event in events)
    return [Tally(FACTS, "", "", service, _NOTHING, n, _NOTHING) for service, n in counted.items()]


def _move_tallies(cursor: Any, moves: Sequence[Tally], into: Statements) -> None:
    cursor.execute(into.tallies, (_encode(moves).decode(),))
    emptied = [Tally(**row) for row in cursor.fetchall()]
    if emptied:
        cursor.execute(into.tallies_gone, (_encode(emptied).decode(),))


def difference(before: Counted, after: Counted) -> list[Tally]:
    """Return the tallies that change, and by how much."""
    nothing = (0, _NOTHING)
    moves = []
    for key in before.keys() | after.keys():
        (was, was_total), (now, now_total) = before.get(key, nothing), after.get(key, nothing)
        if (was, was_total) != (now, now_total):
            moves.append(Tally(*key, n=now - was, total=now_total - was_total))
    return moves

"""The log as a port: what every implementation promises, in PostgreSQL and in memory.

One suite of tests runs over all of them (tests/promises/log):
- positions MUST be counted from 1 without gaps and in commit order: no fact ever appears behind a
  reader that reads on from the last position it saw;
- a version of a stream, a position and a command's id MUST be written once: the second writer gets
  RaceLost, and nothing of its batch is stored;
- a batch MUST be stored, and become visible, as a whole or not at all; the positions of a batch
  that was not stored are given to the next;
- bytes MUST be read as they were written;
- any number of writers MAY share a log, and a reader MUST see what was committed before its query.
"""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol
from uuid import UUID

from eventsourcing.persistence import IntegrityError, StoredEvent

from shared.kernel.value import Value

Row = tuple[int, UUID, int, str, bytes]
"""A stored fact: position, stream, version, stored name, bytes."""


class RaceLost(IntegrityError):
    """Another writer wrote that version of a stream, that position or that command before."""


class Superseded(IntegrityError):
    """A stream that facts lean on has a later version than the one they were decided with."""


RACES = (RaceLost, Superseded)
"""Another writer was faster: read and decide again."""


class Accepted(Value):
    """A command that was carried out, stored so that a repetition gets the same answer.

    fingerprint: a hash of what it said. receipt: how it was answered.
    """

    id: UUID
    fingerprint: bytes
    receipt: bytes


class Recorder(Protocol):
    """Access to a stored log.

    A cursor is the implementation's own; what it does is written when its context is left without
    an exception.
    """

    def cursor(self) -> AbstractContextManager[Any]:
        """Open a cursor for one statement."""

    def transaction(self) -> AbstractContextManager[Any]:
        """Open a cursor whose statements are stored together or not at all."""

    def append(
        self,
        curs: Any,
        events: Sequence[StoredEvent],
        commands: Sequence[Accepted] = (),
        leans: Collection[tuple[UUID, int]] = (),
    ) -> None:
        """Append facts, and the answers to the commands that led to them.

        leans: streams, each at a version that MUST be its last when the facts are appended. Raises
        RaceLost or Superseded; then nothing was appended.
        """

    def select_newer(self, known: Sequence[tuple[UUID, int]]) -> list[Row]:
        """Return all facts of these streams after the known versions, stream by stream."""

    def select_stream(self, stream: UUID, known: int) -> list[tuple[str, bytes]]:
        """Return the facts of a stream after a version, in order: stored names and bytes."""

    def select_existing(self, streams: Sequence[UUID]) -> set[UUID]:
        """Return those of these streams that have any fact."""

    def select_page(self, after: int, limit: int) -> list[Row]:
        """Return the facts after a position in the whole log, in commit order."""

    def select_commands(self, ids: Sequence[UUID]) -> dict[UUID, Accepted]:
        """Return those of these commands that were carried out before, by id."""

    def head(self) -> int:
        """Return the position of the last fact, 0 for an empty log."""

    def close(self) -> None:
        """Close the connections."""

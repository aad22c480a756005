"""The log as a port: what every home of a log promises, in PostgreSQL and in memory.

One suite of tests runs over all of them (tests/promises/log):
- positions MUST be counted from 1 without gaps and in the order of commits: whoever reads on from
  the last position it saw is never overtaken;
- a version of a stream, a position and a command's id MUST be written once: whoever comes second
  hears RaceLost, and nothing of its batch is stored;
- a batch MUST be stored as a whole or not at all, and be seen so; one that was not stored gives its
  positions back;
- bytes MUST be read as they were written;
- any number of writers MAY share one log, and a reader MUST see what was committed before it asked.
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
    """Somebody else wrote that version of a stream, that position or that command before."""


class Superseded(IntegrityError):
    """A stream that facts lean on has a later version than the one they were decided with."""


RACES = (RaceLost, Superseded)
"""What somebody else was faster with: read again, decide again."""


class Accepted(Value):
    """A command that was carried out, as kept for whoever asks again.

    Its id, what it said, how it was answered.
    """

    id: UUID
    fingerprint: bytes
    receipt: bytes


class Recorder(Protocol):
    """One connection, or several, to a log in its home.

    A cursor is the home's own; what goes through it is written when its context is left without an
    exception.
    """

    def cursor(self) -> AbstractContextManager[Any]:
        """A cursor for one statement."""

    def transaction(self) -> AbstractContextManager[Any]:
        """A cursor whose statements are stored together, or none of them."""

    def append(
        self,
        curs: Any,
        events: Sequence[StoredEvent],
        commands: Sequence[Accepted] = (),
        leans: Collection[tuple[UUID, int]] = (),
    ) -> None:
        """Append facts, and the answers to the commands that led to them.

        leans: streams, each at a version that MUST be its last where the facts are appended. Raises
        RaceLost or Superseded; then nothing was appended.
        """

    def select_newer(self, known: Sequence[tuple[UUID, int]]) -> list[Row]:
        """All facts of these streams past the versions already known, stream by stream."""

    def select_stream(self, stream: UUID, known: int) -> list[tuple[str, bytes]]:
        """The facts of one stream past a version, in order: their stored names and bytes."""

    def select_existing(self, streams: Sequence[UUID]) -> set[UUID]:
        """Return those of these streams that have any fact."""

    def select_page(self, after: int, limit: int) -> list[Row]:
        """The next facts of the whole log, in commit order."""

    def select_commands(self, ids: Sequence[UUID]) -> dict[UUID, Accepted]:
        """Those of these commands that were carried out before."""

    def head(self) -> int:
        """The position of the last fact, 0 for an empty log."""

    def close(self) -> None:
        """Let the connections go."""

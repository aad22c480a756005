"""Parked letters are settled by a person: read again, or given up with a reason.

Those behind then move on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.envelope import Event
from shared.eventstore.session import Wish
from shared.kernel.decider import Actor
from shared.kernel.ids import command_cause, new_id
from shared.kernel.refusals import Refusal
from shared.messaging import parked_message as parked
from shared.messaging.consumer import Opened, Reader
from shared.messaging.inbox import ATTEMPTS, Inbox, KeepsLosing, ParkedLetter, Taking
from shared.messaging.port import Letter


@dataclass(frozen=True, slots=True)
class Settlement:
    """What came of it. settled: letters now taken in or given up.

    next_reason: what stops the next one in line, if any.
    """

    settled: tuple[UUID, ...]
    next_letter: UUID | None
    next_reason: str | None


class Settling:
    """The desk at which one service's parked letters are settled."""

    def __init__(self, inbox: Inbox, reader: Reader) -> None:
        """inbox, reader: the same that the service's consumer works with."""
        self._inbox = inbox
        self._reader = reader

    def replay(self, letter: UUID, by: Actor, at: datetime) -> Settlement | Refusal:
        """Read a letter again, then those of its case behind it, as far as they go.

        A refusal leaves all as it was.
        """
        return self._settle(letter, parked.ReplayLetter(by=by, at=at, letter=letter), by, at)

    def discard(self, letter: UUID, reason: str, by: Actor, at: datetime) -> Settlement | Refusal:
        """Give a letter up for a coded reason, then take in those behind it, as far as they go."""
        return self._settle(
            letter, parked.DiscardLetter(by=by, at=at, letter=letter, reason=reason), by, at
        )

    def _settle(
        self,
        letter: UUID,
        first: parked.ReplayLetter | parked.DiscardLetter,
        by: Actor,
        at: datetime,
    ) -> Settlement | Refusal:
        cause = command_cause(new_id())
        result: list[Settlement | Refusal] = []
        for _ in range(ATTEMPTS):
            line = self._line(letter)
            if line is None:
                return parked.LetterSettled(letter)
            self._settle_line(letter, first, line, by, at, cause, result)
            if result:
                return result[0]
        raise KeepsLosing

    def _settle_line(  # noqa: PLR0913, PLR0917 - one attempt's whole context
        self,
        letter: UUID,
        first: parked.ReplayLetter | parked.DiscardLetter,
        line: list[ParkedLetter],
        by: Actor,
        at: datetime,
        cause: str,
        result: list[Settlement | Refusal],
    ) -> None:
        """Settle a line as it was read, or, if it has changed meanwhile, leave ``result`` empty."""
        opened = {p.id: self._open(p) for p in line}

        def work(taking: Taking) -> None:
            result.clear()
            if self._line(letter) == line:  # nobody else takes or settles anything while this runs
                result.append(self._work(taking, letter, first, line, opened, by, at, cause))

        streams = {(r.decider, r.stream) for o in opened.values() for r in o.reactions}
        streams |= {(parked.DECIDER, p) for p in (letter, *opened)}
        self._inbox.take([], streams, work, settling=True)

    def _line(self, letter: UUID) -> list[ParkedLetter] | None:
        """The letter and, if it belongs to a case, all that wait in the same line, oldest first.

        None if it was settled; empty if there is no such letter.
        """
        found = self._inbox.letter(letter)
        if found is None:
            return []
        waiting, settled_at = found
        if settled_at is not None:
            return None
        return self._inbox.open_letters(waiting.key) if waiting.key else [waiting]

    def _open(self, letter: ParkedLetter) -> Opened:
        opened = Opened.of(
            Letter(
                letter.source,
                letter.partition,
                letter.offset,
                letter.position,
                None,
                letter.key,
                letter.value,
            )
        )
        opened.find_reactions(self._reader)
        return opened

    def _work(  # noqa: PLR0913, PLR0917 - one attempt's whole context
        self,
        taking: Taking,
        letter: UUID,
        first: parked.ReplayLetter | parked.DiscardLetter,
        line: Sequence[ParkedLetter],
        opened: dict[UUID, Opened],
        by: Actor,
        at: datetime,
        cause: str,
    ) -> Settlement | Refusal:
        read: list[Event] = []
        settled: list[UUID] = []
        stopped: tuple[UUID, str] | None = None
        if line and line[0].id != letter:
            return parked.AnotherComesFirst(line[0].id)
        for waiting in line or ():
            command = (
                first
                if waiting.id == letter
                else parked.ReplayLetter(by=by, at=at, letter=waiting.id)
            )
            refusal = self._one(taking, opened[waiting.id], command, waiting, cause)
            if refusal is not None and waiting.id == letter:
                return refusal
            if refusal is not None:
                stopped = (waiting.id, refusal.code)
                break
            settled.append(waiting.id)
            event = opened[waiting.id].event
            if event is not None and isinstance(command, parked.ReplayLetter):
                read.append(event)
        if not line:
            return parked.NoSuchLetter(letter)
        taking.settled.extend(settled)
        if self._reader.project is not None and read:
            project = self._reader.project
            taking.rows.append(lambda curs: project(curs, read))
        return Settlement(tuple(settled), *(stopped or (None, None)))

    def _one(
        self,
        taking: Taking,
        opened: Opened,
        command: parked.ReplayLetter | parked.DiscardLetter,
        waiting: ParkedLetter,
        cause: str,
    ) -> Refusal | None:
        wish = Wish(parked.DECIDER, waiting.id, command, waiting.key or str(waiting.id), cause)
        if isinstance(command, parked.DiscardLetter):
            return taking.session.decide_all([wish])
        if opened.trouble is not None:
            return parked.StillUnreadable(waiting.id, opened.trouble)
        return taking.session.decide_all([*opened.wishes(), wish])

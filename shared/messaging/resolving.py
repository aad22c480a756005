"""Parked messages are resolved by a person: replayed, or discarded for a reason.

The messages that wait behind one are then replayed too, in the order in which they came. If a
reaction or a projection raises on one of them, it stays parked with all behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.envelope import Event
from shared.eventstore.session import CommandEnvelope
from shared.kernel.decider import Actor
from shared.kernel.ids import command_cause, new_id
from shared.kernel.refusals import Refusal
from shared.messaging import parked_message
from shared.messaging.consumer import comes_again, tell_not_projectable
from shared.messaging.inbox import ATTEMPTS, BatchContext, Inbox, KeepsLosing, ParkedMessage
from shared.messaging.port import Message
from shared.messaging.reacting import PendingMessage, Reader

Resolve = parked_message.ReplayMessage | parked_message.DiscardMessage


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was resolved. resolved: the messages that are now replayed or discarded.

    next_message, next_reason: the next one in line and what stops it, if any.
    """

    resolved: tuple[UUID, ...]
    next_message: UUID | None
    next_reason: str | None


Answer = Resolution | Refusal


class ParkedMessages:
    """The parked messages of one service, for a person to resolve."""

    def __init__(self, inbox: Inbox, reader: Reader) -> None:
        """Use the inbox and reader of the service's consumer."""
        self._inbox = inbox
        self._reader = reader

    def replay(self, message_id: UUID, by: Actor, at: datetime) -> Resolution | Refusal:
        """Process a message again, then those of its key behind it until one cannot be processed.

        A refusal changes nothing. Raises KeepsLosing.
        """
        return self._resolve(
            parked_message.ReplayMessage(by=by, at=at, message_id=message_id), by, at
        )

    def discard(
        self, message_id: UUID, reason: str, by: Actor, at: datetime
    ) -> Resolution | Refusal:
        """Discard a message for a coded reason, then replay those behind it as ``replay`` does.

        A refusal changes nothing. Raises KeepsLosing.
        """
        return self._resolve(
            parked_message.DiscardMessage(by=by, at=at, message_id=message_id, reason=reason),
            by,
            at,
        )

    def _resolve(self, first: Resolve, by: Actor, at: datetime) -> Answer:
        """Resolve a line as far as it goes: in one transaction, or one message at a time.

        The latter where something raises, because only then it is known on which message.
        """
        cause, most = command_cause(new_id()), None
        done: list[UUID] = []
        command = first
        while True:
            try:
                answer = self._attempts(command, by, at, cause, most)
            except Exception as error:
                if comes_again(error):
                    raise
                if most is None:
                    most = 1
                    continue
                tell_not_projectable(self._inbox.log.service, self._message(command), error)
                answer = parked_message.StillNotProjectable(command.message_id)
            if isinstance(answer, Refusal):
                if not done:
                    return answer
                return Resolution(tuple(done), command.message_id, _reason_of(answer))
            done += answer.resolved
            if answer.next_message is None or answer.next_reason is not None:
                return Resolution(tuple(done), answer.next_message, answer.next_reason)
            command = parked_message.ReplayMessage(by=by, at=at, message_id=answer.next_message)

    def _attempts(
        self, first: Resolve, by: Actor, at: datetime, cause: str, most: int | None
    ) -> Answer:
        """Resolve ``most`` messages of a line (None: all of it), or none if one of them raises."""
        result: list[Answer] = []
        for _ in range(ATTEMPTS):
            line = self._line(first.message_id)
            if line is None:
                return parked_message.MessageResolved(first.message_id)
            self._resolve_line(first, line, by, at, cause, most, result)
            if result:
                return result[0]
        raise KeepsLosing

    def _resolve_line(  # noqa: PLR0913, PLR0917 - one attempt's whole context
        self,
        first: Resolve,
        line: list[ParkedMessage],
        by: Actor,
        at: datetime,
        cause: str,
        most: int | None,
        result: list[Answer],
    ) -> None:
        """Resolve a line as it was read; leave ``result`` empty if it has changed meanwhile."""
        opened = {p.id: self._open(p, first) for p in line[:most]}

        def work(context: BatchContext) -> None:
            result.clear()
            if self._line(first.message_id) == line:  # it cannot change from here on: it is locked
                result.append(self._work(context, first, line, opened, by, at, cause))

        streams = {(r.decider, r.stream) for o in opened.values() for r in o.reactions}
        streams |= {(parked_message.DECIDER, p) for p in (first.message_id, *opened)}
        self._inbox.process([], streams, work, resolving=True)

    def _message(self, command: Resolve) -> Message:
        found = self._inbox.message(command.message_id)
        if found is None:
            raise AssertionError(command.message_id)
        return _as_it_came(found[0])

    def _line(self, message_id: UUID) -> list[ParkedMessage] | None:
        """Return the message with all that wait in the same line, oldest first.

        A message without a key is a line of its own. None if it is resolved; empty if there is no
        such message.
        """
        found = self._inbox.message(message_id)
        if found is None:
            return []
        waiting, resolved_at = found
        if resolved_at is not None:
            return None
        return self._inbox.open_messages(waiting.key) if waiting.key else [waiting]

    def _open(self, message: ParkedMessage, first: Resolve) -> PendingMessage:
        """Read a message, and find what it leads to unless it is the one to be discarded."""
        pending = PendingMessage(_as_it_came(message))
        if message.id == first.message_id and isinstance(first, parked_message.DiscardMessage):
            pending.parse()
        else:
            pending.find_reactions(self._reader)
        return pending

    def _work(  # noqa: PLR0913, PLR0917 - one attempt's whole context
        self,
        context: BatchContext,
        first: Resolve,
        line: Sequence[ParkedMessage],
        opened: dict[UUID, PendingMessage],
        by: Actor,
        at: datetime,
        cause: str,
    ) -> Answer:
        """Resolve those of a line that are ``opened``; the next one is named if that is not all."""
        read: list[Event] = []
        resolved: list[UUID] = []
        stopped: tuple[UUID, str | None] | None = None
        if not line:
            return parked_message.NoSuchMessage(first.message_id)
        if line[0].id != first.message_id:
            return parked_message.AnotherComesFirst(line[0].id)
        for waiting in line:
            if waiting.id not in opened:
                stopped = (waiting.id, None)
                break
            command = (
                first
                if waiting.id == first.message_id
                else parked_message.ReplayMessage(by=by, at=at, message_id=waiting.id)
            )
            refusal = self._one(context, opened[waiting.id], command, waiting, cause)
            if refusal is not None and command is first:
                return refusal
            if refusal is not None:
                stopped = (waiting.id, _reason_of(refusal))
                break
            resolved.append(waiting.id)
            event = opened[waiting.id].event
            if event is not None and isinstance(command, parked_message.ReplayMessage):
                read.append(event)
        context.resolved.extend(resolved)
        self._reader.write_rows(context, read)
        return Resolution(tuple(resolved), *(stopped or (None, None)))

    def _one(
        self,
        context: BatchContext,
        pending: PendingMessage,
        command: Resolve,
        waiting: ParkedMessage,
        cause: str,
    ) -> Refusal | None:
        envelope = CommandEnvelope(
            parked_message.DECIDER, waiting.id, command, waiting.key or str(waiting.id), cause
        )
        if isinstance(command, parked_message.DiscardMessage):
            return context.session.decide_all([envelope])
        if pending.trouble is not None:
            return parked_message.StillUnreadable(waiting.id, pending.trouble)
        return context.session.decide_all([*pending.commands(), envelope])


def _as_it_came(message: ParkedMessage) -> Message:
    return Message(
        message.source,
        message.partition,
        message.offset,
        message.position,
        None,
        message.key,
        message.value,
        message.reason != parked_message.NOT_AUTHENTIC,
    )


def _reason_of(refusal: Refusal) -> str:
    """Return why a message of a line stays where it is, as a code of parked messages or rules."""
    if isinstance(refusal, parked_message.StillNotProjectable):
        return parked_message.NOT_PROJECTABLE
    return refusal.code

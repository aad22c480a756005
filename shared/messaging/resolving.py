"""Parked messages are resolved by a person: replayed, or discarded for a reason.

The messages that wait behind one are then replayed too.
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
from shared.messaging.consumer import PendingMessage, Reader
from shared.messaging.inbox import ATTEMPTS, BatchContext, Inbox, KeepsLosing, ParkedMessage
from shared.messaging.port import Message


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was resolved. resolved: the messages that are now replayed or discarded.

    next_message, next_reason: the next one in line and what stops it, if any.
    """

    resolved: tuple[UUID, ...]
    next_message: UUID | None
    next_reason: str | None


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
            message_id, parked_message.ReplayMessage(by=by, at=at, message_id=message_id), by, at
        )

    def discard(
        self, message_id: UUID, reason: str, by: Actor, at: datetime
    ) -> Resolution | Refusal:
        """Discard a message for a coded reason, then replay those behind it as ``replay`` does.

        A refusal changes nothing. Raises KeepsLosing.
        """
        return self._resolve(
            message_id,
            parked_message.DiscardMessage(by=by, at=at, message_id=message_id, reason=reason),
            by,
            at,
        )

    def _resolve(
        self,
        message_id: UUID,
        first: parked_message.ReplayMessage | parked_message.DiscardMessage,
        by: Actor,
        at: datetime,
    ) -> Resolution | Refusal:
        cause = command_cause(new_id())
        result: list[Resolution | Refusal] = []
        for _ in range(ATTEMPTS):
            line = self._line(message_id)
            if line is None:
                return parked_message.MessageResolved(message_id)
            self._resolve_line(message_id, first, line, by, at, cause, result)
            if result:
                return result[0]
        raise KeepsLosing

    def _resolve_line(  # noqa: PLR0913, PLR0917 - one attempt's whole context
        self,
        message_id: UUID,
        first: parked_message.ReplayMessage | parked_message.DiscardMessage,
        line: list[ParkedMessage],
        by: Actor,
        at: datetime,
        cause: str,
        result: list[Resolution | Refusal],
    ) -> None:
        """Resolve a line as it was read; leave ``result`` empty if it has changed meanwhile."""
        opened = {p.id: self._open(p) for p in line}

        def work(context: BatchContext) -> None:
            result.clear()
            if self._line(message_id) == line:  # it cannot change from here on: the lock is held
                result.append(self._work(context, message_id, first, line, opened, by, at, cause))

        streams = {(r.decider, r.stream) for o in opened.values() for r in o.reactions}
        streams |= {(parked_message.DECIDER, p) for p in (message_id, *opened)}
        self._inbox.process([], streams, work, resolving=True)

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

    def _open(self, message: ParkedMessage) -> PendingMessage:
        pending = PendingMessage(
            Message(
                message.source,
                message.partition,
                message.offset,
                message.position,
                None,
                message.key,
                message.value,
            )
        )
        pending.find_reactions(self._reader)
        return pending

    def _work(  # noqa: PLR0913, PLR0917 - one attempt's whole context
        self,
        context: BatchContext,
        message_id: UUID,
        first: parked_message.ReplayMessage | parked_message.DiscardMessage,
        line: Sequence[ParkedMessage],
        opened: dict[UUID, PendingMessage],
        by: Actor,
        at: datetime,
        cause: str,
    ) -> Resolution | Refusal:
        read: list[Event] = []
        resolved: list[UUID] = []
        stopped: tuple[UUID, str] | None = None
        if line and line[0].id != message_id:
            return parked_message.AnotherComesFirst(line[0].id)
        for waiting in line or ():
            command = (
                first
                if waiting.id == message_id
                else parked_message.ReplayMessage(by=by, at=at, message_id=waiting.id)
            )
            refusal = self._one(context, opened[waiting.id], command, waiting, cause)
            if refusal is not None and waiting.id == message_id:
                return refusal
            if refusal is not None:
                stopped = (waiting.id, refusal.code)
                break
            resolved.append(waiting.id)
            event = opened[waiting.id].event
            if event is not None and isinstance(command, parked_message.ReplayMessage):
                read.append(event)
        if not line:
            return parked_message.NoSuchMessage(message_id)
        context.resolved.extend(resolved)
        self._reader.write_rows(context, read)
        return Resolution(tuple(resolved), *(stopped or (None, None)))

    def _one(
        self,
        context: BatchContext,
        pending: PendingMessage,
        command: parked_message.ReplayMessage | parked_message.DiscardMessage,
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

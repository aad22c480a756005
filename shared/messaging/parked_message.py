"""A message that could not be used, from its parking to its resolution; each step is a fact.

The facts are on the log of the service that could not use the message; its bytes are in that
service's ``parked`` table.
"""

from hashlib import sha256
from typing import ClassVar, assert_never
from uuid import UUID

from shared.eventstore.codec import Vocabulary
from shared.kernel.codes import known
from shared.kernel.decider import Command, Decider, Decision
from shared.kernel.ids import derived_id
from shared.kernel.refusals import Conflicting, Invalid, Missing, Refusal
from shared.kernel.text import Text
from shared.kernel.value import Value
from shared.messaging.port import Message

BEHIND = "behind-a-parked-message"
"""The reason of a message that only waits behind another one of its key."""
NOT_FROM_A_RELAY = "not-from-a-relay"
"""The reason of a message that can be read, but that no relay put on the bus."""
NOT_AUTHENTIC = "not-authentic"
"""The reason of a message that looks like a relay's, and whose seal does not hold.

Somebody wrote it who has none of our keys, or the keys of sender and reader differ. It can only be
discarded: nothing vouches for it, and what was sent by a service is read again from the bus.
"""
NOT_PROJECTABLE = "not-projectable"
"""The reason of a message on which a reaction or a projection of ours raises."""


class MessageParked(Value):
    """A message from ``source`` was set aside. reason: a code of what is wrong with it."""

    message_id: UUID
    source: str
    partition: int
    offset: int
    position: int
    reason: str


class MessageReplayed(Value):
    """The message was read again and processed."""

    message_id: UUID


class MessageDiscarded(Value):
    """Somebody decided that the message will never be processed.

    reason: a code of ``discard_reasons``.
    """

    message_id: UUID
    reason: str


class ParkMessage(Command, kw_only=True):
    """Set a message aside."""

    message_id: UUID
    source: str
    partition: int
    offset: int
    position: int
    reason: str


class ReplayMessage(Command, kw_only=True):
    """Record that a parked message was processed after all."""

    message_id: UUID


class DiscardMessage(Command, kw_only=True):
    """Record that a parked message will never be processed."""

    message_id: UUID
    reason: str


class NotParked(Value):
    """No message with this id was ever parked."""


class Parked(Value):
    """It waits until somebody resolves it."""


class Resolved(Value):
    """It was replayed or discarded."""


class NoSuchMessage(Missing):
    """No message with this id is parked in this service."""

    message_id: UUID
    code: ClassVar[str] = "no-such-message"
    text: ClassVar[Text] = Text(
        "No hay ningún mensaje apartado con el id {message_id}. Vea «canaliza parked list».",
        "No message with the id {message_id} is parked. See “canaliza parked list”.",
    )


class MessageResolved(Conflicting):
    """The message was replayed or discarded before."""

    message_id: UUID
    code: ClassVar[str] = "message-resolved"
    text: ClassVar[Text] = Text(
        "El mensaje {message_id} ya se resolvió.",
        "The message {message_id} was resolved before.",
    )


class DiscardNeedsReason(Invalid):
    """The reason for discarding a message is missing or not in the code list."""

    code: ClassVar[str] = "discard-needs-reason"
    text: ClassVar[Text] = Text(
        "Diga por qué se descarta: un código de la lista «discard_reasons».",
        "Say why it is discarded: a code of the list “discard_reasons”.",
    )


class AnotherComesFirst(Conflicting):
    """Another message of the same key came first, and is resolved first."""

    message_id: UUID
    code: ClassVar[str] = "another-comes-first"
    text: ClassVar[Text] = Text(
        "Antes va el mensaje {message_id} del mismo asunto. Resuelva primero ese.",
        "The message {message_id} on the same subject comes first. Resolve that one first.",
    )


class StillUnreadable(Conflicting):
    """The message was read again, and still cannot be used."""

    message_id: UUID
    reason: str
    code: ClassVar[str] = "still-unreadable"
    text: ClassVar[Text] = Text(
        "El mensaje {message_id} sigue sin poder leerse ({reason}). Corrija la causa o descártelo.",
        "The message {message_id} still cannot be read ({reason}). Mend the cause or discard it.",
    )


class StillNotProjectable(Conflicting):
    """The message was processed again, and the program raised on it again."""

    message_id: UUID
    code: ClassVar[str] = "still-not-projectable"
    text: ClassVar[Text] = Text(
        "El programa sigue fallando con el mensaje {message_id}; no se cambió nada. Repítalo con"
        " una versión más nueva, o descártelo con su razón.",
        "The program still fails on the message {message_id}; nothing was changed. Replay it with"
        " a newer version, or discard it with a reason.",
    )


State = NotParked | Parked | Resolved
Facts = MessageParked | MessageReplayed | MessageDiscarded


MessageCommand = ParkMessage | ReplayMessage | DiscardMessage


def decide(command: MessageCommand, state: State) -> Decision:
    """Decide what follows: a message is parked once and resolved once."""
    match command:
        case ParkMessage():
            return _park(command) if isinstance(state, NotParked) else ()
        case ReplayMessage():
            return _cannot_resolve(command.message_id, state) or (
                MessageReplayed(command.message_id),
            )
        case DiscardMessage():
            return _cannot_resolve(command.message_id, state) or _discard(command)
        case _:
            assert_never(command)


def _park(command: ParkMessage) -> tuple[MessageParked]:
    return (
        MessageParked(
            command.message_id,
            command.source,
            command.partition,
            command.offset,
            command.position,
            command.reason,
        ),
    )


def _cannot_resolve(message_id: UUID, state: State) -> Refusal | None:
    match state:
        case NotParked():
            return NoSuchMessage(message_id)
        case Resolved():
            return MessageResolved(message_id)
        case Parked():
            return None
        case _:
            assert_never(state)


def _discard(command: DiscardMessage) -> tuple[MessageDiscarded] | Refusal:
    if not known("discard_reasons", command.reason):
        return DiscardNeedsReason(field="reason")
    return (MessageDiscarded(command.message_id, command.reason),)


def evolve(state: State, fact: Facts) -> State:
    """Return the state after a fact."""
    del state
    return Parked() if isinstance(fact, MessageParked) else Resolved()


DECIDER: Decider[State] = Decider(nothing=NotParked(), decide=decide, evolve=evolve)
FACTS: dict[str, type] = {
    "message-parked": MessageParked,
    "message-replayed": MessageReplayed,
    "message-discarded": MessageDiscarded,
}
VOCABULARY = Vocabulary(FACTS)


def message_id(message: Message) -> UUID:
    """Return a message's id, always the same for the same message.

    It is derived from the position in the source's log; if the message has none, from its offset
    and content, because a topic that is created anew counts offsets from the start.
    """
    at = str(message.position)
    if message.position is None:
        at = f"@{message.offset} {sha256(message.value).hexdigest()}"
    return derived_id("message", message.source, str(message.partition), at)

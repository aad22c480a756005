"""A message that could not be used, from the moment it is parked to the moment somebody resolves it.

Each step a fact.

The facts are on the log of the service that could not use the message; its bytes are in
its ``parked`` table.
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
"""The reason of a message with nothing wrong but its place in line."""
NOT_FROM_A_RELAY = "not-from-a-relay"
"""The reason of a message that can be read, and that somebody else than a relay put on the bus."""


class MessageParked(Value):
    """A message from ``source`` was set aside. reason: a code: what was wrong with it.

    key: the case that waits.
    """

    message_id: UUID
    source: str
    partition: int
    offset: int
    position: int
    reason: str


class MessageReplayed(Value):
    """The message was read again and has now been taken in."""

    message_id: UUID


class MessageDiscarded(Value):
    """Somebody decided that the message will never be taken in.

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
    """Record that a parked message was taken in after all."""

    message_id: UUID


class DiscardMessage(Command, kw_only=True):
    """Give a parked message up."""

    message_id: UUID
    reason: str


class NotParked(Value):
    """Nothing is known of such a message."""


class Parked(Value):
    """It waits for somebody."""


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
    """It was replayed or discarded before."""

    message_id: UUID
    code: ClassVar[str] = "message-resolved"
    text: ClassVar[Text] = Text(
        "El mensaje {message_id} ya se resolvió.",
        "The message {message_id} was resolved before.",
    )


class DiscardNeedsReason(Invalid):
    """A message is discarded only with a coded reason."""

    code: ClassVar[str] = "discard-needs-reason"
    text: ClassVar[Text] = Text(
        "Diga por qué se descarta: un código de la lista «discard_reasons».",
        "Say why it is discarded: a code of the list “discard_reasons”.",
    )


class AnotherComesFirst(Conflicting):
    """Messages of a case are resolved in the order in which they came."""

    message_id: UUID
    code: ClassVar[str] = "another-comes-first"
    text: ClassVar[Text] = Text(
        "Antes va el mensaje {message_id} del mismo asunto. Resuelva primero ese.",
        "The message {message_id} on the same subject comes first. Resolve that one first.",
    )


class StillUnreadable(Conflicting):
    """Reading it again led to the same trouble."""

    message_id: UUID
    reason: str
    code: ClassVar[str] = "still-unreadable"
    text: ClassVar[Text] = Text(
        "El mensaje {message_id} sigue sin poder leerse ({reason}). Corrija la causa o descártelo.",
        "The message {message_id} still cannot be read ({reason}). Mend the cause or discard it.",
    )


State = NotParked | Parked | Resolved
Facts = MessageParked | MessageReplayed | MessageDiscarded


MessageCommand = ParkMessage | ReplayMessage | DiscardMessage


def decide(command: MessageCommand, state: State) -> Decision:
    """Park once; resolve once."""
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
    """Where the message stands after a fact."""
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
    """The same message always gets the same id.

    By its place in the source's log; if it has none, by its place on the bus and what it says,
    because a topic that is made anew counts from the start.
    """
    place = str(message.position)
    if message.position is None:
        place = f"@{message.offset} {sha256(message.value).hexdigest()}"
    return derived_id("message", message.source, str(message.partition), place)

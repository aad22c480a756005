"""What a service does about the messages that it reads."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec

from shared.contracts.contract import Key
from shared.contracts.envelope import Event
from shared.eventstore.session import CommandEnvelope
from shared.kernel.decider import Actor, Command, Decider
from shared.kernel.roles import SYSTEM
from shared.kernel.value import Value, replace
from shared.messaging.inbox import BatchContext
from shared.messaging.parsed_message import ParsedMessage
from shared.messaging.port import Message


class Reaction(Value):
    """What a service does about a message: one command to one of its own streams.

    begins: whether this command begins the stream; it is then assumed to be empty, and read only
    if it turns out not to be.
    """

    decider: Decider[Any]
    stream: UUID
    command: Command
    begins: bool = False


class Reader(Value):
    """How one service processes messages.

    sources: the services whose messages it reads. react: gives the commands that an event leads to.
    project: writes the rows of read models for a batch of events with the cursor of the same
    transaction; None if the service has no read models.
    """

    sources: Sequence[str]
    react: Callable[[Event], Iterable[Reaction]]
    project: Callable[[Any, Sequence[Event]], None] | None = None

    def write_rows(self, context: BatchContext, read: Sequence[Event]) -> None:
        """Have the rows of these events written with the batch, if the service has read models."""
        project = self.project
        if project is not None and read:
            context.rows.append(lambda curs: project(curs, read))


def by_system(event: Event) -> Actor:
    """Return who acts when a service reacts: the institution whose act it follows, by no token."""
    return Actor(event.meta.institution, SYSTEM, SYSTEM)


def case_of(event: Event) -> UUID:
    """Return the case that an event is about. Raises TypeError if its contract has another key."""
    if event.data.key is not Key.CASE:
        raise TypeError(f"{event.type} is about one {event.data.key}")
    return msgspec.convert(event.key, UUID)


class PendingMessage(ParsedMessage):
    """A message that a service is about to process.

    reactions: what it leads to there, once ``find_reactions`` has run. parked: why it is parked,
    None if it is not.
    """

    __slots__ = ("parked", "reactions")

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.reactions: Sequence[Reaction] = ()
        self.parked: str | None = None

    def find_reactions(self, reader: Reader) -> None:
        """Parse the message and find what the service does about it."""
        self.parse()
        if self.event is not None and self.trouble is None:
            self.reactions = list(reader.react(self.event))

    def give_up(self, trouble: str) -> None:
        """Read the message only to park it; what is wrong with its bytes comes first."""
        self.parse()
        self.trouble = self.trouble or trouble

    def commands(self) -> list[CommandEnvelope]:
        """Return the commands that the message leads to."""
        event = self.event
        if event is None:
            return []
        imported = event.meta.imported  # what follows from history is history
        return [
            CommandEnvelope(
                r.decider,
                r.stream,
                r.command if imported is None else replace(r.command, imported=imported),
                event.meta.correlation,
                event.id,
            )
            for r in self.reactions
        ]

"""A letter that could not be used, from the moment it is parked to the moment somebody settles it.

Each step a fact.

The facts stand on the log of the service that could not use the letter; the letter's bytes stand in
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
from shared.kernel.value import Value
from shared.messaging.port import Letter

BEHIND = "behind-a-parked-letter"
"""The reason of a letter with nothing wrong but its place in line."""
NOT_FROM_A_RELAY = "not-from-a-relay"
"""The reason of a letter that can be read, and that somebody else than a relay put on the bus."""


class LetterParked(Value):
    """A letter from ``source`` was set aside. reason: a code: what was wrong with it.

    key: the case that waits.
    """

    letter: UUID
    source: str
    partition: int
    offset: int
    position: int
    reason: str


class LetterReplayed(Value):
    """The letter was read again and has now been taken in."""

    letter: UUID


class LetterDiscarded(Value):
    """Somebody decided that the letter will never be taken in.

    reason: a code of ``discard_reasons``.
    """

    letter: UUID
    reason: str


class ParkLetter(Command, kw_only=True):
    """Set a letter aside."""

    letter: UUID
    source: str
    partition: int
    offset: int
    position: int
    reason: str


class ReplayLetter(Command, kw_only=True):
    """Record that a parked letter was taken in after all."""

    letter: UUID


class DiscardLetter(Command, kw_only=True):
    """Give a parked letter up."""

    letter: UUID
    reason: str


class NotParked(Value):
    """Nothing is known of such a letter."""


class Parked(Value):
    """It waits for somebody."""


class Settled(Value):
    """It was replayed or discarded."""


class NoSuchLetter(Missing):
    """No letter with this id is parked in this service."""

    letter: UUID
    code: ClassVar[str] = "no-such-letter"
    es: ClassVar[str] = (
        "No hay ninguna carta apartada con el id {letter}. Vea «canaliza parked list»."
    )
    en: ClassVar[str] = "No letter with the id {letter} is parked. See “canaliza parked list”."


class LetterSettled(Conflicting):
    """It was replayed or discarded before."""

    letter: UUID
    code: ClassVar[str] = "letter-settled"
    es: ClassVar[str] = "La carta {letter} ya se resolvió."
    en: ClassVar[str] = "The letter {letter} was settled before."


class DiscardNeedsReason(Invalid):
    """A letter is discarded only with a coded reason."""

    code: ClassVar[str] = "discard-needs-reason"
    es: ClassVar[str] = "Diga por qué se descarta: un código de la lista «discard_reasons»."
    en: ClassVar[str] = "Say why it is discarded: a code of the list “discard_reasons”."


class AnotherComesFirst(Conflicting):
    """Letters of a case are settled in the order in which they came."""

    letter: UUID
    code: ClassVar[str] = "another-comes-first"
    es: ClassVar[str] = "Antes va la carta {letter} del mismo caso. Resuelva primero esa."
    en: ClassVar[str] = "The letter {letter} of the same case comes first. Settle that one first."


class StillUnreadable(Conflicting):
    """Reading it again led to the same trouble."""

    letter: UUID
    reason: str
    code: ClassVar[str] = "still-unreadable"
    es: ClassVar[str] = (
        "La carta {letter} sigue sin poder leerse ({reason}). Corrija la causa o descártela."
    )
    en: ClassVar[str] = (
        "The letter {letter} still cannot be read ({reason}). Mend the cause or discard it."
    )


State = NotParked | Parked | Settled
Facts = LetterParked | LetterReplayed | LetterDiscarded


LetterCommand = ParkLetter | ReplayLetter | DiscardLetter


def decide(command: LetterCommand, state: State) -> Decision:
    """Park once; settle once."""
    match command:
        case ParkLetter():
            return _park(command) if isinstance(state, NotParked) else ()
        case ReplayLetter():
            return _cannot_settle(command.letter, state) or (LetterReplayed(command.letter),)
        case DiscardLetter():
            return _cannot_settle(command.letter, state) or _discard(command)
        case _:
            assert_never(command)


def _park(command: ParkLetter) -> tuple[LetterParked]:
    return (
        LetterParked(
            command.letter,
            command.source,
            command.partition,
            command.offset,
            command.position,
            command.reason,
        ),
    )


def _cannot_settle(letter: UUID, state: State) -> Refusal | None:
    match state:
        case NotParked():
            return NoSuchLetter(letter)
        case Settled():
            return LetterSettled(letter)
        case Parked():
            return None
        case _:
            assert_never(state)


def _discard(command: DiscardLetter) -> tuple[LetterDiscarded] | Refusal:
    if not known("discard_reasons", command.reason):
        return DiscardNeedsReason(field="reason")
    return (LetterDiscarded(command.letter, command.reason),)


def evolve(state: State, fact: Facts) -> State:
    """Where the letter stands after a fact."""
    del state
    return Parked() if isinstance(fact, LetterParked) else Settled()


DECIDER: Decider[State] = Decider(nothing=NotParked(), decide=decide, evolve=evolve)
FACTS: dict[str, type] = {
    "letter-parked": LetterParked,
    "letter-replayed": LetterReplayed,
    "letter-discarded": LetterDiscarded,
}
VOCABULARY = Vocabulary(FACTS)


def letter_id(letter: Letter) -> UUID:
    """The same letter always gets the same id.

    By its place in the source's log; if it has none, by its place on the bus and what it says,
    because a topic that is made anew counts from the start.
    """
    place = str(letter.position)
    if letter.position is None:
        place = f"@{letter.offset} {sha256(letter.value).hexdigest()}"
    return derived_id("letter", letter.source, str(letter.partition), place)

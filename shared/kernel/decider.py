"""The form of a rule: ``decide`` and ``evolve``, both pure.

``decide(command, state) -> facts | refusal``, ``evolve(state, fact) -> state``. Time, identity and
ids come in with the command, so the same input always gives the same facts; and ``evolve`` never
refuses: a check there would reject last year's truth with next year's rule.

A rule that depends on more than its own stream names the other streams of the same log that it
leans on, and decides as ``decide(command, state, known)``. What must be unique, such as a name, has
a stream of its own, which is claimed by the fact that uses it (``Claim``, ``Beside``).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from shared.kernel.record import Source
from shared.kernel.refusals import ReactionOnly, Refusal
from shared.kernel.roles import SYSTEM
from shared.kernel.times import MAIN, NO_TIMES, Place, Times
from shared.kernel.value import Value


class Actor(Value):
    """Who acts: an institution, in one of its roles, through one person.

    institution: its code. role: the token's, ``SYSTEM`` for a reaction to another service's fact.
    subject: the pseudonymous id of the person behind the token, never a name.
    """

    institution: str
    role: str
    subject: str


class Command(Value, kw_only=True):
    """An act that somebody asks for; decided, it becomes facts or is refused.

    by: who asks. at: when it happened, with the local offset from UTC. received_at: when the
    service that was asked received it, by its own clock, which no caller sets; None: not known.
    imported: the file that says so, if it is history that an import records; None for all that
    happens live, because nobody can give one over HTTP.
    """

    by: Actor
    at: datetime
    received_at: datetime | None = None
    imported: Source | None = None


def reaction_only(command: Command) -> ReactionOnly | None:
    """Refuse a command that only a service's reaction may be; None if it is one."""
    return None if command.by.role == SYSTEM else ReactionOnly()


def came_first(one: datetime | None, other: datetime | None) -> bool:
    """Whether the one was certainly received before the other: not if either is not known.

    Two services that each judge by this, from the same two moments, come to the same verdict.
    """
    return one is not None and other is not None and one < other


Decision = tuple[Any, ...] | Refusal

S = TypeVar("S")


class Known(Value):
    """The state of one stream at a version.

    version: of the last fact that is folded in; 0 if nothing was ever recorded there. times: when
    those facts happened, by which the order of the next ones is checked.
    """

    version: int
    state: Any
    times: Times = NO_TIMES


def takes_no_commands(*_: object) -> Decision:
    """Decide for a stream whose facts are recorded beside those of others: nobody asks."""
    raise TypeError("this stream takes no commands")


class Claim(Value, eq=False):
    """The first of these streams in which nothing was recorded; a decision takes it for itself.

    candidates: names without end, each with its stream. ``decide`` gets the first free one as
    ``Known(0, name)``, and a fact that follows MUST be told there too (``Decider.beside``). Nothing
    is read for it: a stream that is not known is taken to be free, and if it is not, the log
    refuses the fact, the stream is read, and the next one is taken.
    """

    decider: "Decider[Any]"
    candidates: Iterable[tuple[str, UUID]]


class Beside(Value):
    """A fact for another stream of the same log, recorded together with the one it goes with."""

    decider: "Decider[Any]"
    stream: UUID
    fact: Any


Stream = tuple["Decider[Any]", UUID]
"""A stream as one decider sees it: two that read one stream come to states of two kinds."""
Leans = Mapping[str, Stream | Claim]
"""The streams that a decision leans on, by the names under which ``decide`` gets them."""


class Decider(Value, Generic[S], eq=False):
    """An aggregate's whole behaviour as one value: all that storage knows of it.

    nothing: the state before the first fact. leans_on: gives the other streams of the same log that
    a command depends on in a state; None if no command does. If it is given, ``decide`` gets what
    is known of them by name as its third argument, and a fact that follows from one MUST name its
    version. The log promises that this version is the last one at the fact's position (see
    ``shared.eventstore.writer``). place: gives a fact's place among those of its stream, on which
    the order of times depends; None if each answers all before it. beside: gives what is recorded
    in other streams together with a fact, from the state before it and the fact; each of those
    streams MUST be claimed or leaned on.
    """

    nothing: S
    decide: Callable[..., Decision]
    evolve: Callable[[S, Any], S]
    leans_on: Callable[[Any, S], Leans] | None = None
    place: Callable[[Any], Place] | None = None
    beside: Callable[[S, Any], Iterable[Beside]] | None = None

    def place_of(self, fact: Any) -> Place:
        """Return a fact's place among those of its stream."""
        return MAIN if self.place is None else self.place(fact)

    def decide_with(self, command: Command, state: S, known: Mapping[str, Known]) -> Decision:
        """Call ``decide``. known: the streams that ``leans_on`` names; unused if it is None."""
        if self.leans_on is None:
            return self.decide(command, state)
        return self.decide(command, state, known)

    def fold(self, facts: Iterable[Any], start: S | None = None) -> S:
        """Return the state that these facts, oldest first, lead to from ``start`` or nothing."""
        state = self.nothing if start is None else start
        for fact in facts:
            state = self.evolve(state, fact)
        return state

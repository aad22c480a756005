"""What a rule looks like: ``decide`` and ``evolve``, both pure.

``decide(command, state) -> facts | refusal``, ``evolve(state, fact) -> state``. Time, identity and
ids come in with the command, so the same input gives the same facts for ever; and ``evolve`` never
refuses: a check there would reject last year's truth with next year's rule.

A rule that needs to know more than its own stream says which other streams of the same log it leans
on, and decides as ``decide(command, state, known)``.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from shared.kernel.refusals import ReactionOnly, Refusal
from shared.kernel.value import Value

SYSTEM = "system"
"""The role in which a service reacts to another service's fact; no token carries it."""


class Actor(Value):
    """Who acts: an institution, in one of its roles, through one token.

    institution: the institution's code. role: the role that the token was given, ``SYSTEM`` for a
    reaction to another service's fact. subject: the token's public id, never a person's name.
    """

    institution: str
    role: str
    subject: str


class Command(Value, kw_only=True):
    """A wish.

    ``by`` is who asks; ``at`` is when it happened, with the wall clock's offset where it happened.
    """

    by: Actor
    at: datetime


def reaction_only(command: Command) -> ReactionOnly | None:
    """Refuse a command that no institution gives; None where it is a service's reaction."""
    return None if command.by.role == SYSTEM else ReactionOnly()


Decision = tuple[Any, ...] | Refusal

S = TypeVar("S")


class Known(Value):
    """What a log says of one stream, up to a version.

    version: the stream's last fact that is counted in; 0: nothing was ever recorded there. state:
    what these facts lead to.
    """

    version: int
    state: Any


Leans = Mapping[str, tuple["Decider[Any]", UUID]]
"""The streams that a decision leans on, by the names under which it is told of them."""


class Decider(Value, Generic[S], eq=False):
    """An aggregate's whole behaviour as one value: all that storage knows of it.

    nothing: the state before the first fact. leans_on: the other streams of the same log that a
    command needs to know of in a state; None: no command does. Where it is given, ``decide`` takes
    what is known of them by name as its third argument, and a fact that follows from one MUST name
    its version. The log promises that no other version stood there at the fact's position (see
    ``shared.eventstore.writer``).
    """

    nothing: S
    decide: Callable[..., Decision]
    evolve: Callable[[S, Any], S]
    leans_on: Callable[[Any, S], Leans] | None = None

    def decide_with(self, command: Command, state: S, known: Mapping[str, Known]) -> Decision:
        """Decide. known: of the streams that ``leans_on`` names, for the rules that ask for it."""
        if self.leans_on is None:
            return self.decide(command, state)
        return self.decide(command, state, known)

    def fold(self, facts: Iterable[Any], start: S | None = None) -> S:
        """The state that these facts, oldest first, lead to."""
        state = self.nothing if start is None else start
        for fact in facts:
            state = self.evolve(state, fact)
        return state

"""What a rule looks like: ``decide`` and ``evolve``, both pure.

``decide(command, state) -> facts | refusal``, ``evolve(state, fact) -> state``. Time, identity and
ids come in with the command, so the same input gives the same facts for ever; and ``evolve`` never
refuses: a check there would reject last year's truth with next year's rule.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Generic, TypeVar

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


class Decider(Value, Generic[S], eq=False):
    """An aggregate's whole behaviour as one value: all that storage knows of it.

    nothing: the state before the first fact.
    """

    nothing: S
    decide: Callable[[Any, S], Decision]
    evolve: Callable[[S, Any], S]

    def fold(self, facts: Iterable[Any], start: S | None = None) -> S:
        """The state that these facts, oldest first, lead to."""
        state = self.nothing if start is None else start
        for fact in facts:
            state = self.evolve(state, fact)
        return state

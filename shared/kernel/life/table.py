"""The table of a life: its transitions, split into one row for each command and status."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, get_args, get_type_hints

from shared.kernel.decider import Command
from shared.kernel.fields import bare_type, members
from shared.kernel.refusals import Refusal
from shared.kernel.roles import SYSTEM
from shared.kernel.value import Value

STAYS: Final = None
"""``to=STAYS``: the fact does not change the status."""


class LifeError(TypeError):
    """A life's table contradicts its types or itself. Raised when the program loads."""


class Relation(Value):
    """What an institution is to a life, on which depends what it may do.

    code: of the list ``relations``. of: gives the code of the institution in this relation, from
    ``(state, known)``. refusal: gives the refusal of all others, from ``(command, state)``; None:
    ``NotYours``.
    """

    code: str
    of: Callable[[Any, Any], str]
    refusal: Callable[[Any, Any], Refusal] | None = None


class Transition(Value):
    """One row of a life: who may do what in which status, and what follows.

    command: its type. by: who may: a relation or several, or ``SYSTEM`` if it is a reaction. from_:
    a status type, a union of them or a tuple.

    fact: a fact type, whose fields come by name from the command, else from the state; or a
    function ``(command, state, known) -> facts | Refusal`` whose return annotation names every fact
    that it may give. to: the status type after it, whose fields come by name from the fact, else
    from the state; ``STAYS``; or, if a function chooses between facts, one of these for each.

    guards: functions ``(command, state, known) -> Refusal | None``. implied: a fact that the
    command implies, recorded first in each status that it leads out of. evolve: a function
    ``(state, fact) -> state``, if fields by name are not enough. sets: values of fields of ``to``
    that neither fact nor state have. offered: whether refusals name it among what is possible now.
    """

    command: type[Command]
    by: Relation | tuple[Relation, ...] | str
    from_: Any
    fact: Any
    to: Any
    guards: tuple[Callable[..., Refusal | None], ...] = ()
    implied: type[Value] | None = None
    evolve: Callable[[Any, Any], Any] | None = None
    sets: Mapping[str, Any] = {}
    offered: bool = True


class Row(Value):
    """A transition in one of its statuses.

    facts: what it may give, with the status after each. effective_status: in which the command is
    carried out: ``status``, or the one that an implied fact leads to.
    """

    transition: Transition
    status: type[Value]
    facts: Mapping[type[Value], type[Value]]
    effective_status: type[Value]

    @property
    def name(self) -> str:
        """How an error names the row."""
        return f"{self.transition.command.__name__} in {self.status.__name__}"

    @property
    def relations(self) -> tuple[Relation, ...]:
        """Who may give the command; nobody if it is a reaction."""
        by = self.transition.by
        if isinstance(by, str):
            return ()
        return by if isinstance(by, tuple) else (by,)


def rows_of(transitions: Iterable[Transition], facts: Any) -> tuple[Row, ...]:
    """Split a table into rows. Raises LifeError if a transition is not valid."""
    table = tuple(transitions)
    alive = members(facts)
    return tuple(row for transition in table for row in _rows(transition, table, alive))


def check_accepts(culprit: str, function: Callable[..., Any], *given: type[Value]) -> None:
    """Raise LifeError if an annotated parameter of the function does not accept its argument."""
    hints = get_type_hints(function)
    for name, kind in zip(inspect.signature(function).parameters, given, strict=False):
        accepted = members(hints.get(name, Any))
        if Any not in accepted and not any(_is_kind(kind, each) for each in accepted):
            called = getattr(function, "__name__", repr(function))
            raise LifeError(f"{culprit}: {called}({name}) does not take {kind.__name__}")


def check_returns(culprit: str, function: Callable[..., Any], status: type[Value]) -> None:
    """Raise LifeError if the function's return annotation leaves this status out."""
    returned = members(get_type_hints(function).get("return", Any))
    if Any not in returned and status not in returned:
        called = getattr(function, "__name__", repr(function))
        raise LifeError(f"{culprit}: {called} does not give {status.__name__}")


def _rows(
    transition: Transition, table: tuple[Transition, ...], alive: tuple[type[Value], ...]
) -> Iterator[Row]:
    name = transition.command.__name__
    if isinstance(transition.by, str) and transition.by != SYSTEM:
        raise LifeError(f"{name}: by is a relation or SYSTEM, not {transition.by!r}")
    facts = _declared(transition, alive)
    for status in members(transition.from_):
        effective = _effective_status(transition, status, table)
        after = {fact: _after(transition, fact, effective) for fact in facts}
        yield Row(transition, status, after, effective)


def _declared(transition: Transition, alive: tuple[type[Value], ...]) -> tuple[type[Value], ...]:
    """Return the facts that a transition may give, in the order of the life's own union."""
    name = transition.command.__name__
    if isinstance(transition.fact, type):
        named = {transition.fact}
    else:
        returned = get_type_hints(transition.fact).get("return", Any)
        named = {kind for kind in _within(bare_type(returned)) if not _is_kind(kind, Refusal)}
    unknown = sorted(getattr(kind, "__name__", str(kind)) for kind in named - {*alive})
    if unknown or not named:
        raise LifeError(f"{name}: gives {', '.join(unknown) or 'nothing'}: no fact of this life")
    return tuple(fact for fact in alive if fact in named)


def _within(annotation: Any) -> Iterator[Any]:
    """Yield the types in a return annotation, at any depth of unions and tuples."""
    inner = get_args(annotation)
    if inner:
        for each in inner:
            yield from _within(each)
    elif annotation is not ...:
        yield annotation


def _effective_status(
    transition: Transition, status: type[Value], table: tuple[Transition, ...]
) -> type[Value]:
    implied = transition.implied
    if implied is None:
        return status
    found = [t for t in table if t.fact is implied]
    if not found:
        raise LifeError(f"{transition.command.__name__}: no transition gives {implied.__name__}")
    leading = [t for t in found if status in members(t.from_)]
    return _after(leading[0], implied, status) if leading else status


def _after(transition: Transition, fact: type[Value], status: type[Value]) -> type[Value]:
    to = transition.to
    if isinstance(to, Mapping):
        if fact not in to:
            raise LifeError(f"{transition.command.__name__}: to says nothing of {fact.__name__}")
        to = to[fact]
    return status if to is STAYS else to


def _is_kind(kind: Any, wanted: Any) -> bool:
    return isinstance(kind, type) and isinstance(wanted, type) and issubclass(kind, wanted)

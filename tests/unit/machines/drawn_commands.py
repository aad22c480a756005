"""Commands drawn from their types: a walk has a move for each that it writes no move of its own."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, get_type_hints
from uuid import UUID

from hypothesis import strategies as st

from shared.kernel.decider import Command, Decider
from shared.kernel.fields import Described
from tests.fields import Field, fields, is_struct, members
from tests.unit.machines.commands import anybody, coded, days, moments, mostly, several, wrong

Draws = Mapping[str, st.SearchStrategy[Any]]
"""What a walk draws for a field: by its name, or by ``Command.name`` where that differs."""

_OF_TYPE: Mapping[Any, st.SearchStrategy[Any]] = {
    UUID: st.integers(1, 4).map(lambda n: UUID(int=n)),
    datetime: moments,
    date: days,
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    int: st.integers(-1, 100),
}


class CannotDraw(TypeError):
    """A walk does not know what a field may hold."""


def commands_of(decider: Decider[Any]) -> tuple[type[Command], ...]:
    """Every command that an aggregate decides, as its rules are annotated."""
    return members(get_type_hints(decider.decide)["command"])


def drawn(command: type[Command], draws: Draws) -> st.SearchStrategy[dict[str, Any]]:
    """Draw the fields of a command. Raises CannotDraw, which names the field."""
    return st.fixed_dictionaries(_by_name(command, draws))


def _by_name(kind: Any, draws: Draws) -> dict[str, st.SearchStrategy[Any]]:
    return {field.name: _of(field, draws) for field in fields(kind) if field.name != "imported"}


def _of(field: Field, draws: Draws) -> st.SearchStrategy[Any]:
    for key in (str(field), field.name):
        if key in draws:
            return draws[key]
    return anybody if field.name == "by" else _of_type(field, draws)


def _fitting(described: Described) -> st.SearchStrategy[str]:
    """Draw a text within the limits."""
    if described.pattern:
        return st.from_regex(described.pattern, fullmatch=True)
    return st.text(min_size=described.least or 0, max_size=described.most or 40)


def _of_type(field: Field, draws: Draws) -> st.SearchStrategy[Any]:
    one: st.SearchStrategy[Any]
    if field.code_list is not None:
        one = coded(field.code_list)
    elif field.type is str and field.described is not None:
        one = mostly(_fitting(field.described), wrong)
    elif is_struct(field.type):
        one = st.builds(field.type, **_by_name(field.type, draws))
    elif field.type in _OF_TYPE:
        one = _OF_TYPE[field.type]
    else:
        raise CannotDraw(f"what may {field} hold? Say so in the walk's draws")
    if field.many:
        one = several(one)
    return st.none() | one if field.optional else one

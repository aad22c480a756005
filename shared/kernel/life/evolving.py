"""What each fact of a life does in each of its statuses."""

from collections.abc import Mapping
from typing import Any

from shared.kernel.life.building import Maker, status_maker
from shared.kernel.life.table import STAYS, LifeError, Row
from shared.kernel.value import Value

Kinds = tuple[type[Value], ...]
Moves = Mapping[type[Value], Mapping[type[Value], Maker]]


def moves_of(rows: tuple[Row, ...], statuses: Kinds, facts: Kinds) -> Moves:
    """Compile the step of every fact in every status, the first of which is the start.

    A history that an older table allowed may have a pair that this table does not: the fact then
    leads where it leads from all other statuses, or changes nothing if it leads to several or a
    value for the new status is missing. Raises LifeError.
    """
    moves: dict[type[Value], dict[type[Value], Maker]] = {}
    for status in statuses:
        begins = status is statuses[0]
        moves[status] = {fact: _move(rows, status, fact, begins=begins) for fact in facts}
    return moves


def _move(rows: tuple[Row, ...], status: type[Value], fact: type[Value], *, begins: bool) -> Maker:
    giving = [row for row in rows if fact in row.facts]
    own = next((row for row in giving if row.effective_status is status), None)
    if own:
        return _maker(own, status, fact, begins=begins)
    ways = {row.facts[fact] for row in giving}
    if len(ways) > 1 or any(row.transition.evolve or _stays(row, fact) for row in giving):
        return _unchanged
    try:
        return _maker(giving[0], status, fact, begins=begins)
    except LifeError:
        return _unchanged


def _maker(row: Row, status: type[Value], fact: type[Value], *, begins: bool) -> Maker:
    if row.transition.evolve:
        return row.transition.evolve
    if _stays(row, fact):
        return _unchanged
    return status_maker(row.facts[fact], status, fact, row.transition.sets, begins=begins)


def _stays(row: Row, fact: type[Value]) -> bool:
    to = row.transition.to
    return (to[fact] if isinstance(to, Mapping) else to) is STAYS


def _unchanged(state: Any, fact: Any) -> Any:
    del fact
    return state

"""The checks of a life's table when the program loads; every error names the culprit."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from shared.kernel.codes import known
from shared.kernel.fields import coded_fields
from shared.kernel.life.table import LifeError, Row, check_accepts, check_returns
from shared.kernel.roles import SYSTEM
from shared.kernel.statuses import statuses
from shared.kernel.value import Value

Kinds = tuple[type[Value], ...]
Rows = tuple[Row, ...]


def check_reached(commands: Kinds, facts: Kinds, alive: Kinds, rows: Rows) -> None:
    """Raise LifeError unless the table reaches exactly these types from the first status."""
    _exactly("command", commands, [row.transition.command for row in rows])
    _exactly("fact", facts, [fact for row in rows for fact in row.facts])
    _exactly("status", alive, _reachable(alive[0], rows))
    for row in rows:
        if row.status not in alive:
            raise LifeError(f"{row.name}: this status is not declared")


def check_unambiguous(rows: Rows) -> None:
    """Raise LifeError if a command, or a fact, leads two ways from one status."""
    pairs = Counter((row.transition.command, row.status) for row in rows)
    ways: dict[tuple[type[Value], type[Value]], tuple[Any, ...]] = {}
    for row in rows:
        status = row.effective_status
        if pairs[row.transition.command, row.status] > 1:
            raise LifeError(f"{row.name}: there are two transitions")
        if (row.transition.command, status) not in pairs:
            raise LifeError(f"{row.name}: not possible in {status.__name__}, which is implied")
        for fact, to in row.facts.items():
            way = (to, row.transition.evolve, dict(row.transition.sets))
            if ways.setdefault((status, fact), way) != way:
                raise LifeError(f"{fact.__name__} in {status.__name__}: leads two ways")


def codes_of(alive: Kinds, list_name: str) -> Mapping[type[Value], str]:
    """Return the status code of each status but the first, which has none.

    Raises LifeError if one has no code, a code that is not of the list, or another's.
    """
    codes: dict[type[Value], str] = {}
    for kind in alive[1:]:
        code = str(kind.__dict__.get("status"))
        if code not in statuses(list_name):
            raise LifeError(f"{kind.__name__}.status: {code!r} is not of the list {list_name}")
        if code in codes.values():
            raise LifeError(f"{kind.__name__}.status: {code!r} is another's too")
        codes[kind] = code
    return codes


def check_written(kinds: Kinds, rows: Rows) -> None:
    """Raise LifeError if a function does not accept its arguments, or a relation has no label.

    Raises FieldError if a coded field has no list.
    """
    for kind in kinds:
        coded_fields(kind)
    for row in rows:
        _check_functions(row)
        for relation in row.relations:
            if not known("relations", relation.code):
                raise LifeError(f"{row.name}: {relation.code!r} is not of the list relations")


def check_one_caller(rows: Rows) -> None:
    """Raise LifeError if a command is a reaction in one status and not in another."""
    reactions: dict[type[Value], bool] = {}
    for row in rows:
        reaction = row.transition.by == SYSTEM
        if reactions.setdefault(row.transition.command, reaction) != reaction:
            raise LifeError(f"{row.name}: a reaction in one status and not in another")


def check_refusals(commands: Kinds, alive: Kinds, rows: Rows, refusals: Mapping[Any, Any]) -> None:
    """Raise LifeError if a refusal can never be given, or one is missing before the start."""
    possible = {(row.transition.command, row.status) for row in rows}
    impossible = {(each, status) for each in commands for status in alive} - possible
    for at, answer in refusals.items():
        if callable(answer) and isinstance(at, tuple):
            check_accepts(_named(at), answer, *at)
        heard = {at} if isinstance(at, tuple) else {pair for pair in impossible if pair[1] is at}
        if not heard & impossible:
            raise LifeError(f"{_named(at)}: this refusal is never heard")
    start = alive[0]
    for command in commands:
        if (command, start) in impossible and not {(command, start), start} & {*refusals}:
            raise LifeError(f"{_named((command, start))}: no refusal is given")


def reachable_from(status: type[Value], rows: Rows) -> frozenset[type[Value]]:
    """Return the statuses that can be reached from this one in any number of steps, or none."""
    return frozenset(_reachable(status, rows))


def _check_functions(row: Row) -> None:
    transition = row.transition
    for guard in transition.guards:
        check_accepts(row.name, guard, transition.command, row.status)
    if not isinstance(transition.fact, type):
        check_accepts(row.name, transition.fact, transition.command, row.effective_status)
    if transition.evolve:
        for fact, to in row.facts.items():
            check_accepts(row.name, transition.evolve, row.effective_status, fact)
            check_returns(row.name, transition.evolve, to)


def _reachable(status: type[Value], rows: Rows) -> Iterable[type[Value]]:
    found = [status]
    for each in found:
        found += [to for to in _next(each, rows) if to not in found]
    return found


def _next(status: type[Value], rows: Rows) -> Iterator[type[Value]]:
    for row in rows:
        if row.status is status:
            yield row.effective_status
            yield from row.facts.values()


def _exactly(what: str, declared: Kinds, reached: Iterable[type[Value]]) -> None:
    found = tuple(reached)
    for kind in declared:
        if kind not in found:
            raise LifeError(f"{what} {kind.__name__}: no transition reaches it")
    for kind in found:
        if kind not in declared:
            raise LifeError(f"{what} {kind.__name__}: not declared")


def _named(at: Any) -> str:
    return " in ".join(kind.__name__ for kind in (at if isinstance(at, tuple) else (at,)))

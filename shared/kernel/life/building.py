"""Making the values of a life from one another, by the names of their fields.

Each maker is compiled once, when the program loads, to the very call that one would write by hand:
every look-up counts when a long history is folded (docs/performance.md).
"""

import inspect
from collections.abc import Callable, Mapping
from types import NoneType
from typing import Any, get_type_hints

from shared.kernel.coded_fields import attribute
from shared.kernel.codes import codes
from shared.kernel.decider import Command
from shared.kernel.fields import AttributeOf, bare_type, list_of, members, note_of
from shared.kernel.life.table import LifeError
from shared.kernel.value import Value, defaults_of, hints_of

Maker = Callable[[Any, Any], Any]


def fact_maker(fact: type[Value], command: type[Command], state: type[Value]) -> Maker:
    """Compile a function that makes a fact from ``(command, state)``.

    Raises LifeError if a field has no source.
    """
    sources = {}
    for name, hint in hints_of(fact).items():
        kept = note_of(hint, AttributeOf)
        sources[name] = (
            _attribute(fact, name, kept, command)
            if kept
            else _own(fact, name, hint, command)
            or _field(fact, name, hint, "state", state)
            or _missing(fact, name, f"{command.__name__} nor {state.__name__}")
        )
    return _compiled(fact, "command, state", sources, {"attribute": attribute})


def status_maker(
    to: type[Value],
    state: type[Value],
    fact: type[Value],
    sets: Mapping[str, Any],
    *,
    begins: bool = False,
) -> Maker:
    """Compile a function that makes a status from ``(state, fact)``.

    A field of the fact's type, or of the type of the state before, gets it whole. sets: constants.
    begins: use defaults, as there is no state before; later they would overwrite what was known.
    Raises LifeError if a field has no source.
    """
    defaults = defaults_of(to) if begins else {}
    sources = {}
    for name, hint in hints_of(to).items():
        sources[name] = (
            (f"constants[{name!r}]" if name in sets else None)
            or _field(to, name, hint, "fact", fact)
            or _field(to, name, hint, "state", state)
            or _whole(hint, fact, state)
            or (f"constants[{name!r}]" if name in defaults else None)
            or _missing(to, name, f"{fact.__name__} nor {state.__name__}")
        )
    return _compiled(to, "state, fact", sources, {"constants": {**defaults, **sets}})


def _own(fact: type[Value], name: str, hint: Any, command: type[Command]) -> str | None:
    if name in Command.__struct_fields__:
        return None
    return _field(fact, name, hint, "command", command)


def _field(target: type[Value], name: str, hint: Any, source: str, kind: type[Value]) -> str | None:
    """Return a field's source in another value's field or property of its name, if it has one.

    Raises LifeError if that has another type or code list.
    """
    held = _held(kind, name)
    if held is None:
        return None
    if not {*_kinds(held)} <= {*_kinds(hint)}:
        raise LifeError(f"{target.__name__}.{name}: {kind.__name__}.{name} is of another type")
    lists = {list_of(each, name) for each in (target, kind) if name in hints_of(each)} - {None}
    if len(lists) > 1:
        raise LifeError(f"{target.__name__}.{name}: {kind.__name__}.{name} is of another code list")
    return f"{source}.{name}"


def _held(kind: type[Value], name: str) -> Any:
    """Return the type of a value's field or property, None if it has none of that name."""
    if name in hints_of(kind):
        return hints_of(kind)[name]
    found = inspect.getattr_static(kind, name, None)
    return get_type_hints(found.fget)["return"] if isinstance(found, property) else None


def _kinds(hint: Any) -> tuple[Any, ...]:
    return members(bare_type(hint))


def _whole(hint: Any, fact: type[Value], state: type[Value]) -> str | None:
    kinds = _kinds(hint)
    return "fact" if fact in kinds else "state" if state in kinds else None


def _attribute(fact: type[Value], name: str, kept: AttributeOf, command: type[Command]) -> str:
    where = f"{fact.__name__}.{name}"
    if kept.field not in hints_of(command):
        raise LifeError(f"{where}: {command.__name__} has no {kept.field}")
    list_name = list_of(command, kept.field)
    if list_name is None:
        raise LifeError(f"{where}: {command.__name__}.{kept.field} has no code list")
    if any(kept.name not in entry.extra for entry in codes(list_name).values()):
        raise LifeError(f"{where}: not every code of {list_name} has a {kept.name}")
    held = f"command.{kept.field}"
    expression = f"attribute({list_name!r}, {held}, {kept.name!r})"
    optional = NoneType in _kinds(hints_of(command)[kept.field])
    if optional and NoneType not in _kinds(hints_of(fact)[name]):
        raise LifeError(f"{where}: {command.__name__}.{kept.field} may be None, and this not")
    return f"None if {held} is None else {expression}" if optional else expression


def _missing(target: type[Value], name: str, sources: str) -> str:
    raise LifeError(f"{target.__name__}.{name}: neither {sources} has it")


def _compiled(
    kind: type[Value], parameters: str, sources: Mapping[str, str], names: Mapping[str, Any]
) -> Maker:
    arguments = ", ".join(
        sources[name]
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD
        else f"{name}={sources[name]}"
        for name, parameter in inspect.signature(kind).parameters.items()
    )
    namespace: dict[str, Any] = {"kind": kind, **names}
    source = f"def make({parameters}):\n    return kind({arguments})\n"
    exec(source, namespace)  # noqa: S102 - of field names only, as dataclasses do it
    made: Maker = namespace["make"]
    return made

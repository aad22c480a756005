"""What there is to walk over, found in the services themselves, so that nothing is forgotten."""

import ast
import inspect
import sys
from collections.abc import Collection, Iterator
from types import ModuleType
from typing import Any

from services.installation import ALL
from services.operator import hand_on
from services.referral import reach
from shared.kernel.decider import Command, Decider, takes_no_commands
from shared.kernel.refusals import Refusal
from shared.messaging import parked_message
from tests.unit.machines.drawn_commands import commands_of
from tests.unit.machines.walking import Walk

SERVICES = tuple(definition.name for definition in ALL)
STORED = {
    *parked_message.FACTS.values(),
    *(kind for definition in ALL for kind in definition.facts.values()),
}
"""The type of every fact that any service stores."""


def deciders() -> dict[str, Decider[Any]]:
    """Every aggregate's decider by its module; not what is only recorded beside others' facts."""
    found = {}
    for module in _modules("services.", "shared."):
        for thing in vars(module).values():
            if isinstance(thing, Decider) and thing.decide is not takes_no_commands:
                found[thing.decide.__module__] = thing
    return found


def unwalked(machines: Collection[type[Walk]]) -> set[str]:
    """The modules of deciders that none of these walks over."""
    walked = [machine.decider for machine in machines]
    return {module for module, one in deciders().items() if one not in walked}


def unwalked_facts(machines: Collection[type[Walk]], stored: Collection[type]) -> set[str]:
    """Those of the stored facts that none of these can meet."""
    walked = {kind for machine in machines for kind in machine.vocabulary.names.values()}
    return {kind.__name__ for kind in stored if kind not in walked}


def unheard(machines: Collection[type[Walk]], refusals: Collection[type[Refusal]]) -> set[str]:
    """Those of the refusals that none of these expects to hear."""
    heard = {kind for machine in machines for kind in machine.refusals()}
    return {kind.__name__ for kind in refusals if kind not in heard}


def refusals_of_aggregates() -> set[type[Refusal]]:
    """The refusals of every package, or module of a shared one, in which there is an aggregate."""
    homes = {
        home if home.startswith("shared.") else f"{home.rpartition('.')[0]}." for home in deciders()
    }
    return {
        thing
        for module in _modules(*homes)
        if not module.__name__.endswith("_api")  # what the door says, no aggregate decides
        for thing in vars(module).values()
        if isinstance(thing, type) and thing.__module__ == module.__name__
        if issubclass(thing, Refusal) and hasattr(thing, "code")
    }


def commands() -> dict[type[Command], str]:
    """Every command of the services' aggregates, and the service that decides it."""
    return {
        command: module.split(".")[1]
        for module, decider in deciders().items()
        if module.startswith("services.")
        for command in commands_of(decider)
    }


def given_by(service: str) -> set[Any]:
    """Whatever a service's routes, reactions, timers and keeping, or the operator, names."""
    found: list[Any] = []
    edges = [
        module
        for module in _modules(f"services.{service}.")
        if module.__name__.endswith(("api", "consumes", "timers", "keeping"))
    ]
    for module in (*edges, hand_on, reach):
        found += _named(ast.parse(inspect.getsource(module)), module)
    return {thing for thing in found if isinstance(thing, type)}


def _named(tree: ast.AST, module: ModuleType) -> Iterator[Any]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield getattr(module, node.id, None)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield getattr(getattr(module, node.value.id, None), node.attr, None)


def _modules(*prefixes: str) -> list[ModuleType]:
    return [module for name, module in list(sys.modules.items()) if name.startswith(prefixes)]

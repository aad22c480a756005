"""Which of its facts a service publishes, and how: a table, checked when it is imported.

A fact and a contract belong together by name: ``case-registered`` and the highest version of
``mx.canaliza.intake.case-registered``. By default each field of the contract is the fact's field of
the same name. If they differ, there is a translation, or the table names the withheld fields.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeGuard, get_type_hints

import msgspec

from shared.contracts.contract import Contract, parts_of
from shared.kernel.fields import bare_type, members

Publish = Callable[[Any], Contract | None]
"""Translates a recorded fact into its contract; a private one into None.

Raises KeyError for a fact that is not in the table.
"""
_NONE: Mapping[type, Any] = MappingProxyType({})


class TableIsWrong(TypeError):
    """The table does not cover its facts and contracts exactly. The message names each mistake."""


def same_fields(
    facts: Mapping[str, type],
    contracts: Mapping[str, type[Contract]],
    *,
    private: Collection[type] = (),
    withheld: Mapping[type, Collection[str]] = _NONE,
    translated: Mapping[type, Callable[[Any], Contract]] = _NONE,
) -> Publish:
    """Make the function that publishes the facts of a service.

    facts: by stored name. contracts: by type name, all of this publisher. private: facts that are
    not published. withheld: by fact, the fields that its contract leaves out. translated: for a
    fact that differs from its contract, a function whose return annotation is that contract.
    Raises TableIsWrong unless each fact is published, private or translated, each field has its
    counterpart, and each contract that is not retired has its fact.
    """
    table = _Table(facts, _published(contracts), private, withheld, translated)
    if mistakes := list(table.mistakes()):
        raise TableIsWrong("; ".join(mistakes))
    translations = {fact: table.translation(name, fact) for name, fact in facts.items()}

    def publish(fact: Any) -> Contract | None:
        return translations[type(fact)](fact)

    return publish


def _published(contracts: Mapping[str, type[Contract]]) -> dict[str, type[Contract]]:
    """Return the highest version of each contract by its fact's name, without the retired ones."""
    newest: dict[str, type[Contract]] = {}
    for each in sorted(contracts, key=lambda each: parts_of(each).version):
        newest[parts_of(each).name] = contracts[each]
    return {name: contract for name, contract in newest.items() if not contract.retired}


@dataclass(frozen=True, slots=True)
class _Table:
    """The arguments of ``same_fields``. published: contracts by the name of their fact."""

    facts: Mapping[str, type]
    published: Mapping[str, type[Contract]]
    private: Collection[type]
    withheld: Mapping[type, Collection[str]]
    translated: Mapping[type, Callable[[Any], Contract]]

    def translation(self, name: str, fact: type) -> Publish:
        """Return the function that publishes one fact."""
        if fact in self.private:
            return _no_contract
        return self.translated.get(fact) or _copy(fact, self.published[name])

    def mistakes(self) -> Iterator[str]:
        """Describe everything in which facts and contracts do not match."""
        for name in sorted(self.published.keys() - self.facts.keys()):
            yield f"{self.published[name].__name__}: no fact is called {name}"
        for each in (*self.private, *self.withheld, *self.translated):
            if each not in self.facts.values():
                yield f"{each.__name__}: named in the table, and not among the facts"
        for name, fact in self.facts.items():
            contract = self.published.get(name)
            if fact in self.private:
                yield from self._of_private(name, fact, contract)
            elif contract is None:
                yield f"{name}: neither published nor private"
            elif fact in self.translated:
                yield from self._of_translated(name, fact, contract)
            else:
                yield from _differences(fact, contract, name, self.withheld.get(fact, ()))

    def _of_private(self, name: str, fact: type, contract: type[Contract] | None) -> Iterator[str]:
        if contract is not None:
            yield f"{name}: private, and {contract.__name__} would publish it"
        if fact in self.withheld or fact in self.translated:
            yield f"{name}: private, so there is nothing to withhold or to translate"

    def _of_translated(self, name: str, fact: type, contract: type[Contract]) -> Iterator[str]:
        if get_type_hints(self.translated[fact]).get("return") is not contract:
            yield f"{name}: its translation does not say that it returns {contract.__name__}"
        if fact in self.withheld:
            yield f"{name}: translated, so its translation withholds what it leaves out"


# --- types and fields -----------------------------------------------------------------------


def _differences(
    source: type, published: type, path: str, withheld: Collection[str] = ()
) -> Iterator[str]:
    """Describe each field that has no counterpart, or one of another type."""
    recorded, public = _fields(source), _fields(published)
    for name, kind in public.items():
        if name not in recorded:
            yield f"{path}.{name}: {source.__name__} has no such field"
        elif _is_part(recorded[name], kind):
            yield from _differences(recorded[name], kind, f"{path}.{name}")
        elif not {*members(recorded[name])} <= {*members(kind)}:
            yield f"{path}.{name}: {source.__name__} has it with another type"
    for name in sorted(recorded.keys() - public.keys() - set(withheld)):
        yield f"{path}.{name}: neither published nor withheld"
    for name in sorted(set(withheld) - (recorded.keys() - public.keys())):
        yield f"{path}.{name}: withheld, and not a field that {published.__name__} leaves out"


def _fields(struct: type) -> dict[str, Any]:
    return {field.name: bare_type(field.type) for field in msgspec.structs.fields(struct)}


def _is_part(source: Any, published: Any) -> bool:
    """Whether a nested part of the contract is made from one of the fact, field by field."""
    return source is not published and _is_struct(source) and _is_struct(published)


def _is_struct(kind: Any) -> TypeGuard[type[msgspec.Struct]]:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


# --- how a fact is published ----------------------------------------------------------------


def _no_contract(_: Any) -> None:
    """Publish nothing: the fact is private."""


def _copy(source: type, contract: type[Contract]) -> Publish:
    """Compile ``lambda fact: contract(name=fact.name, …)``, which is faster than a loop."""
    made: dict[str, type] = {}

    def call(source: type, published: type, path: str) -> str:
        called = f"made_{len(made)}"
        made[called] = published
        recorded = _fields(source)
        given = [
            f"{name}={call(recorded[name], kind, f'{path}.{name}')}"
            if _is_part(recorded[name], kind)
            else f"{name}={path}.{name}"
            for name, kind in _fields(published).items()
        ]
        return f"{called}({', '.join(given)})"

    text = f"lambda fact: {call(source, contract, 'fact')}"
    copy: Publish = eval(text, made)  # noqa: S307 - of the field names of our own classes only
    return copy

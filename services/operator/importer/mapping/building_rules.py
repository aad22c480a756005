"""The part of a mapping that says what came of each row: its ordered rules and their conditions."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from services.operator.importer.mapping.cells import Amount, CodeOf, Moment, PlainText, Word
from services.operator.importer.mapping.checking import Checker
from services.operator.importer.mapping.conditions import (
    ALWAYS,
    AtLeastOne,
    Compared,
    Condition,
    Every,
    Not,
    OneOf,
    Present,
)
from services.operator.importer.mapping.import_mapping import Record, Rule
from shared.definitions.located_yaml import KeyPath
from shared.kernel.coded_fields import attribute
from shared.kernel.text import Text


class RuleBuilder:
    """Makes rules, and notes in them what is not real."""

    def __init__(self, check: Checker, *, has_currency: bool) -> None:
        """has_currency: whether the mapping says what currency its amounts are in."""
        self._check = check
        self._has_currency = has_currency

    def rules(self, place: KeyPath, says: list[dict[str, Any]]) -> tuple[Rule, ...]:
        """All rules, in order: exactly the last holds always."""
        for n, rule in enumerate(says[:-1]):
            if "when" not in rule:
                self._check.note((*place, n), _NEVER_REACHED)
        if "when" in says[-1]:
            self._check.note((*place, len(says) - 1), _NO_LAST_RULE)
        return tuple(self._rule((*place, n), rule) for n, rule in enumerate(says))

    def _rule(self, place: KeyPath, says: dict[str, Any]) -> Rule:
        self._check.code((*place, "closes_with"), "outcome_kinds", says["closes_with"])
        records = tuple(
            self._record((*place, "records", n), record)
            for n, record in enumerate(says.get("records", ()))
        )
        return Rule(says["closes_with"], self._when(place, says), records)

    def _record(self, place: KeyPath, says: dict[str, Any]) -> Record:
        amounts = self._check.values_of((*place, "amount"), says.get("amount", ()), Amount)
        on = self._check.values_of((*place, "on"), says.get("on", ()), Moment)
        outcome = says["outcome"]
        if self._check.code((*place, "outcome"), "outcome_kinds", outcome):
            self._amount_fits(place, outcome, has_amount=bool(amounts))
        return Record(outcome, self._when(place, says), amounts, on)

    def _amount_fits(self, place: KeyPath, outcome: str, *, has_amount: bool) -> None:
        takes = attribute("outcome_kinds", outcome, "amount")
        if has_amount and takes == "none":
            self._check.note((*place, "amount"), _TAKES_NO_AMOUNT)
        if not has_amount and takes == "required":
            self._check.note(place, _NEEDS_AMOUNT)
        if has_amount and not self._has_currency:
            self._check.note((*place, "amount"), _NO_CURRENCY)

    def _when(self, place: KeyPath, says: dict[str, Any]) -> Condition:
        return self._condition((*place, "when"), says["when"]) if "when" in says else ALWAYS

    def _condition(self, place: KeyPath, says: dict[str, Any]) -> Condition:
        return Every(tuple(self._parts(place, says)))

    def _parts(self, place: KeyPath, says: dict[str, Any]) -> Iterator[Condition]:
        for key, it in says.items():
            here = (*place, key)
            match key:
                case "not":
                    yield Not(self._condition(here, it))
                case "any" | "all":
                    within = tuple(self._condition((*here, n), part) for n, part in enumerate(it))
                    yield AtLeastOne(within) if key == "any" else Every(within)
                case _:
                    if self._check.value(here, key):
                        for test, wanted in it.items():
                            yield self._test((*here, test), key, test, wanted)

    def _test(self, place: KeyPath, name: str, test: str, wanted: Any) -> Condition:
        match test:
            case "present":
                return Present(name, wanted)
            case "equals" | "in":
                self._check.value(place, name, PlainText, Word, CodeOf)
                words = [wanted] if test == "equals" else wanted
                return OneOf(name, frozenset(self._as_read(place, name, words)))
            case _:
                self._check.value(place, name, Amount)
                return Compared(name, test, Decimal(str(wanted)))

    def _as_read(self, place: KeyPath, name: str, words: list[str]) -> Iterator[str]:
        """The words as the value's kind would read them, so that case and blanks do not matter."""
        kind = self._check.kinds[name]
        for n, word in enumerate(words):
            if isinstance(kind, CodeOf):
                self._check.code(place if len(words) == 1 else (*place, n), kind.code_list, word)
            yield " ".join(word.casefold().split()) if isinstance(kind, Word) else word


_NEVER_REACHED = Text(
    "una regla sin «when» oculta las que siguen; solo la última va sin condición",
    "a rule without “when” hides those after it; only the last has no condition",
)
_NO_LAST_RULE = Text(
    "falta una última regla sin «when», para las filas que ninguna otra toma",
    "a last rule without “when” is missing, for rows that no other takes",
)
_TAKES_NO_AMOUNT = Text("este resultado no lleva importe", "this outcome takes no amount")
_NEEDS_AMOUNT = Text("este resultado lleva «amount»", "this outcome takes “amount”")
_NO_CURRENCY = Text(
    "falta followup.currency: un importe lleva su moneda",
    "followup.currency is missing: an amount has its currency",
)

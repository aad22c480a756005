"""The part of a mapping that decides the outcome of a row: ordered rules and their conditions."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from services.operator.importer.mapping.cell_types import Amount, CodeOf, Moment, PlainText, Word
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
from services.operator.importer.mapping.mapping_checks import ValueChecks
from shared.definitions.checks import Checks
from shared.definitions.located_yaml import KeyPath
from shared.kernel.coded_fields import attribute
from shared.kernel.codes import known
from shared.kernel.text import Text


class RuleBuilder:
    """Builds rules, and notes in them what does not fit."""

    def __init__(self, checks: Checks, values: ValueChecks, *, has_currency: bool) -> None:
        """has_currency: whether the mapping names the currency of its amounts."""
        self._checks = checks
        self._values = values
        self._has_currency = has_currency

    def rules(self, path: KeyPath, rules: list[dict[str, Any]]) -> tuple[Rule, ...]:
        """Build the rules, in order; the last one, and no other, has no condition."""
        for n, rule in enumerate(rules[:-1]):
            if "when" not in rule:
                self._checks.note((*path, n), _NEVER_REACHED)
        if "when" in rules[-1]:
            self._checks.note((*path, len(rules) - 1), _NO_LAST_RULE)
        return tuple(self._rule((*path, n), rule) for n, rule in enumerate(rules))

    def _rule(self, path: KeyPath, rule: dict[str, Any]) -> Rule:
        records = tuple(
            self._record((*path, "records", n), record)
            for n, record in enumerate(rule.get("records", ()))
        )
        return Rule(rule["closes_with"], self._when(path, rule), records)

    def _record(self, path: KeyPath, record: dict[str, Any]) -> Record:
        amounts = self._values.all_exist((*path, "amount"), record.get("amount", ()), Amount)
        on = self._values.all_exist((*path, "on"), record.get("on", ()), Moment)
        outcome = record["outcome"]
        if known("outcome_kinds", outcome):
            self._check_amount(path, outcome, has_amount=bool(amounts))
        return Record(outcome, self._when(path, record), amounts, on)

    def _check_amount(self, path: KeyPath, outcome: str, *, has_amount: bool) -> None:
        amount = attribute("outcome_kinds", outcome, "amount")
        if has_amount and amount == "none":
            self._checks.note((*path, "amount"), _TAKES_NO_AMOUNT)
        if not has_amount and amount == "required":
            self._checks.note(path, _NEEDS_AMOUNT)
        if has_amount and not self._has_currency:
            self._checks.note((*path, "amount"), _NO_CURRENCY)

    def _when(self, path: KeyPath, rule: dict[str, Any]) -> Condition:
        return self.condition((*path, "when"), rule["when"]) if "when" in rule else ALWAYS

    def condition(self, path: KeyPath, condition: dict[str, Any]) -> Condition:
        """Build a condition on a row's values."""
        return Every(tuple(self._parts(path, condition)))

    def _parts(self, path: KeyPath, condition: dict[str, Any]) -> Iterator[Condition]:
        for key, part in condition.items():
            here = (*path, key)
            match key:
                case "not":
                    yield Not(self.condition(here, part))
                case "any" | "all":
                    within = tuple(self.condition((*here, n), each) for n, each in enumerate(part))
                    yield AtLeastOne(within) if key == "any" else Every(within)
                case _:
                    if self._values.exists(here, key):
                        for test, wanted in part.items():
                            yield self._test((*here, test), key, test, wanted)

    def _test(self, path: KeyPath, name: str, test: str, wanted: Any) -> Condition:
        match test:
            case "present":
                return Present(name, wanted)
            case "equals" | "in":
                self._values.exists(path, name, PlainText, Word, CodeOf)
                texts = [wanted] if test == "equals" else wanted
                return OneOf(name, frozenset(self._as_read(path, name, texts)))
            case _:
                self._values.exists(path, name, Amount)
                return Compared(name, test, Decimal(str(wanted)))

    def _as_read(self, path: KeyPath, name: str, texts: list[str]) -> Iterator[str]:
        """Yield the texts as the value's type reads them, so that case and blanks do not matter."""
        cell_type = self._values.types[name]
        for n, text in enumerate(texts):
            if isinstance(cell_type, CodeOf):
                self._checks.code(
                    path if len(texts) == 1 else (*path, n), cell_type.code_list, text
                )
            yield " ".join(text.casefold().split()) if isinstance(cell_type, Word) else text


_NEVER_REACHED = Text(
    "una regla sin «when» oculta las que siguen; solo la última va sin condición",
    "a rule without “when” hides those after it; only the last has no condition",
)
_NO_LAST_RULE = Text(
    "falta una última regla sin «when», para las filas que ninguna otra cubre",
    "a last rule without “when” is missing, for rows that no other covers",
)
_TAKES_NO_AMOUNT = Text("este resultado no lleva importe", "this outcome has no amount")
_NEEDS_AMOUNT = Text("este resultado lleva «amount»", "this outcome needs “amount”")
_NO_CURRENCY = Text(
    "falta followup.currency: un importe lleva su moneda",
    "followup.currency is missing: an amount has its currency",
)

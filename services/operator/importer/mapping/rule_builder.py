"""The part of a mapping that decides the outcome of a row: ordered rules and their conditions."""

from typing import Any

from services.operator.importer.mapping.amounts import Amount
from services.operator.importer.mapping.condition_builder import ConditionBuilder
from services.operator.importer.mapping.conditions import ALWAYS, NEVER, Condition
from services.operator.importer.mapping.import_mapping import OutcomeToRecord, Rule
from services.operator.importer.mapping.mapping_checks import ValueChecks
from services.operator.importer.mapping.moments import Moment
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
        self._conditions = ConditionBuilder(checks, values)
        self._has_currency = has_currency

    def rules(self, path: KeyPath, rules: list[dict[str, Any]]) -> tuple[Rule, ...]:
        """Build the rules, in order; the last one, and no other, has no condition."""
        self.check_order(path, rules)
        return tuple(self._rule((*path, n), rule) for n, rule in enumerate(rules))

    def check_order(self, path: KeyPath, rules: list[dict[str, Any]]) -> None:
        """Check that the last rule, and no other, has no condition."""
        for n, rule in enumerate(rules[:-1]):
            if "when" not in rule:
                self._checks.note((*path, n), _NEVER_REACHED)
        if "when" in rules[-1]:
            self._checks.note((*path, len(rules) - 1), _NO_LAST_RULE)

    def when(self, path: KeyPath, rule: dict[str, Any]) -> Condition:
        """Build the condition of a rule, or of what else has one; without one it always holds."""
        if "when" not in rule:
            return ALWAYS
        return self._conditions.condition((*path, "when"), rule["when"])

    def _rule(self, path: KeyPath, rule: dict[str, Any]) -> Rule:
        records = tuple(
            self._record((*path, "records", n), record)
            for n, record in enumerate(rule.get("records", ()))
        )
        match rule.get("closes_undated", False):
            case bool(always):
                undated: Condition = ALWAYS if always else NEVER
            case condition:
                undated = self._conditions.condition((*path, "closes_undated"), condition)
        return Rule(rule["closes_with"], self.when(path, rule), records, undated)

    def _record(self, path: KeyPath, record: dict[str, Any]) -> OutcomeToRecord:
        amounts = self._values.all_exist((*path, "amount"), record.get("amount", ()), Amount)
        on = self._values.all_exist((*path, "on"), record.get("on", ()), Moment)
        happened = self._values.all_exist((*path, "happened"), record.get("happened", ()), Moment)
        outcome = record["outcome"]
        if known("outcome_kinds", outcome):
            self._check_amount(path, outcome, has_amount=bool(amounts))
        return OutcomeToRecord(outcome, self.when(path, record), amounts, on, happened)

    def _check_amount(self, path: KeyPath, outcome: str, *, has_amount: bool) -> None:
        amount = attribute("outcome_kinds", outcome, "amount")
        if has_amount and amount == "none":
            self._checks.note((*path, "amount"), _TAKES_NO_AMOUNT)
        if not has_amount and amount == "required":
            self._checks.note(path, _NEEDS_AMOUNT)
        if has_amount and not self._has_currency:
            self._checks.note((*path, "amount"), _NO_CURRENCY)


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

"""The part of a mapping that says who acts: institutions, hand-overs, and what came of them."""

from typing import Any

from services.operator.importer.mapping.cell_types import CodeOf, PlainText, Word, folded
from services.operator.importer.mapping.import_mapping import (
    ACCEPTED,
    DECLINED,
    WITHDRAWN,
    Answer,
    CodeSource,
    Deed,
    FollowUp,
    Handover,
)
from services.operator.importer.mapping.institutions import OF_THE_CASE, Institution
from services.operator.importer.mapping.mapping_checks import ValueChecks, check_template
from services.operator.importer.mapping.moments import Moment
from services.operator.importer.mapping.rule_builder import RuleBuilder
from shared.definitions.checks import Checks
from shared.definitions.located_yaml import KeyPath
from shared.kernel.text import Text

Currency = str | dict[str, str] | None
"""As a mapping has it: always the same, or a row's value."""
_REASONS = {DECLINED: "decline_reasons", WITHDRAWN: "withdrawal_reasons"}


class HandoverBuilder:
    """Builds institutions, hand-overs and follow-ups, and notes in them what does not fit."""

    def __init__(self, checks: Checks, values: ValueChecks, currency: Currency) -> None:
        """currency: that of the mapping's amounts, for every hand-over that names none."""
        self._checks = checks
        self._values = values
        self._currency = currency
        self._rules = RuleBuilder(checks, values, has_currency=True)

    def institution(self, path: KeyPath, described: dict[str, Any]) -> Institution:
        """Build an institution: a description, or one for each text of a value."""
        value = described.get("value")
        if value is not None:
            self._values.exists((*path, "value"), value, PlainText, Word, CodeOf)
        translate = {
            folded(text): self._described((*path, "translate", text), one)
            for text, one in described.get("translate", {}).items()
        }
        if "code" not in described:
            return Institution(value=value, translate=translate)
        known = self._described(path, described)
        return Institution(known.code, known.name, known.kind, value, translate)

    def _described(self, path: KeyPath, one: dict[str, Any]) -> Institution:
        texts = {
            name
            for name, cell_type in self._values.types.items()
            if isinstance(cell_type, PlainText | Word | CodeOf)
        }
        known = [f"{{{name}}}" for name in sorted(texts - set(OF_THE_CASE))]
        check_template(self._checks, (*path, "code"), one["code"], ["{subdivision}", *known])
        in_names = [*(f"{{{name}}}" for name in OF_THE_CASE), *known]
        check_template(self._checks, (*path, "name"), one["name"], in_names)
        return Institution(one["code"], one["name"], one["kind"])

    def handover(self, path: KeyPath, handover: dict[str, Any]) -> Handover:
        """Build a hand-over."""
        return Handover(
            self.institution((*path, "to"), handover["to"]),
            handover["kind"],
            tuple(handover["services"]),
            handover.get("priority", "normal"),
            self._rules.when(path, handover),
            referred=self._moments(path, handover, "referred"),
            acknowledged=self._moments(path, handover, "acknowledged"),
            answered=self._moments(path, handover, "answered"),
            answers=self._answers(
                (*path, "answers"), handover.get("answers", [{"answer": ACCEPTED}])
            ),
            followup=self.followup((*path, "followup"), handover["followup"])
            if "followup" in handover
            else None,
        )

    def _moments(self, path: KeyPath, part: dict[str, Any], name: str) -> tuple[str, ...]:
        return self._values.all_exist((*path, name), part.get(name, ()), Moment)

    def _answers(self, path: KeyPath, answers: list[dict[str, Any]]) -> tuple[Answer, ...]:
        self._rules.check_order(path, answers)
        return tuple(self._answer((*path, n), answer) for n, answer in enumerate(answers))

    def _answer(self, path: KeyPath, answer: dict[str, Any]) -> Answer:
        when = self._rules.when(path, answer)
        if (code_list := _REASONS.get(answer["answer"])) is None:
            if "reason" in answer:
                self._checks.note((*path, "reason"), _TAKES_NO_REASON)
            return Answer(answer["answer"], when)
        if "reason" not in answer:
            self._checks.note(path, _NEEDS_REASON)
        reason = self.code_source((*path, "reason"), answer.get("reason", {}), code_list)
        return Answer(answer["answer"], when, reason)

    def followup(self, path: KeyPath, followup: dict[str, Any]) -> FollowUp:
        """Build what an institution did."""
        currency = self._currency_of((*path, "currency"), followup.get("currency", self._currency))
        rules = RuleBuilder(self._checks, self._values, has_currency=currency != CodeSource())
        return FollowUp(
            rules.rules((*path, "outcomes"), followup["outcomes"]),
            self._moments(path, followup, "closed"),
            currency,
            self._deeds((*path, "contacts"), followup.get("contacts", []), "channel"),
            self._deeds((*path, "services"), followup.get("services", []), "service"),
        )

    def _currency_of(self, path: KeyPath, currency: Currency) -> CodeSource:
        if not isinstance(currency, dict):
            return CodeSource(None, currency)
        self._values.is_code_of((*path, "value"), currency["value"], "currencies")
        return CodeSource(currency["value"])

    def _deeds(self, path: KeyPath, deeds: list[dict[str, Any]], what: str) -> tuple[Deed, ...]:
        code_list = {"channel": "contact_channels", "service": "service_kinds"}[what]
        return tuple(
            Deed(
                self.code_source((*path, n, what), deed[what], code_list, several=True),
                self._rules.when((*path, n), deed),
                self._moments((*path, n), deed, "happened"),
            )
            for n, deed in enumerate(deeds)
        )

    def code_source(
        self, path: KeyPath, source: dict[str, Any], code_list: str, *, several: bool = False
    ) -> CodeSource:
        """Build a code that a value has, or that is always the same."""
        if "value" in source:
            self._values.is_code_of((*path, "value"), source["value"], code_list, several=several)
        if "code" in source:
            self._checks.code((*path, "code"), code_list, source["code"])
        return CodeSource(source.get("value"), source.get("code"))


_NEEDS_REASON = Text("declined y withdrawn llevan «reason»", "declined and withdrawn need “reason”")
_TAKES_NO_REASON = Text(
    "«reason» solo va con declined y withdrawn", "“reason” goes with declined and withdrawn only"
)

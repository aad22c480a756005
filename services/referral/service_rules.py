"""What must hold of the description of a service, and the one way in which it is written down."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from services.referral.naming import code_not_usable, name_not_usable
from services.referral.service_commands import ServiceCommand
from services.referral.service_refusals import (
    CostNeedsItsCurrency,
    DurationNotPossible,
    EndsBeforeItBegins,
    HoursNeedAFirstDay,
    HoursNotReadable,
    ReferenceNotReadable,
    RuleSaysNothing,
    ServiceNameNotUsable,
)
from shared.kernel.coded_fields import attribute, canonical, no_code
from shared.kernel.codes import known
from shared.kernel.fields import codes_not_known
from shared.kernel.free_text import normal
from shared.kernel.limits import Beyond, of_amount
from shared.kernel.opening_hours import CLOCK, Hours, counts, is_rule, is_zone
from shared.kernel.refusals import Refusal
from shared.kernel.service_values import (
    NAME_LENGTH,
    REFERENCE,
    Cost,
    Coverage,
    EligibilityRule,
    Funding,
)
from shared.kernel.value import replace

LONGEST = 3660
"""Days."""
T = TypeVar("T")


def written(command: ServiceCommand) -> dict[str, Any]:
    """Return the values of a description: each set in one order, each once, names in NFC."""
    cost, coverage = command.cost, command.coverage
    return {
        "name": normal(command.name),
        "kind": command.kind,
        "programmes": canonical(command.programmes),
        "populations": canonical(command.populations),
        "eligibility": _once(map(_rule, command.eligibility)),
        "required_documents": canonical(command.required_documents),
        "cost": cost,
        "duration_days": command.duration_days,
        "hours": _once(command.hours),
        "languages": canonical(command.languages),
        "accessibility": canonical(command.accessibility),
        "coverage": Coverage(
            canonical(coverage.subdivisions),
            canonical(coverage.municipalities),
            canonical(coverage.regions),
        ),
        "funding": _once(command.funding),
        "entries": canonical(command.entries),
        "texts": command.texts,
    }


def not_usable(command: ServiceCommand) -> Refusal | None:
    """Refuse a description that says what cannot be, or what nobody could read."""
    return next(filter(None, _refusals(command)), None)


def _refusals(command: ServiceCommand) -> Iterator[Refusal | None]:
    yield name_not_usable("name", command.name, NAME_LENGTH, ServiceNameNotUsable)
    yield codes_not_known(command)
    for rule in command.eligibility:
        yield _rule_not_usable(rule)
    if command.cost is not None:
        yield _cost_not_usable(command.cost)
    if command.duration_days is not None and not 1 <= command.duration_days <= LONGEST:
        yield DurationNotPossible(field="duration_days")
    for hours in command.hours:
        yield _hours_not_usable(hours)
    for funding in command.funding:
        yield _funding_not_usable(funding)
    yield _not_references("coverage.regions", command.coverage.regions)
    yield _not_references("entries", command.entries)


def _rule_not_usable(rule: EligibilityRule) -> Refusal | None:
    if bool(rule.is_one_of) == bool(rule.is_none_of):
        return RuleSaysNothing(field="eligibility")
    list_name = attribute("eligibility_attributes", rule.attribute, "list")
    for name in ("is_one_of", "is_none_of"):
        for code in getattr(rule, name):
            if not known(list_name, code):
                return no_code(f"eligibility.{name}", list_name, code)
    return None


def _cost_not_usable(cost: Cost) -> Refusal | None:
    if (limit := of_amount(cost.amount)) is not None:
        return Beyond("cost.amount", limit).refusal
    if (cost.amount == 0) != (cost.currency is None):
        return CostNeedsItsCurrency(field="cost")
    return None


def _hours_not_usable(hours: Hours) -> Refusal | None:
    clock = all(re.fullmatch(CLOCK, each) for each in (hours.opens, hours.closes))
    if not (clock and is_rule(hours.rrule) and is_zone(hours.zone)):
        return HoursNotReadable(field="hours")
    if hours.starts_on is None and counts(hours.rrule):
        return HoursNeedAFirstDay(field="hours")
    return None


def _funding_not_usable(funding: Funding) -> Refusal | None:
    begins, ends = funding.valid_from, funding.valid_until
    backwards = begins is not None and ends is not None and ends < begins
    return EndsBeforeItBegins(field="funding") if backwards else None


def _not_references(field: str, references: Iterable[str]) -> Refusal | None:
    for reference in references:
        if refusal := code_not_usable(field, reference, REFERENCE, ReferenceNotReadable):
            return refusal
    return None


def _rule(rule: EligibilityRule) -> EligibilityRule:
    one_of, none_of = canonical(rule.is_one_of), canonical(rule.is_none_of)
    return replace(rule, is_one_of=one_of, is_none_of=none_of)


def _once(values: Iterable[T]) -> tuple[T, ...]:
    """Return values in their order, each once."""
    return tuple(dict.fromkeys(values))

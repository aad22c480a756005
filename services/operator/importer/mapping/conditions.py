"""When a rule applies to a row: a small language of tests on its values.

A missing value passes no test but ``present: false``. Dates are compared by their days.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Protocol

import re2
from typing_extensions import override

Values = Mapping[str, Any]
"""A row's values by the mapping's names for them; None if the cell is empty or means so."""


class Condition(Protocol):
    """A test on a row's values."""

    def holds(self, values: Values) -> bool:
        """Tell whether the values pass the test."""


@dataclass(frozen=True)
class Present(Condition):
    """True if the value is present (zero is), or if it is missing and ``wanted`` is false."""

    name: str
    wanted: bool

    @override
    def holds(self, values: Values) -> bool:
        return (values[self.name] is not None) is self.wanted


@dataclass(frozen=True)
class OneOf(Condition):
    """True if the value is one of these texts; of several codes, if any is."""

    name: str
    texts: frozenset[str]

    @override
    def holds(self, values: Values) -> bool:
        value = values[self.name]
        return not self.texts.isdisjoint(value) if isinstance(value, tuple) else value in self.texts


@dataclass(frozen=True)
class BeginsWith(Condition):
    """True if the text begins so."""

    name: str
    beginning: str

    @override
    def holds(self, values: Values) -> bool:
        value = values[self.name]
        return value is not None and value.startswith(self.beginning)


@dataclass(frozen=True)
class Matching(Condition):
    """True if the whole text follows the pattern; it takes time in proportion to the text."""

    name: str
    pattern: "re2._Regexp"

    @override
    def holds(self, values: Values) -> bool:
        value = values[self.name]
        return value is not None and self.pattern.fullmatch(value) is not None


def pattern_of(text: str, *, any_case: bool) -> "re2._Regexp":
    """Read a regular expression of RE2. any_case: capitals do not matter. Raises ValueError."""
    options = re2.Options()
    options.case_sensitive, options.log_errors = not any_case, False
    try:
        return re2.compile(text, options)
    except re2.error as error:
        raise ValueError from error


@dataclass(frozen=True)
class ValueOf:
    """The other value of the row that a value is compared with."""

    name: str


COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "greater_than": lambda value, limit: value > limit,
    "at_least": lambda value, limit: value >= limit,
    "less_than": lambda value, limit: value < limit,
    "at_most": lambda value, limit: value <= limit,
    "equals": lambda value, limit: value == limit,
    "after": lambda value, limit: value > limit,
    "on_or_after": lambda value, limit: value >= limit,
    "before": lambda value, limit: value < limit,
    "on_or_before": lambda value, limit: value <= limit,
}
"""The comparisons of amounts and of days, by their names in a mapping."""


@dataclass(frozen=True)
class Compared(Condition):
    """True if the value and the limit, both present, satisfy the comparison."""

    name: str
    comparison: str
    limit: Decimal | date | ValueOf

    @override
    def holds(self, values: Values) -> bool:
        other = values[self.limit.name] if isinstance(self.limit, ValueOf) else self.limit
        value, limit = _day(values[self.name]), _day(other)
        if value is None or limit is None:
            return False
        return COMPARISONS[self.comparison](value, limit)


@dataclass(frozen=True)
class Every(Condition):
    """True if all of these are; with none, always."""

    conditions: Sequence[Condition] = ()

    @override
    def holds(self, values: Values) -> bool:
        return all(condition.holds(values) for condition in self.conditions)


@dataclass(frozen=True)
class AtLeastOne(Condition):
    """True if at least one of these is."""

    conditions: Sequence[Condition]

    @override
    def holds(self, values: Values) -> bool:
        return any(condition.holds(values) for condition in self.conditions)


@dataclass(frozen=True)
class Not(Condition):
    """True if the condition is not."""

    condition: Condition

    @override
    def holds(self, values: Values) -> bool:
        return not self.condition.holds(values)


ALWAYS = Every()
"""The condition of a rule that has none."""
NEVER = Not(ALWAYS)


def _day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value

"""When a rule applies to a row: a small language of tests on its values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

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
    """True if the value is one of these texts. A missing value is none of them."""

    name: str
    texts: frozenset[str]

    @override
    def holds(self, values: Values) -> bool:
        return values[self.name] in self.texts


COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "greater_than": lambda value, limit: value > limit,
    "at_least": lambda value, limit: value >= limit,
    "less_than": lambda value, limit: value < limit,
    "at_most": lambda value, limit: value <= limit,
}
"""The comparisons with a number, by their names in a mapping."""


@dataclass(frozen=True)
class Compared(Condition):
    """True if the amount satisfies the comparison. A missing amount never does."""

    name: str
    comparison: str
    limit: Decimal

    @override
    def holds(self, values: Values) -> bool:
        value = values[self.name]
        return value is not None and COMPARISONS[self.comparison](value, self.limit)


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

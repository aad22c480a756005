"""When a rule holds for a row: a small language of tests on its values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

Values = Mapping[str, Any]
"""A row's values by the mapping's names for them; None where the cell says nothing."""


class Condition(Protocol):
    """Something that holds for a row or does not."""

    def holds(self, values: Values) -> bool:
        """Whether it does."""


@dataclass(frozen=True)
class Present:
    """The value is there, whatever it is (zero is there); or, where not ``wanted``, it is not."""

    name: str
    wanted: bool

    def holds(self, values: Values) -> bool:
        """Whether that is so."""
        return (values[self.name] is not None) is self.wanted


@dataclass(frozen=True)
class OneOf:
    """The value is one of these words. A missing value is none of them."""

    name: str
    words: frozenset[str]

    def holds(self, values: Values) -> bool:
        """Whether it is."""
        return values[self.name] in self.words


COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "greater_than": lambda value, limit: value > limit,
    "at_least": lambda value, limit: value >= limit,
    "less_than": lambda value, limit: value < limit,
    "at_most": lambda value, limit: value <= limit,
}
"""The comparisons with a number, by their names in a mapping."""


@dataclass(frozen=True)
class Compared:
    """The amount stands so to a number. A missing amount stands to no number."""

    name: str
    comparison: str
    limit: Decimal

    def holds(self, values: Values) -> bool:
        """Whether it does."""
        value = values[self.name]
        return value is not None and COMPARISONS[self.comparison](value, self.limit)


@dataclass(frozen=True)
class Every:
    """Every one of these holds. None named: it always does."""

    conditions: Sequence[Condition] = ()

    def holds(self, values: Values) -> bool:
        """Whether they do."""
        return all(condition.holds(values) for condition in self.conditions)


@dataclass(frozen=True)
class AtLeastOne:
    """At least one of these holds."""

    conditions: Sequence[Condition]

    def holds(self, values: Values) -> bool:
        """Whether one does."""
        return any(condition.holds(values) for condition in self.conditions)


@dataclass(frozen=True)
class Not:
    """What it names does not hold."""

    condition: Condition

    def holds(self, values: Values) -> bool:
        """Whether it does not."""
        return not self.condition.holds(values)


ALWAYS = Every()
"""The condition of a rule that has none."""

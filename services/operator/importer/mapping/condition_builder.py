"""From a mapping's ``when`` to a condition: every test is checked against its value's type."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from services.operator.importer.mapping.amounts import Amount
from services.operator.importer.mapping.cell_types import (
    CellType,
    CodeOf,
    CodesOf,
    PlainText,
    Word,
    folded,
)
from services.operator.importer.mapping.conditions import (
    AtLeastOne,
    BeginsWith,
    Compared,
    Condition,
    Every,
    Matching,
    Not,
    OneOf,
    Present,
    ValueOf,
    pattern_of,
)
from services.operator.importer.mapping.mapping_checks import ValueChecks
from services.operator.importer.mapping.moments import Moment
from shared.definitions.checks import Checks
from shared.definitions.located_yaml import KeyPath
from shared.kernel.text import Text

_OF_DAYS = frozenset({"after", "on_or_after", "before", "on_or_before"})


class ConditionBuilder:
    """Builds conditions, and notes in them what does not fit."""

    def __init__(self, checks: Checks, values: ValueChecks) -> None:
        self._checks = checks
        self._values = values

    def condition(self, path: KeyPath, condition: dict[str, Any]) -> Condition:
        """Build a condition; all its tests must hold."""
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
                            yield from self._test((*here, test), key, test, wanted)

    def _test(self, path: KeyPath, name: str, test: str, wanted: Any) -> Iterator[Condition]:
        if test == "present":
            yield Present(name, wanted)
        elif isinstance(wanted, dict):
            yield from self._between(path, name, test, wanted["value"])
        elif self._values.exists(path, name, *_types_for(test, wanted)):
            match self._values.types[name]:
                case Moment():
                    yield from self._on_day(path, name, test, wanted)
                case Amount():
                    yield Compared(name, test, Decimal(str(wanted)))
                case _ if test in {"begins_with", "matches"}:
                    yield from self._matching(path, name, test, wanted)
                case _:
                    texts = [wanted] if test == "equals" else wanted
                    yield OneOf(name, frozenset(self._as_read(path, name, texts)))

    def _between(self, path: KeyPath, name: str, test: str, other: str) -> Iterator[Condition]:
        """Yield a comparison of two values of the row, which must be of one type."""
        mine = self._values.types[name]
        wanted = Moment if test in _OF_DAYS else type(mine) if test == "equals" else Amount
        fits = self._values.exists(path, name, wanted)
        if self._values.exists((*path, "value"), other, wanted) and fits:
            yield Compared(name, test, ValueOf(other))

    def _on_day(self, path: KeyPath, name: str, test: str, wanted: str) -> Iterator[Condition]:
        try:
            yield Compared(name, test, date.fromisoformat(wanted))
        except ValueError:
            self._checks.note(path, _NO_DAY)

    def _matching(self, path: KeyPath, name: str, test: str, wanted: str) -> Iterator[Condition]:
        is_word = isinstance(self._values.types[name], Word)
        if test == "begins_with":
            yield BeginsWith(name, folded(wanted) if is_word else wanted)
            return
        try:
            yield Matching(name, pattern_of(wanted, any_case=is_word))
        except ValueError:
            self._checks.note(path, _NO_PATTERN)

    def _as_read(self, path: KeyPath, name: str, texts: list[str]) -> Iterator[str]:
        """Yield the texts as the value's type reads them, so that case and blanks do not matter."""
        cell_type = self._values.types[name]
        for n, text in enumerate(texts):
            if isinstance(cell_type, CodeOf | CodesOf):
                of = cell_type.one if isinstance(cell_type, CodesOf) else cell_type
                self._checks.code(path if len(texts) == 1 else (*path, n), of.code_list, text)
            yield folded(text) if isinstance(cell_type, Word) else text


def _types_for(test: str, wanted: Any) -> tuple[type[CellType], ...]:
    """Return the types of the values that can be tested so."""
    match test:
        case "equals" if isinstance(wanted, str):
            return (PlainText, Word, CodeOf, CodesOf, Moment)
        case "in":
            return (PlainText, Word, CodeOf, CodesOf)
        case "begins_with" | "matches":
            return (PlainText, Word, CodeOf)
        case _:
            return (Moment,) if test in _OF_DAYS else (Amount,)


_NO_DAY = Text("se esperaba un día como 2026-12-31", "expected a day such as 2026-12-31")
_NO_PATTERN = Text(
    "se esperaba una expresión regular (las de RE2: sin (?=…), (?!…) ni \\1)",
    "expected a regular expression (those of RE2: without (?=…), (?!…) and \\1)",
)

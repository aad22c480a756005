"""Values that are computed from others of their row: ``first(assessed, paid) - fees``.

The text is parsed by Python's own parser, of which only what stands here is let through; a number
is exact. A missing value makes what is computed with it missing, but for ``first``, ``sum``,
``min`` and ``max``, which take those that are present.
"""

import ast
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from typing import Any

from services.operator.importer.mapping.amounts import exact
from services.operator.importer.mapping.conditions import Values
from services.operator.importer.mapping.unreadable import CellNotReadable
from shared.kernel.text import Text

_LONGEST_NUMBER = 15


@dataclass(frozen=True)
class Named:
    """The value of this name."""

    name: str

    def of(self, values: Values) -> Any:
        """Return it, None if it is missing."""
        return values[self.name]


@dataclass(frozen=True)
class Constant:
    """Always the same: a number, or a text."""

    value: Decimal | str

    def of(self, values: Values) -> Any:
        """Return it."""
        del values
        return self.value


@dataclass(frozen=True)
class Arithmetic:
    """Two amounts, added, subtracted, multiplied or divided."""

    operation: str
    left: "Expression"
    right: "Expression"

    def of(self, values: Values) -> Any:
        """Return the result, None if either is missing. Raises CellNotReadable."""
        left, right = self.left.of(values), self.right.of(values)
        if left is None or right is None:
            return None
        try:
            with exact():
                return _OPERATIONS[self.operation](left, right)
        except DecimalException:
            raise CellNotReadable(_NO_NUMBER) from None


@dataclass(frozen=True)
class Chosen:
    """What a function makes of those of its parts that are present; missing if none is."""

    function: str
    parts: Sequence["Expression"]

    def of(self, values: Values) -> Any:
        """Return the result. Raises CellNotReadable."""
        present = [value for part in self.parts if (value := part.of(values)) is not None]
        with exact():
            return FUNCTIONS[self.function](present) if present else None


Expression = Named | Constant | Arithmetic | Chosen
"""Computes a row's value from others: ``of`` returns it, None if it is missing."""

FUNCTIONS: Mapping[str, Callable[[list[Any]], Any]] = {
    "first": operator.itemgetter(0),
    "sum": sum,
    "min": min,
    "max": max,
}
"""What there is, by name. Only amounts are summed; of dates, min is the earliest."""
_OPERATIONS: Mapping[str, Callable[[Decimal, Decimal], Decimal]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mult": operator.mul,
    "Div": operator.truediv,
}


class NotComputable(ValueError):
    """The text is no expression; ``expected`` tells what one is."""

    def __init__(self, expected: Text) -> None:
        super().__init__(expected.es)
        self.expected = expected


def parsed(text: str) -> Expression:
    """Return the expression that a text is. Raises NotComputable."""
    try:
        return _built(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise NotComputable(_NO_EXPRESSION) from None


def names_in(expression: Expression) -> Iterator[str]:
    """Yield the names of the values that an expression is computed from, in order."""
    match expression:
        case Named(name):
            yield name
        case Arithmetic(_, left, right):
            yield from names_in(left)
            yield from names_in(right)
        case Chosen(_, parts):
            for part in parts:
                yield from names_in(part)
        case Constant():
            return


def _built(node: ast.expr) -> Expression:
    match node:
        case ast.Name(name):
            return Named(name)
        case ast.Constant(str() as value):
            return Constant(value)
        case ast.Constant(int() | float() as value) if not isinstance(value, bool):
            return Constant(_number(value))
        case ast.UnaryOp(ast.USub(), operand):
            return Arithmetic("Sub", Constant(Decimal(0)), _built(operand))
        case ast.BinOp(left, operation, right) if type(operation).__name__ in _OPERATIONS:
            return Arithmetic(type(operation).__name__, _built(left), _built(right))
        case ast.Call(ast.Name(function), [_, *_] as parts, []) if function in FUNCTIONS:
            return Chosen(function, tuple(_built(part) for part in parts))
        case _:
            raise NotComputable(_NO_EXPRESSION)


def _number(value: float) -> Decimal:
    """Return a number as it was written; one of more digits than a float keeps is refused."""
    text = repr(value)
    if len(text.replace(".", "")) > _LONGEST_NUMBER or "e" in text or not text[0].isdigit():
        raise NotComputable(_NO_EXPRESSION)
    return Decimal(text)


_NO_EXPRESSION = Text(
    "se esperaba un cálculo con valores y números, como first(determinado, pagado) - 10.5; hay"
    f" + - * / ( ) y {', '.join(FUNCTIONS)}",
    "expected a calculation with values and numbers, as first(assessed, paid) - 10.5; there are"
    f" + - * / ( ) and {', '.join(FUNCTIONS)}",
)
_NO_NUMBER = Text("no da un número: se divide entre cero", "gives no number: it divides by zero")

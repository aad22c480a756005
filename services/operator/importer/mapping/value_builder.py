"""The part of a mapping that says what its values are: the columns, and what is computed."""

from collections.abc import Mapping, Sequence
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
from services.operator.importer.mapping.computed import (
    Arithmetic,
    Chosen,
    Constant,
    Expression,
    Named,
    NotComputable,
    parsed,
)
from services.operator.importer.mapping.condition_builder import ConditionBuilder
from services.operator.importer.mapping.conditions import ALWAYS, Condition
from services.operator.importer.mapping.import_mapping import ROW_NUMBER, Column, Computed
from services.operator.importer.mapping.mapping_checks import ValueChecks, check_date_formats
from services.operator.importer.mapping.moments import Moment
from shared.definitions.checks import Checks
from shared.definitions.located_yaml import KeyPath
from shared.kernel.codes import list_names
from shared.kernel.text import Text


class ValueBuilder:
    """Builds a mapping's values, and notes in them what does not fit.

    columns: those read from cells. computed: those computed from others, in order. checks: of the
    values' names and types, all of them.
    """

    def __init__(self, values: Mapping[str, dict[str, Any]], checks: Checks) -> None:
        self._checks = checks
        self.columns = {
            name: self._column(name, value) for name, value in values.items() if "column" in value
        }
        types = {name: column.cell_type for name, column in self.columns.items()}
        self.checks = ValueChecks(checks, {ROW_NUMBER: PlainText(), **types})
        self._conditions = ConditionBuilder(checks, self.checks)
        self.computed: list[Computed] = []
        for name, value in values.items():
            if "column" not in value:
                self._compute(name, value)

    def _column(self, name: str, value: dict[str, Any]) -> Column:
        return Column(
            name,
            value["column"],
            _cell_type(("values", name), value, self._checks),
            value.get("required", False),
            frozenset(folded(text) for text in value.get("missing", ())),
        )

    def _compute(self, name: str, value: dict[str, Any]) -> None:
        """Add a computed value; it may lean on the columns and on those computed before it."""
        path = ("values", name, "computed")
        cell_type = _cell_type(("values", name), value, self._checks)
        try:
            expression = parsed(value["computed"])
        except NotComputable as error:
            self._checks.note(path, error.expected)
            expression = Constant("")
        else:
            self._check(path, expression, cell_type)
        when: Condition = ALWAYS
        if "when" in value:
            when = self._conditions.condition(("values", name, "when"), value["when"])
        self.computed.append(
            Computed(name, expression, cell_type, when, value.get("required", False))
        )
        self.checks.types = {**self.checks.types, name: cell_type}

    def _check(self, path: KeyPath, expression: Expression, cell_type: CellType) -> None:
        """Check that an expression is made of values of this type."""
        parts: Sequence[Expression] = ()
        match expression:
            case Named(name):
                self._check_name(path, name, cell_type)
            case Constant(value):
                self._check_constant(path, value, cell_type)
            case Chosen("first", within):
                parts = within
            case Chosen(function, within):
                self._check_calculates(path, cell_type, Moment if function != "sum" else Amount)
                parts = within
            case Arithmetic(_, left, right):
                self._check_calculates(path, cell_type)
                parts = (left, right)
        for part in parts:
            self._check(path, part, cell_type)

    def _check_name(self, path: KeyPath, name: str, cell_type: CellType) -> None:
        if isinstance(cell_type, CodeOf):
            self.checks.is_code_of(path, name, cell_type.code_list)
        else:
            self.checks.exists(path, name, type(cell_type))

    def _check_constant(self, path: KeyPath, value: Decimal | str, cell_type: CellType) -> None:
        match value, cell_type:
            case str(), CodeOf():
                self._checks.code(path, cell_type.code_list, value)
            case (str(), PlainText() | Word()) | (Decimal(), Amount()):
                pass
            case _:
                self._checks.note(path, _OTHER_TYPE)

    def _check_calculates(
        self, path: KeyPath, cell_type: CellType, also: type[CellType] = Amount
    ) -> None:
        if not isinstance(cell_type, Amount | also):
            self._checks.note(path, _ONLY_AMOUNTS)


def _cell_type(path: KeyPath, value: dict[str, Any], checks: Checks) -> CellType:
    translate = {folded(theirs): ours for theirs, ours in value.get("translate", {}).items()}
    match value["type"]:
        case "text":
            return PlainText()
        case "word":
            return Word(translate, value.get("unknown", "keep"))
        case "amount":
            return _amount(path, value, checks)
        case "moment":
            return _moment(path, value, checks)
        case _:
            code = _code_of(path, value, translate, checks)
            split = value.get("split", ())
            return (
                CodesOf(code, (split,) if isinstance(split, str) else tuple(split))
                if split
                else code
            )


def _amount(path: KeyPath, value: dict[str, Any], checks: Checks) -> Amount:
    unknown = _unknown(path, value, checks)
    beyond = unknown if "column" in value else "keep"
    amount = Amount(
        decimal=value.get("decimal", "."),
        thousands=value.get("thousands", ""),
        symbols=tuple(value.get("symbols", ())),
        exponents=value.get("exponents", False),
        decimals=value.get("round"),
        unknown=unknown,
        negative=value.get("negative", beyond),
    )
    if amount.decimal == amount.thousands:
        checks.note((*path, "thousands"), _SAME_SEPARATOR)
    if isinstance(value.get("round"), str):
        checks.note((*path, "round"), _DECIMALS)
    return amount


def _moment(path: KeyPath, value: dict[str, Any], checks: Checks) -> Moment:
    formats = value.get("formats", ())
    check_date_formats(checks, (*path, "formats"), formats)
    if isinstance(value.get("round"), int):
        checks.note((*path, "round"), _TO_WHAT)
    return Moment(tuple(formats), value.get("round"), _unknown(path, value, checks))


def _unknown(path: KeyPath, value: dict[str, Any], checks: Checks) -> Any:
    """Return what to do with what cannot be read, where nothing is kept as it is."""
    unknown = value.get("unknown", "reject")
    if unknown == "keep":
        checks.note((*path, "unknown"), _NOT_KEPT.filled(value["type"]))
    return unknown


def _code_of(
    path: KeyPath, value: dict[str, Any], translate: dict[str, str], checks: Checks
) -> CodeOf:
    code_list = value["list"]
    if code_list in list_names():
        for theirs, ours in value.get("translate", {}).items():
            checks.code((*path, "translate", theirs), code_list, ours)
    only = tuple(sorted(value.get("only", {}).items()))
    return CodeOf(code_list, only, translate, _unknown(path, value, checks))


_SAME_SEPARATOR = Text(
    "el separador de miles no puede ser también el decimal",
    "the thousands separator cannot be the decimal one too",
)
_NOT_KEPT = Text(
    "con {} se esperaba reject o missing: lo que no se puede leer no se guarda",
    "with {}, reject or missing was expected: what cannot be read is not kept",
)
_DECIMALS = Text("se esperaba cuántos decimales: de 0 a 4", "expected how many decimals: 0 to 4")
_TO_WHAT = Text(
    "se esperaba day, minute, second o microsecond", "expected day, minute, second or microsecond"
)
_OTHER_TYPE = Text(
    "aquí no cabe ese número o texto: no es del tipo del valor",
    "that number or text does not fit here: it is not of the value's type",
)
_ONLY_AMOUNTS = Text(
    "solo se calcula con importes; de fechas hay first, min y max, y de lo demás first",
    "only amounts are calculated with; dates have first, min and max, anything else first",
)

"""Which cell of a row a refusal is about, and what is wrong with it in the words of the file.

A refusal speaks of a command's fields, which whoever has the file does not know.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from services.followup.amounts import (
    AmountBelowZero,
    AmountNotANumber,
    AmountTooFine,
    OutcomeNeedsAmount,
    amount_not_usable,
)
from services.operator.importer.mapping.import_mapping import Column, ImportMapping
from services.operator.importer.mapping.unreadable import CellNotReadable
from services.operator.importer.run.row_source import Row
from shared.kernel.refusals import InTheFuture, Invalid, Refusal
from shared.kernel.text import Text


def guilty_heading(refusal: Refusal, names: Iterable[str], row: Row, mapping: ImportMapping) -> str:
    """Return the heading of the cell that a refusal is about; empty if there is none.

    names: the values that the refused field may come from, the likeliest first. A cell that breaks
    the rule by itself is it; else the first of them that is not blank.
    """
    cells = row.cells or {}
    behind = [column for name in names for column in mapping.behind(name)]
    if isinstance(refusal, InTheFuture):
        behind = [*behind, *mapping.columns]
    for column in behind:
        if _breaks_it(refusal, _read(column, cells.get(column.heading, ""))):
            return column.heading
    is_missing = isinstance(refusal, OutcomeNeedsAmount)
    could_be = (c.heading for c in behind if is_missing or cells.get(c.heading, "").strip())
    return next(could_be, "")


def in_words(refusal: Refusal, heading: str) -> Text:
    """Return why a row is refused, in both languages, as its cell would be spoken of."""
    if type(refusal) in _IN_WORDS:
        return _IN_WORDS[type(refusal)]
    named = {"field": heading or _THE_ROW} if isinstance(refusal, Invalid) else {}
    return refusal.template.filled(**{**refusal.details(), **named})


def _read(column: Column, cell: str) -> Any:
    try:
        return column.cell_type.read(cell) if cell.strip() else None
    except CellNotReadable:
        return None


def _breaks_it(refusal: Refusal, value: object) -> bool:
    match refusal, value:
        case InTheFuture(at=at), datetime():
            moment = datetime.fromisoformat(at)
            return (value if value.tzinfo else value.replace(tzinfo=moment.tzinfo)) == moment
        case _, Decimal():
            return type(amount_not_usable(_PAYMENT, value, _CURRENCY)) is type(refusal)
        case _:
            return False


_PAYMENT, _CURRENCY = "payment", "USD"
"""An outcome that needs an amount, and any currency: an amount's own rules are the same in all."""
_THE_ROW = Text("la fila", "the row")
_IN_WORDS: Final[Mapping[type[Refusal], Text]] = {
    InTheFuture: Text("es una fecha que aún no llega", "is a date that is still to come"),
    AmountTooFine: Text(
        "tiene más de cuatro decimales; el mapeo puede redondear, con round",
        "has more than four decimals; the mapping may round it, with round",
    ),
    AmountBelowZero: Text("es un importe menor que cero", "is an amount below zero"),
    AmountNotANumber: Text(
        "es un importe de más de 15 cifras enteras",
        "is an amount of more than 15 digits before the point",
    ),
    OutcomeNeedsAmount: Text(
        "falta el importe, y el mapeo asienta con él un resultado que lo lleva",
        "the amount is missing, and the mapping records with it an outcome that needs one",
    ),
}
"""What a refusal means for whoever has the file and the mapping."""

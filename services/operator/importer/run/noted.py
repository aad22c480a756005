"""What is noted of a row that comes in: of which row, at which cell, and what."""

from typing import NamedTuple

from services.operator.importer.run.rejections import Rejection
from services.operator.importer.run.row_source import Row
from shared.kernel.text import Text

LEFT_OUT = "cell-left-out"
CUT_SHORT = "row-cut-short"


class Noted(NamedTuple):
    """One thing about a row. row: its number. kind: of ``oddities.ODDITIES``.

    column, value: the cell's heading and text, empty if it is about the row as a whole. As with a
    ``Rejection``, the text goes into the operator's own file, nowhere else.
    """

    row: int
    kind: str
    column: str = ""
    value: str = ""

    def as_rejection(self, label: Text) -> Rejection:
        """Return it as a line of the operator's file."""
        return Rejection(self.column, self.value, label)


def of_the_row(row: Row) -> tuple[Noted, ...]:
    """Return what is to be noted before anybody looks at what its cells say."""
    return (Noted(row.number, CUT_SHORT),) if row.is_short else ()

"""Cells of which the file itself says what they are: a spreadsheet's numbers and moments.

They are texts like all cells, in one form, so a key or a word is read from them as from a CSV. A
mapping's separators and date formats say how texts are written; they do not apply to these.
"""


class NumberCell(str):
    """A number in digits, with a point before decimals and a minus before it if below zero."""

    __slots__ = ()


class MomentCell(str):
    """A day as 2026-12-31, or a moment as 2026-12-31 13:45:59, with a fraction if it has one."""

    __slots__ = ()


MOMENT_FORMATS = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f")
"""How a ``MomentCell`` is written, as in Python's strptime."""

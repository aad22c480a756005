"""What a spreadsheet would carry out is written so that it only shows it.

A value of somebody else's file may begin like a formula; whoever opens what is written would run
it. An apostrophe before it makes it text. A number stays a number.
"""

import re
from typing import Final

from shared.kernel.free_text import is_invisible

_BEGINS_A_FORMULA: Final = frozenset("=+-@\uff1d\uff0b\uff0d\uff20")
"""Also in full width, which some programs take for the same."""
_SPLITS_CELLS: Final = frozenset("\t\r\n")
_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:[.,]\d+)*|[.,]\d+)(?:[eE][+-]?\d+)? ?%?", re.ASCII)


def inert(cell: str) -> str:
    """Return the cell's text, with an apostrophe before it if it begins like a formula."""
    shown = _from_what_is_seen(cell)
    before = cell[: len(cell) - len(shown)]
    if shown[:1] not in _BEGINS_A_FORMULA and _SPLITS_CELLS.isdisjoint(before):
        return cell
    return cell if not before and _NUMBER.fullmatch(cell) else f"'{cell}"


def kept_inert(cell: str) -> str:
    """Return the cell's text as ``inert`` does, so that ``read_back`` gives it back exactly."""
    return f"'{cell}" if _would_run(cell) else cell


def read_back(cell: str) -> str:
    """Return what a cell said before ``kept_inert``; also one that a spreadsheet's user quoted."""
    return cell[1:] if cell[:1] == "'" and _would_run(cell[1:]) else cell


def _would_run(cell: str) -> bool:
    bare = cell.lstrip("'")
    return inert(bare) != bare


def _from_what_is_seen(cell: str) -> str:
    for at, character in enumerate(cell):
        if character.isprintable() and not character.isspace() and not is_invisible(character):
            return cell[at:]
    return ""

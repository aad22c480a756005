"""A process that reads a spreadsheet: ``python -m … SHEET``, the file on its standard input.

What somebody else has made is read by a process of its own, which may use so much memory and no
more: a few bytes can say that a sheet is as large as any machine. Its answer is one JSON line that
says what there is, then one for each row: the number, and the cells, each with a mark before it
that says what it is (``sheet_records``).
"""

import datetime as dt
import hashlib
import os
import resource
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from io import BytesIO
from typing import Any, Final
from zipfile import BadZipFile

import msgspec
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetVisibleEnum,
    WorksheetNotFound,
)

from services.operator.importer.run.sheet_errors import Place, TooManyErrors, errors_in

MOST_MEMORY: Final = 4 << 30
"""Bytes of address space; a sheet of a million rows and twenty columns needs half of it."""
_WHOLE: Final = 1e15
"""Below it a number's digits are all its own; a spreadsheet shows fifteen."""


def main(arguments: list[str]) -> int:
    """Write the sheet of this name, or of this number (``#1``), on standard output.

    What does not fit into memory ends the process by a signal.
    """
    for limited, most in ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CORE, 0)):
        with suppress(ValueError, OSError):  # it is less already, or the system knows no such limit
            resource.setrlimit(limited, (most, most))
    try:
        return _written(arguments[0])
    except MemoryError:
        os.abort()


def _written(wanted: str) -> int:
    sheets: list[str] = []
    try:
        content = sys.stdin.buffer.read()
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = _seen(workbook)
        sheet = workbook.get_sheet_by_name(_name(sheets, wanted))
        errors = errors_in(content, sheet.name, sheet.end or (-1, -1))
    except TooManyErrors:
        return _answer({"problem": "too-many-errors"})
    except (WorksheetNotFound, IndexError):
        return _answer({"problem": "no-such-sheet", "sheets": sheets})
    except (CalamineError, OSError, ValueError, LookupError, SyntaxError, BadZipFile):
        return _answer({"problem": "unreadable"})
    digest = hashlib.sha256(content).hexdigest()
    rows = (sheet.end or (-1, 0))[0] + 1
    _answer({"rows": rows, "digest": digest, "sheet": sheet.name, "sheets": sheets})
    encode, write = msgspec.json.encode, sys.stdout.buffer.write
    for row in _rows(sheet, errors):
        write(encode(row) + b"\n")
    return 0


def _seen(workbook: CalamineWorkbook) -> list[str]:
    """Return the names of the sheets that whoever opens it sees, in order."""
    sheets = workbook.sheets_metadata
    return [one.name for one in sheets if one.visible == SheetVisibleEnum.Visible]


def _name(sheets: list[str], wanted: str) -> str:
    """Return a sheet's name, given it or its number."""
    return sheets[int(wanted[1:]) - 1] if wanted.startswith("#") else wanted


def _answer(content: dict[str, Any]) -> int:
    sys.stdout.buffer.write(msgspec.json.encode(content) + b"\n")
    return 0


def _rows(sheet: CalamineSheet, errors: frozenset[Place]) -> Iterator[tuple[int, list[str]]]:
    if sheet.start is None:
        return
    first, column = sheet.start
    before = [""] * column
    rows_with_errors = {row for row, _ in errors}
    for number, cells in enumerate(sheet.iter_rows(), first):
        row = [*before, *(_WRITERS[type(cell)](cell) for cell in cells)]
        if number in rows_with_errors:
            row = ["e" if (number, at) in errors else cell for at, cell in enumerate(row)]
        yield number + 1, row


# --- cells ------------------------------------------------------------------------------------


def _text(cell: str) -> str:
    return f"t{cell}" if cell else ""


def _number(cell: float) -> str:
    """Write a number as it is shown: without the noise beyond its fifteenth digit."""
    if abs(cell) < _WHOLE and cell == int(cell):
        return f"n{int(cell)}"
    digits = f"{cell:.15g}"
    return f"n{Decimal(digits):f}" if "e" in digits else f"n{digits}"


def _moment(cell: dt.datetime) -> str:
    return f"m{cell.isoformat(' ')}"


def _time(cell: dt.time) -> str:
    return f"t{cell.isoformat()}"


def _duration(cell: dt.timedelta) -> str:
    minutes, seconds = divmod(int(cell.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"t{hours}:{minutes:02}:{seconds:02}"


_WRITERS: Final[dict[type, Callable[[Any], str]]] = {
    str: _text,
    float: _number,
    int: _number,
    bool: lambda cell: "tTRUE" if cell else "tFALSE",
    dt.datetime: _moment,
    dt.date: lambda cell: f"m{cell.isoformat()}",
    dt.time: _time,
    dt.timedelta: _duration,
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

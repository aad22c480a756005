"""The records of a spreadsheet's sheet, as a process of its own reads them (``sheet_process``)."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import IO, Final, cast

import msgspec

from services.operator.importer.errors import FileNotUsable
from services.operator.importer.mapping.layout import Layout
from services.operator.importer.mapping.typed_cells import MomentCell, NumberCell
from services.operator.importer.run.csv_records import UNREADABLE, Record
from services.operator.importer.run.opened_file import OpenedFile
from services.operator.importer.run.sheet_errors import MOST_ERRORS
from shared.kernel.text import Text

_ZIP: Final = b"PK\x03\x04"
"""Begins .xlsx and .ods."""
_OLD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Begins .xls, and an .xlsx that a password protects."""
_CELLS: Final[dict[str, Callable[[str], str]]] = {
    "": str,
    "t": str,
    "n": NumberCell,
    "m": MomentCell,
    "e": lambda _: UNREADABLE,
}


class _Answer(msgspec.Struct):
    """What the process says first. digest: of what it read. sheet: the one that it reads.

    sheets: all that there are. problem: why there are no rows.
    """

    rows: int = 0
    digest: str = ""
    sheet: str = ""
    problem: str = ""
    sheets: tuple[str, ...] = ()


class SheetRecords:
    """The records of the sheet that a layout names."""

    def __init__(self, file: OpenedFile, layout: Layout) -> None:
        """Begin to read. Raises FileNotUsable."""
        if file.head(len(_OLD)) == _OLD:
            raise FileNotUsable(_old_or_protected(file.name))
        self._file = file
        self._skip = layout.skip_lines
        wanted = layout.sheet if isinstance(layout.sheet, str) else f"#{layout.sheet}"
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-P", "-m", _PROGRAM, wanted],
            stdin=file.from_the_beginning(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C ends the import, which ends the process
        )
        self._lines = cast("IO[bytes]", self._process.stdout)
        try:
            self._answer = self._begin(wanted)
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[Record]:
        """Yield the records. Raises FileNotUsable, FileChanged."""
        decode = msgspec.json.Decoder(tuple[int, list[str]]).decode
        for line in self._lines:
            number, cells = decode(line)
            if number > self._skip:
                yield Record(number, [_CELLS[cell[:1]](cell[1:]) for cell in cells])
        if self._process.wait() != 0:
            raise self._broken_off()
        self._file.require_unchanged()

    @property
    def unreadable(self) -> Text:
        """What is wrong with a cell in which ``UNREADABLE`` is."""
        return _ERROR

    @property
    def ended(self) -> bool:
        """A sheet is whole, or it cannot be read."""
        return True

    def estimated(self, read: int) -> int | None:
        """Return how many records there are, of which the headings are one."""
        return max(read, self._answer.rows - 1)

    @property
    def which(self) -> Text:
        """Which sheet is read, and which there are."""
        sheet, sheets = self._answer.sheet, ", ".join(self._answer.sheets)
        return Text(
            f"Se leyó la hoja «{sheet}»; hay: {sheets}.",
            f"The sheet “{sheet}” was read; there are: {sheets}.",
        )

    def close(self) -> None:
        """End the process, if it is not yet at the end."""
        self._lines.close()
        self._process.kill()
        with suppress(OSError):
            self._process.wait()

    def _begin(self, wanted: str) -> _Answer:
        """Return what the process says; its rows are all, headings too."""
        line = self._lines.readline()
        self._file.require_unchanged()
        if not line:
            raise self._broken_off()
        answer = msgspec.json.decode(line, type=_Answer)
        if answer.problem:
            raise FileNotUsable(_problem(answer, self._file.name, wanted))
        self._file.require_digest(answer.digest)
        return answer

    def _broken_off(self) -> FileNotUsable:
        ended_by_a_signal = self._process.wait() < 0
        return FileNotUsable((_too_large if ended_by_a_signal else _not_read)(self._file.name))


_ERROR = Text(
    "es un error de la hoja de cálculo, como #N/A o #¡REF!, o una fórmula que nadie calculó: ábrala"
    " ahí, corríjala y guárdela",
    "is an error of the spreadsheet, such as #N/A or #REF!, or a formula that nobody computed: open"
    " it there, mend it and save it",
)
_PROGRAM: Final = "services.operator.importer.run.sheet_process"


def is_sheet(file: OpenedFile) -> bool:
    """Tell whether the file begins like a spreadsheet, whatever it is called."""
    return file.head(len(_OLD)).startswith((_ZIP, _OLD))


def _problem(answer: _Answer, name: str, wanted: str) -> Text:
    if answer.problem == "no-such-sheet":
        there = ", ".join(answer.sheets)
        return Text(
            f"{name} no tiene la hoja {wanted} (file.sheet del mapeo); tiene: {there}.",
            f"{name} has no sheet {wanted} (the mapping's file.sheet); it has: {there}.",
        )
    if answer.problem == "too-many-errors":
        return Text(
            f"{name} tiene más de {MOST_ERRORS:,} celdas con errores. Corríjalas ahí, o guárdelo"
            " como CSV.",
            f"{name} has more than {MOST_ERRORS:,} cells that are errors. Mend them there, or save"
            " it as CSV.",
        )
    return _not_read(name)


def _not_read(name: str) -> Text:
    return Text(
        f"{name} no se puede leer como hoja de cálculo. Guárdelo como .xlsx, .ods o CSV.",
        f"{name} cannot be read as a spreadsheet. Save it as .xlsx, .ods or CSV.",
    )


def _old_or_protected(name: str) -> Text:
    return Text(
        f"{name} es un .xls antiguo o tiene contraseña. Guárdelo como .xlsx sin contraseña.",
        f"{name} is an old .xls, or protected by a password. Save it as .xlsx without one.",
    )


def _too_large(name: str) -> Text:
    return Text(
        f"{name} no cabe en la memoria: ¿hay una celda lejos de las demás? Guárdelo como CSV.",
        f"{name} does not fit into memory: is a cell far from all others? Save it as CSV.",
    )

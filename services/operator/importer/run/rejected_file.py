"""The operator's files about rows, of those rejected and of details: row, column, value, reason."""

import csv
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from services.operator.importer.errors import ImportCutShort
from services.operator.importer.run.rejections import Rejection
from shared.kernel.inert_cells import inert
from shared.kernel.text import Text

HEADINGS = {
    "es": ("fila", "columna", "valor", "motivo"),
    "en": ("row", "column", "value", "reason"),
}
"""The headings, by language."""
_ENCODING = "utf-8-sig"


def may_be_replaced(path: Path) -> bool:
    """Tell whether nothing is lost with this file: an empty one, or one of rejected rows."""
    with path.open("rb") as file:
        first = file.readline(200).decode(_ENCODING, "replace").strip()
    return not first or first in {",".join(headings) for headings in HEADINGS.values()}


class RejectedFile:
    """Written while the import goes on, so that it is there if the import is cut short.

    Rows come as they are rejected, so not always in the order of the file. A spreadsheet opens it
    as it is (CSV in UTF-8 with a byte order mark), and carries nothing out that is in it. It holds
    values of the operator's own file, and only the operator may read it.
    """

    def __init__(self, path: Path | None, lang: str = "es") -> None:
        """path: where to write; None writes nothing. An older file there is replaced."""
        self._path = path
        self._lang = lang
        self._file: IO[str] | None = None
        self._writer: Any = None

    def __enter__(self) -> Self:
        """Write the headings at once if a file of an earlier run would mislead."""
        if self._path is not None and self._path.exists():
            self._open(self._path)
        return self

    def add(self, row: int, *rejections: Rejection) -> None:
        """Write a row's number, on one line for each of its reasons."""
        if self._path is None:
            return
        if self._writer is None:
            self._open(self._path)
        with self._explained():
            for rejection in rejections:
                words = (rejection.column, rejection.value, rejection.reason.in_(self._lang))
                self._writer.writerow((row, *map(inert, words)))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file, if anything was written."""
        if self._file is not None:
            with self._explained():
                self._file.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ImportCutShort(_cannot_write(error, self._path)) from None

    def _open(self, path: Path) -> None:
        with self._explained():  # a pipe that nobody reads would be waited for without an end
            opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NONBLOCK, 0o600)
        os.set_blocking(opened, True)
        self._file = os.fdopen(opened, "w", encoding=_ENCODING, newline="")
        if stat.S_ISREG(os.fstat(opened).st_mode):  # a terminal has no mode of ours
            os.fchmod(opened, 0o600)  # of an older file too, before anything is in it
            os.ftruncate(opened, 0)
        self._writer = csv.writer(self._file)
        self._writer.writerow(HEADINGS["en" if self._lang == "en" else "es"])


def _cannot_write(error: OSError, path: Path | None) -> Text:
    name = path.name if path else ""
    if error.errno == errno.ENOSPC:
        return Text(
            f"El disco se llenó al escribir {name}. Libere espacio y repita la misma orden: sigue"
            " donde quedó.",
            f"The disk is full: {name} cannot be written. Free some space and give the same command"
            " again: it goes on where it was.",
        )
    reason = error.strerror or type(error).__name__
    return Text(
        f"No se puede escribir {name} ({reason}). Repita la orden con otra ruta: sigue"
        " donde quedó.",
        f"{name} cannot be written ({reason}). Give the command again with another path: it goes on"
        " where it was.",
    )

"""What is said at the end of an import, and of taking a file back."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from services.operator.cli.language import say
from shared.kernel.text import Text

if TYPE_CHECKING:
    from services.operator.importer.run.summary import ImportSummary, Summary


def changes_of(summary: "Summary") -> Iterator[str]:
    """Yield what was changed, by kind, always in the same order."""
    from services.operator.importer.run.three_way_merge import CHANGES

    for kind, text in CHANGES.items():
        if summary.changes[kind]:
            yield f"    {summary.changes[kind]:>9,}  {say(text)}"


def shown_of(summary: "ImportSummary", details: Path | None) -> Iterator[str]:
    """Yield the first changes, and where every one stands, with what is odd."""
    for row, column, change in summary.shown:
        at = Text(f"fila {row}", f"row {row}")
        yield f"      {say(at)}{column and f', {column}'}: {say(change)}"
    if (summary.changes or summary.odd) and details is None:
        yield say(_NO_DETAILS)
    elif details is not None and details.exists():
        yield say(_IN_DETAIL.filled(details))


def remarks_on(summary: "Summary") -> Iterator[str]:
    """Yield why not all of it is done, or can be seen."""
    if summary.check:
        yield say(_TRIAL)
    if summary.interrupted:
        yield say(_INTERRUPTED)
    if not summary.reported:
        yield say(_NOT_REPORTED)


_NO_DETAILS = Text(
    "Con --details ARCHIVO, todo cambio y todo lo raro se escribe ahí, por fila y celda.",
    "With --details FILE every change, and whatever is odd, is written there by row and cell.",
)
_IN_DETAIL = Text("Por fila y celda: {}", "By row and cell: {}")
_TRIAL = Text("Fue una prueba: no se escribió nada.", "It was a trial: nothing was written.")
_INTERRUPTED = Text(
    "Interrumpida. Repita la misma orden: sigue donde quedó.",
    "Interrupted. Give the same command again: it goes on where it was.",
)
_NOT_REPORTED = Text(
    "Los informes aún no leen todo esto. Vea «canaliza doctor».",
    "The reports have not read all of it yet. See “canaliza doctor”.",
)

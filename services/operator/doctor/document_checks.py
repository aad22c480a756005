"""Check that the document stores have what the log names, and nothing that it says is erased."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from services.installation import ALL
from services.operator.doctor.findings import Finding, one_or_each, wrong
from shared.kernel.text import Text
from shared.maintenance.inspection import Inspection

_TOLD = 3


def all_of(inspection: Inspection) -> list[Finding]:
    """Check each service that keeps documents."""
    keeping = [definition.name for definition in ALL if definition.documents]
    found = [finding for name in keeping for finding in of_schema(inspection, name)]
    there = Text("lo borrado no está, y lo demás sí", "what is erased is gone, all else is there")
    return one_or_each("documents", there, found)


def of_schema(inspection: Inspection, schema: str) -> Iterator[Finding]:
    """Yield what is wrong with the documents of one service."""
    if back := inspection.erased_but_there(schema):
        yield wrong(
            "documents",
            Text(
                f"la bitácora dice que se borraron, y sus bytes están: {_listed(back)}",
                f"the log says that they are erased, and their bytes are there: {_listed(back)}",
            ),
            mend=Text(
                "corra canaliza document erase-again, con --list tras restaurar un respaldo",
                "run canaliza document erase-again, with --list after a backup was restored",
            ),
        )
    if gone := inspection.held_but_gone(schema):
        yield wrong(
            "documents",
            Text(
                f"la bitácora los nombra, y sus bytes no están: {_listed(gone)}",
                f"the log names them, and their bytes are not there: {_listed(gone)}",
            ),
            mend=Text(
                f"restaure la tabla {schema}.documents de un respaldo; o dígalo con canaliza"
                " document erase",
                f"restore the table {schema}.documents from a backup; or say so with canaliza"
                " document erase",
            ),
        )


def _listed(ids: Sequence[UUID]) -> str:
    """Name the first ones, and say how many there are."""
    named = ", ".join(str(each) for each in ids[:_TOLD])
    return named if len(ids) <= _TOLD else f"{named}… ({len(ids)})"

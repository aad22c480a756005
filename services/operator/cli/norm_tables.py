"""How ``canaliza register`` prints the register and the matrix of coverage."""

from typing import TYPE_CHECKING

from services.operator.cli.language import language, say
from services.operator.cli.output import aside, print_line, print_table
from shared.kernel.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from services.reporting.norms import Citation, Matrix, NormRow


def print_list(rows: "Sequence[NormRow]") -> None:
    from shared.kernel.codes import label

    if not rows:
        aside(Text("No hay ninguna.", "There is none."))
        return
    columns = say(
        Text(
            "clave clase nivel entidad nombre sin-respuesta situación",
            "id kind level subdivision name unanswered status",
        )
    )
    listed = say(Text("vigente en el registro", "listed"))
    print_table(
        columns.split(),
        [
            (
                row.entry_id,
                label("entry_kinds", row.kind, language()),
                label("norm_levels", row.level, language()),
                row.subdivision,
                row.name,
                f"{row.unanswered}/{row.elements}" if row.elements else None,
                label("entry_withdrawal_reasons", row.withdrawn, language())
                if row.withdrawn
                else listed,
            )
            for row in rows
        ],
    )


def print_matrix(found: "Matrix") -> None:
    print_line(f"{found.entry.name} ({found.entry.entry_id})")
    if found.lines:
        columns = say(Text("clave elemento responden", "code element answered-by"))
        nothing = say(Text("nada", "nothing"))
        print_table(
            columns.split(),
            [
                (each.element, each.name, "; ".join(map(_told, each.citations)) or nothing)
                for each in found.lines
            ],
        )
    if found.whole:
        whole = "; ".join(map(_told, found.whole))
        print_line(say(Text(f"La citan entera: {whole}.", f"Cited as a whole by: {whole}.")))
    missing = len(found.unanswered)
    print_line(
        say(
            Text(
                f"{missing} de {len(found.lines)} elementos sin respuesta.",
                f"{missing} of {len(found.lines)} elements are not answered.",
            )
        )
    )


def _told(one: "Citation") -> str:
    from shared.kernel.codes import label

    return f"{label('citing_kinds', one.citing_kind, language())}: {one.name or one.citing}"

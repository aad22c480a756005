"""How agreements look on the command line."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from services.operator.cli.language import language, say
from services.operator.cli.output import print_line, print_table
from shared.kernel.text import Text

if TYPE_CHECKING:
    from services.reporting.agreements import AgreementRow

_NONE = Text("Ningún convenio.", "No agreement.")
_COLUMNS = Text(
    "último_día|faltan|situación|convenio|partes|programa|id",
    "last_day|left|status|agreement|parties|programme|id",
)
_FIELDS: Sequence[tuple[str, Text]] = (
    ("kind", Text("clase", "kind")),
    ("title", Text("título", "title")),
    ("status", Text("situación", "status")),
    ("parties", Text("partes", "parties")),
    ("unsigned", Text("faltan por firmar", "not signed yet")),
    ("programme", Text("programa", "programme")),
    ("services", Text("servicios", "services")),
    ("data_categories", Text("datos", "data")),
    ("valid_from", Text("desde", "from")),
    ("valid_until", Text("hasta", "until")),
    ("terms", Text("términos", "terms")),
    ("announced", Text("aviso a días del fin", "announced, days before its end")),
    ("document_id", Text("documento", "document")),
    ("agreement_id", Text("id", "id")),
)
_LISTS = {
    "kind": "agreement_kinds",
    "status": "agreement_statuses",
    "programme": "programmes",
    "services": "service_kinds",
    "data_categories": "data_categories",
}


def print_agreements(rows: Sequence["AgreementRow"]) -> None:
    """Print a list of agreements, by their last day."""
    if not rows:
        print_line(say(_NONE))
        return
    print_table(
        say(_COLUMNS).split("|"),
        [
            (
                row.valid_until,
                row.days_left,
                _labelled("status", row.status),
                row.title,
                ", ".join(row.names),
                row.programme,
                row.agreement_id,
            )
            for row in rows
        ],
    )


def print_agreement(row: "AgreementRow") -> None:
    """Print one agreement, a line for each of its values."""
    width = max(len(say(name)) for _, name in _FIELDS)
    for field, name in _FIELDS:
        held = row.names if field == "parties" else getattr(row, field)
        print_line(f"{say(name):<{width}}  {_written(field, held)}")


def _written(field: str, held: object) -> str:
    if held is None:
        return "—"
    if isinstance(held, list | tuple):
        return ", ".join(_labelled(field, str(each)) for each in held) or "—"
    return _labelled(field, str(held))


def _labelled(field: str, code: str) -> str:
    from shared.kernel.codes import known, label

    list_name = _LISTS.get(field)
    return label(list_name, code, language()) if list_name and known(list_name, code) else code

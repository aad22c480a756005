"""How ``canaliza directory`` prints who can serve, who cannot and why, and what is stale."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from services.operator.cli.language import language, say
from services.operator.cli.output import aside, print_line, print_table
from shared.kernel.text import Text

if TYPE_CHECKING:
    from services.reporting.bodies import TextOut
    from services.reporting.searching.answer import FoundOut, ReasonOut, ServiceOut, StaleOut

_STALE = Text("vencida", "stale")
_FRESH = Text("vigente", "fresh")
_NOTHING = Text(
    "Nada en el directorio es así. Busque con menos palabras u opciones.",
    "Nothing in the directory is like that. Search with fewer words or options.",
)


def print_found(found: "FoundOut") -> None:
    """Print both lists: those who can serve with why they stand there, and who cannot."""
    print_line(say(Text(f"Pueden atender: {found.serving}.", f"Can serve: {found.serving}.")))
    for each in found.items:
        print_line()
        print_line(f"{each.rank}. {_named(each.service)}")
        print_line(f"   {_sentences(each.reasons)}")
        print_line(f"   id: {each.service.service_id}")
        if each.decided_by:
            behind = _criterion(each.decided_by)
            print_line(
                say(Text(f"   Va después del anterior por: {behind}.", f"   Behind by: {behind}."))
            )
    if not found.excluded:
        if not found.serving:
            aside(_NOTHING)
        return
    print_line()
    print_line(say(Text(f"No pueden: {found.excluded}.", f"Cannot: {found.excluded}.")))
    print_table(
        say(Text("cuántos motivo", "how-many reason")).split(),
        [(each.services, _said(each.reason.says)) for each in found.by_reason],
    )
    for excluded in found.excluded_items:
        print_line(f"- {_named(excluded.service)}: {_sentences(excluded.reasons)}")
        print_line(f"  id: {excluded.service.service_id}")


def print_stale(found: "StaleOut") -> None:
    """Print the stale entries; how many more there are goes to standard error."""
    if not (found.items or found.institutions):
        aside(Text("Ninguna ficha está vencida.", "No entry is stale."))
        return
    if found.institutions:
        print_table(
            say(Text("validada institución nombre", "validated institution name")).split(),
            [(each.validated_on, each.code, each.name) for each in found.institutions],
        )
    if found.items:
        columns = Text("confirmada institución servicio id", "confirmed institution service id")
        print_table(
            say(columns).split(),
            [
                (each.assured_on, each.institution, each.name, each.service_id)
                for each in found.items
            ],
        )
    if found.next:
        total = found.stale + found.institutions_stale
        aside(Text(f"Son {total} en total: use --limit.", f"{total} in all: use --limit."))


def _named(service: "ServiceOut") -> str:
    from shared.kernel.codes import label

    freshness = say(_STALE if service.stale else _FRESH)
    kind = label("service_kinds", service.kind, language())
    whose = f"{service.institution_name} ({service.institution})"
    return f"{service.name} — {whose} · {kind} · {freshness}"


def _sentences(reasons: "Sequence[ReasonOut]") -> str:
    from services.reporting.searching.reasons import TACIT

    return " ".join(_said(each.says) for each in reasons if each.code not in TACIT)


def _said(text: "TextOut") -> str:
    return text.en if language() == "en" else text.es


def _criterion(name: str) -> str:
    from services.reporting.searching.reasons import CRITERIA

    return CRITERIA[name].in_(language())

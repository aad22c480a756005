"""How a consent looks on the command line."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from services.operator.cli.language import language, say
from services.operator.cli.output import print_line
from shared.kernel.text import Text

if TYPE_CHECKING:
    from services.intake.consent.states import Recorded

_ALL = Text("las que hagan falta", "whatever it takes")
_NOTHING = "—"


def print_consent(held: "Recorded") -> None:
    """Print one consent, a line for each of its values."""
    lines = [*_lines(held)]
    width = max(len(say(name)) for name, _ in lines)
    for name, written in lines:
        print_line(f"{say(name):<{width}}  {written}")


def _lines(held: "Recorded") -> "Iterator[tuple[Text, str]]":
    terms, manner = held.terms, held.manner
    yield Text("situación", "status"), _labels("consent_statuses", (held.status,))
    yield Text("finalidad", "purpose"), _labels("consent_purposes", (held.purpose,))
    yield Text("instituciones", "institutions"), ", ".join(terms.recipients) or _NOTHING
    yield Text("clases", "kinds"), _labels("institution_kinds", terms.kinds)
    yield Text("datos", "data"), _labels("data_categories", terms.categories)
    services = _labels("service_kinds", terms.services) if terms.services else say(_ALL)
    yield Text("servicios", "services"), services
    yield Text("desde", "from"), terms.valid_from.isoformat()
    yield Text("hasta", "until"), terms.valid_until.isoformat()
    yield Text("modo", "manner"), _labels("consent_modes", (manner.mode,))
    yield Text("lengua", "language"), _labels("languages", (manner.language,))
    digest = manner.evidence.digest if manner.evidence else _NOTHING
    yield Text("evidencia (SHA-256)", "evidence (SHA-256)"), digest
    for cut in held.cuts:
        whom = ", ".join((*cut.recipients, *cut.kinds)) or "*"
        data = _labels("data_categories", cut.categories or terms.categories)
        yield Text("retirado", "taken back"), f"{whom}: {data}"
    yield Text("versión", "version"), str(held.version)
    yield Text("lo recabó", "obtained by"), held.institution
    yield Text("caso", "case"), str(held.case_id)
    yield Text("id", "id"), str(held.consent_id)


def _labels(list_name: str, chosen: tuple[str, ...]) -> str:
    from shared.kernel.codes import label

    return ", ".join(label(list_name, each, language()) for each in chosen) or _NOTHING

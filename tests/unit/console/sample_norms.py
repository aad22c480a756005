"""A register of norms for the pages: a guide, one element of which nothing answers, and a law."""

from collections.abc import Sequence
from datetime import date

from services.reporting.norms import Citation, ElementLine, Matrix, NormRow
from shared.kernel.codes import codes
from tests.unit.console.sample_history import OFFICE

GUIDE = NormRow(
    entry_id="guia-elementos-esenciales",
    name="Guía de elementos esenciales <Ñ>",
    kind="guide",
    level="federal",
    subdivision=None,
    article=None,
    valid_from=date(2026, 1, 1),
    valid_until=date(2027, 12, 31),
    source="programme-document",
    link="https://example.org/guia.pdf",
    programmes=("mx-labour-protection",),
    elements=2,
    unanswered=1,
    document_id=None,
    withdrawn=None,
    replaced_by=None,
)
LAW = NormRow(
    entry_id="ley-de-2010",
    name="Ley Federal del Trabajo",
    kind="law",
    level="state",
    subdivision="MX-CHH",
    article="Art. 132",
    valid_from=None,
    valid_until=None,
    source="official-gazette",
    link=None,
    programmes=(),
    elements=0,
    unanswered=0,
    document_id=None,
    withdrawn="replaced",
    replaced_by="ley-de-2026",
)
_ANSWERED = ElementLine(
    "informacion",
    "Información en su lengua",
    [
        Citation("institution", OFFICE, "Oficina Laboral", OFFICE),
        Citation("step", "paso-1", None, OFFICE),
    ],
)
_OPEN = ElementLine("coordinacion", "Coordinación", [])
MATRICES = {
    GUIDE.entry_id: Matrix(
        GUIDE,
        list(codes("citing_kinds")),
        [_ANSWERED, _OPEN],
        [Citation("service", "asesoria", None, OFFICE)],
        ["coordinacion"],
    ),
    LAW.entry_id: Matrix(LAW, list(codes("citing_kinds")), [], [], []),
}


class SampleNorms:
    """Keeps the pages' port of the register."""

    def listed(self, limit: int) -> Sequence[NormRow]:
        return [GUIDE, LAW][:limit]

    def matrix(self, entry_id: str, only_institution: str | None) -> Matrix | None:
        del only_institution
        return MATRICES.get(entry_id)

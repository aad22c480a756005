"""The rows of the register of norms and tools, contract by contract."""

from collections.abc import Sequence
from uuid import UUID

from services.reporting.batch import Norm, NormCitation, NormWithdrawn
from services.reporting.declarations import Declarations, named, row
from shared.contracts import norms
from shared.contracts.norms import ElementV1
from shared.kernel.documents import DocumentRef


def _codes(elements: Sequence[ElementV1]) -> tuple[str, ...]:
    return tuple(each.element for each in elements)


def _names(elements: Sequence[ElementV1]) -> tuple[str, ...]:
    return tuple(each.name for each in elements)


def _document(texts: DocumentRef | None) -> UUID | None:
    return None if texts is None else texts.document_id


def _element(code: str | None) -> str:
    """Return an element's code as part of a key: the entry as a whole has none."""
    return code or ""


_DESCRIBED = row(
    Norm,
    *("name", "kind", "level", "subdivision", "article", "valid_from", "valid_until", "programmes"),
    source=named("provenance.source"),
    link=named("provenance.link"),
    consulted_on=named("provenance.consulted_on"),
    elements=named("elements", _codes),
    element_names=named("elements", _names),
    document_id=named("texts", _document),
)
_CITED = named("element", _element)

ROWS_OF_NORMS: Declarations = {
    norms.EntryRegisteredV1: [_DESCRIBED],
    norms.EntryCorrectedV1: [_DESCRIBED],
    norms.EntryWithdrawnV1: [row(NormWithdrawn, "replaced_by", withdrawn=named("reason"))],
    norms.CitationMadeV1: [row(NormCitation, "institution", element=_CITED, cited=True)],
    norms.CitationWithdrawnV1: [row(NormCitation, element=_CITED, cited=False)],
}

"""Whatever somebody names as an entry's texts, and calls a term of ours: the rest goes out."""

import json
from typing import Any
from uuid import UUID

import pytest

from services.referral.exchange.planning import Outcome
from services.referral.exchange.services import description_in, record_of
from services.referral.exchange.texts import INSTITUTION, SERVICE, record_in
from services.referral.service import Offered, ServiceDescription
from shared.documents.document import Document
from shared.documents.media_types import JSON
from shared.documents.memory import MemoryDocuments
from shared.hsds.packages import read_bytes
from shared.hsds.writing import as_json, as_tables, as_zip, compiled
from shared.kernel.documents import DocumentRef
from tests.unit.directory.homes import directory_in_memory, file_of, outcomes
from tests.unit.directory.puente import PUENTE

TEXTS = UUID("00000000-0000-4000-8000-0000000000d1")
TERM = {"id": "t", "taxonomy": "canaliza/kind", "code": "shelter"}


def kept(content: Any, kind: str) -> dict[str, Any] | None:
    """What the export takes of JSON that is an entry's texts."""
    documents = MemoryDocuments()
    document = Document(TEXTS, json.dumps(content).encode(), JSON)
    documents.put(document)
    return record_in(documents, DocumentRef(TEXTS, document.digest), kind)


@pytest.mark.parametrize(
    "said",
    [
        {"attributes": 5},
        {"attributes": [5, {"id": "a", "taxonomy_term": TERM}, {"id": "b", "taxonomy_term": []}]},
        {"services": 3, "organization": 3},
        {"locations": [[]], "contacts": {"a": 1}, "phones": "614"},
        {"schedules": [{"id": "h", "opens_at": {}, "freq": [1]}], "languages": [None]},
        {"cost_options": [{"id": "k", "amount": "free"}], "capacities": [{"available": "x"}]},
        {"organization_identifiers": "a", "service_areas": [{"id": "s", "extent": 4}]},
    ],
)
def test_json_of_any_shape_as_texts_holds_up_no_export(said: dict[str, Any]) -> None:
    content = {"id": "x", "name": "Casa", "status": "active", **said}
    service = kept(content, SERVICE)
    described = description_in(file_of(PUENTE).organizations[0].services[0].record, None)
    about: dict[str, Any] = {"institution": "casa", "taxonomy": 1, "entries": (), "texts": None}
    state = Offered(ServiceDescription(service_id=TEXTS, **(described | about)))
    written = record_of(state, service, None)
    out = [compiled(kept(content, INSTITUTION) or {"id": "o", "name": "Casa"}, [written])]
    assert as_json(out)
    assert read_bytes(as_zip(as_tables(out))).organizations


@pytest.mark.parametrize("content", [5, ["x"], {"id": 1, "name": "x"}, {"id": "a\0", "name": "x"}])
def test_json_that_is_no_record_is_kept_out_of_the_export(content: Any) -> None:
    assert kept(content, INSTITUTION) is None


def test_a_code_of_ours_in_other_words_is_the_same_code() -> None:
    first, second = PUENTE["services"]
    attribute = {"id": "a1", "taxonomy_term": {**TERM, "name": "Hospedaje y cobijo"}}
    other = {"id": "a2", "taxonomy_term": {**TERM, "name": "Albergue"}}
    services = [{**first, "attributes": [attribute]}, {**second, "attributes": [other]}]
    with directory_in_memory() as ours:
        ours.imports(file_of({**PUENTE, "services": services}))
        again = read_bytes(as_zip(as_tables(ours.exports())))
        assert again.problems == []
        assert outcomes(ours.imports(again)) == ({Outcome.THERE: 1}, {Outcome.THERE: 2})

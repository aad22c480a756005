"""How to be refused when documents are added, read and erased."""

from collections.abc import Mapping
from uuid import UUID

from services.referral import document, exchange_api
from shared.documents import media_types
from shared.kernel import documents, refusals
from shared.kernel.ids import new_id
from shared.kernel.roles import ADMINISTRATOR, CASEWORKER
from tests.integration.http.api_client import ABOUT_PARTY, OWN, PARTY, STEWARDS, ApiClient
from tests.integration.http.sent import Provocation, Sent

_KEEPER = (PARTY, ADMINISTRATOR)
_SENT = f"/referral/documents{ABOUT_PARTY}"
_BYTES = "only a file's bytes lead to it, and these provocations are JSON: test_documents.py"


def _content_of(api: ApiClient) -> tuple[str, str]:
    document_id = api.documented().document_id
    return document_id, f"/referral/documents/{document_id}/content"


def _erased(api: ApiClient) -> Sent:
    document_id, content = _content_of(api)
    path = f"/referral/documents/{document_id}/erasure"
    assert api.send(_KEEPER, "POST", path, {"reason": "replaced"}).status_code == 200
    return Sent(_KEEPER, content)


def _without_its_bytes(api: ApiClient) -> Sent:
    document_id, content = _content_of(api)
    store = api.running.services["referral"].documents
    assert store is not None
    assert store.erase([UUID(document_id)]) == 1
    return Sent(_KEEPER, content)


OF_DOCUMENTS: Mapping[type[refusals.Refusal], tuple[int, Provocation] | str] = {
    document.AdministratorsOrStewardsAdd: (
        403,
        lambda _: Sent((OWN, CASEWORKER), _SENT, {"lema": "Nadie solo"}),
    ),
    document.NobodyAddsSo: "the door asks for a role that acts before the rules do",
    document.AboutNotReadable: "the door's own check of the field comes first",
    document.DocumentAddedOtherwise: "nobody chooses a document's id: it follows from its bytes",
    documents.NoSuchDocument: (
        404,
        lambda _: Sent((OWN, CASEWORKER), f"/referral/documents/{new_id()}"),
    ),
    documents.DocumentIsErased: (404, _erased),
    documents.DocumentNotKept: (
        422,
        lambda _: Sent(
            _KEEPER,
            f"/referral/institutions/{PARTY}/description",
            {
                "level": "state",
                "sector": "public",
                "texts": {"document_id": str(new_id()), "digest": "ab" * 32},
            },
        ),
    ),
    documents.BytesNotThere: (404, _without_its_bytes),
    exchange_api.DirectoryNotReadable: (
        422,
        lambda _: Sent(STEWARDS, "/referral/directory/imports", {"lema": "Nadie solo"}),
    ),
    media_types.KindNotTaken: (
        422,
        lambda _: Sent(_KEEPER, _SENT, {}, {"Content-Type": "application/x-dosexec"}),
    ),
    media_types.NotOfItsKind: (
        422,
        lambda _: Sent(_KEEPER, _SENT, {}, {"Content-Type": "application/pdf"}),
    ),
    media_types.DocumentEmpty: _BYTES,
    media_types.DocumentTooLarge: _BYTES,
}
"""Each refusal: its status and how to meet it, or why it cannot be met so."""

"""Documents over HTTP: added with their bytes, shown to who may see them, erased."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from services.referral import document
from services.referral.document_keeping import (
    CONTENT,
    Kept,
    naming,
    put_unless_named,
    refusal_of,
    type_code,
)
from services.referral.document_views import DocumentOut, bytes_of, require_shown, show_document
from shared.documents.document import Document, digest_of
from shared.documents.media_types import EXTENSIONS, JSON, MEDIA_TYPES, DocumentTooLarge
from shared.documents.store import Documents
from shared.kernel.clock import now
from shared.kernel.refusals import Refused
from shared.kernel.roles import (
    ADMINISTRATOR,
    CASEWORKER,
    COORDINATOR,
    DELEGATE,
    STEWARD,
    SUPERVISOR,
)
from shared.kernel.text import Text
from shared.web.access import shown
from shared.web.command_request import (
    Body,
    Code,
    Key,
    ReceiptOut,
    RequestedCommand,
    Subject,
    at,
    command_request_of,
    with_etag,
)
from shared.web.identity import Identified
from shared.web.json_body import JsonRoute
from shared.web.openapi import described
from shared.web.uploads import LONGEST_UPLOAD

TAG = Text("documentos", "documents")
ADDRESS = "/documents"
ONE = ADDRESS + "/{document_id}"
_ROLES = (STEWARD, ADMINISTRATOR, COORDINATOR, SUPERVISOR, CASEWORKER, DELEGATE)
_ENDINGS = {media_type: ending for ending, media_type in EXTENSIONS.items()}
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_ANY_FILE: dict[str, Any] = {
    each: {"schema": {"title": "JSON"}} if each == JSON else _BINARY for each in MEDIA_TYPES
}
router = APIRouter(tags=[TAG.both], route_class=JsonRoute)


class DocumentAddedOut(ReceiptOut):
    """What came of adding a document: how facts and commands name it."""

    document_id: UUID
    digest: str


class EraseDocumentBody(Body):
    """Why a document is erased."""

    reason: Code = Field(
        description=Text(
            "El motivo, un código de erasure_reasons.", "Why, a code of erasure_reasons."
        ).both,
        json_schema_extra={"x-code-list": "erasure_reasons"},
    )


def _code_of(list_name: str, meaning: Text) -> object:
    description = Text(
        f"{meaning.es} Un código de {list_name}.", f"{meaning.en} A code of {list_name}."
    )
    return Query(
        description=description.both,
        min_length=1,
        max_length=60,
        pattern=r"^[A-Za-z0-9+-]+$",
        json_schema_extra={"x-code-list": list_name},
    )


@router.post(
    ADDRESS,
    status_code=201,
    response_model=DocumentAddedOut,
    max_body_size=LONGEST_UPLOAD,
    openapi_extra={"requestBody": {"required": True, "content": _ANY_FILE}},
    **described(
        Text("Agregar un documento", "Add a document"),
        Text(
            "Agrega un documento: el cuerpo son sus bytes, y Content-Type dice de qué clase son, lo"
            " que se comprueba. Lo que todos leen (de una institución, un servicio, una norma) lo"
            " agrega quien lleva la ficha.",
            "Add a document: the body is its bytes, and Content-Type says of which kind they are,"
            " which is checked. What everybody reads (of an institution, a service, a norm) is"
            " added by whoever keeps the entry.",
        ),
    ),
)
async def add_document(  # noqa: PLR0913, PLR0917 - each is a parameter of its own
    request: Request,
    caller: Identified,
    key: Key,
    purpose: Annotated[str, _code_of("document_purposes", Text("Para qué es.", "What it is for."))],
    about_kind: Annotated[
        str, _code_of("document_subjects", Text("De qué trata.", "What it is about."))
    ],
    about_id: Annotated[
        str,
        Query(
            description=Text(
                "De cuál trata: su clave o su id.", "Which one it is about: its code or its id."
            ).both,
            pattern=f"^{document.ABOUT_ID}$",
        ),
    ],
) -> Response:
    """Put the bytes, then name them on the log; return how facts name the document."""
    by = caller.acting_as(*_ROLES)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    type_code(media_type)
    most_mib: int = request.app.state.document_mib
    _require_small(request, most_mib)
    uploading: asyncio.Semaphore = request.app.state.uploading
    async with uploading:
        content = await request.body()
        refusal = await asyncio.to_thread(refusal_of, content, media_type, purpose, most_mib)
        if refusal is not None:
            raise Refused(refusal)
        commanded = command_request_of(request, caller, key, None)
        document_id = commanded.made_id(f"document {digest_of(content)}")
        wanted = Document(document_id, content, media_type)
        command = naming(wanted, Kept(purpose, about_kind, about_id), by, now())
        if refused := document.not_addable(command):
            raise Refused(refused)
        await asyncio.to_thread(put_unless_named, commanded.log, _documents(request), wanted)
        subject = Subject(document.stream_of(document_id), str(document_id))
        response = await commanded.execute(document.DECIDER, subject, command, status=201)
    return _named(response, wanted, commanded.root_path)


@router.get(
    ONE,
    **described(
        Text("Ver un documento", "See a document"),
        Text(
            "Muestra qué es un documento, sin sus bytes: lo del directorio y las normas a quien"
            " tenga un token, lo demás a quien lo agregó y a las partes.",
            "Show what a document is, without its bytes: what is about the directory and the norms"
            " to whoever has a token, anything else to who added it and to the parties.",
        ),
    ),
)
async def see_document(
    request: Request, response: Response, caller: Identified, document_id: UUID
) -> DocumentOut:
    """Show what a document is, without its bytes."""
    return await with_etag(request, response, show_document, caller, document_id)


@router.get(
    ONE + "/content",
    response_class=Response,
    responses={200: {"content": _ANY_FILE, "description": "Hecho. / Done."}},
    **described(
        Text("Leer un documento", "Read a document"),
        Text(
            "Da los bytes de un documento a quien lo puede ver. Cada lectura queda anotada antes de"
            " que salgan.",
            "Give the bytes of a document to who may see it. Each reading is written down before"
            " they leave.",
        ),
    ),
)
async def read_document(request: Request, caller: Identified, document_id: UUID) -> Response:
    """Give the bytes of a document, once the reading is written down."""
    log = request.app.state.log
    await asyncio.to_thread(require_shown, log, caller, document_id)
    found = await asyncio.to_thread(bytes_of, log, _documents(request), document_id)
    await shown(request, caller, caller.purpose, None, document_id=document_id)
    name = f"{document_id}{_ENDINGS[found.media_type]}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "ETag": f'"{found.digest}"',
    }
    return Response(found.content, media_type=found.media_type, headers=headers)


@router.post(
    ONE + "/erasure",
    response_model=ReceiptOut,
    **described(document.EraseDocument.title, document.EraseDocument.description),
)
async def erase_document(
    request: RequestedCommand, document_id: UUID, body: EraseDocumentBody
) -> Response:
    """Erase the bytes of a document, once the log says so."""
    by = request.actor(*_ROLES)
    command = document.EraseDocument(by=by, at=at(body), received_at=now(), reason=body.reason)
    subject = Subject(document.stream_of(document_id), str(document_id))
    response = await request.execute(document.DECIDER, subject, command)
    await asyncio.to_thread(_documents(request.http).erase, [document_id])
    return response


def _documents(request: Request) -> Documents:
    documents: Documents = request.app.state.documents
    return documents


def _require_small(request: Request, most_mib: int) -> None:
    """Refuse a file that is said to be too large, before it is read."""
    said = request.headers.get("content-length", "")
    if said.isdigit() and int(said) > most_mib * 1024 * 1024:
        raise Refused(DocumentTooLarge(field=CONTENT, most_mib=most_mib))


def _named(response: Response, wanted: Document, root_path: str) -> Response:
    """Return a receipt with how the document is named."""
    receipt = msgspec.json.decode(response.body)
    named = {**receipt, "document_id": wanted.document_id, "digest": wanted.digest}
    headers = {
        "ETag": response.headers["ETag"],
        "Location": f"{root_path}{ADDRESS}/{wanted.document_id}",
    }
    return Response(msgspec.json.encode(named), 201, headers=headers, media_type="application/json")

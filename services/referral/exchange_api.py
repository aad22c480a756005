"""The directory in HSDS over HTTP: all of it out, and others' directories in."""

import asyncio
from hashlib import sha256
from typing import Annotated, ClassVar, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from services.referral.exchange.exporting import exported
from services.referral.exchange.importing import DirectoryImport, Home, Imported
from services.referral.exchange.planning import Importer, Outcome
from shared.documents.media_types import DocumentTooLarge
from shared.hsds.directory_file import DirectoryFile
from shared.hsds.packages import read_bytes
from shared.hsds.problems import NotADirectory, Problem
from shared.hsds.problems import Outcome as ProblemOutcome
from shared.hsds.writing import as_json, as_tables, as_zip
from shared.kernel.clock import now
from shared.kernel.coded_fields import not_known
from shared.kernel.decider import Actor
from shared.kernel.record import Source
from shared.kernel.refusals import Invalid, Refused
from shared.kernel.roles import STEWARD
from shared.kernel.text import Text
from shared.web.identity import Identified
from shared.web.json_body import JsonRoute
from shared.web.openapi import described
from shared.web.uploads import LONGEST_UPLOAD

TAG = Text("directorio", "directory")
EXPORT, IMPORTS = "/directory/export", "/directory/imports"
_JSON, _ZIP = "application/json", "application/zip"
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_RECORDS = {"schema": {"type": "array", "items": {}}}
"""Whatever stands in the list: what is no record is told as a problem, and the others come in."""
_MOST_TOLD = 1_000
_SOURCE, _LEGAL_BASIS = "hsds:1", "public-source"
_CONTENT = "content"

router = APIRouter(tags=[TAG.both], route_class=JsonRoute)


class DirectoryNotReadable(Invalid):
    """The bytes are no directory in HSDS."""

    why: Text
    code: ClassVar[str] = "directory-not-readable"
    text: ClassVar[Text] = Text("{why}", "{why}")


class EndedOut(BaseModel):
    """How many records ended how."""

    new: int
    already_there: int
    completed: int
    updated: int
    differs: int
    rejected: int


class ReasonOut(BaseModel):
    """Why, in both languages."""

    es: str
    en: str


class ProblemOut(BaseModel):
    """Something that did not come in. What it said is not repeated."""

    row: int = Field(
        description=Text(
            "Qué registro o fila del archivo.", "Which record or row of the file."
        ).both
    )
    column: str = Field(description=Text("El campo o la columna.", "The field or column.").both)
    outcome: ProblemOutcome = Field(
        description=Text(
            "skipped: el registro no entró; left-out: entró sin esto; person: es de una persona.",
            "skipped: the record did not come in; left-out: it did without this; person: it is a"
            " person's.",
        ).both
    )
    reason: ReasonOut


class ImportOut(BaseModel):
    """What became of a directory that came in."""

    file: str = Field(
        description=Text("El SHA-256 de sus bytes.", "The SHA-256 of its bytes.").both
    )
    records: int
    institutions: EndedOut
    services: EndedOut
    check: bool
    problems: list[ProblemOut] = Field(
        description=Text("Los primeros mil.", "The first thousand.").both
    )
    more_problems: int


@router.get(
    EXPORT,
    response_class=Response,
    responses={
        200: {
            "content": {_JSON: _RECORDS, _ZIP: _BINARY},
            "description": "Organizaciones. / Organizations.",
        }
    },
    **described(
        Text("Exportar el directorio", "Export the directory"),
        Text(
            "Da todo el directorio en HSDS 3.1 (válido también en 3.0): organizaciones con sus"
            " servicios, en JSON o como zip de CSV. Sin personas.",
            "Give all of the directory in HSDS 3.1 (valid in 3.0 as well): organisations with their"
            " services, as JSON or as a zip of CSV. Without people.",
        ),
    ),
)
async def export_directory(
    request: Request,
    caller: Identified,
    subdivision: Annotated[
        str | None,
        Query(
            description=Text(
                "Solo instituciones de esa entidad (ISO 3166-2).",
                "Only institutions of that subdivision (ISO 3166-2).",
            ).both,
            max_length=10,
            json_schema_extra={"x-code-list": "subdivisions"},
        ),
    ] = None,
    format: Annotated[  # noqa: A002 - the parameter's name in the address
        Literal["json", "csv"],
        Query(description=Text("json, o csv: un zip.", "json, or csv: a zip.").both),
    ] = "json",
) -> Response:
    """Give all of the directory."""
    del caller
    if refusal := not_known("subdivision", "subdivisions", subdivision):
        raise Refused(refusal)
    return await asyncio.to_thread(_export, request, format, subdivision)


def _export(request: Request, form: str, subdivision: str | None) -> Response:
    state = request.app.state
    found = list(exported(state.log, state.documents, subdivision=subdivision))
    if form == "json":
        return Response(as_json(found), media_type=_JSON)
    headers = {"Content-Disposition": 'attachment; filename="directory.zip"'}
    return Response(as_zip(as_tables(found)), media_type=_ZIP, headers=headers)


@router.post(
    IMPORTS,
    max_body_size=LONGEST_UPLOAD,
    openapi_extra={
        "requestBody": {"required": True, "content": {_JSON: _RECORDS, _ZIP: _BINARY}},
    },
    **described(
        Text("Importar un directorio", "Import a directory"),
        Text(
            "Trae un directorio en HSDS 3.0 o 3.1: el cuerpo es JSON, o un zip de CSV. Repetirlo no"
            " agrega nada. Lo que ya está y dice otra cosa se deja como está, salvo con update."
            " Nombres y datos de personas se quedan fuera. Requiere el rol steward.",
            "Bring a directory in HSDS 3.0 or 3.1 in: the body is JSON, or a zip of CSV. Given"
            " again it adds nothing. What is there and says otherwise is left as it is, but with"
            " update. Names and contact details of people stay outside. Takes the role of steward.",
        ),
    ),
)
async def import_directory(
    request: Request,
    caller: Identified,
    check: Annotated[bool, Query(description=Text("Solo prueba.", "Only tries.").both)] = False,  # noqa: FBT002 - a parameter of the address
    update: Annotated[  # noqa: FBT002 - as above
        bool,
        Query(
            description=Text("Pone al día lo que ya está.", "Brings what is there up to date.").both
        ),
    ] = False,
) -> ImportOut:
    """Bring a directory in."""
    by = caller.acting_as(STEWARD)
    most_mib: int = request.app.state.document_mib
    _require_small(request.headers.get("content-length", ""), most_mib)
    uploading: asyncio.Semaphore = request.app.state.uploading
    async with uploading:
        content = await request.body()
        _require_small(str(len(content)), most_mib)
        return await asyncio.to_thread(_import, request, content, by, check=check, update=update)


def _import(request: Request, content: bytes, by: Actor, *, check: bool, update: bool) -> ImportOut:
    state, digest = request.app.state, sha256(content).hexdigest()
    try:
        file = read_bytes(content)
    except NotADirectory as error:
        raise Refused(DirectoryNotReadable(field=_CONTENT, why=error.text)) from None
    source = Source(_SOURCE, _LEGAL_BASIS, digest)
    importer = Importer(by=by, at=now(), source=source, update=update)
    home = Home(state.secret, state.log, state.documents, state.document_mib)
    run = DirectoryImport(home, importer, check=check)
    for _ in run.carry(file.organizations):
        pass
    return _told(file, run.imported, digest, check=check)


def _told(file: DirectoryFile, imported: Imported, digest: str, *, check: bool) -> ImportOut:
    problems = [*file.problems, *imported.problems]
    return ImportOut(
        file=digest,
        records=file.records,
        institutions=_ended(imported.institutions),
        services=_ended(imported.services),
        check=check,
        problems=[_problem(one) for one in problems[:_MOST_TOLD]],
        more_problems=max(0, len(problems) - _MOST_TOLD),
    )


def _ended(counted: dict[Outcome, int]) -> EndedOut:
    return EndedOut(**{one.value.replace("-", "_"): counted.get(one, 0) for one in Outcome})


def _problem(one: Problem) -> ProblemOut:
    reason = ReasonOut(es=one.reason.es, en=one.reason.en)
    return ProblemOut(row=one.row, column=one.column, outcome=one.outcome, reason=reason)


def _require_small(said: str, most_mib: int) -> None:
    """Refuse a file that is too large, before it is read if it says so."""
    if said.isdigit() and int(said) > most_mib * 1024 * 1024:
        raise Refused(DocumentTooLarge(field=_CONTENT, most_mib=most_mib))

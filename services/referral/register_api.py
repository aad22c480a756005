"""The register of norms and official tools over HTTP."""

from dataclasses import replace
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from services.referral import register, register_commands
from services.referral.register_entry import ENTRY_CODE, Entered
from services.referral.register_refusals import EntryNotRegistered
from shared.eventstore.log import Log
from shared.kernel.refusals import Refused
from shared.kernel.roles import ADMINISTRATOR, STEWARD
from shared.kernel.text import Text
from shared.web.command_request import with_etag
from shared.web.command_routes import CommandRoutes, subject_named
from shared.web.identity import Identified
from shared.web.openapi import described

REGISTER = Text("normas y herramientas", "norms and tools")
ENTRY = "/register/{entry_id}"
EntryCode = Annotated[str, Path(pattern=f"^{ENTRY_CODE}$")]

router = APIRouter()


class ElementOut(BaseModel):
    """An element of an entry."""

    element: str
    name: str


class CitationOut(BaseModel):
    """What answers an entry."""

    element: str | None = Field(
        description=Text("null: la ficha entera.", "null: the entry as a whole.").both
    )
    citing_kind: str
    citing: str
    institution: str = Field(description=Text("Quién lo dijo.", "Who said so.").both)


class DocumentOut(BaseModel):
    """A document: what it is read by, and what its bytes must come to."""

    document_id: UUID
    digest: str


class ProvenanceOut(BaseModel):
    """Where an entry comes from."""

    source: str
    link: str | None
    consulted_on: date | None


class EntryOut(BaseModel):
    """An entry of the register as it was described last."""

    entry_id: str
    version: int = Field(description=Text("Para If-Match.", "For If-Match.").both)
    status: str = Field(
        description=Text(
            "listed o withdrawn: las retiradas no se citan más.",
            "listed or withdrawn: withdrawn ones are not cited any more.",
        ).both
    )
    kind: str
    name: str
    level: str
    subdivision: str | None
    article: str | None
    valid_from: date | None
    valid_until: date | None
    provenance: ProvenanceOut
    programmes: list[str]
    elements: list[ElementOut]
    texts: DocumentOut | None
    citations: list[CitationOut]


_entries = CommandRoutes(
    router,
    register.DECIDER,
    STEWARD,
    REGISTER,
    subject_named("entry_id", register.stream_of),
    path={"entry_id": EntryCode},
)
_entries.add("/register", register_commands.RegisterEntry, location=ENTRY)
_entries.under(
    ENTRY,
    {
        "corrections": register_commands.CorrectEntry,
        "withdrawal": register_commands.WithdrawEntry,
    },
)
replace(_entries, role=(ADMINISTRATOR, STEWARD)).under(
    ENTRY,
    {
        "citations": register_commands.Cite,
        "citations/withdrawal": register_commands.WithdrawCitation,
    },
)


@router.get(
    ENTRY,
    tags=[REGISTER.both],
    **described(
        Text("Ver una norma o herramienta", "See a norm or tool"),
        Text(
            "Muestra una ficha del registro, con sus elementos y lo que la cita.",
            "Show an entry of the register, with its elements and what cites it.",
        ),
    ),
)
async def see_entry(
    request: Request, response: Response, caller: Identified, entry_id: EntryCode
) -> EntryOut:
    """Show an entry of the register, with its elements and what cites it."""
    del caller
    return await with_etag(request, response, show_entry, entry_id)


def show_entry(log: Log, entry_id: str) -> EntryOut:
    """Show an entry of the register. Raises Refused if there is none."""
    current = log.read(register.DECIDER, register.stream_of(entry_id))
    entry = current.state
    if not isinstance(entry, Entered):
        raise Refused(EntryNotRegistered())
    where = entry.provenance
    return EntryOut(
        entry_id=entry.entry_id,
        version=current.version,
        status=entry.status,
        kind=entry.kind,
        name=entry.name,
        level=entry.level,
        subdivision=entry.subdivision,
        article=entry.article,
        valid_from=entry.valid_from,
        valid_until=entry.valid_until,
        provenance=ProvenanceOut(
            source=where.source, link=where.link, consulted_on=where.consulted_on
        ),
        programmes=list(entry.programmes),
        elements=[ElementOut(element=each.element, name=each.name) for each in entry.elements],
        texts=entry.texts
        and DocumentOut(document_id=entry.texts.document_id, digest=entry.texts.digest),
        citations=[
            CitationOut(
                element=each.element,
                citing_kind=each.citing_kind,
                citing=each.citing,
                institution=by,
            )
            for each, by in entry.citations.items()
        ],
    )

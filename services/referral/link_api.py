"""Links over HTTP: the sender issues and withdraws them; whoever has one opens it and answers."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Annotated, Any, ClassVar
from uuid import UUID

from fastapi import APIRouter, Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from services.referral import custody, custody_states, link_commands
from services.referral.link import Issued
from services.referral.link_keeping import LinkDesk
from services.referral.link_refusals import LinkReplaced
from services.referral.views import those_who_know
from shared.eventstore.log import Log
from shared.identity.by_link import ACCEPT, ASK, DECLINE, WAIT
from shared.kernel.clock import now
from shared.kernel.links import LinkNotInForce, digest_of, new_secret
from shared.kernel.refusals import Conflicting, Refused
from shared.kernel.roles import CASEWORKER
from shared.kernel.text import Text
from shared.web.access import accesses_of, route_of
from shared.web.command_request import (
    Body,
    Code,
    Key,
    ReceiptOut,
    RequestedCommand,
    Subject,
    at,
    receipt,
)
from shared.web.command_routes import CommandRoutes
from shared.web.field_types import Addressed, Day, Moment
from shared.web.json_body import JsonRoute
from shared.web.openapi import described
from shared.web.rate_limits import count

LINKS = Text("enlaces", "links")
ADDRESS = "/cases/{case_id}/referrals/{referral_id}/link"
LINK = "/links/{link_id}"
router = APIRouter(tags=[LINKS.both], route_class=JsonRoute)
_SESSION = HTTPBearer(
    auto_error=False,
    scheme_name="LinkSession",
    description=Text("La sesión de un enlace abierto.", "The session of an opened link.").both,
)


class LinkIssuedAlready(Conflicting):
    """The same Idempotency-Key issued a link before; its secret was shown that once."""

    code: ClassVar[str] = "link-issued-already"
    text: ClassVar[Text] = Text(
        "Esa Idempotency-Key ya dio un enlace, y su secreto no se muestra otra vez. Si se perdió,"
        " pida otro con una clave nueva: el anterior deja de servir.",
        "That Idempotency-Key issued a link before, and its secret is not shown again. If it was"
        " lost, ask for another with a new key: the one before works no longer.",
    )


class LinkIssuedOut(BaseModel):
    """A link that was issued, with its secret, which is shown this once."""

    link_id: UUID
    address: str = Field(
        description=Text(
            "La página del enlace. Lo que se entrega es address#secret: lo que sigue a # no viaja"
            " en ninguna petición. Sin CANALIZA_PUBLIC_URL empieza por /enlace: anteponga la"
            " dirección que abre las páginas.",
            "The link's page. What is handed over is address#secret: what follows # travels in no"
            " request. Without CANALIZA_PUBLIC_URL it starts at /enlace: put the address that opens"
            " the pages before it.",
        ).both
    )
    secret: str
    expires_at: datetime
    version: int = Field(description=Text("Para If-Match.", "For If-Match.").both)


class OpenedOut(BaseModel):
    """A link that was opened."""

    session: str = Field(
        description=Text(
            "Con ella se ve y se responde: Authorization: Bearer … Se muestra esta única vez.",
            "With it one sees and answers: Authorization: Bearer … It is shown this once.",
        ).both
    )
    expires_at: datetime


class SeenByLinkOut(BaseModel):
    """The referral that a link is of, as its addressee sees it."""

    link_id: UUID
    sender: str
    sender_name: str
    addressee: str
    addressee_name: str
    programme: str
    subdivision: str
    kind: str
    services: list[str]
    priority: str
    status: str
    awaited: list[str] = Field(
        description=Text(
            "Los temas por los que se preguntó y que faltan.",
            "The topics that were asked about and are not answered yet.",
        ).both
    )
    answered: list[str] = Field(
        description=Text("Los temas ya respondidos.", "The topics that were answered.").both
    )
    expires_at: datetime = Field(
        description=Text("Hasta cuándo sirve el enlace.", "Until when the link works.").both
    )
    due_at: datetime | None = Field(
        description=Text(
            "Para cuándo se espera la respuesta; null: nadie la espera de la destinataria.",
            "By when the answer is due; null: none is awaited from the addressee.",
        ).both
    )
    answers: list[str] = Field(
        description=Text("Lo que se puede responder ahora.", "What may be answered now.").both
    )


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class IssueLinkUntil(Body):
    """Until when the link works."""

    expires_at: Moment = Field(
        description=Text(
            "Hasta cuándo sirve: 14 días a lo más.", "Until when it works: 14 days at most."
        ).both
    )


class OpenByLink(_Said):
    """What opens a link."""

    code: str = Field(
        min_length=1,
        max_length=1_000,
        description=Text("El secreto, o el enlace entero.", "The secret, or the whole link.").both,
    )


class AcceptByLink(_Said):
    """Nothing more is said."""


class DeclineByLink(_Said):
    """Why it is declined."""

    reason: Annotated[Code, Field(json_schema_extra={"x-code-list": "decline_reasons"})]


class AskByLink(_Said):
    """About what more must be known, by topics."""

    topics: list[Code] = Field(
        min_length=1, max_length=20, json_schema_extra={"x-code-list": "information_topics"}
    )


class WaitByLink(_Said):
    """Why there is no room now, and by when there should be."""

    reason: Annotated[Code, Field(json_schema_extra={"x-code-list": "waitlist_reasons"})]
    expected_on: Day | None = Field(
        None,
        description=Text(
            "Cuándo se espera atenderla.", "The day by which there should be room."
        ).both,
    )


# --- the sender -----------------------------------------------------------------------------


async def _referral(log: Log, given: Mapping[str, Any]) -> Subject:
    case_id: UUID = given["case_id"]
    knows = partial(those_who_know, log, case_id, given["referral_id"])
    return Subject(case_id, str(case_id), knows)


@router.post(
    ADDRESS,
    status_code=201,
    response_model=LinkIssuedOut,
    **described(
        Text("Dar un enlace", "Issue a link"),
        Text(
            "Da un enlace con el que responde una destinataria sin cuenta. Su secreto se muestra"
            " esta única vez; el enlace anterior deja de servir.",
            "Issue a link by which an addressee without an account answers. Its secret is shown"
            " this once; the link before it works no longer.",
        ),
    ),
)
async def issue_link(
    *, request: RequestedCommand, case_id: Addressed, referral_id: Addressed, body: IssueLinkUntil
) -> Response:
    """Issue a link by which an addressee without an account answers."""
    link_id, secret = request.made_id("link"), new_secret()
    command = link_commands.IssueLink(
        by=request.actor(CASEWORKER),
        at=at(body),
        received_at=now(),
        referral_id=referral_id,
        link_id=link_id,
        digest=digest_of(secret),
        expires_at=body.expires_at,
    )
    subject = await _referral(request.log, {"case_id": case_id, "referral_id": referral_id})
    answer = await request.execute(custody.DECIDER, subject, command, status=201)
    case = await asyncio.to_thread(request.log.read, custody.DECIDER, case_id)
    link = (
        case.state.links.get(referral_id)
        if isinstance(case.state, custody_states.InCustody)
        else None
    )
    if link is None or link.link_id != link_id:
        raise Refused(LinkReplaced())
    if not isinstance(link, Issued) or link.digest != command.digest:
        raise Refused(LinkIssuedAlready())
    public = request.http.app.state.service.settings.public_url
    out = LinkIssuedOut(
        link_id=link_id,
        address=f"{public.origin if public else ''}/enlace/{link_id}",
        secret=secret,
        expires_at=link.expires_at,
        version=case.version,
    )
    headers = {"ETag": answer.headers["ETag"]}
    return Response(out.model_dump_json(), 201, headers, "application/json")


CommandRoutes(router, custody.DECIDER, CASEWORKER, LINKS, _referral).under(
    ADDRESS, {"withdrawal": link_commands.WithdrawLink}
)


# --- whoever has a link ---------------------------------------------------------------------


def _desk(request: Request) -> LinkDesk:
    return LinkDesk(request.app.state.service)


def _session(
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_SESSION)],
) -> str:
    if credentials is None:
        raise Refused(LinkNotInForce())
    return credentials.credentials


Session = Annotated[str, Depends(_session)]


@router.post(
    f"{LINK}/opening",
    status_code=201,
    **described(
        Text("Abrir un enlace", "Open a link"),
        Text(
            "Cambia el secreto de un enlace por una sesión, una sola vez; con ello se acusa recibo."
            " No requiere token.",
            "Exchange the secret of a link for a session, once; the referral is acknowledged with"
            " it. Takes no token.",
        ),
    ),
)
async def open_link(request: Request, link_id: UUID, body: OpenByLink) -> OpenedOut:
    """Exchange the secret of a link for a session, once."""
    session, until = await asyncio.to_thread(_desk(request).open, link_id, body.code)
    return OpenedOut(session=session, expires_at=until)


@router.get(
    LINK,
    **described(
        Text("Ver lo que se pide por un enlace", "See what is asked by a link"),
        Text(
            "Muestra la canalización a quien abrió su enlace: quién la pide, para qué y hasta"
            " cuándo.",
            "Show the referral to whoever opened its link: who asks, what for, and until when.",
        ),
    ),
)
async def see_by_link(request: Request, link_id: UUID, session: Session) -> SeenByLinkOut:
    """Show the referral to whoever opened its link."""
    desk = _desk(request)
    sides = await asyncio.to_thread(desk.sides, link_id, session)
    await count(request.scope, sides.addressee)
    seen = await asyncio.to_thread(desk.seen, link_id, session)
    await accesses_of(request).write(seen.access(route_of(request)))
    return SeenByLinkOut(**{name: getattr(seen, name) for name in SeenByLinkOut.model_fields})


@router.post(
    f"{LINK}/acceptance",
    response_model=ReceiptOut,
    **described(
        Text("Aceptar por enlace", "Accept by a link"),
        Text("Acepta la canalización.", "Take the referral on."),
    ),
)
async def accept_by_link(
    request: Request, link_id: UUID, session: Session, key: Key, body: AcceptByLink
) -> Response:
    """Take the referral on."""
    del body
    return await _answered(request, link_id, session, key, ACCEPT)


@router.post(
    f"{LINK}/decline",
    response_model=ReceiptOut,
    **described(
        Text("Rechazar por enlace", "Decline by a link"),
        Text(
            "Rechaza la canalización, con un código de decline_reasons.",
            "Decline the referral, with a code of decline_reasons.",
        ),
    ),
)
async def decline_by_link(
    request: Request, link_id: UUID, session: Session, key: Key, body: DeclineByLink
) -> Response:
    """Decline the referral, with a reason."""
    return await _answered(request, link_id, session, key, DECLINE, reason=body.reason)


@router.post(
    f"{LINK}/information-request",
    response_model=ReceiptOut,
    **described(
        Text("Pedir información por enlace", "Ask for information by a link"),
        Text(
            "Pide a la remitente información antes de decidir, por temas.",
            "Ask the sender about some topics before deciding.",
        ),
    ),
)
async def ask_by_link(
    request: Request, link_id: UUID, session: Session, key: Key, body: AskByLink
) -> Response:
    """Ask the sender about some topics before deciding."""
    return await _answered(request, link_id, session, key, ASK, topics=tuple(body.topics))


@router.post(
    f"{LINK}/waitlisting",
    response_model=ReceiptOut,
    **described(
        Text("Poner en lista de espera por enlace", "Waitlist by a link"),
        Text(
            "Pone a la persona en lista de espera, con un código de waitlist_reasons.",
            "Put the person on the waiting list, with a code of waitlist_reasons.",
        ),
    ),
)
async def wait_by_link(
    request: Request, link_id: UUID, session: Session, key: Key, body: WaitByLink
) -> Response:
    """Put the person on the waiting list."""
    said = {"reason": body.reason, "expected_on": body.expected_on}
    return await _answered(request, link_id, session, key, WAIT, **said)


async def _answered(
    request: Request, link_id: UUID, session: str, key: str, name: str, **fields: Any
) -> Response:
    desk = _desk(request)
    sides = await asyncio.to_thread(desk.sides, link_id, session)
    await count(request.scope, sides.addressee)
    answer = desk.answer
    return receipt(await asyncio.to_thread(answer, link_id, session, name, fields, key))

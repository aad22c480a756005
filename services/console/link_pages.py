"""The pages by which an institution without an account answers: it has a link, and nothing more.

The link's secret comes after ``#``, which no browser sends; a script puts it into the form's field,
and where there is none it is pasted. It is exchanged once for a session, in a cookie of its own.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.console.headers import WITH_SCRIPT
from services.console.link_texts import link_words
from services.console.request_context import (
    RequestContext,
    beside,
    cookie_name,
    form,
    is_secure,
    language,
    source_of,
)
from services.console.static_files import ASSETS
from services.reporting.answers import CaseRow
from services.reporting.labels import labelled
from shared.identity.by_link import ACCEPT, ASK, DECLINE, WAIT
from shared.kernel.clock import now
from shared.kernel.codes import codes
from shared.kernel.ids import new_id
from shared.kernel.limits import BeyondLimits
from shared.kernel.links import LinkNotInForce
from shared.kernel.refusals import Invalid, Refused
from shared.kernel.text import Text
from shared.web.access import accesses_of, route_of
from shared.web.command_request import Key
from shared.web.rate_limits import count

LINK = "/enlace/{link_id}"
_KEY: TypeAdapter[str] = TypeAdapter(Key)
_REASONS: Mapping[str, str] = {DECLINE: "decline_reasons", WAIT: "waitlist_reasons"}
_TOPICS, _TOPIC = "information_topics", "topic-"
_FIELDS, _TOO_LARGE = 40, 413
_ENDS = frozenset({"referral-accepted", "referral-declined"})
"""The facts after which a link serves no longer."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_A_DAY = Text(
    "un día que exista, escrito como 2026-03-01", "a day that exists, written as 2026-03-01"
)


async def _link(request: Request) -> Response:
    """Show what is asked to whoever has the link's session; to all others, where to open it."""
    session = request.cookies.get(_cookie(request))
    if session is None:
        return await _to_open(request)
    return await _shown(request, session)


async def _open_link(request: Request) -> Response:
    """Exchange the secret; nothing is shown yet, so that a page loaded again opens nothing."""
    link_id = _link_id(request)
    try:
        fields = await form(request)
    except HTTPException as error:
        if error.status_code != _TOO_LARGE:
            raise
        return await _to_open(request, refused=True)  # whoever has a link has no token
    session, until = await beside(
        request, source_of(request).links.open, link_id, fields.get("code", "")
    )
    response = RedirectResponse(f"/enlace/{link_id}", 303)
    response.set_cookie(
        _cookie(request),
        session,
        max_age=int((until - now()).total_seconds()),
        httponly=True,
        samesite="lax",  # whoever comes back comes from the message that the link stands in
        secure=is_secure(request),
    )
    return response


async def _answer_by_link(request: Request) -> Response:
    """Answer, and say so; what leaves the link in force shows the referral again."""
    link_id, session = _link_id(request), request.cookies.get(_cookie(request), "")
    fields = await form(request, most_fields=_FIELDS)
    desk = source_of(request).links
    sender = await _counted(request, link_id, session)
    key = _key(fields)
    try:
        name, said = _said(fields)
        done = await beside(request, desk.answer, link_id, session, name, said, key)
    except Refused as error:
        if not isinstance(error.refusal, Invalid):
            raise
        return await _shown(request, session, refused=error.refusal.sentence(language(request)))
    if _ENDS.isdisjoint(done.names):
        return RedirectResponse(f"/enlace/{link_id}", 303)
    words = link_words(language(request))
    return await _context(request).answer(
        "link_done.html", words=words, accepted=name == ACCEPT, sender=sender
    )


async def _to_open(request: Request, *, refused: bool = False) -> Response:
    """Ask for the code. refused: what was sent is too long to be one."""
    context = _context(request)
    answer = await context.answer(
        "link.html",
        _TOO_LARGE if refused else 200,
        refused=refused,
        words=link_words(context.lang),
        address=f"/enlace/{_link_id(request)}",
        script=ASSETS["link.js"].address,
    )
    answer.headers["Content-Security-Policy"] = WITH_SCRIPT
    return answer


async def _shown(request: Request, session: str, *, refused: str | None = None) -> Response:
    link_id, source = _link_id(request), source_of(request)
    await _counted(request, link_id, session)
    seen = await beside(request, source.links.seen, link_id, session)
    person = await beside(request, source.case, seen.case_id, seen.addressee)
    await accesses_of(request).write(seen.access(route_of(request)))
    context = _context(request)
    return await context.answer(
        "link_seen.html",
        422 if refused else 200,
        words=link_words(context.lang),
        seen=seen,
        person=_person(person, context.lang),
        address=f"/enlace/{link_id}/respuesta",
        reasons={name: _labels(each, context.lang) for name, each in _REASONS.items()},
        topics=_labels(_TOPICS, context.lang),
        topic=_TOPIC,
        keys={name: str(new_id()) for name in seen.answers},
        refused=refused,
    )


async def _counted(request: Request, link_id: UUID, session: str) -> str:
    """Count a request as the addressee's; return the name of whoever asked it."""
    sides = await beside(request, source_of(request).links.sides, link_id, session)
    await count(request.scope, sides.addressee)
    return sides.sender_name


def _person(row: CaseRow | None, lang: str) -> list[str]:
    """Say what the preview says of the person; nothing where it has not arrived."""
    said = {"age_bands": row.age_band, "sexes": row.sex} if row else {}
    return [labelled(name, code, lang) for name, code in said.items() if code]


def _labels(list_name: str, lang: str) -> list[tuple[str, str]]:
    return [(code, labelled(list_name, code, lang)) for code in codes(list_name)]


def _said(fields: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """Return the name of the answer, and what it says.

    Raises HTTPException (422) if it is none of the answers, and Refused if what it says is no day.
    """
    name = fields.get("answer", "")
    match name:
        case "accept":
            return ACCEPT, {}
        case "decline":
            return DECLINE, {"reason": fields.get("reason", "")}
        case "ask":
            topics = (each.removeprefix(_TOPIC) for each in fields if each.startswith(_TOPIC))
            return ASK, {"topics": tuple(topics)}
        case "wait":
            return WAIT, {"reason": fields.get("reason", ""), "expected_on": _day(fields)}
        case _:
            raise HTTPException(422)


def _day(fields: Mapping[str, str]) -> date | None:
    """Return the day that was written, if any. Raises Refused if it is none: it can be mended."""
    written = fields.get("expected_on", "").strip()
    if not written:
        return None
    try:
        return date.fromisoformat(written if _DAY.fullmatch(written) else "")
    except ValueError:
        raise Refused(BeyondLimits("expected_on", _A_DAY)) from None


def _key(fields: Mapping[str, str]) -> str:
    try:
        return _KEY.validate_python(fields.get("key", ""))
    except ValidationError:
        raise HTTPException(422) from None


def _link_id(request: Request) -> UUID:
    """Return the id in the address; one that is none is no link."""
    try:
        return UUID(request.path_params["link_id"])
    except ValueError:
        raise Refused(LinkNotInForce()) from None


def _context(request: Request) -> RequestContext:
    """Return a context without a caller: whoever has a link is nobody else here."""
    return RequestContext(request, language(request), None)


def _cookie(request: Request) -> str:
    return cookie_name(request, f"link-{_link_id(request).hex}")


ROUTES = (
    Route(LINK, _link),
    Route(LINK, _open_link, methods=["POST"]),
    Route(f"{LINK}/respuesta", _answer_by_link, methods=["POST"]),
)

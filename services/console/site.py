"""The pages over HTTP: their addresses, what each shows to whom, and what a no looks like."""

import asyncio
import re
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from pydantic import TypeAdapter
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.console.headers import Headers
from services.console.ports import Source
from services.console.reference import Reference
from services.console.rendering import render_custody, render_timeline
from services.console.request_context import Visit, form, language, sign_in, sign_out, visit
from services.console.sessions import Sessions
from services.console.static_files import ASSETS
from services.console.texts import text
from services.reporting.cursors import after_of, cursor_after
from services.reporting.history import History
from services.reporting.moments import offset
from services.reporting.views import CaseRow
from shared.identity import scope
from shared.identity.caller import Caller
from shared.kernel.refusals import Refused
from shared.postgres.database import OUTAGES
from shared.web.field_types import EARLIEST
from shared.web.problems import status_of

_PAGE = 25
_CASE = re.compile(r"[0-9A-Za-z-]{3,60}")
_HISTORY: TypeAdapter[History] = TypeAdapter(History)


@dataclass(frozen=True, slots=True)
class _Told:
    """A case's history as it was asked for. zone: a moment on the case's wall clock.

    refused: what was asked for is no moment, and the history is today's.
    """

    history: History
    zone: datetime | None
    as_of: datetime | None
    refused: bool


def site(source: Source) -> Headers:
    """Return the pages as an ASGI application of its own."""
    app = Starlette(
        routes=[
            Route("/", _home),
            Route("/entrar", _enter, methods=["POST"]),
            Route("/salir", _leave, methods=["POST"]),
            Route("/casos", _find),
            Route("/casos/{case_id}", _case),
            Route("/casos/{case_id}/historia.json", _json),
            Route("/docs/{service}", _docs),
            Route("/pages/{name}", _asset),
        ],
        exception_handlers={
            HTTPException: _http_error,
            Refused: _refused,
            Exception: _broken,
            **dict.fromkeys(OUTAGES, _away),
        },
    )
    app.state.source = source
    app.state.tokens = source.tokens
    app.state.sessions = Sessions()
    return Headers(app)  # around everything: what Starlette says of a crash gets them too


async def _home(request: Request) -> Response:
    return await _show_home(await visit(request))


async def _show_home(asked: Visit, *, refused: bool = False, to: str = "/") -> Response:
    source, caller = _source(asked.request), asked.caller
    after = after_of(asked.request.query_params.get("after")) if caller else None
    overview = await asyncio.to_thread(source.overview)
    standings = await asyncio.to_thread(source.standings)
    rows: list[CaseRow] = []
    if caller:
        only = scope.only_parties(caller)
        rows = list(await asyncio.to_thread(source.cases, only, _PAGE + 1, after))
    return asked.answer(
        "home.html",
        422 if refused else 200,
        overview=overview,
        chart=render_custody(overview.custody, asked.lang),
        standings=standings,
        bus=source.bus,
        database=source.database,
        sees_all=caller is not None and scope.sees_every_case(caller),
        rows=rows[:_PAGE],
        first_page=after is None,
        next=cursor_after(rows[_PAGE - 1].after) if len(rows) > _PAGE else None,
        refused=refused,
        next_page=to,
    )


async def _enter(request: Request) -> Response:
    fields = await form(request)
    to = fields.get("next", "/")
    if not to.startswith("/casos/") or not _CASE.fullmatch(to.removeprefix("/casos/")):
        to = "/"
    entered = await sign_in(request, fields.get("token", "").strip(), to)
    return entered or await _show_home(await visit(request), refused=True, to=to)


async def _leave(request: Request) -> Response:
    await form(request)
    return sign_out(request)


async def _find(request: Request) -> Response:
    wanted = request.query_params.get("folio", "").strip()
    if not _CASE.fullmatch(wanted):
        raise Refused(scope.NoSuchCase())
    return RedirectResponse(f"/casos/{wanted}", 303)


async def _case(request: Request) -> Response:
    asked = await visit(request)
    if asked.caller is None:
        return _who_asks(asked, request.path_params["case_id"])
    return _show_case(asked, await _asked_for(request, asked.caller))


async def _json(request: Request) -> Response:
    """Answer with what reporting's own interface says, for whoever is signed in."""
    asked = await visit(request)
    if asked.caller is None:
        return _who_asks(asked, request.path_params["case_id"])
    told = await _asked_for(request, asked.caller)
    if told.refused:
        return _show_case(asked, told)
    return Response(_HISTORY.dump_json(told.history, indent=2), media_type="application/json")


async def _asked_for(request: Request, caller: Caller) -> _Told:
    now = await _history(request, caller, None)
    zone = max((fact.happened_at for fact in now.facts), default=None)
    said = request.query_params.get("as_of")
    as_of = _moment(said, zone) if said else None
    shown = await _history(request, caller, as_of) if as_of else now
    return _Told(shown, zone, as_of, refused=bool(said) and as_of is None)


async def _history(request: Request, caller: Caller, as_of: datetime | None) -> History:
    """Find a case that the caller may see; any other is refused as if there were none."""
    case, only = request.path_params["case_id"], scope.only_parties(caller)
    found = None
    if _CASE.fullmatch(case):
        found = await asyncio.to_thread(_source(request).history, case, as_of, only)
    if found is None:
        raise Refused(scope.NoSuchCase())
    scope.require(caller, found.parties)
    return found


def _show_case(asked: Visit, told: _Told) -> Response:
    history, zone, as_of = told.history, told.zone, told.as_of
    shown_as_of = as_of.astimezone(zone.tzinfo) if as_of and zone else as_of
    then = f"?as_of={quote(as_of.isoformat())}" if as_of else ""
    address = f"{asked.base()}reporting/cases/{history.case_id}/history{then}"
    return asked.answer(
        "case.html",
        422 if told.refused else 200,
        history=history,
        timeline=render_timeline(history, asked.lang),
        numbers={fact.id: number for number, fact in enumerate(history.facts, 1)},
        as_of=shown_as_of,
        as_of_local=shown_as_of.strftime("%Y-%m-%dT%H:%M:%S") if shown_as_of else "",
        as_of_refused=told.refused,
        zone=offset(zone) if zone else "UTC",
        json=f"/casos/{history.case_id}/historia.json{then}",
        curl=f'curl -H "Authorization: Bearer $TOKEN" \\\n  {shlex.quote(address)}',
    )


def _who_asks(asked: Visit, case_id: str) -> Response:
    return asked.answer(
        "error.html",
        401,
        status=401,
        title=text("who_asks", asked.lang),
        sentence=text("sign_in_first", asked.lang),
        sign_in=True,
        refused=False,
        next_page=f"/casos/{case_id}",
    )


async def _docs(request: Request) -> Response:
    asked, source, name = await visit(request), _source(request), request.path_params["service"]
    titles = {k: title[asked.lang == "en"] for k, title in source.titles().items()}
    if name not in titles:
        raise HTTPException(404)
    return asked.answer(
        "docs.html",
        service=name,
        title=titles[name],
        others=[(other, title) for other, title in titles.items() if other != name],
        groups=Reference(source.openapi(name), f"{asked.base()}{name}", asked.lang).groups(),
    )


async def _asset(request: Request) -> Response:
    asset = ASSETS.get(request.path_params["name"])
    if asset is None:
        raise HTTPException(404)
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(asset.content, media_type=asset.media_type, headers=kept)


async def _refused(request: Request, error: Exception) -> Response:
    if not isinstance(error, Refused):
        raise error
    status, lang = status_of(error.refusal), language(request)
    title = text("no_such_case" if status == 404 else "not_allowed", lang)  # noqa: PLR2004
    return _error(await visit(request), status, title, error.refusal.sentence(lang))


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    title, more = {
        403: ("not_allowed", "foreign_form"),
        404: ("not_found", "not_found_more"),
        413: ("too_large", "not_found_more"),
    }.get(status, ("not_allowed", "not_found_more"))
    lang = language(request)
    return _error(await visit(request), status, text(title, lang), text(more, lang))


async def _away(request: Request, _: Exception) -> Response:
    asked = _nobody(request)
    return _error(asked, 503, text("away", asked.lang), text("away_more", asked.lang))


async def _broken(request: Request, _: Exception) -> Response:
    asked = _nobody(request)
    return _error(asked, 500, text("broken", asked.lang), text("broken_more", asked.lang))


def _nobody(request: Request) -> Visit:
    """Look nobody up: what failed may be the looking up."""
    return Visit(request, language(request), None)


def _error(asked: Visit, status: int, title: str, sentence: str) -> Response:
    return asked.answer(
        "error.html", status, status=status, title=title, sentence=sentence, sign_in=False
    )


def _source(request: Request) -> Source:
    source: Source = request.app.state.source
    return source


def _moment(said: str, zone: datetime | None) -> datetime | None:
    """Read a moment, on the case's wall clock if it has no offset.

    None if it is none, is earlier than the interface takes, or is on no day of that wall clock.
    """
    clock = zone.tzinfo if zone else UTC
    try:
        at = datetime.fromisoformat(said)
        at = at if at.tzinfo else at.replace(tzinfo=clock)
        at.astimezone(clock)
    except (ValueError, OverflowError):
        return None
    return at if at >= EARLIEST else None

"""The pages over HTTP: their addresses, what each shows to whom, and how errors look."""

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

from services.console import provider_sign_in, token_pages
from services.console.headers import Headers
from services.console.ports import Source
from services.console.provider_sign_in import signed_out_page
from services.console.reference import Reference
from services.console.rendering import render_custody, render_timeline
from services.console.request_context import (
    RequestContext,
    follows_provider,
    form,
    language,
    own_page,
    request_context,
    sign_in,
    sign_out,
)
from services.console.sessions import Sessions
from services.console.static_files import ASSETS
from services.console.texts import text
from services.reporting.answers import CaseRow
from services.reporting.cursors import after_of, cursor_after
from services.reporting.history import History
from services.reporting.moments import offset
from services.reporting.refusals import NoSuchInstitution
from shared.eventstore.batcher import Overloaded
from shared.identity import scope
from shared.identity.access_log import AccessLogAway
from shared.identity.caller import Caller, NotIdentified
from shared.identity.oidc_provider import ProviderAway
from shared.kernel.limits import EARLIEST
from shared.kernel.refusals import Refused
from shared.postgres.database import OUTAGES
from shared.web import access
from shared.web.problems import status_of
from shared.web.public_url import PublicUrl

_PAGE = 25
_CASE = re.compile(r"[0-9A-Za-z-]{3,60}")
_NOT_FOUND = (404, 422)
"""There is no such case, or no folio is written like that."""
_HISTORY: TypeAdapter[History] = TypeAdapter(History)


@dataclass(frozen=True, slots=True)
class _ShownHistory:
    """A case's history as requested. zone: a moment on the case's wall clock.

    refused: the requested moment is none, and the history is today's.
    """

    history: History
    zone: datetime | None
    as_of: datetime | None
    refused: bool


def site(source: Source, public_url: PublicUrl | None = None) -> Headers:
    """Return the pages as an ASGI application of its own.

    public_url: where browsers find them; None: where the request says.
    """
    app = Starlette(
        routes=[
            Route("/", _home),
            Route("/entrar", _enter, methods=["POST"]),
            Route("/salir", _leave, methods=["POST"]),
            *provider_sign_in.ROUTES,
            Route("/casos", _find),
            Route("/casos/{case_id}", _case),
            Route("/casos/{case_id}/historia.json", _json),
            Route("/instituciones/{institution}", _holdings),
            *token_pages.ROUTES,
            Route("/docs/{service}", _docs),
            Route("/pages/{name}", _asset),
        ],
        exception_handlers={
            HTTPException: _http_error,
            Refused: _refused,
            Exception: _broken,
            **dict.fromkeys((AccessLogAway, Overloaded, ProviderAway, *OUTAGES), _away),
        },
    )
    app.state.source = source
    app.state.accesses, app.state.place = source.accesses, "pages"
    app.state.credentials = source.credentials
    app.state.sign_in = source.sign_in
    app.state.sessions = Sessions()
    app.state.public_url = public_url
    return Headers(app)  # around everything: what Starlette says of a crash gets them too


async def _home(request: Request) -> Response:
    return await _show_home(await request_context(request))


async def _show_home(
    context: RequestContext, *, refused: bool = False, next_page: str = "/"
) -> Response:
    source, caller = _source(context.request), context.caller
    after = after_of(context.request.query_params.get("after")) if caller else None
    overview = await asyncio.to_thread(source.overview)
    statuses = await asyncio.to_thread(source.statuses)
    rows: list[CaseRow] = []
    if caller:
        only = scope.limited_to(caller)
        rows = list(await asyncio.to_thread(source.cases, only, _PAGE + 1, after))
    return context.answer(
        "home.html",
        422 if refused else 200,
        overview=overview,
        chart=render_custody(overview.custody, context.lang),
        statuses=statuses,
        bus=source.bus,
        database=source.database,
        sees_all=caller is not None and scope.sees_every_case(caller),
        rows=rows[:_PAGE],
        first_page=after is None,
        next=cursor_after(rows[_PAGE - 1].after) if len(rows) > _PAGE else None,
        refused=refused,
        next_page=next_page,
    )


async def _enter(request: Request) -> Response:
    fields = await form(request)
    next_page = own_page(fields.get("next", "/"))
    entered = await sign_in(request, fields.get("token", "").strip(), next_page)
    if entered is None:
        await access.refused(request, NotIdentified(presented=True))
    return entered or await _show_home(
        await request_context(request), refused=True, next_page=next_page
    )


async def _leave(request: Request) -> Response:
    """End the session; the provider is told by the browser, which still has a session there."""
    await form(request)
    if not follows_provider(request):
        return sign_out(request, RedirectResponse("/", 303))
    nobody = RequestContext(request, language(request), None)
    return sign_out(request, await signed_out_page(nobody))


async def _find(request: Request) -> Response:
    wanted = "-".join(request.query_params.get("folio", "").split())
    if not _CASE.fullmatch(wanted):
        raise Refused(scope.NoSuchCase())
    return RedirectResponse(f"/casos/{wanted}", 303)


async def _case(request: Request) -> Response:
    context = await request_context(request)
    if context.caller is None:
        return await _sign_in_first(context, f"/casos/{request.path_params['case_id']}")
    return _show_case(context, await _requested_history(request, context.caller))


async def _holdings(request: Request) -> Response:
    """Show what an institution holds to those who may see it; to others, as if there were none."""
    context = await request_context(request)
    institution = request.path_params["institution"]
    if context.caller is None:
        return await _sign_in_first(context, f"/instituciones/{institution}")
    scope.require_holdings(context.caller, institution)
    after = after_of(request.query_params.get("after"))
    held = await asyncio.to_thread(_source(request).held, institution, _PAGE + 1, after)
    if held is None:
        raise Refused(NoSuchInstitution())
    more = len(held.cases) > _PAGE
    return context.answer(
        "holdings.html",
        held=held,
        rows=held.cases[:_PAGE],
        next=cursor_after(held.cases[_PAGE - 1].after) if more else None,
    )


async def _json(request: Request) -> Response:
    """Answer a signed-in caller with the history as reporting's own interface gives it."""
    context = await request_context(request)
    if context.caller is None:
        return await _sign_in_first(context, f"/casos/{request.path_params['case_id']}")
    shown = await _requested_history(request, context.caller)
    if shown.refused:
        return _show_case(context, shown)
    return Response(_HISTORY.dump_json(shown.history, indent=2), media_type="application/json")


async def _requested_history(request: Request, caller: Caller) -> _ShownHistory:
    today, purpose = await _history(request, caller, None)
    await access.shown(request, caller, purpose, today.case_id)
    zone = max((fact.happened_at for fact in today.facts), default=None)
    given = request.query_params.get("as_of")
    as_of = _moment(given, zone) if given else None
    shown = (await _history(request, caller, as_of))[0] if as_of else today
    return _ShownHistory(shown, zone, as_of, refused=bool(given) and as_of is None)


async def _history(request: Request, caller: Caller, as_of: datetime | None) -> tuple[History, str]:
    """Find a case that the caller may see, and say for which purpose.

    Any other is refused as if there were none.
    """
    case, only = request.path_params["case_id"], scope.limited_to(caller)
    found = None
    if _CASE.fullmatch(case):
        found = await asyncio.to_thread(_source(request).history, case, as_of, only)
    if found is None:
        raise Refused(scope.NoSuchCase())
    return found, scope.require(caller, found.parties)


def _show_case(context: RequestContext, shown: _ShownHistory) -> Response:
    history, zone, as_of = shown.history, shown.zone, shown.as_of
    shown_as_of = as_of.astimezone(zone.tzinfo) if as_of and zone else as_of
    then = f"?as_of={quote(as_of.isoformat())}" if as_of else ""
    address = f"{context.base()}reporting/cases/{history.case_id}/history{then}"
    return context.answer(
        "case.html",
        422 if shown.refused else 200,
        history=history,
        timeline=render_timeline(history, context.lang),
        numbers={fact.id: number for number, fact in enumerate(history.facts, 1)},
        as_of=shown_as_of,
        as_of_local=shown_as_of.strftime("%Y-%m-%dT%H:%M:%S") if shown_as_of else "",
        as_of_refused=shown.refused,
        zone=offset(zone) if zone else "UTC",
        json=f"/casos/{history.case_id}/historia.json{then}",
        curl=f'curl -H "Authorization: Bearer $TOKEN" \\\n  {shlex.quote(address)}',
    )


async def _sign_in_first(context: RequestContext, next_page: str) -> Response:
    await access.refused(context.request, NotIdentified(presented=False))
    return context.answer(
        "error.html",
        401,
        status=401,
        title=text("who_asks", context.lang),
        sentence=text("sign_in_first", context.lang),
        sign_in=True,
        refused=False,
        next_page=next_page,
    )


async def _docs(request: Request) -> Response:
    context, source, name = (
        await request_context(request),
        _source(request),
        request.path_params["service"],
    )
    titles = {k: title.in_(context.lang) for k, title in source.titles().items()}
    if name not in titles:
        raise HTTPException(404)
    return context.answer(
        "docs.html",
        service=name,
        title=titles[name],
        others=[(other, title) for other, title in titles.items() if other != name],
        groups=Reference(source.openapi(name), f"{context.base()}{name}", context.lang).groups(),
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
    try:
        await access.refused(request, error.refusal)
    except (AccessLogAway, Overloaded) as unwritten:
        return await _away(request, unwritten)
    status, lang = status_of(error.refusal), language(request)
    title = text("no_such_case" if status in _NOT_FOUND else "not_allowed", lang)
    return _error(await request_context(request), status, title, error.refusal.sentence(lang))


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    title, more = {
        403: ("not_allowed", "foreign_form"),
        404: ("not_found", "not_found_more"),
        413: ("too_large", "too_large_more"),
        429: ("too_many", "too_many_more"),
    }.get(status, ("not_allowed", "not_found_more"))
    lang = language(request)
    # Whoever asks for too much is not identified again: that asks for more.
    context = _nobody(request) if status == 429 else await request_context(request)  # noqa: PLR2004 - HTTP's own number
    answer = _error(context, status, text(title, lang), text(more, lang))
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer


async def _away(request: Request, _: Exception) -> Response:
    context = _nobody(request)
    return _error(context, 503, text("away", context.lang), text("away_more", context.lang))


async def _broken(request: Request, _: Exception) -> Response:
    context = _nobody(request)
    return _error(context, 500, text("broken", context.lang), text("broken_more", context.lang))


def _nobody(request: Request) -> RequestContext:
    """Make a context without looking up the session: the look-up itself may have failed."""
    return RequestContext(request, language(request), None)


def _error(context: RequestContext, status: int, title: str, sentence: str) -> Response:
    return context.answer(
        "error.html", status, status=status, title=title, sentence=sentence, sign_in=False
    )


def _source(request: Request) -> Source:
    source: Source = request.app.state.source
    return source


def _moment(given: str, zone: datetime | None) -> datetime | None:
    """Read a moment, on the case's wall clock if it has no offset.

    None if it is malformed, earlier than the interface accepts, or on no day of that wall clock.
    """
    clock = zone.tzinfo if zone else UTC
    try:
        at = datetime.fromisoformat(given)
        at = at if at.tzinfo else at.replace(tzinfo=clock)
        at.astimezone(clock)
    except (ValueError, OverflowError):
        return None
    return at if at >= EARLIEST else None

"""The pages over HTTP: their addresses, what each shows to whom, and how errors look."""

import re
import shlex
from dataclasses import dataclass
from datetime import datetime, tzinfo
from urllib.parse import urlencode

from pydantic import TypeAdapter
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.console import (
    agreement_pages,
    directory_pages,
    finding,
    link_pages,
    norm_pages,
    provider_sign_in,
    report_page,
    token_pages,
    waiting_pages,
)
from services.console.consent_list import consent_words, consents_of
from services.console.headers import Headers
from services.console.ports import Source
from services.console.provider_sign_in import signed_out_page
from services.console.reference import Reference
from services.console.rendering import steps_from
from services.console.request_context import (
    RequestContext,
    beside,
    follows_provider,
    form,
    language,
    own_page,
    request_context,
    sign_in,
    sign_out,
    source_of,
)
from services.console.sessions import Sessions
from services.console.static_files import ASSETS
from services.console.texts import text
from services.console.threads import PageThreads, TooManyPages
from services.console.waiting_pages import waiting_of, waiting_words
from services.reporting.answers import CaseRow
from services.reporting.axes import NOW, NOW_WRITTEN, Axes, axes_written, written
from services.reporting.cursors import after_of, cursor_after
from services.reporting.history import AsKnown
from services.reporting.moments import offset
from services.reporting.telling import HistoryPage, Window, notices_of, page_of
from shared.eventstore.batcher import Overloaded
from shared.identity import scope
from shared.identity.access_log import AccessLogAway
from shared.identity.caller import Caller, NotIdentified
from shared.identity.oidc_provider import ProviderAway
from shared.kernel.clock import now
from shared.kernel.refusals import Refused
from shared.postgres.database import OUTAGES
from shared.web import access
from shared.web.problems import status_of, title_of
from shared.web.public_url import PublicUrl

_PAGE = 25
_TITLES = {404: "no_such_case", 422: "not_valid"}
"""What a refusal's page is headed with, by its status."""
_NUMBER = re.compile(r"[0-9]{1,9}")
_HISTORY: TypeAdapter[HistoryPage] = TypeAdapter(HistoryPage)


@dataclass(frozen=True, slots=True)
class _Requested:
    """The window of a case's history that was requested.

    only_as_of: it was asked for by ``as_of`` alone. refused: what was written is no moment, and the
    history is today's.
    """

    window: Window
    only_as_of: bool
    refused: bool

    def notices(self, lang: str) -> list[str]:
        found = notices_of(self.window, only_as_of=self.only_as_of and not self.refused)
        return [notice.in_(lang) for notice in found]


def site(source: Source, public_url: PublicUrl | None = None) -> Headers:
    """Return the pages as an ASGI application of its own.

    public_url: where browsers find them; None: where the request says.
    """
    app = Starlette(
        routes=ROUTES,
        exception_handlers={
            HTTPException: _http_error,
            Refused: _refused,
            Exception: _broken,
            TooManyPages: _busy,
            **dict.fromkeys((AccessLogAway, Overloaded, ProviderAway, *OUTAGES), _away),
        },
    )
    app.state.source = source
    app.state.accesses, app.state.place = source.accesses, "pages"
    app.state.credentials = source.credentials
    app.state.sign_in = source.sign_in
    app.state.sessions = Sessions()
    app.state.threads = PageThreads()
    app.state.public_url = public_url
    return Headers(app)  # around everything: what Starlette says of a crash gets them too


async def _home(request: Request) -> Response:
    return await _show_home(await request_context(request))


async def _show_home(
    context: RequestContext, *, refused: bool = False, next_page: str = "/"
) -> Response:
    request, source, caller = context.request, source_of(context.request), context.caller
    after = after_of(context.request.query_params.get("after")) if caller else None
    watches = caller is not None and scope.sees_every_case(caller)
    overview = await beside(request, source.overview) if watches else None
    statuses = await beside(request, source.statuses, numbers=watches)
    rows: list[CaseRow] = []
    if caller:
        only = scope.limited_to(caller)
        rows = list(await beside(request, source.cases, only, _PAGE + 1, after))
    return await context.answer(
        "home.html",
        422 if refused else 200,
        overview=overview,
        statuses=statuses,
        bus=source.bus,
        database=source.database,
        sees_all=watches,
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


async def _case(request: Request) -> Response:
    context = await request_context(request)
    if context.caller is None:
        return await _sign_in_first(context, f"/casos/{request.path_params['case_id']}")
    return await _show_case(context, await _requested(request, context.caller))


async def _history(request: Request) -> Response:
    """Answer a signed-in caller with the facts of a page, as reporting's interface gives them."""
    context = await request_context(request)
    if context.caller is None:
        return await _sign_in_first(context, f"/casos/{request.path_params['case_id']}")
    requested = await _requested(request, context.caller)
    if requested.refused:
        return await _show_case(context, requested)
    page = page_of(requested.window, requested.notices(context.lang))
    content = await beside(request, _HISTORY.dump_json, page, indent=2)
    return Response(content, media_type="application/json")


async def _requested(request: Request, caller: Caller) -> _Requested:
    """Find a case that the caller may see; any other is refused as if there were none."""
    case, only = request.path_params["case_id"], scope.limited_to(caller)
    as_of, as_known = (request.query_params.get(name) for name in ("as_of", "as_known"))
    number = request.query_params.get("up_to", "")
    axes = _axes(as_of, as_known)
    last = int(number) if _NUMBER.fullmatch(number) else None
    found = None
    if finding.CASE.fullmatch(case):
        found = await beside(request, source_of(request).window, case, axes or NOW, only, last)
    if found is None:
        raise Refused(scope.NoSuchCase())
    purpose = scope.require(caller, found.history.parties)
    await access.shown(request, caller, purpose, found.history.case_id)
    return _Requested(found, bool(as_of) and as_known is None, refused=axes is None)


async def _show_case(context: RequestContext, requested: _Requested) -> Response:
    window, history, zone = requested.window, requested.window.history, requested.window.zone
    then = _place_of(history.as_of, history.as_known)
    part = then | ({"up_to": str(window.last)} if window.last < window.total else {})
    base = f"{context.base()}reporting/cases/{history.case_id}/history"
    address = f"{base}?{urlencode(then)}" if then else base
    waiting = {} if then else await waiting_of(context, history.case_id)
    consents = () if then else await consents_of(context, history.case_id)
    return await context.answer(
        "case.html",
        422 if requested.refused else 200,
        window=window,
        history=history,
        then=then,
        steps=steps_from(window),
        as_of=_there(history.as_of, zone),
        as_known=_there(history.as_known, zone),
        notices=requested.notices(context.lang),
        waiting=waiting,
        words=waiting_words(context.lang),
        consents=consents,
        consented=consent_words(context.lang),
        moment_refused=requested.refused,
        zone=offset(now().astimezone(zone)) if zone else "UTC",
        json=f"/casos/{history.case_id}/historia.json{'?' if part else ''}{urlencode(part)}",
        curl=f'curl -H "Authorization: Bearer $TOKEN" \\\n  {shlex.quote(address)}',
    )


async def _sign_in_first(context: RequestContext, next_page: str) -> Response:
    await access.refused(context.request, NotIdentified(presented=False))
    lang = context.lang
    return context.error(401, text("who_asks", lang), text("sign_in_first", lang), next_page)


async def _docs(request: Request) -> Response:
    context, source, name = (
        await request_context(request),
        source_of(request),
        request.path_params["service"],
    )
    titles = {k: title.in_(context.lang) for k, title in source.titles().items()}
    if name not in titles:
        raise HTTPException(404)
    return await context.answer(
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
    title = text(_TITLES.get(status, "not_allowed"), lang)
    return (await request_context(request)).error(status, title, error.refusal.sentence(lang))


async def _http_error(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    lang = language(request)
    title, sentence = _said_of(status, lang)
    public: PublicUrl | None = request.app.state.public_url
    elsewhere = public.origin if public and status == 403 else None  # noqa: PLR2004 - HTTP's own number
    if elsewhere:
        sentence = text("foreign_form_there", lang)
    # Whoever asks for too much is not identified again: that asks for more.
    context = _nobody(request) if status == 429 else await request_context(request)  # noqa: PLR2004 - HTTP's own number
    answer = context.error(status, title, sentence, elsewhere=elsewhere)
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer


def _said_of(status: int, lang: str) -> tuple[str, str]:
    """Return title and sentence; the interfaces' words, but where a person needs others."""
    own = {
        403: ("not_allowed", "foreign_form"),
        404: ("not_found", "not_found_more"),
        422: ("not_valid", "once_more"),
        413: ("too_large", "too_large_more"),
        429: ("too_many", "too_many_more"),
    }.get(status)
    if own is None:
        return title_of(status).in_(lang), text("once_more", lang)
    return text(own[0], lang), text(own[1], lang)


async def _away(request: Request, _: Exception) -> Response:
    context = _nobody(request)
    return context.error(503, text("away", context.lang), text("away_more", context.lang))


async def _busy(request: Request, _: Exception) -> Response:
    context = _nobody(request)
    answer = context.error(503, text("busy", context.lang), text("away_more", context.lang))
    answer.headers["Retry-After"] = "1"
    return answer


async def _broken(request: Request, _: Exception) -> Response:
    context = _nobody(request)
    return context.error(500, text("broken", context.lang), text("broken_more", context.lang))


def _nobody(request: Request) -> RequestContext:
    """Make a context without looking up the session: the look-up itself may have failed."""
    return RequestContext(request, language(request), None)


def _axes(as_of: str | None, as_known: str | None) -> Axes | None:
    """Read a place in time; None if it is none."""
    try:
        return axes_written(as_of, as_known)
    except Refused:
        return None


def _place_of(as_of: datetime | None, as_known: AsKnown) -> dict[str, str]:
    """Write a place in time as the parameters that ask for it."""
    if as_of is None:
        return {"as_known": written(as_known)} if as_known else {}
    return {"as_of": as_of.isoformat(), "as_known": written(as_known) if as_known else NOW_WRITTEN}


def _there(at: AsKnown, zone: tzinfo | None) -> AsKnown:
    """Return a moment on the case's wall clock; anything else as it is."""
    return at.astimezone(zone) if isinstance(at, datetime) and zone else at


ROUTES = [
    Route("/", _home),
    Route("/entrar", _enter, methods=["POST"]),
    Route("/salir", _leave, methods=["POST"]),
    *provider_sign_in.ROUTES,
    *finding.ROUTES,
    Route("/casos/{case_id}", _case),
    Route("/casos/{case_id}/historia.json", _history),
    *directory_pages.ROUTES,
    *token_pages.ROUTES,
    *report_page.ROUTES,
    *norm_pages.ROUTES,
    *agreement_pages.ROUTES,
    *link_pages.ROUTES,
    *waiting_pages.ROUTES,
    Route("/docs/{service}", _docs),
    Route("/pages/{name}", _asset),
]

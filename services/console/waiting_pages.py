"""The pages of what waits for whom, and of one referral's life."""

from collections.abc import Mapping
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.console.request_context import (
    WAITING,
    RequestContext,
    beside,
    request_context,
    source_of,
)
from services.console.texts import text
from services.console.waiting_texts import WORDS
from services.reporting.cursors import after_of, cursor_after
from services.reporting.waiting import WaitingRow
from shared.identity import scope
from shared.identity.caller import NotIdentified
from shared.kernel.clock import now
from shared.kernel.refusals import Refused
from shared.web import access

REFERRALS = "/canalizaciones"
_PAGE, _NOTICES = 25, 5
_OURS, _LATE = "nuestras", "vencidas"


async def _waiting(request: Request) -> Response:
    """Show what waits; to begin with, for one's own institution, unless one watches over all."""
    context = await request_context(request)
    if context.caller is None:
        return await _sign_in_first(context, WAITING)
    asked, only = request.query_params, scope.limited_to(context.caller)
    ours = asked.get(_OURS, "" if only is None else "1") == "1"
    late = asked.get(_LATE) == "1"
    rows = await beside(
        request,
        source_of(request).waiting.rows,
        only,
        now(),
        _PAGE + 1,
        after_of(asked.get("after")),
        overdue=True if late else None,
        whom=context.caller.institution if ours else None,
    )
    first_page = "after" not in asked
    told = source_of(request).waiting.notices
    return await context.answer(
        "waiting.html",
        notices=await beside(request, told, only, _NOTICES) if first_page else (),
        words=waiting_words(context.lang),
        rows=rows[:_PAGE],
        ours=ours,
        late=late,
        first_page=first_page,
        query={_OURS: "1" if ours else "0", **({_LATE: "1"} if late else {})},
        next=cursor_after(rows[_PAGE - 1].after) if len(rows) > _PAGE else None,
    )


async def _referral(request: Request) -> Response:
    """Show what happened to one referral, and what waits."""
    context = await request_context(request)
    referral_id = request.path_params["referral_id"]
    if context.caller is None:
        return await _sign_in_first(context, f"{REFERRALS}/{referral_id}")
    only = scope.limited_to(context.caller)
    life = await beside(request, source_of(request).lives.life, referral_id, only, now())
    if life is None:
        raise Refused(scope.NoSuchCase())
    purpose = scope.require(context.caller, () if only is None else {only})
    await access.shown(request, context.caller, purpose, life.referral.case_id, referral_id)
    return await context.answer(
        "referral.html",
        words=waiting_words(context.lang),
        life=life,
        row=life.referral,
        known={fact.id: fact for fact in life.facts},
    )


async def waiting_of(context: RequestContext, case_id: UUID) -> Mapping[UUID, WaitingRow]:
    """Return what waits of a case that the caller sees, by referral."""
    if context.caller is None:
        return {}
    only, waiting = scope.limited_to(context.caller), source_of(context.request).waiting
    rows = await beside(context.request, waiting.of_case, case_id, only, now())
    return {row.referral_id: row for row in rows}


async def _sign_in_first(context: RequestContext, next_page: str) -> Response:
    await access.refused(context.request, NotIdentified(presented=False))
    sentence = WORDS["sign_in_first"].in_(context.lang)
    return context.error(401, text("who_asks", context.lang), sentence, next_page)


def waiting_words(lang: str) -> Mapping[str, str]:
    """Return the words of these pages in a language."""
    return {name: word.in_(lang) for name, word in WORDS.items()}


ROUTES = (
    Route(WAITING, _waiting),
    Route(f"{REFERRALS}/{{referral_id:uuid}}", _referral),
)

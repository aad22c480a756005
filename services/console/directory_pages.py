"""The pages of the directory: who can serve, an institution with its services, what is stale."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.console import addresses
from services.console.directory_texts import WORDS
from services.console.request_context import (
    SERVICES,
    STALE,
    RequestContext,
    beside,
    request_context,
    source_of,
)
from services.console.texts import text
from services.reporting.answers import CaseRow, Held
from services.reporting.cursors import after_of, cursor_after
from services.reporting.refusals import NoSuchInstitution
from services.reporting.searching.question import ServiceSearch
from services.reporting.searching.question import after_of as after_number
from services.reporting.searching.reasons import CRITERIA, TACIT
from services.reporting.searching.search import Part
from shared.identity import scope
from shared.identity.caller import Caller, NotIdentified
from shared.kernel import codes
from shared.kernel.clock import now
from shared.kernel.refusals import Forbidden, Missing, Refused
from shared.web import access

_PAGE = 25
_WRITTEN = ("text", "subdivision", "municipality", "programme", "urgency")
_ONE_OF = {"kind": "kinds", "language": "languages", "population": "populations"}
_PROFILE = ("age_band", "sex", "nationality", "migratory_condition", "sector")
_ASKED = (*_WRITTEN, *_ONE_OF, *_PROFILE, "open_now", "case")
CHOICES: Mapping[str, str] = {
    "kind": "service_kinds",
    "programme": "programmes",
    "urgency": "priorities",
    "language": "languages",
    "population": "populations",
    "age_band": "age_bands",
    "sex": "sexes",
    "nationality": "nationalities",
    "migratory_condition": "migratory_conditions",
    "sector": "sectors",
}
"""The code list of each field of the form that has one."""


async def _services(request: Request) -> Response:
    """Show who can serve what is asked, and who cannot."""
    context = await request_context(request)
    if context.caller is None:
        return await _sign_in_first(context, SERVICES)
    asked = {name: request.query_params.get(name, "").strip() for name in _ASKED}
    found, refusal = None, None
    case = await _case(request, context.caller, asked["case"])
    try:
        wanted = _question(asked, request.query_params.get("after"))
        sender = None if scope.sees_every_case(context.caller) else context.caller.institution
        found = await beside(request, source_of(request).find_services, wanted, sender, case)
    except Refused as error:
        if isinstance(error.refusal, Forbidden | Missing):
            raise
        refusal = error.refusal.sentence(context.lang)
    except ValidationError:
        refusal = context_words(context)["not_understood"]
    return await context.answer(
        "services.html",
        422 if refusal else 200,
        words=context_words(context),
        asked=asked,
        case=case,
        choices={name: list(codes.codes(listed)) for name, listed in CHOICES.items()},
        lists=CHOICES,
        tacit=TACIT,
        person=any(asked[name] for name in _PROFILE),
        criteria={name: word.in_(context.lang) for name, word in CRITERIA.items()},
        found=found,
        refusal=refusal,
        first_page="after" not in request.query_params,
        query={name: value for name, value in asked.items() if value},
    )


async def _case(request: Request, caller: Caller, case: str) -> CaseRow | None:
    """Return the case that is named; that the caller is shown it is in the access log first."""
    if not case:
        return None
    only = scope.limited_to(caller)
    row = await beside(request, source_of(request).case, _id(case), only)
    if row is None:
        raise Refused(scope.NoSuchCase())
    purpose = scope.require(caller, () if only is None else {only})
    await access.shown(request, caller, purpose, row.case_id)
    return row


def _id(case: str) -> UUID:
    try:
        return UUID(case)
    except ValueError:
        raise Refused(scope.NoSuchCase()) from None


def _question(asked: Mapping[str, str], cursor: str | None) -> ServiceSearch:
    """Read the form. Raises ValidationError, and Refused."""
    given: dict[str, Any] = {name: asked[name] for name in _WRITTEN if asked[name]}
    given |= {field: [asked[name]] for name, field in _ONE_OF.items() if asked[name]}
    given["profile"] = {name: asked[name] for name in _PROFILE if asked[name]}
    if asked["open_now"]:
        given["open_at"] = now().astimezone(UTC)
    return ServiceSearch(**given, limit=_PAGE, excluded_limit=_PAGE, cursor=cursor)


async def _holdings(request: Request) -> Response:
    """Show an institution's entry; what it holds only to those who may see that."""
    context = await request_context(request)
    institution = request.path_params["institution"]
    if context.caller is None:
        return await _sign_in_first(context, f"/instituciones/{institution}")
    source = source_of(request)
    entry = await beside(request, source.institution, institution)
    if entry is None:
        raise Refused(NoSuchInstitution())
    held: Held | None = None
    if _sees_holdings(context.caller, institution):
        after = after_of(request.query_params.get("after"))
        held = await beside(request, source.held, institution, _PAGE + 1, after)
    more = held is not None and len(held.cases) > _PAGE
    return await context.answer(
        "institution.html",
        words=context_words(context),
        entry=entry,
        takes_part=entry.takes_part(now()),
        services=await beside(request, source.services_of, institution),
        held=held,
        rows=held.cases[:_PAGE] if held else [],
        next=cursor_after(held.cases[_PAGE - 1].after) if held and more else None,
    )


def _sees_holdings(caller: Caller, institution: str) -> bool:
    try:
        scope.require_holdings(caller, institution)
    except Refused:
        return False
    return True


async def _stale_entries(request: Request) -> Response:
    """Show whose entries nobody vouched for lately; to begin with, one's own institution's."""
    context = await request_context(request)
    if context.caller is None:
        return await _sign_in_first(context, STALE)
    all_of_them = request.query_params.get("all") == "1"
    institution = None if all_of_them else context.caller.institution
    part = Part(after_number(request.query_params.get("after")), _PAGE)
    found = await beside(request, source_of(request).stale_services, institution, part)
    return await context.answer(
        "stale.html",
        words=context_words(context),
        found=found,
        all_of_them=all_of_them,
        first_page=part.after == 0,
    )


async def _sign_in_first(context: RequestContext, next_page: str) -> Response:
    await access.refused(context.request, NotIdentified(presented=False))
    words = context_words(context)
    return context.error(401, text("who_asks", context.lang), words["for_members"], next_page)


def context_words(context: RequestContext) -> Mapping[str, str]:
    """Return the words of these pages in the language of the answer."""
    return {name: word.in_(context.lang) for name, word in WORDS.items()}


ROUTES = (
    Route(SERVICES, _services),
    Route(STALE, _stale_entries),
    Route(addresses.INSTITUTION, _holdings),
)

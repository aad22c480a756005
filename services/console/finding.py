"""Leads to a case by its folio, or by the number by which the source of an import knows it."""

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.console.request_context import beside, form, request_context, source_of
from services.console.texts import text
from shared.identity import scope

CASE = re.compile(r"[0-9A-Za-z-]{3,60}")
"""How a case's id or folio may be written."""


async def _by_folio(request: Request) -> Response:
    """Lead to the case of a folio in the address."""
    return await _found(request, request.query_params.get("folio", ""))


async def _by_any_number(request: Request) -> Response:
    """Lead to the case of a number in a form: a source's number may not stand in an address."""
    number = (await form(request)).get("folio", "").strip()
    context = await request_context(request)
    if context.caller is None:
        return await _found(request, number)
    only = scope.limited_to(context.caller)
    rows = await beside(request, source_of(request).of_source_key, number, only)
    if len(rows) > 1:
        return await context.answer("found.html", rows=rows)
    return (
        RedirectResponse(f"/casos/{rows[0].case_id}", 303)
        if rows
        else await _found(request, number)
    )


async def _found(request: Request, written: str) -> Response:
    """Lead to the case of a folio. What is none is said to be none: nobody was refused anything."""
    wanted = "-".join(written.split())
    if not CASE.fullmatch(wanted):
        context = await request_context(request)
        lang = context.lang
        return context.error(422, text("no_folio", lang), text("no_folio_more", lang))
    return RedirectResponse(f"/casos/{wanted}", 303)


ROUTES = (
    Route("/casos", _by_folio),
    Route("/casos", _by_any_number, methods=["POST"]),
)

"""Leads to a case by its folio, or by the number by which the source of an import knows it."""

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.console.request_context import beside, form, request_context, source_of
from services.console.texts import text
from shared.identity import scope
from shared.kernel import folios

CASE = re.compile(r"[0-9A-Za-z-]{3,60}")
"""How a case's id or folio may be written."""
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


async def _find(request: Request) -> Response:
    """Lead to a case by a number: in a form, since a source's may not stand in an address.

    A folio may.
    """
    if request.method != "POST":
        return await _by_folio(request, request.query_params.get("folio", ""))
    number = (await form(request)).get("folio", "").strip()
    context = await request_context(request)
    if context.caller is not None:
        only = scope.limited_to(context.caller)
        rows = await beside(request, source_of(request).of_source_key, number, only)
        if len(rows) > 1:
            return await context.answer("found.html", rows=rows)
        if rows:
            return RedirectResponse(f"/casos/{rows[0].case_id}", 303)
    # What is no folio may be somebody's number, and is led nowhere: an address would hold it.
    is_one = folios.is_well_written(number) or _ID.fullmatch(number)
    return await _by_folio(request, number if is_one else "")


async def _by_folio(request: Request, written: str) -> Response:
    """Lead to the case of a folio. What is none is said to be none: nobody was refused anything."""
    wanted = "-".join(written.split())
    if not CASE.fullmatch(wanted):
        context = await request_context(request)
        lang = context.lang
        return context.error(422, text("no_folio", lang), text("no_folio_more", lang))
    return RedirectResponse(f"/casos/{wanted}", 303)


ROUTES = (Route("/casos", _find, methods=["GET", "POST"]),)

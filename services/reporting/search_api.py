"""Reporting over HTTP: cases by the number that an import's source knows them by."""

import asyncio

from fastapi import APIRouter
from starlette.requests import Request

from services.reporting.answers import CaseRow
from services.reporting.bodies import CaseSearch
from services.reporting.views import Reports
from shared.identity import scope
from shared.kernel.text import Text
from shared.web.access import shown
from shared.web.identity import Identified
from shared.web.json_body import JsonRoute
from shared.web.openapi import described

router = APIRouter(route_class=JsonRoute)


@router.post(
    "/cases/search",
    **described(
        Text("Buscar por el número de la fuente", "Find by the source's number"),
        Text(
            "Busca entre los casos que quien pregunta puede ver los que la fuente de una"
            " importación conoce por este número. Va en el cuerpo, porque puede ser sensible.",
            "Find, among the cases that the caller may see, those that the source of an import"
            " knows by this number. It is in the body, because it may be sensitive.",
        ),
    ),
)
async def search_cases(request: Request, caller: Identified, body: CaseSearch) -> list[CaseRow]:
    """Find the cases of a source's number that the caller may see."""
    only = scope.limited_to(caller)
    reports = Reports(request.app.state.log, request.app.state.secret)
    rows = await asyncio.to_thread(reports.of_source_key, body.source_key, only)
    purpose = scope.require(caller, () if only is None else {only})
    for row in rows:
        await shown(request, caller, purpose, row.case_id)
    return rows

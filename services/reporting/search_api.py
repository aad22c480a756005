"""Searches over HTTP: cases by the number of an import's source, and who can serve a case."""

import asyncio

from fastapi import APIRouter
from starlette.requests import Request

from services.reporting.answers import CaseRow
from services.reporting.bodies import CaseSearch
from services.reporting.parameters import Institution
from services.reporting.searching.answer import FoundOut, StaleOut
from services.reporting.searching.finder import Finder
from services.reporting.searching.question import ServiceSearch, after_of
from services.reporting.searching.search import Part
from services.reporting.views import Reports
from shared.identity import scope
from shared.identity.caller import Caller
from shared.kernel.clock import now
from shared.kernel.refusals import Refused
from shared.kernel.text import Text
from shared.web.access import shown
from shared.web.identity import Identified
from shared.web.json_body import JsonRoute
from shared.web.openapi import described
from shared.web.paging import Cursor, Limit

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


@router.post(
    "/services/search",
    **described(
        Text("Quién puede atender", "Who can serve"),
        Text(
            "Busca en el directorio quién puede atender a una persona: por su perfil en códigos o"
            " el de un caso que quien pregunta puede ver, lugar, urgencia, lengua, horario, lugar"
            " disponible, convenio y programa. Responde en orden, con el motivo de cada lugar, y"
            " quién no puede, con cada motivo. Lo que no se sabe no excluye: se pregunta.",
            "Search the directory for who can serve a person: by a coded profile or that of a case"
            " that the caller may see, place, urgency, language, hours, room, agreement and"
            " programme. The answer is ranked, with the reason for each place, and names who"
            " cannot, with every reason. What is not known excludes nobody: it is to be asked.",
        ),
    ),
)
async def search_services(request: Request, caller: Identified, body: ServiceSearch) -> FoundOut:
    """Search the directory for who can serve."""
    sender = _sender(caller, body.sender)
    case = None
    if body.case_id is not None:
        only = scope.limited_to(caller)
        reports = Reports(request.app.state.log, request.app.state.secret)
        case = await asyncio.to_thread(reports.case, body.case_id, only)
        if case is None:
            raise Refused(scope.NoSuchCase())
        purpose = scope.require(caller, () if only is None else {only})
        await shown(request, caller, purpose, body.case_id)
    finder = Finder(request.app.state.log)
    return await asyncio.to_thread(finder.find, body, now(), sender, case)


@router.get(
    "/directory/stale",
    **described(
        Text("Fichas vencidas", "Stale entries"),
        Text(
            "Lista los servicios que nadie ha confirmado en seis meses, por el día de su entidad, y"
            " las instituciones que no han validado su ficha: primero lo que nadie confirmó nunca.",
            "List the services that nobody has vouched for within six months, by the day of their"
            " subdivision, and the institutions that have not validated their entry: what nobody"
            " ever vouched for first.",
        ),
    ),
)
def stale_entries(
    request: Request,
    caller: Identified,
    institution: Institution = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> StaleOut:
    """List the entries that nobody has vouched for lately."""
    del caller
    part = Part(after_of(cursor), limit)
    return Finder(request.app.state.log).stale(now(), institution, part)


def _sender(caller: Caller, sender: str | None) -> str | None:
    """Return who would refer: the caller's institution, unless they watch over all.

    Refused, if another is named by somebody who may not see what it holds.
    """
    if sender is None:
        return None if scope.sees_every_case(caller) else caller.institution
    scope.require_holdings(caller, sender)
    return sender

"""Reporting over HTTP: cases and histories by scope, indicators for monitors and auditors."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.requests import Request

from services.reporting import (
    agreements_api,
    consents_api,
    gatherings_api,
    indicators,
    norms_api,
    search_api,
    undertakings_api,
    waiting_api,
)
from services.reporting.access import AccessLine, accesses_seen
from services.reporting.answers import CaseloadReport, CaseRow, InstitutionRow, ReferralRow
from services.reporting.axes import NOW, axes_of
from services.reporting.bodies import HoldingsOut, IndicatorOut
from services.reporting.claims import Claims
from services.reporting.cursors import after_of, cursor_after, sealed_number_of
from services.reporting.parameters import (
    AsOf,
    CaseOrFolio,
    Institution,
    InstitutionCode,
    Known,
    Place,
    Programme,
    Subdivision,
    coded,
)
from services.reporting.past_lists import Listed
from services.reporting.refusals import NoSuchInstitution
from services.reporting.selecting import chosen, one_of
from services.reporting.telling import MOST_FACTS, HistoryPage, after, notices_of, page_of
from services.reporting.views import Reports
from shared.identity import scope
from shared.identity.caller import Caller, RoleNeeded
from shared.identity.sealed_numbers import sealed
from shared.kernel.ids import InstallationSecret
from shared.kernel.refusals import Refused
from shared.kernel.roles import MONITOR
from shared.kernel.statuses import REFERRAL_STATUSES
from shared.kernel.text import Text
from shared.web.access import shown
from shared.web.identity import Identified
from shared.web.language import language
from shared.web.openapi import described
from shared.web.paging import Cursor, Limit, Page, cursor_of, keys_of, page_up_to

router = APIRouter(tags=["informes / reports"])
router.include_router(search_api.router)
router.include_router(norms_api.router)
router.include_router(undertakings_api.router)
router.include_router(gatherings_api.router)
router.include_router(agreements_api.router)
router.include_router(consents_api.router)
router.include_router(waiting_api.router)

Row = TypeVar("Row", CaseRow, ReferralRow, InstitutionRow)
PastRow = TypeVar("PastRow", CaseRow, ReferralRow)


def reports_of(request: Request) -> Reports:
    """Return the reports, over this process's connections."""
    return Reports(request.app.state.log, request.app.state.secret)


def watcher(caller: Identified) -> Caller:
    """Return a caller whose role may see the numbers of all cases. Raises Refused (RoleNeeded)."""
    if not scope.sees_every_case(caller):
        raise Refused(RoleNeeded(MONITOR))
    return caller


OurReports = Annotated[Reports, Depends(reports_of)]
Watcher = Annotated[Caller, Depends(watcher)]


@dataclass(frozen=True, slots=True)
class ReferralFilter:
    """Which referrals. Left out: all."""

    addressee: Institution = None
    sender: Institution = None
    status: Annotated[str | None, coded(REFERRAL_STATUSES)] = None
    kind: Annotated[str | None, coded("referral_kinds")] = None


@router.get(
    "/cases",
    **described(
        Text("Casos", "Cases"),
        Text(
            "Lista los casos que quien pregunta puede ver, del último registrado al primero; los"
            " que ve hoy, como estaban en otro momento si se pide uno: una página puede venir"
            " entonces corta, o vacía, y tener siguiente.",
            "List the cases that the caller may see, last registered first; those that it sees"
            " today, as they were at another moment if one is asked for: a page may then be short,"
            " or empty, and have a next one.",
        ),
    ),
)
def list_cases(  # noqa: PLR0913, PLR0917 - each is a parameter of its own
    reports: OurReports,
    caller: Identified,
    axes: Place,
    programme: Programme = None,
    subdivision: Subdivision = None,
    custodian: Institution = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[CaseRow]:
    """List the cases that the caller may see, last registered first, as they were at any time."""
    selection, only = chosen(programme, subdivision), scope.limited_to(caller)
    filters = {
        "programme": selection.programme,
        "subdivision": selection.subdivision,
        "custodian": custodian,
    }
    if axes != NOW:
        return _past(reports.cases_then(axes, only, limit, after_of(cursor), **filters))
    rows = reports.cases(only, limit + 1, after_of(cursor), **filters)
    return page_up_to(rows, limit, lambda row: cursor_after(row.after))


@router.get(
    "/cases/{case_id}",
    **described(
        Text("Un caso", "One case"),
        Text(
            "Muestra un caso que quien pregunta puede ver.",
            "Show a case that the caller may see.",
        ),
    ),
)
async def one_case(
    request: Request, reports: OurReports, caller: Identified, case_id: UUID
) -> CaseRow:
    """Show a case that the caller may see."""
    only = scope.limited_to(caller)
    row = await asyncio.to_thread(reports.case, case_id, only)
    if row is None:
        raise Refused(scope.NoSuchCase())
    purpose = scope.require(caller, () if only is None else {only})
    await shown(request, caller, purpose, case_id)
    return row


@router.get(
    "/cases/{case_id}/history",
    **described(
        Text("La historia de un caso", "A case's history"),
        Text(
            "Cuenta los hechos de un caso, de todos los servicios, en un solo orden, por páginas,"
            " del primero al último: lo que había ocurrido hasta un momento, según lo registrado"
            " hasta otro.",
            "Tell the facts of a case over all services in one order, in pages, from the first to"
            " the last: what had happened by one moment, as far as was recorded by another.",
        ),
    ),
)
async def case_history(  # noqa: PLR0913, PLR0917 - each is a parameter of its own
    request: Request,
    reports: OurReports,
    caller: Identified,
    case_id: CaseOrFolio,
    as_of: AsOf = None,
    as_known: Known = None,
    limit: Limit = MOST_FACTS,
    cursor: Cursor = None,
) -> HistoryPage:
    """Tell the facts of a case over all services in one order, at a place in time, in pages."""
    (last,) = keys_of(cursor, 1) or (None,)
    cut, only, axes = after(last, limit), scope.limited_to(caller), axes_of(as_of, as_known)
    found = await asyncio.to_thread(reports.window, case_id, cut, axes, only_institution=only)
    if found is None:
        raise Refused(scope.NoSuchCase())
    purpose = scope.require(caller, found.history.parties)
    await shown(request, caller, purpose, found.history.case_id)
    notices = notices_of(found, only_as_of=as_of is not None and as_known is None)
    return page_of(found, [notice.in_(language(request)) for notice in notices])


@router.get(
    "/referrals",
    **described(
        Text("Canalizaciones", "Referrals"),
        Text(
            "Lista las canalizaciones de los casos que quien pregunta puede ver, de la última"
            " solicitada a la primera. La situación es la del seguimiento mientras él la "
            "decide. De otro momento, como los casos.",
            "List the referrals of cases that the caller may see, last requested first. The "
            "status is the follow-up's while that decides it. Of another moment: as for cases.",
        ),
    ),
)
def list_referrals(  # noqa: PLR0913, PLR0917 - each is a parameter of its own
    reports: OurReports,
    caller: Identified,
    axes: Place,
    wanted: Annotated[ReferralFilter, Depends()],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ReferralRow]:
    """List the referrals of cases that the caller may see, last requested first, of any time."""
    only = scope.limited_to(caller)
    filters = {
        "addressee": wanted.addressee,
        "sender": wanted.sender,
        "status": one_of(REFERRAL_STATUSES, "status", wanted.status),
        "kind": one_of("referral_kinds", "kind", wanted.kind),
    }
    if axes != NOW:
        return _past(reports.referrals_then(axes, only, limit, after_of(cursor), **filters))
    rows = reports.referrals(only, limit + 1, after_of(cursor), **filters)
    return page_up_to(rows, limit, lambda row: cursor_after(row.after))


@router.get(
    "/institutions",
    **described(
        Text("Directorio", "Directory"),
        Text(
            "Lista las instituciones como las describe el directorio, por clave.",
            "List the institutions as the directory describes them, by code.",
        ),
    ),
)
def list_institutions(
    reports: OurReports, caller: Identified, limit: Limit = 50, cursor: Cursor = None
) -> Page[InstitutionRow]:
    """List the institutions as the directory describes them, by code."""
    del caller
    (after,) = keys_of(cursor, 1) or ("",)
    return page_up_to(
        reports.institutions(limit + 1, after), limit, lambda row: cursor_of(row.code)
    )


@router.get(
    "/institutions/{institution}/holdings",
    **described(
        Text("Lo que una institución tiene", "What an institution holds"),
        Text(
            "Lista los casos por los que una institución responde, y cuántas canalizaciones esperan"
            " su respuesta. Para ella misma, quien opera la plataforma, auditoría y monitoreo.",
            "List the cases that an institution answers for, and how many referrals wait for its"
            " answer. For itself, stewards, auditors and monitors.",
        ),
    ),
)
def holdings(
    reports: OurReports,
    caller: Identified,
    institution: InstitutionCode,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> HoldingsOut:
    """List the cases that an institution answers for, and count the referrals that wait for it."""
    scope.require_holdings(caller, institution)
    found = reports.held(institution, limit + 1, after_of(cursor))
    if found is None:
        raise Refused(NoSuchInstitution())
    return HoldingsOut(
        institution=found.institution,
        takes_part=found.takes_part,
        waiting=found.waiting,
        cases=page_up_to(found.cases, limit, lambda row: cursor_after(row.after)),
    )


@router.get(
    "/accesses",
    **described(
        Text("Registro de accesos", "Access log"),
        Text(
            "Lista quién vio un caso, a quién se le negó y quién hizo o revocó tokens, de lo último"
            " a lo primero: lo propio de una institución y lo de los casos por los que responde;"
            " para auditoría, todo.",
            "List who read a case, who was refused, and who made or revoked tokens, latest first:"
            " an institution's own part and that of the cases it answers for; to auditors, all.",
        ),
    ),
)
async def list_accesses(  # noqa: PLR0913, PLR0917 - each is a parameter of its own
    request: Request,
    caller: Identified,
    case_id: UUID | None = None,
    institution: Institution = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[AccessLine]:
    """List what the access log has, as far as the caller may see it, latest first."""
    secret: InstallationSecret = request.app.state.secret
    rows = await asyncio.to_thread(
        accesses_seen,
        request.app.state.log,
        scope.accesses_limited_to(caller),
        limit + 1,
        sealed_number_of(secret, cursor),
        case_id=case_id,
        institution=institution,
    )
    await shown(request, caller, caller.purpose, case_id if rows else None)
    more = sealed(secret, rows[limit - 1].number) if len(rows) > limit else None
    return Page(items=[row.line() for row in rows[:limit]], next=more)


@router.get(
    "/indicators",
    **described(
        Text("Definiciones", "Definitions"),
        Text(
            "Dice qué significa cada indicador, en ambos idiomas y en SQL.",
            "Say what each indicator means, in both languages and in SQL.",
        ),
    ),
)
def definitions(caller: Identified) -> list[IndicatorOut]:
    """Say what each indicator means, in both languages and in SQL."""
    del caller
    return [IndicatorOut.model_validate(each) for each in indicators.ALL]


@router.get(
    "/indicators/claims",
    **described(
        Text("Informe de reclamaciones", "Claims report"),
        Text(
            "Calcula el informe de reclamaciones de un programa, de una entidad, de ambos"
            " o de todo. De otro momento se calcula de nuevo con los hechos, uno a la vez: tarda, y"
            " si ya se calcula otro responde 503.",
            "Compute the claims report, for a programme, a subdivision, both or all. Of another"
            " moment it is computed anew from the facts, one at a time: it takes a while, and while"
            " another is computed the answer is 503.",
        ),
    ),
)
def claims_report(  # noqa: PLR0913, PLR0917 - each is a parameter of its own
    reports: OurReports,
    watcher: Watcher,
    axes: Place,
    programme: Programme = None,
    subdivision: Subdivision = None,
    currency: Annotated[str | None, coded("currencies")] = None,
) -> Claims:
    """Compute the claims report, for a programme, a subdivision, both or all, of any moment."""
    del watcher
    return reports.claims(programme, subdivision, currency, axes)


@router.get(
    "/indicators/custody",
    **described(
        Text(
            "Casos abiertos por responsable",
            "Open cases by custodian",
        ),
        Text(
            "Cuenta los casos abiertos de cada institución que responde por ellos.",
            "Count the open cases by the institution that answers for them.",
        ),
    ),
)
def custody_report(
    reports: OurReports,
    watcher: Watcher,
    axes: Place,
    programme: Programme = None,
    subdivision: Subdivision = None,
) -> CaseloadReport:
    """Count the open cases by the institution that answers for them, of any moment."""
    del watcher
    return reports.custody(programme, subdivision, axes)


def _past(listed: Listed[PastRow]) -> Page[PastRow]:
    return Page(
        items=list(listed.rows), next=None if listed.next is None else cursor_after(listed.next)
    )

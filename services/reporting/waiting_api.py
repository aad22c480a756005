"""What waits for whom, one referral's life, and to whom it can be offered next, over HTTP."""

import asyncio
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request

from services.reporting.answers import CaseRow
from services.reporting.cursors import after_of, cursor_after
from services.reporting.lives import Lives, ReferralLife
from services.reporting.parameters import Institution, Programme, coded
from services.reporting.searching.candidates import CandidatesOut, candidates
from services.reporting.searching.finder import Finder
from services.reporting.searching.question import after_of as after_number
from services.reporting.searching.search import Part
from services.reporting.selecting import one_of
from services.reporting.views import Reports
from services.reporting.waiting import NoticeRow, Waiting, WaitingRow
from shared.identity import scope
from shared.identity.caller import Caller
from shared.kernel.clock import now
from shared.kernel.refusals import Refused
from shared.kernel.sight import Sight
from shared.kernel.text import Text
from shared.web.access import shown
from shared.web.field_types import Addressed
from shared.web.identity import Identified
from shared.web.openapi import described
from shared.web.paging import Cursor, Limit, Page, page_up_to

router = APIRouter()
Overdue = Annotated[
    bool | None,
    Query(
        description=Text(
            "true: solo lo que ya debía estar; false: solo lo demás; si falta: todo.",
            "true: only what was due already; false: only the others; left out: all.",
        ).both
    ),
]


@dataclass(frozen=True, slots=True)
class WaitingFilter:
    """What waits. Left out: all. institution: for whom it waits."""

    institution: Institution = None
    turn: Annotated[str | None, coded("relations")] = None
    programme: Programme = None
    overdue: Overdue = None


@router.get(
    "/waiting",
    **described(
        Text("Lo que espera", "What waits"),
        Text(
            "Lista las canalizaciones que quien pregunta ve y que esperan a alguien: a quién, hasta"
            " cuándo, y qué pasa si no actúa; primero lo que vence o venció antes.",
            "List the referrals that the caller sees and that wait for somebody: for whom, until"
            " when, and what happens if nobody acts; what is or was due first comes first.",
        ),
    ),
)
def list_waiting(
    request: Request,
    caller: Identified,
    wanted: Annotated[WaitingFilter, Depends()],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[WaitingRow]:
    """List what waits, for whom and until when."""
    rows = Waiting(request.app.state.log).rows(
        scope.limited_to(caller),
        now(),
        limit + 1,
        after_of(cursor),
        overdue=wanted.overdue,
        whom=wanted.institution,
        turn=one_of("relations", "turn", wanted.turn),
        programme=one_of("programmes", "programme", wanted.programme),
    )
    return page_up_to(rows, limit, lambda row: cursor_after(row.after))


@router.get(
    "/notices",
    **described(
        Text("Avisos de responsabilidad", "Notices of custody"),
        Text(
            "Lista los avisos a la institución de quien pregunta de que otra responde por un caso,"
            " del último al primero; a quien ve todos los casos, todos.",
            "List the notices to the caller's institution that another one answers for a case, last"
            " first; to those who see every case, all.",
        ),
    ),
)
def list_notices(
    request: Request, caller: Identified, limit: Limit = 50, cursor: Cursor = None
) -> Page[NoticeRow]:
    """List what the caller's institution was told of custody, last first."""
    lists, only = Waiting(request.app.state.log), scope.limited_to(caller)
    rows = lists.notices(only, limit + 1, after_of(cursor))
    return page_up_to(rows, limit, lambda row: cursor_after(row.after))


@router.get(
    "/referrals/{referral_id}/life",
    **described(
        Text("La vida de una canalización", "A referral's life"),
        Text(
            "Cuenta, en orden, lo que pasó con una canalización, a quién espera y hasta cuándo, y"
            " las que se hicieron en su lugar; hasta donde lo ve quien pregunta.",
            "Tell in order what happened to a referral, for whom it waits and until when, and those"
            " that were made in its place; as far as the caller sees it.",
        ),
    ),
)
async def referral_life(
    request: Request, caller: Identified, referral_id: Addressed
) -> ReferralLife:
    """Tell what happened to a referral, as far as the caller sees it."""
    life = await _life(request, caller, referral_id)
    only = scope.limited_to(caller)
    purpose = scope.require(caller, () if only is None else {only})
    await shown(request, caller, purpose, life.referral.case_id, referral_id)
    return life


@router.get(
    "/referrals/{referral_id}/candidates",
    **described(
        Text("A quién más se puede canalizar", "Who else can be asked"),
        Text(
            "Busca, para una canalización de un caso que quien pregunta ve, a qué instituciones"
            " ofrecerla ahora dentro del consentimiento: en orden, con el motivo de cada lugar, y"
            " quién no puede, con cada motivo.",
            "Find, for a referral of a case that the caller sees, to which institutions it can be"
            " offered now within the consent: ranked, with the reason for each place, and who"
            " cannot, with every reason.",
        ),
    ),
)
async def referral_candidates(  # noqa: PLR0913, PLR0917 - each is a parameter of its own
    request: Request,
    caller: Identified,
    referral_id: Addressed,
    limit: Limit = 20,
    cursor: Cursor = None,
    excluded_limit: Limit = 20,
    excluded_cursor: Cursor = None,
) -> CandidatesOut:
    """Find to whom a referral can be offered next, within the consent."""
    life = await _life(request, caller, referral_id)
    only = scope.limited_to(caller)
    reports = Reports(request.app.state.log, request.app.state.secret)
    case: CaseRow | None = await asyncio.to_thread(reports.case, life.referral.case_id, only)
    if case is None or case.sees is not Sight.CASE:
        raise Refused(scope.NoSuchCase())
    purpose = scope.require(caller, () if only is None else {only})
    await shown(request, caller, purpose, case.case_id, referral_id)
    parts = Part(after_number(cursor), limit), Part(after_number(excluded_cursor), excluded_limit)
    finder = Finder(request.app.state.log)
    return await asyncio.to_thread(candidates, finder, life, case, now(), parts)


async def _life(request: Request, caller: Caller, referral_id: Addressed) -> ReferralLife:
    lives = Lives(request.app.state.log, request.app.state.secret)
    life = await asyncio.to_thread(lives.life, referral_id, scope.limited_to(caller), now())
    if life is None:
        raise Refused(scope.NoSuchCase())
    return life

"""Several cases referred at once: the same addressee, kind, services and priority for each.

Each case is a command of its own, under a key that follows from the request's, and is answered on
its own: asked twice, the same request is carried out once and answered the same.
"""

import asyncio
import json
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.referral import custody, decisions
from services.referral.referral_fields import MOST_ALTERNATIVES
from services.referral.views import those_who_know
from shared.kernel.clock import now
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.refusals import Refused
from shared.kernel.roles import CASEWORKER
from shared.kernel.text import Text
from shared.kernel.value import replace
from shared.web.command_request import (
    Body,
    Code,
    CommandRequest,
    ReceiptOut,
    RequestedCommand,
    Subject,
    at,
)
from shared.web.field_types import Day
from shared.web.json_body import JsonRoute
from shared.web.openapi import described

MOST = 100
"""The most cases that one request refers."""
Institution = Annotated[str, Field(pattern=f"^{INSTITUTION_CODE}$")]
router = APIRouter(route_class=JsonRoute)


class ReferCases(Body):
    """What is the same for every case, and the cases."""

    cases: list[UUID] = Field(min_length=1, max_length=MOST)
    to: Institution
    kind: Code
    services: list[Code] = Field(min_length=1, max_length=20)
    priority: Code = "normal"
    alternatives: list[Institution] = Field([], max_length=MOST_ALTERNATIVES)
    consent_until: Day | None = None


class ProblemOut(BaseModel):
    """Why a case was not referred."""

    code: str
    field: str | None
    es: str
    en: str


class CaseAnswerOut(BaseModel):
    """What came of one case: its receipt, or a problem."""

    case_id: UUID
    referral_id: UUID | None
    receipt: ReceiptOut | None
    problem: ProblemOut | None


class BulkOut(BaseModel):
    """The answers, in the order of the cases; a case named twice is answered twice, the same."""

    answers: list[CaseAnswerOut]


@router.post(
    "/referrals/bulk",
    tags=[Text("canalizaciones", "referrals").both],
    **described(
        Text("Canalizar varios casos", "Refer several cases"),
        Text(
            "Canaliza hasta 100 casos a la misma destinataria; cada uno se responde por su cuenta.",
            "Refer up to 100 cases to the same addressee; each of them is answered on its own.",
        ),
    ),
)
async def refer_cases(request: RequestedCommand, body: ReferCases) -> BulkOut:
    """Refer up to 100 cases to the same addressee; each of them is answered on its own."""
    cases = list(dict.fromkeys(body.cases))
    answers = await asyncio.gather(*(_one(request, body, each) for each in cases))
    by_case = dict(zip(cases, answers, strict=True))
    return BulkOut(answers=[by_case[each] for each in body.cases])


async def _one(request: CommandRequest, body: ReferCases, case_id: UUID) -> CaseAnswerOut:
    own = replace(request, command_id=request.made_id(f"bulk {case_id}"), expected=None)
    referral_id = own.made_id("referral")
    until: date | None = body.consent_until
    command = decisions.ReferCase(
        by=request.actor(CASEWORKER),
        at=at(body),
        received_at=now(),
        referral_id=referral_id,
        to=body.to,
        kind=body.kind,
        services=tuple(body.services),
        priority=body.priority,
        alternatives=tuple(body.alternatives),
        consent_until=until,
    )
    try:
        answer = await own.execute(custody.DECIDER, _subject(request, case_id), command)
    except Refused as refused:
        return CaseAnswerOut(
            case_id=case_id, referral_id=None, receipt=None, problem=_problem(refused.refusal)
        )
    receipt = ReceiptOut(**json.loads(bytes(answer.body)))
    return CaseAnswerOut(case_id=case_id, referral_id=referral_id, receipt=receipt, problem=None)


def _subject(request: CommandRequest, case_id: UUID) -> Subject:
    return Subject(case_id, str(case_id), lambda: those_who_know(request.log, case_id))


def _problem(refusal: Any) -> ProblemOut:
    return ProblemOut(
        code=refusal.code,
        field=getattr(refusal, "field", None),
        es=refusal.sentence("es"),
        en=refusal.sentence("en"),
    )

"""The consents of a case, over HTTP."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request

from services.reporting.consents import ConsentRow, Consents
from services.reporting.views import Reports
from shared.identity import scope
from shared.kernel.refusals import Refused
from shared.kernel.sight import Sight
from shared.kernel.text import Text
from shared.web.access import shown
from shared.web.field_types import Addressed
from shared.web.identity import Identified
from shared.web.openapi import described

router = APIRouter()


@dataclass(frozen=True, slots=True)
class ConsentsOut:
    """The consents of a case, the last one first."""

    items: Sequence[ConsentRow]


@router.get(
    "/cases/{case_id}/consents",
    **described(
        Text("Los consentimientos de un caso", "A case's consents"),
        Text(
            "Lista los consentimientos de un caso a las instituciones que lo ven, y a quien audita:"
            " a quién, qué datos, hasta cuándo, y cómo está cada uno.",
            "List the consents of a case to the institutions that see it, and to auditors: for"
            " whom, which data, until when, and how each stands.",
        ),
    ),
)
async def case_consents(request: Request, caller: Identified, case_id: Addressed) -> ConsentsOut:
    """List the consents of a case to the institutions that see it, and to auditors."""
    log, only = request.app.state.log, scope.limited_to(caller)
    row = await asyncio.to_thread(Reports(log).case, case_id, only)
    if row is None or (only is not None and row.sees is not Sight.CASE):
        raise Refused(scope.NoSuchCase())
    purpose = scope.require(caller, () if only is None else {only})
    found = await asyncio.to_thread(Consents(log).of_case, case_id, only)
    await shown(request, caller, purpose, case_id)
    return ConsentsOut(found)

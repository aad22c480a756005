"""The agreements as reporting lists them, over HTTP."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request

from services.reporting.agreements import AgreementRow, Agreements
from services.reporting.cursors import after_day_of, cursor_after_day
from services.reporting.parameters import Institution, Programme, coded
from services.reporting.selecting import chosen, one_of
from shared.identity import scope
from shared.kernel.text import Text
from shared.web.identity import Identified
from shared.web.openapi import described
from shared.web.paging import Cursor, Limit, Page, page_up_to

router = APIRouter()


@dataclass(frozen=True, slots=True)
class AgreementFilter:
    """Which agreements. Left out: all."""

    party: Institution = None
    programme: Programme = None
    kind: Annotated[str | None, coded("agreement_kinds")] = None
    status: Annotated[str | None, coded("agreement_statuses")] = None
    expiring_within: Annotated[
        int | None,
        Query(
            ge=0,
            le=3_660,
            description=Text(
                "Solo los que vencen en tantos días o menos.",
                "Only those that expire in so many days or fewer.",
            ).both,
        ),
    ] = None


def agreements_of(request: Request) -> Agreements:
    """Return the agreements, over this process's connections."""
    return Agreements(request.app.state.log)


@router.get(
    "/agreements",
    **described(
        Text("Convenios", "Agreements"),
        Text(
            "Lista los convenios de la institución que pregunta, o todos a quien opera, audita o"
            " vigila la plataforma, por su último día, con su situación de hoy.",
            "List the agreements of the institution that asks, or all to stewards, auditors and"
            " monitors, by their last day, with their status today.",
        ),
    ),
)
def list_agreements(
    agreements: Annotated[Agreements, Depends(agreements_of)],
    caller: Identified,
    wanted: Annotated[AgreementFilter, Depends()],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[AgreementRow]:
    """List the agreements that the caller may see, by their last day."""
    rows = agreements.listed(
        scope.agreements_limited_to(caller),
        limit + 1,
        after_day_of(cursor),
        party=wanted.party,
        programme=chosen(wanted.programme, None).programme,
        kind=one_of("agreement_kinds", "kind", wanted.kind),
        status=one_of("agreement_statuses", "status", wanted.status),
        within=wanted.expiring_within,
    )
    return page_up_to(rows, limit, lambda row: cursor_after_day(row.place))

"""The agreements as reporting lists them, over HTTP."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request

from services.reporting.agreements import AgreementRow, Agreements, Place
from services.reporting.parameters import Institution, Programme, coded
from services.reporting.selecting import chosen, one_of
from shared.identity import scope
from shared.kernel.refusals import Refused
from shared.kernel.text import Text
from shared.web.identity import Identified
from shared.web.openapi import described
from shared.web.paging import Cursor, CursorNotOurs, Limit, Page, cursor_of, keys_of

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
        place_in(cursor),
        party=wanted.party,
        programme=chosen(wanted.programme, None).programme,
        kind=one_of("agreement_kinds", "kind", wanted.kind),
        status=one_of("agreement_statuses", "status", wanted.status),
        within=wanted.expiring_within,
    )
    more = len(rows) > limit
    return Page(items=rows[:limit], next=cursor_at(rows[limit - 1].place) if more else None)


def cursor_at(place: Place) -> str:
    """Return the cursor of the page after a place."""
    until, agreement_id = place
    return cursor_of(until.isoformat(), str(agreement_id))


def place_in(cursor: str | None) -> Place | None:
    """Return the place that a cursor names; None if there is no cursor. Raises Refused."""
    keys = keys_of(cursor, 2)
    if keys is None:
        return None
    try:
        return date.fromisoformat(keys[0]), UUID(keys[1])
    except ValueError:
        raise Refused(CursorNotOurs(field="cursor")) from None

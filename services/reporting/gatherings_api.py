"""Profiles, networks, regions and commissions over HTTP, as lists."""

from typing import Annotated, TypeVar

from fastapi import APIRouter, Depends
from starlette.requests import Request

from services.reporting.gatherings import (
    CommissionRow,
    Gatherings,
    InstitutionProfile,
    NetworkRow,
    RegionRow,
)
from services.reporting.parameters import InstitutionCode, Programme, Subdivision
from services.reporting.refusals import NoSuchInstitution
from services.reporting.selecting import chosen
from shared.kernel.refusals import Refused
from shared.kernel.text import Text
from shared.web.identity import Identified
from shared.web.openapi import described
from shared.web.paging import Cursor, Limit, Page, cursor_of, keys_of, page_up_to

router = APIRouter()
Row = TypeVar("Row", NetworkRow, RegionRow, CommissionRow)


def gatherings_of(request: Request) -> Gatherings:
    """Return what reads them, over this process's connections."""
    return Gatherings(request.app.state.log)


Ours = Annotated[Gatherings, Depends(gatherings_of)]


@router.get(
    "/institutions/{institution}",
    **described(
        Text("Ficha de una institución", "An institution's entry"),
        Text(
            "Dice qué es una institución, con qué función responde, en qué redes y comisiones"
            " está, y si su validación está vencida.",
            "Say what an institution is, through which function it answers, in which networks and"
            " commissions it is, and whether its validation is stale.",
        ),
    ),
)
def institution_profile(
    ours: Ours, caller: Identified, institution: InstitutionCode
) -> InstitutionProfile:
    """Say what the directory has of an institution."""
    del caller
    found = ours.profile(institution)
    if found is None:
        raise Refused(NoSuchInstitution())
    return found


@router.get(
    "/networks",
    **described(
        Text("Redes", "Networks"),
        Text(
            "Lista las redes, por clave, con quienes las integran hoy.",
            "List the networks, by code, with their members of today.",
        ),
    ),
)
def list_networks(
    ours: Ours,
    caller: Identified,
    programme: Programme = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[NetworkRow]:
    """List the networks, by code, with their members of today."""
    del caller
    wanted = chosen(programme, None).programme
    rows = ours.networks(limit + 1, _after(cursor), programme=wanted)
    return page_up_to(rows, limit, lambda row: cursor_of(row.network))


@router.get(
    "/regions",
    **described(
        Text("Regiones", "Regions"),
        Text(
            "Lista las regiones con nombre, por clave, y sus municipios.",
            "List the named regions, by code, and their municipalities.",
        ),
    ),
)
def list_regions(
    ours: Ours,
    caller: Identified,
    subdivision: Subdivision = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[RegionRow]:
    """List the named regions, by code, and their municipalities."""
    del caller
    wanted = chosen(None, subdivision).subdivision
    rows = ours.regions(limit + 1, _after(cursor), subdivision=wanted)
    return page_up_to(rows, limit, lambda row: cursor_of(row.region))


@router.get(
    "/commissions",
    **described(
        Text("Comisiones", "Commissions"),
        Text(
            "Lista las comisiones interinstitucionales, por clave, con quienes votan hoy.",
            "List the inter-institutional commissions, by code, with those who vote today.",
        ),
    ),
)
def list_commissions(  # noqa: PLR0913, PLR0917 - each is a parameter of the request
    ours: Ours,
    caller: Identified,
    programme: Programme = None,
    subdivision: Subdivision = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[CommissionRow]:
    """List the inter-institutional commissions, by code, with those who vote today."""
    del caller
    wanted = chosen(programme, subdivision)
    rows = ours.commissions(
        limit + 1, _after(cursor), programme=wanted.programme, subdivision=wanted.subdivision
    )
    return page_up_to(rows, limit, lambda row: cursor_of(row.commission))


def _after(cursor: str | None) -> str:
    (after,) = keys_of(cursor, 1) or ("",)
    return after

"""The directory over HTTP beyond its entries: profiles, networks, regions and commissions."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from services.referral import commission, describing, directory, network, region
from services.referral.directory_views import (
    CommissionOut,
    NetworkOut,
    ProfileOut,
    RegionOut,
    show_commission,
    show_network,
    show_profile,
    show_region,
)
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.roles import ADMINISTRATOR, STEWARD
from shared.kernel.text import Text
from shared.web.command_request import with_etag
from shared.web.command_routes import CommandRoutes, subject_named
from shared.web.identity import Identified
from shared.web.openapi import described

DIRECTORY = Text("directorio", "directory")
NETWORKS = Text("redes", "networks")
REGIONS = Text("regiones", "regions")
COMMISSIONS = Text("comisiones", "commissions")
_INSTITUTION = "/institutions/{institution}"
_NETWORK = "/networks/{network}"
_REGION = "/regions/{region}"
_COMMISSION = "/commissions/{commission}"
Code = Annotated[str, Path(pattern=f"^{INSTITUTION_CODE}$")]

router = APIRouter()


# --- profiles -------------------------------------------------------------------------------

_profiles = CommandRoutes(
    router,
    directory.DECIDER,
    (STEWARD, ADMINISTRATOR),
    DIRECTORY,
    subject_named("institution", directory.stream_of),
    path={"institution": Code},
)
_profiles.under(
    _INSTITUTION,
    {
        "description": describing.DescribeInstitution,
        "focal-points": describing.NameFocalPoint,
        "focal-points/removal": describing.RemoveFocalPoint,
    },
)
replace(_profiles, role=STEWARD).add(f"{_INSTITUTION}/stakes", describing.StateStake)
replace(_profiles, role=ADMINISTRATOR).add(
    f"{_INSTITUTION}/validation", describing.ValidateInstitution
)


@router.get(
    f"{_INSTITUTION}/profile",
    tags=[DIRECTORY.both],
    **described(
        Text("Ver qué es una institución", "See what an institution is"),
        Text(
            "Muestra nivel, sector, ámbito, lugar, mandato, enlaces, interés e influencia, y"
            " cuándo validó la institución su ficha.",
            "Show level, sector, jurisdiction, place, mandate, focal points, interest and"
            " influence, and when the institution validated its entry.",
        ),
    ),
)
async def see_profile(
    request: Request, response: Response, caller: Identified, institution: Code
) -> ProfileOut:
    """Show what is said of an institution beyond its name."""
    del caller
    return await with_etag(request, response, show_profile, institution)


# --- networks -------------------------------------------------------------------------------

_networks = CommandRoutes(
    router,
    network.DECIDER,
    (STEWARD, ADMINISTRATOR),
    NETWORKS,
    subject_named("network", network.stream_of),
    path={"network": Code},
)
_network_stewards = replace(_networks, role=STEWARD)
_network_stewards.add("/networks", network.FormNetwork, location=_NETWORK)
_network_stewards.add(f"{_NETWORK}/members", network.JoinNetwork)
_networks.add(f"{_NETWORK}/members/departure", network.LeaveNetwork)


@router.get(
    _NETWORK,
    tags=[NETWORKS.both],
    **described(
        Text("Ver una red", "See a network"),
        Text("Muestra una red y quiénes la integran.", "Show a network and its members."),
    ),
)
async def see_network(
    request: Request, response: Response, caller: Identified, network: Code
) -> NetworkOut:
    """Show a network and its members."""
    del caller
    return await with_etag(request, response, show_network, network)


# --- regions --------------------------------------------------------------------------------

_regions = CommandRoutes(
    router,
    region.DECIDER,
    STEWARD,
    REGIONS,
    subject_named("region", region.stream_of),
    path={"region": Code},
)
_regions.add("/regions", region.DefineRegion, location=_REGION)
_regions.add(f"{_REGION}/redefinition", region.RedefineRegion)


@router.get(
    _REGION,
    tags=[REGIONS.both],
    **described(
        Text("Ver una región", "See a region"),
        Text("Muestra una región y sus municipios.", "Show a region and its municipalities."),
    ),
)
async def see_region(
    request: Request, response: Response, caller: Identified, region: Code
) -> RegionOut:
    """Show a region and its municipalities."""
    del caller
    return await with_etag(request, response, show_region, region)


# --- commissions ----------------------------------------------------------------------------

_commissions = CommandRoutes(
    router,
    commission.DECIDER,
    (STEWARD, ADMINISTRATOR),
    COMMISSIONS,
    subject_named("commission", commission.stream_of),
    path={"commission": Code},
)
_commission_stewards = replace(_commissions, role=STEWARD)
_commission_stewards.add("/commissions", commission.FormCommission, location=_COMMISSION)
_commission_stewards.add(f"{_COMMISSION}/reform", commission.ReformCommission)
_commissions.add(f"{_COMMISSION}/members", commission.SeatMember)
_commissions.add(f"{_COMMISSION}/members/departure", commission.UnseatMember)


@router.get(
    _COMMISSION,
    tags=[COMMISSIONS.both],
    **described(
        Text("Ver una comisión", "See a commission"),
        Text(
            "Muestra una comisión, quiénes la integran y cuántas han de votar hoy.",
            "Show a commission, its members, and how many have to vote today.",
        ),
    ),
)
async def see_commission(
    request: Request, response: Response, caller: Identified, commission: Code
) -> CommissionOut:
    """Show a commission, its members, and how many have to vote today."""
    del caller
    return await with_etag(request, response, show_commission, commission)

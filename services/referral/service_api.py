"""The directory's services over HTTP: listed, described, suspended, and if there is room."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from services.referral import service_decisions
from services.referral.service_commands import (
    AssureService,
    CorrectService,
    ListService,
    ResumeService,
    StateCapacity,
    SuspendService,
    WithdrawService,
)
from services.referral.service_views import ServiceOut, show_service
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.roles import ADMINISTRATOR, STEWARD
from shared.kernel.text import Text
from shared.web.command_request import with_etag
from shared.web.command_routes import CommandRoutes, makes_id, subject_named
from shared.web.identity import Identified
from shared.web.openapi import described

SERVICES = Text("servicios", "services")
SERVICE = "/services/{service_id}"
InstitutionCode = Annotated[str, Path(pattern=f"^{INSTITUTION_CODE}$")]

router = APIRouter()


_routes = CommandRoutes(
    router,
    service_decisions.DECIDER,
    (STEWARD, ADMINISTRATOR),
    SERVICES,
    subject_named("service_id", service_decisions.stream_of),
    path={"institution": InstitutionCode, "service_id": UUID},
)
_routes.add(
    "/institutions/{institution}/services",
    ListService,
    made=makes_id("service_id", "service"),
    makes=("service_id",),
    location=SERVICE,
)
_routes.under(
    SERVICE,
    {
        "corrections": CorrectService,
        "capacity": StateCapacity,
        "assurance": AssureService,
        "suspension": SuspendService,
        "resumption": ResumeService,
        "withdrawal": WithdrawService,
    },
)


@router.get(
    SERVICE,
    tags=[SERVICES.both],
    **described(
        Text("Ver un servicio", "See a service"),
        Text(
            "Muestra un servicio como lo describe el directorio, con su capacidad y su frescura.",
            "Show a service as the directory describes it, with its capacity and freshness.",
        ),
    ),
)
async def see_service(
    request: Request, response: Response, caller: Identified, service_id: UUID
) -> ServiceOut:
    """Show a service as the directory describes it, with its capacity and freshness."""
    del caller
    return await with_etag(request, response, show_service, service_id)

"""The directory's services over HTTP: listed, described, suspended, and if there is room."""

from collections.abc import Mapping
from typing import Annotated, Any
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
from shared.eventstore.log import Log
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.roles import ADMINISTRATOR, STEWARD
from shared.kernel.text import Text
from shared.web.command_request import CommandRequest, Subject, with_etag
from shared.web.command_routes import CommandRoutes
from shared.web.identity import Identified
from shared.web.openapi import described

SERVICES = Text("servicios", "services")
SERVICE = "/services/{service_id}"
InstitutionCode = Annotated[str, Path(pattern=f"^{INSTITUTION_CODE}$")]

router = APIRouter()


async def _service(_: Log, given: Mapping[str, Any]) -> Subject:
    service_id: UUID = given["service_id"]
    return Subject(service_decisions.stream_of(service_id), str(service_id))


def _made(request: CommandRequest, _: Mapping[str, Any]) -> Mapping[str, Any]:
    """Make a new service's id: the same one if the command is repeated."""
    return {"service_id": request.made_id("service")}


_routes = CommandRoutes(
    router,
    service_decisions.DECIDER,
    (STEWARD, ADMINISTRATOR),
    SERVICES,
    _service,
    path={"institution": InstitutionCode, "service_id": UUID},
)
_routes.add(
    "/institutions/{institution}/services",
    ListService,
    made=_made,
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

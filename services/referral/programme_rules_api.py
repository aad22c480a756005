"""The rules of a programme over HTTP: who coordinates it, and what they require."""

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from services.referral import programme_rules as rules
from services.referral.programme_rules_views import RulesOut, show_rules
from shared.kernel.roles import STEWARD
from shared.kernel.text import Text
from shared.web.command_request import with_etag
from shared.web.command_routes import CommandRoutes, subject_named
from shared.web.identity import Identified
from shared.web.openapi import described

PROGRAMMES = Text("programas", "programmes")
_PROGRAMME = "/programmes/{programme}"
ProgrammeCode = Annotated[str, Path(pattern="^[a-z0-9-]{3,40}$")]

router = APIRouter()


CommandRoutes(
    router,
    rules.DECIDER,
    STEWARD,
    PROGRAMMES,
    subject_named("programme", rules.stream_of),
    path={"programme": ProgrammeCode},
).under(
    _PROGRAMME,
    {
        "coordinators": rules.AppointCoordinator,
        "coordinators/relief": rules.RelieveCoordinator,
        "decline-confirmation": rules.RequireDeclineConfirmation,
        "decline-confirmation-waiver": rules.WaiveDeclineConfirmation,
        "recorded-consent": rules.RequireRecordedConsent,
        "recorded-consent-waiver": rules.WaiveRecordedConsent,
    },
)


@router.get(
    f"{_PROGRAMME}/rules",
    tags=[PROGRAMMES.both],
    **described(
        Text("Ver las reglas de un programa", "See a programme's rules"),
        Text(
            "Dice quién coordina el programa, por entidad, si confirma los rechazos y si exige que"
            " el consentimiento conste.",
            "Say who coordinates the programme, by subdivision, whether it confirms declines, and"
            " whether consent has to be on record.",
        ),
    ),
)
async def see_programme_rules(
    request: Request, response: Response, caller: Identified, programme: ProgrammeCode
) -> RulesOut:
    """Say who coordinates the programme, and what its rules require."""
    del caller
    return await with_etag(request, response, show_rules, programme)

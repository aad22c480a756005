"""Agreements over HTTP: drafting, signing, renewing and ending them, and overriding one."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from services.referral import agreement_policy, agreement_terms, agreements, custody, overriding
from services.referral.agreement_views import (
    AgreementOut,
    PolicyOut,
    show_agreement,
    show_letter,
    show_policy,
)
from services.referral.views import those_who_know
from shared.eventstore.log import Log
from shared.kernel.coded_fields import no_code
from shared.kernel.refusals import Refused
from shared.kernel.roles import ADMINISTRATOR, STEWARD, SUPERVISOR
from shared.kernel.text import Text
from shared.web.command_request import Subject, etag, with_etag
from shared.web.command_routes import CommandRoutes, makes_id, subject_named
from shared.web.field_types import Addressed
from shared.web.identity import Identified
from shared.web.language import language
from shared.web.openapi import described

AGREEMENTS = Text("convenios", "agreements")
_AGREEMENT = "/agreements/{agreement_id}"
_PROGRAMME = "/programmes/{programme}"
ProgrammeCode = Annotated[str, Path(pattern="^[a-z0-9-]{3,40}$")]
Lang = Annotated[
    Literal["es", "en"] | None,
    Query(
        description=Text(
            "El idioma de la carta; si se omite: el de Accept-Language.",
            "The letter's language; left out: that of Accept-Language.",
        ).both
    ),
]
MARKDOWN = "text/markdown"

router = APIRouter()


_keepers = CommandRoutes(
    router,
    agreements.DECIDER,
    (STEWARD, ADMINISTRATOR),
    AGREEMENTS,
    subject_named("agreement_id", agreements.stream_of),
)
_keepers.add(
    "/agreements",
    agreement_terms.DraftAgreement,
    made=makes_id("agreement_id", "agreement"),
    makes=("agreement_id",),
    location=_AGREEMENT,
)
_keepers.under(
    _AGREEMENT,
    {
        "revision": agreement_terms.ReviseAgreement,
        "signatures": agreements.SignAgreement,
        "renewal": agreements.RenewAgreement,
        "suspension": agreements.SuspendAgreement,
        "resumption": agreements.ResumeAgreement,
        "termination": agreements.TerminateAgreement,
    },
)


@router.get(
    _AGREEMENT,
    tags=[AGREEMENTS.both],
    **described(
        Text("Ver un convenio", "See an agreement"),
        Text(
            "Muestra un convenio como está hoy: a sus partes, y a quien opera, audita o vigila la"
            " plataforma.",
            "Show an agreement as it stands today: to its parties, and to stewards, auditors and"
            " monitors.",
        ),
    ),
)
async def see_agreement(
    request: Request, response: Response, caller: Identified, agreement_id: Addressed
) -> AgreementOut:
    """Show an agreement as it stands today."""
    return await with_etag(request, response, show_agreement, caller, agreement_id)


@router.get(
    f"{_AGREEMENT}/letter",
    tags=[AGREEMENTS.both],
    response_class=Response,
    responses={200: {"content": {MARKDOWN: {"schema": {"type": "string"}}}}},
    **described(
        Text("Ver un convenio como carta", "See an agreement as a letter"),
        Text(
            "Escribe el convenio como carta, en Markdown: los mismos bytes para el mismo convenio.",
            "Write the agreement as a letter, in Markdown: the same bytes for the same agreement.",
        ),
    ),
)
async def see_letter(
    request: Request, caller: Identified, agreement_id: Addressed, lang: Lang = None
) -> Response:
    """Write the agreement as a letter, in Markdown."""
    wanted = lang or language(request)
    text, version = await asyncio.to_thread(
        show_letter, request.app.state.log, caller, agreement_id, wanted
    )
    headers = {"ETag": etag(version), "Content-Language": wanted}
    return Response(text.encode(), media_type=MARKDOWN, headers=headers)


# --- what a programme requires --------------------------------------------------------------


CommandRoutes(
    router,
    agreement_policy.DECIDER,
    STEWARD,
    AGREEMENTS,
    subject_named("programme", agreement_policy.stream_of),
    path={"programme": ProgrammeCode},
).under(
    _PROGRAMME,
    {
        "agreement-requirement": agreement_policy.RequireAgreements,
        "agreement-waiver": agreement_policy.WaiveAgreements,
    },
)


@router.get(
    f"{_PROGRAMME}/agreements",
    tags=[AGREEMENTS.both],
    **described(
        Text("Ver si un programa exige convenio", "See whether a programme requires agreements"),
        Text(
            "Dice si toda canalización del programa necesita un convenio vigente.",
            "Say whether every referral of the programme needs an agreement in force.",
        ),
    ),
)
async def see_policy(
    request: Request, response: Response, caller: Identified, programme: ProgrammeCode
) -> PolicyOut:
    """Say whether every referral of the programme needs an agreement in force."""
    del caller
    out = await asyncio.to_thread(show_policy, request.app.state.log, programme)
    if out is None:
        raise Refused(no_code("programme", "programmes", programme))
    response.headers["ETag"] = etag(out.version)
    return out


# --- overriding -----------------------------------------------------------------------------


async def _case(log: Log, given: Mapping[str, Any]) -> Subject:
    case_id: UUID = given["case_id"]
    return Subject(case_id, str(case_id), partial(those_who_know, log, case_id))


replace(_keepers, decider=custody.DECIDER, role=SUPERVISOR, subject=_case).add(
    "/cases/{case_id}/agreement-overrides",
    overriding.OverrideAgreement,
    made=makes_id("override_id", "agreement-override"),
    makes=("override_id",),
)

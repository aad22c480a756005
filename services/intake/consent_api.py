"""Consent over HTTP: recorded, changed, taken back, shown, exported; and what overrides it."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.intake.consent import (
    commands,
    decisions,
    facts,
    override_commands,
    override_facts,
    overriding,
)
from services.intake.consent.document import Asked
from services.intake.consent_views import (
    ConsentOut,
    OverrideOut,
    show_consent,
    show_document,
    show_export,
    show_override,
)
from services.intake.views import those_who_know
from shared.eventstore.log import Log
from shared.kernel.roles import ADMINISTRATOR, CASEWORKER, SUPERVISOR
from shared.kernel.text import Text
from shared.web.access import shown
from shared.web.command_request import Subject, etag
from shared.web.command_routes import CommandRoutes, makes_id
from shared.web.field_types import Addressed
from shared.web.identity import Identified
from shared.web.language import language
from shared.web.openapi import described

CONSENTS = Text("consentimientos", "consents")
_CONSENTS = "/cases/{case_id}/consents"
_CONSENT = f"{_CONSENTS}/{{consent_id}}"
_OVERRIDES = "/cases/{case_id}/consent-overrides"
_OVERRIDE = f"{_OVERRIDES}/{{override_id}}"
HTML = "text/html"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Cache-Control": "no-store",
}
Lang = Annotated[
    Literal["es", "en"] | None,
    Query(
        description=Text(
            "El idioma del documento; si se omite: el de Accept-Language.",
            "The document's language; left out: that of Accept-Language.",
        ).both
    ),
]
Large = Annotated[
    bool,
    Query(description=Text("1: en letra grande.", "1: in large print.").both),
]

router = APIRouter()


async def _new(log: Log, given: Mapping[str, Any]) -> Subject:
    case_id: UUID = given["case_id"]
    stream = facts.stream_of(given["consent_id"])
    return Subject(stream, str(case_id), partial(those_who_know, log, case_id))


async def _consent(log: Log, given: Mapping[str, Any]) -> Subject:
    """Find a consent of the case that the address names; of another case there is none."""
    case_id: UUID = given["case_id"]
    stream = facts.stream_of(given["consent_id"])
    held = await asyncio.to_thread(log.read, decisions.DECIDER, stream)
    own = held.version == 0 or held.state.case_id == case_id
    known = partial(those_who_know, log, case_id)
    return Subject(stream, str(case_id) if own else None, known)


async def _new_override(log: Log, given: Mapping[str, Any]) -> Subject:
    case_id: UUID = given["case_id"]
    stream = override_facts.stream_of(given["override_id"])
    return Subject(stream, str(case_id), partial(those_who_know, log, case_id))


async def _override(log: Log, given: Mapping[str, Any]) -> Subject:
    """Find an override for the case that the address names; for another case there is none."""
    case_id: UUID = given["case_id"]
    stream = override_facts.stream_of(given["override_id"])
    held = await asyncio.to_thread(log.read, overriding.DECIDER, stream)
    own = held.version == 0 or held.state.request.case_id == case_id
    known = partial(those_who_know, log, case_id)
    return Subject(stream, str(case_id) if own else None, known)


_made = CommandRoutes(router, decisions.DECIDER, CASEWORKER, CONSENTS, _new)
_made.add(
    _CONSENTS,
    commands.RecordConsent,
    made=makes_id("consent_id", "consent"),
    makes=("consent_id",),
    location=_CONSENT,
)
_changes = replace(_made, subject=_consent)
_changes.under(
    _CONSENT,
    {
        "narrowing": commands.NarrowConsent,
        "renewal": commands.RenewConsent,
        "withdrawal": commands.WithdrawConsent,
    },
)
_changes.add(
    f"{_CONSENT}/entry-in-error",
    commands.EnterConsentInError,
    made=makes_id("entry_id", "entry"),
    makes=("entry_id",),
)
_asking = replace(
    _made, decider=overriding.DECIDER, role=(CASEWORKER, SUPERVISOR), subject=_new_override
)
_asking.add(
    _OVERRIDES,
    override_commands.RequestConsentOverride,
    made=makes_id("override_id", "consent-override"),
    makes=("override_id",),
    location=_OVERRIDE,
)
_answering = replace(_asking, role=(SUPERVISOR, ADMINISTRATOR), subject=_override)
_answering.under(
    _OVERRIDE,
    {
        "confirmation": override_commands.ConfirmConsentOverride,
        "rejection": override_commands.RejectConsentOverride,
    },
)
replace(_asking, role=(CASEWORKER, SUPERVISOR, ADMINISTRATOR), subject=_override).add(
    f"{_OVERRIDE}/notices", override_commands.RecordOverrideNotice
)


# --- seeing ---------------------------------------------------------------------------------


@router.get(
    _CONSENT,
    tags=[CONSENTS.both],
    **described(
        Text("Ver un consentimiento", "See a consent"),
        Text(
            "Muestra un consentimiento, en su última versión, a las instituciones que ven el caso.",
            "Show a consent, in its last version, to the institutions that see the case.",
        ),
    ),
)
async def see_consent(
    request: Request,
    response: Response,
    caller: Identified,
    case_id: Addressed,
    consent_id: Addressed,
) -> ConsentOut:
    """Show a consent, in its last version, to the institutions that see the case."""
    out, purpose = await asyncio.to_thread(
        show_consent, request.app.state.log, caller, case_id, consent_id
    )
    await shown(request, caller, purpose, case_id)
    response.headers["ETag"] = etag(out.version)
    return out


@router.get(
    f"{_CONSENT}/document",
    tags=[CONSENTS.both],
    response_class=Response,
    responses={200: {"content": {HTML: {"schema": {"type": "string"}}}}},
    **described(
        Text("Ver un consentimiento como documento", "See a consent as a document"),
        Text(
            "Escribe el consentimiento para leerlo o imprimirlo, también en letra grande.",
            "Write the consent to be read or printed, also in large print.",
        ),
    ),
)
async def see_consent_document(  # noqa: PLR0913 - an address's parameters
    request: Request,
    caller: Identified,
    case_id: Addressed,
    consent_id: Addressed,
    lang: Lang = None,
    *,
    large: Large = False,
) -> Response:
    """Write the consent to be read or printed."""
    asked = Asked(lang or language(request), large)
    text, purpose = await asyncio.to_thread(
        show_document, request.app.state.log, caller, case_id, consent_id, asked
    )
    await shown(request, caller, purpose, case_id)
    headers = {**_HEADERS, "Content-Language": asked.lang}
    return Response(text.encode(), media_type=HTML, headers=headers)


@router.get(
    f"{_CONSENT}/export",
    tags=[CONSENTS.both],
    **described(
        Text("Exportar un consentimiento", "Export a consent"),
        Text(
            "El consentimiento con los campos de ISO/IEC TS 27560, escritos como el bloque de"
            " consentimiento de GovStack.",
            "The consent in the fields of ISO/IEC TS 27560, written as GovStack's consent building"
            " block does.",
        ),
    ),
)
async def export_consent(
    request: Request, caller: Identified, case_id: Addressed, consent_id: Addressed
) -> dict[str, Any]:
    """Export the consent as a published model has it."""
    out, purpose = await asyncio.to_thread(
        show_export, request.app.state.log, caller, case_id, consent_id
    )
    await shown(request, caller, purpose, case_id)
    return out


@router.get(
    _OVERRIDE,
    tags=[CONSENTS.both],
    **described(
        Text("Ver una dispensa", "See an override"),
        Text(
            "Muestra una dispensa del consentimiento a las instituciones que ven el caso.",
            "Show an override of consent to the institutions that see the case.",
        ),
    ),
)
async def see_consent_override(
    request: Request,
    response: Response,
    caller: Identified,
    case_id: Addressed,
    override_id: Addressed,
) -> OverrideOut:
    """Show an override of consent to the institutions that see the case."""
    out, purpose = await asyncio.to_thread(
        show_override, request.app.state.log, caller, case_id, override_id
    )
    await shown(request, caller, purpose, case_id)
    response.headers["ETag"] = etag(out.version)
    return out

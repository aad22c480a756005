"""The pages of agreements: the list with what expires soon, and one with its signatures."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.console.addresses import AGREEMENT
from services.console.request_context import (
    AGREEMENTS,
    RequestContext,
    beside,
    request_context,
    source_of,
)
from services.console.texts import text
from services.reporting.cursors import after_day_of, cursor_after_day
from services.reporting.refusals import NoSuchAgreement
from shared.identity import scope
from shared.identity.caller import NotIdentified
from shared.kernel.codes import codes
from shared.kernel.refusals import Refused
from shared.kernel.text import Text
from shared.web import access

_PAGE = 25
SOON = 60
"""Days: what ends within them is said to expire soon."""
_LOOKS = {"in-force": "good", "drafted": "wait", "signed": "wait", "terminated": "off"}
"""How the badge of a status looks; of those that need somebody it is bad."""
_WORDS: Mapping[str, Text] = {
    "agreements": Text("Convenios", "Agreements"),
    "about": Text(
        "Cartas de intención, convenios de intercambio de datos y lineamientos de colaboración, por"
        " su último día. Una canalización se apoya en el que rige entre las dos instituciones.",
        "Letters of intent, data-sharing agreements and collaboration guidelines, by their last"
        " day. A referral leans on the one in force between the two institutions.",
    ),
    "every": Text("Todos", "All"),
    "in_force": Text("Vigentes", "In force"),
    "soon": Text("Vencen en 60 días", "Expire within 60 days"),
    "title": Text("Convenio", "Agreement"),
    "parties": Text("Partes", "Parties"),
    "status": Text("Situación", "Status"),
    "validity": Text("Vigencia", "Validity"),
    "from": Text("desde {0}", "from {0}"),
    "until": Text("hasta {0}", "until {0}"),
    "endless": Text("sin fin", "without end"),
    "days_left": Text("faltan {0} días", "{0} days left"),
    "last_day": Text("hoy es su último día", "today is its last day"),
    "none": Text("No hay convenios que mostrar.", "There are no agreements to show."),
    "kind": Text("Clase", "Kind"),
    "programme": Text("Programa", "Programme"),
    "services": Text("Servicios", "Services"),
    "all_services": Text("todos", "all"),
    "data": Text("Datos que se comparten", "Data that are shared"),
    "no_data": Text("ninguna categoría", "no category"),
    "announced": Text("Se avisó a {0} días del fin", "Announced {0} days before its end"),
    "signatures": Text("Firmas", "Signatures"),
    "role": Text("Cargo", "Role"),
    "signed_on": Text("Fecha", "Date"),
    "not_signed": Text("falta su firma", "not signed yet"),
    "letter": Text("Como carta", "As a letter"),
    "document": Text("Documento", "Document"),
    "sign_in_first": Text(
        "Para ver los convenios, entre con un token.",
        "To see the agreements, sign in with a token.",
    ),
}


async def _agreements(request: Request) -> Response:
    context = await request_context(request)
    if context.caller is None:
        return await _sign_in_first(context, AGREEMENTS)
    asked = request.query_params
    within = SOON if asked.get("vencen") else None
    status = (
        asked.get("situacion") if asked.get("situacion") in codes("agreement_statuses") else None
    )
    rows = await beside(
        request,
        source_of(request).agreements.listed,
        scope.agreements_limited_to(context.caller),
        _PAGE + 1,
        after_day_of(asked.get("after")),
        status=status,
        within=within,
    )
    chosen = {"vencen": "1"} if within else {"situacion": status} if status else {}
    return await context.answer(
        "agreements.html",
        words=_words(context.lang),
        rows=rows[:_PAGE],
        looks=_LOOKS,
        chosen=chosen,
        next=cursor_after_day(rows[_PAGE - 1].place) if len(rows) > _PAGE else None,
    )


async def _agreement(request: Request) -> Response:
    context = await request_context(request)
    agreement_id = request.path_params["agreement_id"]
    if context.caller is None:
        return await _sign_in_first(context, f"{AGREEMENTS}/{agreement_id}")
    source, only = source_of(request).agreements, scope.agreements_limited_to(context.caller)
    row = await beside(request, source.one, agreement_id, only)
    if row is None:
        raise Refused(NoSuchAgreement())
    signatures = await beside(request, source.signatures, agreement_id)
    return await context.answer(
        "agreement.html",
        words=_words(context.lang),
        row=row,
        looks=_LOOKS,
        signed={each.institution: each for each in signatures},
    )


async def _sign_in_first(context: RequestContext, next_page: str) -> Response:
    await access.refused(context.request, NotIdentified(presented=False))
    sentence = _WORDS["sign_in_first"].in_(context.lang)
    return context.error(401, text("who_asks", context.lang), sentence, next_page)


def _words(lang: str) -> Mapping[str, Any]:
    return {name: word.in_(lang) for name, word in _WORDS.items()}


ROUTES = (Route(AGREEMENTS, _agreements), Route(AGREEMENT, _agreement))

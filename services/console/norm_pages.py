"""The pages of the register of norms and tools: the list, and who answers which element."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.console.addresses import NORM
from services.console.request_context import (
    NORMS,
    RequestContext,
    beside,
    request_context,
    source_of,
)
from services.console.texts import text
from services.reporting.refusals import NoSuchNorm
from shared.identity import scope
from shared.identity.caller import NotIdentified
from shared.kernel import codes
from shared.kernel.refusals import Refused
from shared.kernel.text import Text
from shared.web import access

_MOST = 500
_WORDS: Mapping[str, Text] = {
    "norms": Text("Normas y herramientas", "Norms and tools"),
    "about": Text(
        "Las normas, protocolos, formularios, guías, programas y rutas en que se apoya lo que se"
        " hace, cada una con su procedencia.",
        "The norms, protocols, forms, guides, programmes and routes that what is done rests on,"
        " each with its provenance.",
    ),
    "name": Text("Nombre", "Name"),
    "kind": Text("Clase", "Kind"),
    "level": Text("Nivel", "Level"),
    "validity": Text("Vigencia", "Validity"),
    "from": Text("desde {0}", "from {0}"),
    "until": Text("hasta {0}", "until {0}"),
    "not_known": Text("no consta", "not known"),
    "elements": Text("Elementos", "Elements"),
    "unanswered": Text("{0} de {1} sin respuesta", "{0} of {1} not answered"),
    "all_answered": Text("los {0} con respuesta", "all {0} answered"),
    "none": Text("Aún no se registró ninguna.", "None is registered yet."),
    "provenance": Text("Procedencia", "Provenance"),
    "matrix": Text("Qué responde a cada elemento", "What answers each element"),
    "element": Text("Elemento", "Element"),
    "nothing": Text("Nada responde a este elemento", "Nothing answers this element"),
    "whole": Text("Citan la ficha entera", "The entry is cited as a whole by"),
    "no_elements": Text(
        "No tiene elementos: se cita entera.", "It has no elements: it is cited as a whole."
    ),
    "withdrawn": Text("Retirada: {0}", "Withdrawn: {0}"),
    "replaced_by": Text("Se cita en su lugar", "Cited instead"),
    "sign_in_first": Text(
        "Para ver las normas y herramientas, entre con un token.",
        "To see the norms and tools, sign in with a token.",
    ),
}


async def _norms(request: Request) -> Response:
    context = await request_context(request)
    if context.caller is None:
        return await _sign_in_first(context, NORMS)
    rows = await beside(request, source_of(request).norms.listed, _MOST)
    return await context.answer("norms.html", words=_words(context.lang), rows=rows)


async def _norm_matrix(request: Request) -> Response:
    context = await request_context(request)
    entry_id = request.path_params["entry_id"]
    if context.caller is None:
        return await _sign_in_first(context, f"{NORMS}/{entry_id}")
    only = scope.agreements_limited_to(context.caller)
    matrix = await beside(request, source_of(request).norms.matrix, entry_id, only)
    if matrix is None:
        raise Refused(NoSuchNorm())
    kinds = [kind for kind in codes.codes("citing_kinds") if any(e.of(kind) for e in matrix.lines)]
    return await context.answer(
        "norm.html", words=_words(context.lang), matrix=matrix, entry=matrix.entry, kinds=kinds
    )


async def _sign_in_first(context: RequestContext, next_page: str) -> Response:
    await access.refused(context.request, NotIdentified(presented=False))
    sentence = _WORDS["sign_in_first"].in_(context.lang)
    return context.error(401, text("who_asks", context.lang), sentence, next_page)


def _words(lang: str) -> Mapping[str, str]:
    return {name: word.in_(lang) for name, word in _WORDS.items()}


ROUTES = (Route(NORMS, _norms), Route(NORM, _norm_matrix))

"""The report's page, for those who see the numbers of all cases."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.console.request_context import REPORT, beside, request_context, source_of
from services.console.texts import text
from services.reporting.axes import axes_written
from services.reporting.figures import amount_bands, duration_bands, figures, missing, selection
from services.reporting.indicators import AMOUNT_BANDS, DURATION_BANDS
from shared.identity import scope
from shared.identity.caller import NotIdentified, RoleNeeded
from shared.kernel import codes
from shared.kernel.refusals import Forbidden, Refused
from shared.kernel.roles import MONITOR
from shared.kernel.text import Text
from shared.web import access

_WORDS: Mapping[str, Text] = {
    "report": Text("Informe", "Report"),
    "for_watchers": Text(
        "Las cifras generales las ven solo quienes auditan o monitorean.",
        "The overall figures are seen by auditors and monitors only.",
    ),
    "which": Text("De qué casos", "Of which cases"),
    "every_programme": Text("Todos", "All"),
    "currency": Text("Moneda", "Currency"),
    "days": Text("días", "days"),
    "cases": Text("Casos", "Cases"),
    "utc": Text(
        "Hora UTC. Lo que se deja vacío es ahora. Otro momento se calcula de nuevo, y tarda.",
        "UTC. What is left empty is now. Another moment is computed anew, and takes a while.",
    ),
    "missing": Text("Lo que falta, contado aparte", "What is missing, counted beside it"),
}
_ASKED = ("programme", "subdivision", "currency")
_PLACE = ("as_of", "as_known")


async def _report(request: Request) -> Response:
    """Show the figures of the cases that are asked for."""
    context = await request_context(request)
    lang = context.lang
    words = {name: word.in_(lang) for name, word in _WORDS.items()}
    if context.caller is None:
        await access.refused(request, NotIdentified(presented=False))
        return context.error(401, text("who_asks", lang), words["for_watchers"], REPORT)
    if not scope.sees_every_case(context.caller):
        raise Refused(RoleNeeded(MONITOR))
    asked = {name: request.query_params.get(name, "").strip() for name in _ASKED}
    place = {name: request.query_params.get(name, "").strip() for name in _PLACE}
    report, refusal = None, None
    try:
        programme, subdivision, currency = (asked[name] or None for name in _ASKED)
        axes = axes_written(place["as_of"], place["as_known"])
        claims = source_of(request).claims
        report = await beside(request, claims, programme, subdivision, currency, axes)
    except Refused as error:
        if isinstance(error.refusal, Forbidden):
            raise
        refusal = error.refusal
    return await context.answer(
        "report.html",
        422 if refusal else 200,
        words=words,
        asked=asked,
        programmes=list(codes.codes("programmes")),
        refusal=refusal.sentence(lang) if refusal else None,
        report=report,
        selection=selection(report, lang) if report else "",
        figures=figures(report, lang) if report else [],
        charts=[
            (AMOUNT_BANDS, report.currency or "", amount_bands(report)),
            (DURATION_BANDS, words["days"], duration_bands(report)),
        ]
        if report
        else [],
        missing=list(missing(report, lang)) if report else [],
    )


ROUTES = (Route(REPORT, _report),)

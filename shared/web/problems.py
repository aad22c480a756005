"""Refusals and errors over HTTP, as problem documents (RFC 9457).

The one place that knows their statuses. No problem ever repeats a value that was sent: somebody may
have typed a name into the wrong field.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from shared.documents.media_types import DocumentTooLarge
from shared.eventstore.batcher import Overloaded
from shared.identity.access_log import AccessLogAway
from shared.identity.caller import NotIdentified
from shared.identity.oidc_provider import ProviderAway
from shared.kernel import refusals
from shared.kernel.refusals import Refusal, Refused
from shared.kernel.text import Text
from shared.postgres.database import OUTAGES
from shared.web import access
from shared.web.language import language
from shared.web.validation_messages import faults

MEDIA_TYPE = "application/problem+json"
UNWRITTEN = "access-log-away"
_TYPE = "urn:canaliza:problem:"
_STATUS: dict[type[Refusal], int] = {
    refusals.VersionMoved: 412,
    refusals.KeyUsedForAnother: 422,
    DocumentTooLarge: 413,
    refusals.Forbidden: 403,
    refusals.Missing: 404,
    refusals.Conflicting: 409,
    refusals.Invalid: 422,
}


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status of a refusal: its own if it has one, else its family's."""
    if isinstance(refusal, NotIdentified):
        return 401
    for kind in type(refusal).__mro__:
        if kind in _STATUS:
            return _STATUS[kind]
    raise TypeError(type(refusal).__name__)


def problem(  # noqa: PLR0913 - the members of RFC 9457
    status: int,
    code: str,
    title: str,
    detail: str,
    *,
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Make a problem document. errors: by field, what was expected there."""
    body: dict[str, Any] = {
        "type": _TYPE + code,
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
    }
    if errors:
        body["errors"] = list(errors)
    return JSONResponse(body, status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def of_refusal(refusal: Refusal, lang: str) -> JSONResponse:
    field = refusal.field if isinstance(refusal, refusals.Invalid) else None
    message = refusal.sentence(lang)
    return problem(
        status_of(refusal),
        refusal.code,
        _TITLES[_family(refusal)].in_(lang),
        message,
        errors=[{"field": field, "expected": message}] if field else (),
        headers=_challenge(refusal),
    )


def _challenge(refusal: Refusal) -> Mapping[str, str]:
    """Return the header that RFC 6750 demands if the caller is not identified."""
    match refusal:
        case NotIdentified(presented=True):
            return {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        case NotIdentified():
            return {"WWW-Authenticate": "Bearer"}
        case _:
            return {}


def install(app: FastAPI) -> None:
    """Make the application answer every refusal and error with a problem document."""

    @app.exception_handler(Refused)
    async def _(request: Request, error: Refused) -> JSONResponse:
        try:
            await access.refused(request, error.refusal)
        except (AccessLogAway, Overloaded) as unwritten:
            return await _unwritten(request, unwritten)
        return of_refusal(error.refusal, language(request))

    @app.exception_handler(RequestValidationError)
    async def _(request: Request, error: RequestValidationError) -> JSONResponse:
        lang = language(request)
        errors = faults(error, request.scope.get("endpoint"), lang)
        detail = _MEND if request.method == "POST" else _MEND_QUERY
        return problem(
            422, "not-valid", _TITLES["Invalid"].in_(lang), detail.in_(lang), errors=errors
        )

    app.add_exception_handler(HTTPException, http_error)

    app.add_exception_handler(AccessLogAway, _unwritten)
    app.add_exception_handler(Overloaded, _overloaded)
    app.add_exception_handler(ProviderAway, _provider_away)
    app.add_exception_handler(Exception, _broken)
    for outage in OUTAGES:
        app.add_exception_handler(outage, _away)


async def http_error(request: Request, error: Exception) -> JSONResponse:
    """Answer what the framework itself refuses: an address, a method, a body."""
    if not isinstance(error, HTTPException):
        raise TypeError(type(error).__name__)
    return of_status(error.status_code, language(request), error.headers)


def of_status(status: int, lang: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Make the problem document of a status that says all there is to say."""
    code, title = _http(status)[0], title_of(status).in_(lang)
    return problem(status, code, title, f"{title}.", headers=headers)


def title_of(status: int) -> Text:
    """Return what a status means here that the framework or the protocol answers with."""
    return _http(status)[1]


def _http(status: int) -> tuple[str, Text]:
    return _HTTP.get(status, ("http", Text("No se puede", "Not possible")))


def overloaded(request: Request) -> JSONResponse:
    """Answer that there is too much to do, and that nothing was done."""
    return _try_again(request, "overloaded", _OVERLOADED)


async def _overloaded(request: Request, _: Exception) -> JSONResponse:
    return overloaded(request)


async def _provider_away(request: Request, _: Exception) -> JSONResponse:
    return _try_again(request, "provider-away", _PROVIDER_AWAY)


async def _away(request: Request, _: Exception) -> JSONResponse:
    return _try_again(request, "storage-away", _AWAY)


async def _broken(request: Request, _: Exception) -> JSONResponse:
    lang = language(request)
    return problem(500, "broken", _TITLES["Broken"].in_(lang), _BROKEN.in_(lang))


async def _unwritten(request: Request, _: Exception) -> JSONResponse:
    """Answer instead of what may not be said, because the access log could not be written."""
    access.counted(access.place_of(request), UNWRITTEN).inc()
    return _try_again(request, UNWRITTEN, _UNWRITTEN)


def _try_again(request: Request, code: str, detail: Text) -> JSONResponse:
    lang = language(request)
    return problem(
        503, code, _TITLES["Later"].in_(lang), detail.in_(lang), headers={"Retry-After": "1"}
    )


def _family(refusal: Refusal) -> str:
    if isinstance(refusal, NotIdentified):
        return "NotIdentified"
    return next(k.__name__ for k in type(refusal).__mro__ if k.__name__ in _TITLES)


_TITLES = {
    "NotIdentified": Text("No identificado", "Not identified"),
    "Forbidden": Text("No le corresponde", "Not yours to do"),
    "Missing": Text("No se encuentra", "Not found"),
    "Conflicting": Text("Ahora no es posible", "Not possible now"),
    "Invalid": Text("Datos no válidos", "Not valid"),
    "Broken": Text("Falla del sistema", "The system failed"),
    "Later": Text("Intente de nuevo en un momento", "Try again in a moment"),
}
_HTTP = {
    400: (
        "not-readable",
        Text("No se pudo leer lo enviado", "What was sent could not be read"),
    ),
    404: ("no-such-address", Text("No existe esta dirección", "There is no such address")),
    405: (
        "method-not-allowed",
        Text("Método no permitido aquí", "Method not allowed here"),
    ),
    408: (
        "too-slow",
        Text("La petición no llegó a tiempo", "The request did not come in time"),
    ),
    413: (
        "too-long",
        Text(
            "Lo enviado es demasiado: pasa de 64 KiB, o un archivo, de lo que aquí se guarda",
            "What was sent is too much: it is longer than 64 KiB, or a file, than is kept here",
        ),
    ),
    414: (
        "address-too-long",
        Text("La dirección pasa de 8 KiB", "The address is longer than 8 KiB"),
    ),
    421: (
        "not-this-host",
        Text(
            "Esta instalación no se llama así; revise la dirección, o CANALIZA_PUBLIC_URL",
            "This installation has another name; see to the address, or to CANALIZA_PUBLIC_URL",
        ),
    ),
    429: (
        "too-many-requests",
        Text(
            "Su institución pide más de lo que se le atiende a la vez; espere lo que dice "
            "Retry-After y repita con la misma Idempotency-Key",
            "Your institution asks for more than is served at a time; wait for as long as "
            "Retry-After says and repeat with the same Idempotency-Key",
        ),
    ),
    431: (
        "headers-too-long",
        Text(
            "Los encabezados pasan de 64 KiB o de 100 líneas",
            "The headers are longer than 64 KiB or 100 lines",
        ),
    ),
}
_MEND = Text(
    "Corrija los campos indicados y envíe de nuevo con la misma Idempotency-Key.",
    "Mend the fields that are named and send again with the same Idempotency-Key.",
)
_MEND_QUERY = Text(
    "Corrija los campos indicados y pregunte de nuevo.",
    "Mend the fields that are named and ask again.",
)
_OVERLOADED = Text(
    "Hay demasiado en espera. No se hizo nada: repita con la misma Idempotency-Key.",
    "Too much is waiting. Nothing was done: repeat with the same Idempotency-Key.",
)
_AWAY = Text(
    "El almacén no responde. Puede que la orden se haya registrado:"
    " repita con la misma Idempotency-Key.",
    "The store does not answer. The command may have been recorded:"
    " repeat with the same Idempotency-Key.",
)
_UNWRITTEN = Text(
    "No se puede anotar quién lo pide, así que no se contesta. Intente de nuevo en un momento;"
    " una orden, con la misma Idempotency-Key.",
    "It cannot be noted who asks, so there is no answer. Try again in a moment; a command with"
    " the same Idempotency-Key.",
)
_PROVIDER_AWAY = Text(
    "El proveedor de identidad no responde y no se puede saber quién llama. No se hizo nada:"
    " repita con la misma Idempotency-Key.",
    "The identity provider does not answer, so nobody can tell who calls. Nothing was done:"
    " repeat with the same Idempotency-Key.",
)
_BROKEN = Text(
    "Es un error nuestro y quedó registrado. Repita con la misma Idempotency-Key.",
    "It is a mistake of ours and was noted. Repeat with the same Idempotency-Key.",
)

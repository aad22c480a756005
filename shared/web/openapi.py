"""OpenAPI, completed with the problem documents that every service answers with.

Routers declare what they accept and return; which refusals an operation may answer with follows
from its kind, so it is declared here once for all of them.
"""

from typing import Any, TypedDict

from fastapi import FastAPI
from pydantic import BaseModel, Field

from shared.kernel.text import Text
from shared.web.problems import MEDIA_TYPE


class Described(TypedDict):
    """What a route is called and what it does, as FastAPI takes them."""

    summary: str
    description: str


def described(summary: Text, description: Text) -> Described:
    """Describe a route in both languages: ``@router.get("/cases", **described(…))``."""
    return {"summary": summary.both, "description": description.both}


class Fault(BaseModel):
    """One field that was not as expected."""

    field: str = Field(
        description=Text(
            "Su nombre, con un punto entre el todo y la parte.",
            "Its name, with a point between a part and its whole.",
        ).both
    )
    expected: str = Field(
        description=Text(
            "Qué se esperaba ahí. Nunca lo enviado.",
            "What was expected there. Never what was sent.",
        ).both
    )


class Problem(BaseModel):
    """A no, as RFC 9457 writes it. It never repeats a value that was sent."""

    type: str = Field(
        description=Text(
            "Una URN que nombra la clase de problema; termina en `code`.",
            "A URN that names the kind of problem; it ends in `code`.",
        ).both
    )
    title: str = Field(
        description=Text(
            "La familia del problema, en el idioma pedido.",
            "The problem's family, in the language asked for.",
        ).both
    )
    status: int = Field(description=Text("El estado HTTP.", "The HTTP status.").both)
    code: str = Field(
        description=Text(
            "La clase de problema, para programas; nunca cambia.",
            "The kind of problem, for programs; it never changes.",
        ).both
    )
    detail: str = Field(
        description=Text(
            "Qué está mal y qué hacer, en el idioma pedido.",
            "What is wrong and what to do, in the language asked for.",
        ).both
    )
    errors: list[Fault] = Field(
        default_factory=list,
        description=Text(
            "Falta donde no hay campo que corregir.",
            "Left out where no field is to be mended.",
        ).both,
    )


_MEANING = {
    "400": "El cuerpo no se pudo leer como texto UTF-8. / The body could not be read as UTF-8.",
    "401": "Falta un token vigente. / A token in force is missing.",
    "403": "Le toca a otro rol o institución. / Another role's or institution's to do.",
    "404": "No existe, o no lo puede ver. / It does not exist, or you may not see it.",
    "409": "Ahora no es posible. / Not possible now.",
    "412": "La versión cambió (If-Match). / The version moved (If-Match).",
    "413": "El cuerpo es demasiado largo. / The body is too long.",
    "422": "Algo está mal escrito, o la Idempotency-Key ya se usó para otra orden."
    " / Something is not as it should be, or the Idempotency-Key was used for another command.",
    "429": "Su institución pide más de lo que se le atiende a la vez."
    " / Your institution asks for more than is served at a time.",
    "503": "Intente de nuevo, con la misma Idempotency-Key. / Try again, with the same key.",
}
_OPEN = ("404", "422")
_WITH_A_SECRET = ("400", "404", "413", "422", "503")
"""What the body says stands for a token: it takes none, and changes something."""
_IDENTIFIED = ("401", "403", "404", "422", "429", "503")
_COMMAND = ("400", "401", "403", "404", "409", "412", "413", "422", "429", "503")
_RETRY = {
    "Retry-After": {"description": "Segundos / seconds.", "schema": {"type": "integer"}},
}
_LIMITS = {
    "RateLimit-Policy": {
        "description": "Cuántas peticiones (q) en cuántos segundos (w)."
        " / How many requests (q) in how many seconds (w).",
        "schema": {"type": "string"},
        "example": '"institution";q=2000;w=10',
    },
    "RateLimit": {
        "description": "Cuántas quedan (r), y en cuántos segundos serán todas otra vez (t)."
        " / How many are left (r), and in how many seconds it will be all again (t).",
        "schema": {"type": "string"},
        "example": '"institution";r=1999;t=1',
    },
}
_HEADERS = {"429": {**_RETRY, **_LIMITS}, "503": _RETRY}


def describe(app: FastAPI) -> None:
    """Make the OpenAPI of the application declare the problems each operation may answer with."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(plain())
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend it


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    for operations in document["paths"].values():
        for method, operation in operations.items():
            for status in _statuses(method, operation):
                operation["responses"][status] = _problem(status)
            for parameter in operation.get("parameters", ()):
                parameter["schema"] = _never_null(parameter["schema"])
            for response in operation["responses"].values():
                if response["description"] == "Successful Response":
                    response["description"] = "Hecho. / Done."
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs") | {"Problem": problem}
    return document


def _statuses(method: str, operation: dict[str, Any]) -> tuple[str, ...]:
    if "security" in operation:
        return _COMMAND if method == "post" else _IDENTIFIED
    if "requestBody" in operation:
        return _WITH_A_SECRET
    return _OPEN if "parameters" in operation else ()


def _never_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter's schema without null: an optional one is left out, never sent as null."""
    options = schema.get("anyOf", [])
    if {"type": "null"} not in options:
        return schema
    chosen: dict[str, Any] = next(option for option in options if option != {"type": "null"})
    return {**{name: value for name, value in schema.items() if name != "anyOf"}, **chosen}


def _problem(status: str) -> dict[str, Any]:
    problem: dict[str, Any] = {
        "description": _MEANING[status],
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    if status in _HEADERS:
        problem["headers"] = _HEADERS[status]
    return problem

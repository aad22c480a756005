"""The code lists over HTTP: the codes that a coded field accepts, labelled in both languages.

Anybody may read them; no token is needed.
"""

from functools import cache
from typing import ClassVar

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.responses import Response

from shared.kernel import codes
from shared.kernel.refusals import Missing, Refused
from shared.kernel.text import Text
from shared.web.openapi import described

router = APIRouter(tags=["códigos / code lists"])


class NoSuchList(Missing):
    """No code list has this name."""

    code: ClassVar[str] = "no-such-list"
    text: ClassVar[Text] = Text(
        "No hay tal lista de códigos. Vea «/code-lists».",
        "There is no such code list. See “/code-lists”.",
    )


class CodeOut(BaseModel):
    """One code and its labels."""

    code: str
    es: str
    en: str


class CodeListOut(BaseModel):
    """A code list."""

    name: str
    es: str
    en: str
    source: str
    codes: list[CodeOut]


@router.get(
    "/code-lists",
    **described(
        Text("Listas de códigos", "Code lists"),
        Text(
            "Los nombres de todas las listas.",
            "The names of all lists.",
        ),
    ),
)
async def code_lists() -> list[str]:
    return list(codes.list_names())


@cache
def _written(name: str) -> bytes:
    """Write a list for the wire, once: there are thousands of municipalities."""
    found = codes.code_list(name)
    written = CodeListOut(
        name=found.name,
        es=found.es,
        en=found.en,
        source=found.source,
        codes=[CodeOut(code=c.code, es=c.es, en=c.en) for c in found.codes.values()],
    )
    return written.model_dump_json().encode()


@router.get(
    "/code-lists/{name}",
    response_model=CodeListOut,
    **described(
        Text("Una lista", "One list"),
        Text(
            "Una lista con sus códigos.",
            "One list with its codes.",
        ),
    ),
)
def one_list(name: str) -> Response:
    """Return one list with its codes; refuse a name that no list has."""
    if name not in codes.list_names():
        raise Refused(NoSuchList())
    return Response(_written(name), media_type="application/json")

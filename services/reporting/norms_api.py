"""The register of norms and tools over HTTP, and its matrix of coverage."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request

from services.reporting.norms import Matrix, NormRow, Norms
from services.reporting.parameters import Programme, Subdivision, coded
from services.reporting.refusals import NoSuchNorm
from services.reporting.selecting import chosen, one_of
from shared.identity import scope
from shared.kernel.refusals import Refused
from shared.kernel.text import Text
from shared.web.identity import Identified
from shared.web.openapi import described
from shared.web.paging import Cursor, Limit, Page, cursor_of, keys_of, page_up_to

router = APIRouter()
EntryCode = Annotated[str, Path(pattern="^[a-z0-9-]{3,40}$")]


@dataclass(frozen=True, slots=True)
class NormFilter:
    """Which entries. Left out: all."""

    kind: Annotated[str | None, coded("entry_kinds")] = None
    level: Annotated[str | None, coded("norm_levels")] = None
    programme: Programme = None
    subdivision: Subdivision = None


def norms_of(request: Request) -> Norms:
    """Return the register, over this process's connections."""
    return Norms(request.app.state.log)


OurNorms = Annotated[Norms, Depends(norms_of)]


@router.get(
    "/register",
    **described(
        Text("Registro de normas y herramientas", "Register of norms and tools"),
        Text(
            "Lista las normas, protocolos, formularios, guías, programas y rutas registradas, por"
            " clave, y cuántos elementos de cada una no tienen respuesta.",
            "List the norms, protocols, forms, guides, programmes and routes that are registered,"
            " by id, and how many elements of each nothing answers.",
        ),
    ),
)
def list_norms(
    norms: OurNorms,
    caller: Identified,
    wanted: Annotated[NormFilter, Depends()],
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[NormRow]:
    """List the entries of the register, by id."""
    del caller
    (after,) = keys_of(cursor, 1) or ("",)
    selection = chosen(wanted.programme, wanted.subdivision)
    rows = norms.listed(
        limit + 1,
        after,
        kind=one_of("entry_kinds", "kind", wanted.kind),
        level=one_of("norm_levels", "level", wanted.level),
        programme=selection.programme,
        subdivision=selection.subdivision,
    )
    return page_up_to(rows, limit, lambda row: cursor_of(row.entry_id))


@router.get(
    "/register/{entry_id}/matrix",
    **described(
        Text("Matriz de cobertura", "Matrix of coverage"),
        Text(
            "Dice qué responde a cada elemento de una guía o protocolo (pasos, hallazgos,"
            " recomendaciones, servicios, convenios) y a qué elementos no responde nada.",
            "Say what answers each element of a guide or protocol (steps, findings,"
            " recommendations, services, agreements), and which elements nothing answers.",
        ),
    ),
)
def norm_matrix(norms: OurNorms, caller: Identified, entry_id: EntryCode) -> Matrix:
    """Say what answers each element of an entry, and which elements nothing answers."""
    found = norms.matrix(entry_id, scope.agreements_limited_to(caller))
    if found is None:
        raise Refused(NoSuchNorm())
    return found

"""Places over HTTP: which municipalities a name may mean, for the forms of those who write cases.

It says what the code lists say, and nothing of any case. But to find what is written alike takes
time, so a token is needed; whoever writes cases has one.
"""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from shared.kernel.places import looked_up, municipalities_of, place, resolve_subdivision
from shared.kernel.text import Text
from shared.web.identity import Identified
from shared.web.openapi import described

router = APIRouter(tags=["códigos / code lists"])
_ONE_LINE = r"^[^\x00-\x1f\x7f]+$"


class PlaceOut(BaseModel):
    """A municipality."""

    code: str = Field(
        description=Text("La clave oficial: 08037.", "The official code: 08037.").both
    )
    es: str
    en: str
    subdivision: str
    zone: str | None = Field(
        description=Text("Su huso horario oficial.", "Its official time zone.").both
    )


class PlacesOut(BaseModel):
    """Municipalities of one subdivision."""

    meant: list[PlaceOut] = Field(
        description=Text(
            "Los que el nombre puede significar; sin nombre, todos.",
            "Those that the name may mean; without a name, all.",
        ).both
    )
    near: list[PlaceOut] = Field(
        description=Text(
            "Si el nombre no significa ninguno, los que más se le parecen.",
            "If the name means none, those that are written most like it.",
        ).both
    )


@router.get(
    "/places/{subdivision}",
    **described(
        Text("Lugares", "Places"),
        Text(
            "Los municipios de una entidad, o los que un nombre puede significar en ella. No "
            "importan acentos, mayúsculas ni espacios.",
            "The municipalities of a subdivision, or those that a name may mean there. Accents, "
            "case and blanks do not matter.",
        ),
    ),
)
def places(
    caller: Identified,
    subdivision: Annotated[
        str,
        Path(
            max_length=100,
            pattern=_ONE_LINE,
            description=Text("MX-CHH, CHH o Chihuahua.", "MX-CHH, CHH or Chihuahua.").both,
        ),
    ],
    named: Annotated[
        str | None,
        Query(
            min_length=1,
            max_length=100,
            pattern=_ONE_LINE,
            description=Text(
                "Un nombre, una clave o un número en la entidad: Juárez, 08037, 037.",
                "A name, a code or a number in the subdivision: Juárez, 08037, 037.",
            ).both,
        ),
    ] = None,
) -> PlacesOut:
    """Return the municipalities that a name may mean, or all; refuse an unknown subdivision."""
    del caller  # anybody who has a token
    within = resolve_subdivision(subdivision)
    if named is None:
        return PlacesOut(meant=[_out(one.code) for one in municipalities_of(within)], near=[])
    found = looked_up(named, within)
    return PlacesOut(meant=list(map(_out, found.meant)), near=list(map(_out, found.near)))


def _out(municipality: str) -> PlaceOut:
    return PlaceOut(**place(municipality)._asdict())

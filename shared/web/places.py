"""Places over HTTP: which municipalities a name may mean, for the forms of those who write cases.

It says what the code lists say, and nothing of any case. But to find what is written alike takes
time, so a token is needed; whoever writes cases has one.
"""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from shared.kernel.coded_fields import not_one
from shared.kernel.codes import AmbiguousCode, Code, UnknownCode, codes
from shared.kernel.places import (
    MUNICIPALITIES,
    municipalities_meant,
    municipalities_of,
    nearest_municipalities,
    resolve_subdivision,
    zone_of,
)
from shared.kernel.refusals import Refused
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
async def places(
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
    try:
        within = resolve_subdivision(subdivision)
    except (UnknownCode, AmbiguousCode) as error:
        raise Refused(not_one("subdivision", error)) from None
    every = codes(MUNICIPALITIES)
    if named is None:
        return PlacesOut(meant=list(map(_out, municipalities_of(within))), near=[])
    meant = municipalities_meant(named, within)
    near = [] if meant else nearest_municipalities(named, within)
    return PlacesOut(meant=[_out(every[one]) for one in meant], near=[_out(every[n]) for n in near])


def _out(place: Code) -> PlaceOut:
    subdivision = str(place.extra["subdivision"])
    zone = zone_of(subdivision, place.code)
    return PlaceOut(code=place.code, es=place.es, en=place.en, subdivision=subdivision, zone=zone)

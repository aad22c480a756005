"""Cells that hold a place: which one they may mean, and why none."""

from collections.abc import Sequence
from functools import lru_cache

from shared.kernel.coded_fields import with_near
from shared.kernel.codes import closest, code, known
from shared.kernel.places import (
    MUNICIPALITIES,
    SUBDIVISIONS,
    looked_up,
    municipalities_meant,
    named,
    subdivisions_meant,
)
from shared.kernel.text import Text

PLACES = (SUBDIVISIONS, MUNICIPALITIES)
"""The code lists of places."""


@lru_cache(maxsize=4_096)
def places_meant(
    code_list: str, only: tuple[tuple[str, str], ...], text: str, within: str | None
) -> tuple[str, ...]:
    """Return the codes that a cell may mean.

    only: attributes that they must have. within: the row's subdivision, for a municipality; a code
    in full may lie in another: that it must not is the case's own rule.
    """
    attributes = dict(only)
    if code_list == SUBDIVISIONS:
        found = subdivisions_meant(text, attributes.get("country"))
    else:
        found = municipalities_meant(text, within or attributes.get("subdivision"))
        written = text.strip()
        if not found and known(MUNICIPALITIES, written):
            found = (written,)
    return tuple(one for one in found if attributes.items() <= code(code_list, one).extra.items())


def no_municipality(text: str, meant: Sequence[str], within: str | None) -> Text:
    """Return why a cell is no one municipality: it may mean several, or none there."""
    if meant:
        candidates = named(meant)
        return Text(
            f"puede ser más de un municipio; escriba la clave: {candidates}",
            f"may be more than one municipality; write the code: {candidates}",
        )
    elsewhere = named(municipalities_meant(text)[:_SHOWN])
    if elsewhere and within:
        return Text(
            f"no es un municipio de {within}, pero sí de otro estado: {elsewhere}",
            f"is no municipality of {within}, but of another subdivision: {elsewhere}",
        )
    told = (
        Text(f"no es un municipio de {within}", f"is no municipality of {within}")
        if within
        else Text("no es un municipio", "is no municipality")
    )
    return with_near(told, named(looked_up(text, within).near))


def no_subdivision(text: str, only: tuple[tuple[str, str], ...]) -> Text:
    """Return why a cell is none of the subdivisions that may stand there, with those like it."""
    required = dict(only).items()
    there = [
        one
        for one in closest(SUBDIVISIONS, text)
        if required <= code(SUBDIVISIONS, one).extra.items()
    ]
    told = Text(
        f"no es una entidad de «{SUBDIVISIONS}» que el mapeo admita",
        f"is no code of “{SUBDIVISIONS}” that the mapping takes",
    )
    return with_near(told, named(there, SUBDIVISIONS), Text("parecidas", "close to it"))


_SHOWN = 3

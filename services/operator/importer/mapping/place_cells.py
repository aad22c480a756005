"""Cells that hold a place: which one they may mean, and why none."""

from collections.abc import Sequence
from functools import lru_cache

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
    there = within or "—"
    elsewhere = named(municipalities_meant(text)[:_SHOWN])
    if elsewhere and within:
        return Text(
            f"no es un municipio de {there}, pero sí de otro estado: {elsewhere}",
            f"is no municipality of {there}, but of another subdivision: {elsewhere}",
        )
    near = named(looked_up(text, within).near) or "—"
    return Text(
        f"no es un municipio de {there}; parecidos: {near}",
        f"is no municipality of {there}; close to it: {near}",
    )


def no_subdivision(text: str, only: tuple[tuple[str, str], ...]) -> Text:
    """Return why a cell is none of the subdivisions that may stand there, with those like it."""
    required = dict(only).items()
    there = [
        one
        for one in closest(SUBDIVISIONS, text)
        if required <= code(SUBDIVISIONS, one).extra.items()
    ]
    near = named(there, SUBDIVISIONS) or "—"
    return Text(
        f"no es una entidad de «{SUBDIVISIONS}» que el mapeo admita; parecidas: {near}",
        f"is no code of “{SUBDIVISIONS}” that the mapping takes; close to it: {near}",
    )


_SHOWN = 3

"""What an indicator is: defined once, in words and in SQL, for every programme and state alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

EVERY = "*"
"""The tallies' word for all programmes, or all states."""


@dataclass(frozen=True, slots=True)
class Words:
    """The same in both languages."""

    es: str
    en: str

    def said(self, lang: str) -> str:
        """Return it in English where ``lang`` is ``en``, else in Spanish."""
        return self.en if lang == "en" else self.es


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A number's whole meaning.

    code: its name for ever. denominator: None where nothing is divided. sources: the published
    facts it is made of. missing: what happens to cases that lack what it needs. sql: what computes
    it, over the tallies that follow from those facts.
    """

    code: str
    name: Words
    counts: Words
    numerator: Words
    denominator: Words | None
    disaggregation: tuple[str, ...]
    period: Words
    sources: tuple[str, ...]
    missing: Words
    sql: str


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cases a number is about. None: all programmes, all states."""

    programme: str | None = None
    state: str | None = None

    def params(self, **more: object) -> Mapping[str, Any]:
        """Return it as parameters of an indicator's SQL."""
        return {"programme": self.programme or EVERY, "state": self.state or EVERY, **more}


BY_PLACE = ("programme", "state")
"""What every tally can be asked for."""
WHOLE_LIFE = Words(
    es="Todo lo publicado hasta las posiciones que indica el informe.",
    en="Everything published up to the positions that the report names.",
)
DECIDED = Words(
    es="Casos decididos a favor de la persona.",
    en="Cases decided in the person's favour.",
)

"""What an indicator is: defined once, in words and in SQL, for all programmes and places."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.kernel.text import Text

EVERY = "*"
"""The tallies' word for all programmes, or all subdivisions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A number's whole meaning.

    code: its name for ever. denominator: None where nothing is divided. sources: the published
    facts it is made of. missing: what happens to cases that lack what it needs. sql: what is run to
    compute it, over the tallies that follow from those facts; of a share, its numerator and its
    denominator.
    """

    code: str
    name: Text
    counts: Text
    numerator: Text
    denominator: Text | None
    disaggregation: tuple[str, ...]
    period: Text
    sources: tuple[str, ...]
    missing: Text
    sql: str


@dataclass(frozen=True, slots=True)
class Selection:
    """Which cases a number is about. None: all programmes, all subdivisions."""

    programme: str | None = None
    subdivision: str | None = None

    def params(self, **more: object) -> Mapping[str, Any]:
        """Return it as parameters of an indicator's SQL."""
        return {
            "programme": self.programme or EVERY,
            "subdivision": self.subdivision or EVERY,
            **more,
        }


_PLACE = "programme = %(programme)s AND subdivision = %(subdivision)s"


def count_of(*measures: str) -> str:
    """Return the SQL that counts the cases of each measure: one row, a column for each."""
    columns = (f"coalesce(sum(n) FILTER (WHERE measure = '{m}'), 0)::bigint" for m in measures)
    named = ", ".join(f"'{measure}'" for measure in measures)
    return (
        f"SELECT {', '.join(columns)} FROM reporting.tallies"  # noqa: S608 - our own words only
        f" WHERE measure IN ({named}) AND {_PLACE}"
    )


def total_of(measure: str) -> str:
    """Return the SQL that adds a measure's amounts up, in one currency: one row."""
    return (
        "SELECT coalesce(sum(total), 0) FROM reporting.tallies"  # noqa: S608 - our own words only
        f" WHERE measure = '{measure}' AND {_PLACE} AND label = %(currency)s"
    )


REGISTRATION = (
    "intake.case-registered",
    "intake.case-corrected",
    "intake.case-entered-in-error",
)
"""What says which cases there are, and of which programme and subdivision: part of every number."""
OUTCOMES = ("followup.outcome-recorded", "followup.follow-up-entered-in-error")
"""What says what came of a case, unless it was entered in error."""
CLOSINGS = ("followup.follow-up-closed", "followup.follow-up-reopened")
"""What says with which outcome a case was closed, and when."""
BY_PLACE = ("programme", "subdivision")
"""What every tally can be asked for."""
WHOLE_LIFE = Text(
    es="Todo lo publicado hasta las posiciones que indica el informe.",
    en="Everything published up to the positions that the report names.",
)
DECIDED = Text(
    es="Casos decididos a favor de la persona.",
    en="Cases decided in the person's favour.",
)

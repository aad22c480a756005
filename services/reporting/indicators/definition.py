"""What an indicator is: defined once, in words and in SQL, for all programmes and subdivisions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.kernel.text import Text

EVERY = "*"
"""In the tallies: all programmes, or all subdivisions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """A number's whole meaning.

    code: its name for ever. denominator: None if nothing is divided. sources: the published
    facts it is computed from. missing: what happens to cases that lack what it needs. sql: the
    query over the tallies of those facts that computes it; for a share, its numerator and its
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
        """Return the parameters of an indicator's SQL."""
        return {
            "programme": self.programme or EVERY,
            "subdivision": self.subdivision or EVERY,
            **more,
        }


_SELECTED = "programme = %(programme)s AND subdivision = %(subdivision)s"


def count_of(*measures: str) -> str:
    """Return the SQL that counts the cases of each measure: one row, a column for each."""
    columns = (f"coalesce(sum(n) FILTER (WHERE measure = '{m}'), 0)::bigint" for m in measures)
    named = ", ".join(f"'{measure}'" for measure in measures)
    return (
        f"SELECT {', '.join(columns)} FROM reporting.tallies"  # noqa: S608 - our own constants
        f" WHERE measure IN ({named}) AND {_SELECTED}"
    )


def total_of(measure: str) -> str:
    """Return the SQL that adds up a measure's amounts in one currency: one row."""
    return (
        "SELECT coalesce(sum(total), 0) FROM reporting.tallies"  # noqa: S608 - our own constants
        f" WHERE measure = '{measure}' AND {_SELECTED} AND label = %(currency)s"
    )


REGISTRATION = (
    "intake.case-registered",
    "intake.case-corrected",
    "intake.correction-turned-into-proposal",
    "intake.case-entered-in-error",
    "intake.void-turned-into-request",
)
"""The facts that every number depends on: which cases there are, with programme and subdivision."""
OUTCOMES = (
    "followup.outcome-recorded",
    "followup.outcome-corrected",
    "followup.outcome-entered-in-error",
    "followup.follow-up-entered-in-error",
)
"""The facts that record what came of a case, and those that mend or void them."""
CLOSINGS = ("referral.case-closed", "referral.case-reopened")
"""The facts that record when its custodian closed a case, and with which outcome."""
FOLLOW_UP_CLOSINGS = (
    "followup.follow-up-closed",
    "followup.follow-up-reopened",
    "followup.follow-up-revoked",
)
"""The facts that record with which outcome a follow-up was closed, and those that take it back."""
BREAKDOWN = ("programme", "subdivision")
"""What every tally can be broken down by."""
WHOLE_LIFE = Text(
    es="Todo lo publicado hasta las posiciones que indica el informe.",
    en="Everything published up to the positions that the report names.",
)
DECIDED = Text(
    es="Casos decididos a favor de la persona.",
    en="Cases decided in the person's favour.",
)

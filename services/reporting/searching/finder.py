"""Searches over the projections: who can serve, and whose entries are stale."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.reporting import queries
from services.reporting.answers import CaseRow
from services.reporting.searching.answer import (
    FoundOut,
    ServiceOut,
    StaleOut,
    found_out,
    service_out,
    stale_out,
)
from services.reporting.searching.asked import Asked, Consented
from services.reporting.searching.index import Index
from services.reporting.searching.kept import kept_index
from services.reporting.searching.question import ServiceSearch
from services.reporting.searching.search import Part, search
from shared.eventstore.log import Log
from shared.eventstore.snapshot import snapshot
from shared.kernel.sight import Sight
from shared.kernel.value import replace

_DETAILS = (
    "SELECT municipality, nationality, migratory_condition, sector, occupation, violations"
    " FROM reporting.cases WHERE case_id = %(case)s"
)


class Finder:
    """Finds services over the connections of reporting's own log."""

    def __init__(self, log: Log) -> None:
        """Search what was folded into the projections of this log's database."""
        self._log, self._index = log, kept_index(log)

    def find(
        self,
        wanted: ServiceSearch,
        at: datetime,
        sender: str | None = None,
        of_case: CaseRow | None = None,
        within: Consented | None = None,
    ) -> FoundOut:
        """Return who can serve.

        sender: who would refer. of_case: the case that the question names, as far as the caller
        sees it. within: the consent, if whoever it does not extend to is excluded. Raises Refused
        if a code or a place is not known.
        """
        asked = wanted.asked(at, sender, self._asked_of(of_case, at) if of_case else None)
        if within is not None:
            asked = replace(asked, within=within)
        index, as_of = self._index.current()
        found = search(index, asked, wanted.part(), wanted.excluded_part())
        return found_out(index, asked, found, wanted, as_of)

    def stale(self, at: datetime, institution: str | None, part: Part) -> StaleOut:
        """List the entries that nobody has vouched for lately. institution: None: of all."""
        index, as_of = self._index.current()
        return stale_out(index, at, institution, part, as_of)

    def services_of(self, at: datetime, institution: str) -> Sequence[ServiceOut]:
        """Return the services of an institution that are not withdrawn, by name."""
        index, _ = self._index.current()
        those = index.having("institution", institution) & ~index.having("status", "withdrawn")
        return [service_out(index, index.services[n], at) for n in index.in_order(those)]

    def index(self) -> tuple[Index, Mapping[str, int]]:
        """Return the directory as it is now, and up to which positions it is."""
        return self._index.current()

    def _asked_of(self, case: CaseRow, at: datetime) -> Asked:
        """Return what a case says of itself, as far as it is seen."""
        profile: dict[str, tuple[str, ...]] = {}
        _put(profile, "age-band", case.age_band)
        _put(profile, "sex", case.sex)
        municipality = None
        if case.sees is Sight.CASE:
            municipality, details = self._details(case.case_id)
            for attribute, value in details.items():
                _put(profile, attribute, value)
        return Asked(
            at=at,
            profile=profile,
            programme=case.programme,
            subdivision=case.subdivision,
            municipality=municipality,
        )

    def _details(self, case_id: UUID) -> tuple[str | None, Mapping[str, Any]]:
        with snapshot(self._log, queries.GATE) as run_query:
            ((municipality, *details),) = run_query(_DETAILS, {"case": case_id})
        names = ("nationality", "migratory-condition", "sector", "occupation", "violations")
        return municipality, dict(zip(names, details, strict=True))


def _put(profile: dict[str, tuple[str, ...]], attribute: str, value: Any) -> None:
    if value:
        profile[attribute] = tuple(value) if isinstance(value, list) else (str(value),)

"""All of the directory as HSDS: each institution with its services, in the order of their codes."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from services.referral import directory, service_decisions
from services.referral.exchange.institutions import organization_of
from services.referral.exchange.planning import zone_in
from services.referral.exchange.services import record_of
from services.referral.exchange.texts import INSTITUTION, SERVICE, record_in
from services.referral.institution import Closed, InstitutionRegistered, Listed
from services.referral.service import Service, ServiceListed, Withdrawn
from shared.documents.store import Documents
from shared.eventstore.log import Log
from shared.hsds.vocabulary import Record
from shared.hsds.writing import compiled
from shared.kernel.decider import Decider

_PAGE = 5_000
_AT_ONCE = 500


def exported(
    log: Log, documents: Documents | None, *, subdivision: str | None = None
) -> Iterator[Record]:
    """Yield the organisations with their services nested.

    Institutions that are closed and services that are withdrawn are history, and stay here.
    subdivision: only institutions there.
    """
    entries = Entries(log)
    services = entries.services()
    for entry in entries.institutions():
        if isinstance(entry, Closed) or subdivision not in {None, entry.subdivision}:
            continue
        described = entry.profile.described
        organization = organization_of(
            entry, record_in(documents, described.texts if described else None, INSTITUTION)
        )
        zone = zone_in(entry)
        offered = [
            record_of(each, record_in(documents, each.described.texts, SERVICE), zone)
            for each in services.get(entry.institution, ())
        ]
        yield compiled(organization, offered)


class Entries:
    """What a log says of all institutions and services; the whole log is looked through once."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._institutions: list[UUID] = []
        self._services: list[UUID] = []
        after = 0
        while page := log.recorder.select_page(after, _PAGE):
            for after, stream, _, name, _ in page:  # noqa: B007 - the page's last is the next's
                if log.vocabulary.is_of(name, InstitutionRegistered):
                    self._institutions.append(stream)
                elif log.vocabulary.is_of(name, ServiceListed):
                    self._services.append(stream)

    def institutions(self) -> list[Listed]:
        """Return the institutions, by code."""
        found = self._states(directory.DECIDER, self._institutions)
        listed = [state for state in found if isinstance(state, Listed)]
        return sorted(listed, key=lambda each: each.institution)

    def services(self) -> dict[str, list[Service]]:
        """Return the services that are not withdrawn, by institution, in the order of their ids."""
        by_institution: dict[str, list[Service]] = defaultdict(list)
        for state in self._states(service_decisions.DECIDER, self._services):
            if isinstance(state, Service) and not isinstance(state, Withdrawn):
                by_institution[state.institution].append(state)
        for offered in by_institution.values():
            offered.sort(key=lambda each: each.service_id)
        return by_institution

    def _states(self, decider: Decider[Any], streams: Sequence[UUID]) -> Iterator[Any]:
        for first in range(0, len(streams), _AT_ONCE):
            facts = self._log.facts_of(streams[first : first + _AT_ONCE])
            for recorded in facts.values():
                yield decider.fold(each.fact for each in recorded)

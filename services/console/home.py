"""The pages at ``/`` of the embedded port, for the services that run in this process."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from services.console.headers import Headers
from services.console.ports import ReaderLag, ServiceStatus, TokenKeeper
from services.console.site import site
from services.reporting import telling
from services.reporting.agreements import Agreements
from services.reporting.answers import CaseRow, Held, InstitutionRow, Overview
from services.reporting.axes import Axes
from services.reporting.claims import Claims
from services.reporting.consents import Consents
from services.reporting.cursors import After
from services.reporting.lives import Lives
from services.reporting.norms import Norms
from services.reporting.searching.answer import FoundOut, ServiceOut, StaleOut
from services.reporting.searching.finder import Finder
from services.reporting.searching.question import ServiceSearch
from services.reporting.searching.search import Part
from services.reporting.telling import Window
from services.reporting.views import Reports
from services.reporting.waiting import Waiting
from shared.identity.access_log import AccessLog
from shared.identity.by_link import LinkDesk
from shared.identity.credentials import Credentials
from shared.identity.oidc_sign_in import SignIn
from shared.kernel.clock import now
from shared.kernel.text import Text
from shared.service.service import Service
from shared.service.signing_in import sign_in


def home(
    services: Sequence[Service], reports: Reports, token_keeper: TokenKeeper, links: LinkDesk
) -> Headers:
    """Return the pages as an ASGI application; mount it at ``/``, after ``/intake`` and the others.

    services: those that run here, in the order to show them. reports: reporting's. token_keeper,
    links: referral's.
    """
    return site(_Installed(services, reports, token_keeper, links), services[0].settings.public_url)


class _Installed:
    """The port of the pages, implemented by the services of this process."""

    def __init__(
        self,
        services: Sequence[Service],
        reports: Reports,
        token_keeper: TokenKeeper,
        links: LinkDesk,
    ) -> None:
        self._services = {service.name: service for service in services}
        self._reports, self._token_keeper, self._links = reports, token_keeper, links
        self._finder = Finder(self._services["reporting"].log)
        first = services[0]
        self._bus, self._database = first.settings.bus, first.settings.database_name
        self._credentials, self._accesses = first.credentials, first.accesses
        self._sign_in = sign_in(first.settings, first.credentials.vouched)

    @property
    def credentials(self) -> Credentials:
        return self._credentials

    @property
    def accesses(self) -> AccessLog:
        return self._accesses

    @property
    def token_keeper(self) -> TokenKeeper:
        return self._token_keeper

    @property
    def links(self) -> LinkDesk:
        return self._links

    @property
    def agreements(self) -> Agreements:
        return Agreements(self._services["reporting"].log)

    @property
    def norms(self) -> Norms:
        return Norms(self._services["reporting"].log)

    @property
    def waiting(self) -> Waiting:
        return Waiting(self._services["reporting"].log)

    @property
    def consents(self) -> Consents:
        return Consents(self._services["reporting"].log)

    @property
    def lives(self) -> Lives:
        reporting = self._services["reporting"]
        return Lives(reporting.log, reporting.secret)

    @property
    def sign_in(self) -> SignIn | None:
        return self._sign_in

    @property
    def bus(self) -> str:
        return self._bus

    @property
    def database(self) -> str:
        return self._database

    def titles(self) -> Mapping[str, Text]:
        return {name: service.definition.title for name, service in self._services.items()}

    def statuses(self, *, numbers: bool) -> Sequence[ServiceStatus]:
        for service in self._services.values():
            service.condition.ask()
        troubles = {name: service.troubles() for name, service in self._services.items()}
        heads = {
            name: service.log.position()
            for name, service in self._services.items()
            if numbers and "database" not in troubles[name]
        }
        return [
            self._status(service, troubles[service.name], heads)
            for service in self._services.values()
        ]

    def openapi(self, service: str) -> Mapping[str, Any]:
        document: Mapping[str, Any] = self._services[service].app.openapi()
        return document

    def overview(self) -> Overview:
        return self._reports.overview()

    def cases(
        self, only_institution: str | None, limit: int, after: After | None
    ) -> Sequence[CaseRow]:
        return self._reports.cases(only_institution, limit, after)

    def of_source_key(self, number: str, only_institution: str | None) -> Sequence[CaseRow]:
        return self._reports.of_source_key(number, only_institution)

    def held(self, institution: str, limit: int, after: After | None) -> Held | None:
        return self._reports.held(institution, limit, after)

    def case(self, case_id: UUID, only_institution: str | None) -> CaseRow | None:
        return self._reports.case(case_id, only_institution)

    def institution(self, institution: str) -> InstitutionRow | None:
        return self._reports.institution(institution)

    def find_services(
        self, wanted: ServiceSearch, sender: str | None, of_case: CaseRow | None
    ) -> FoundOut:
        return self._finder.find(wanted, now(), sender, of_case)

    def services_of(self, institution: str) -> Sequence[ServiceOut]:
        return self._finder.services_of(now(), institution)

    def stale_services(self, institution: str | None, part: Part) -> StaleOut:
        return self._finder.stale(now(), institution, part)

    def claims(
        self, programme: str | None, subdivision: str | None, currency: str | None, axes: Axes
    ) -> Claims:
        return self._reports.claims(programme, subdivision, currency, axes)

    def window(
        self,
        case_or_folio: str,
        axes: Axes,
        only_institution: str | None,
        up_to: int | None,
    ) -> Window | None:
        cut = telling.up_to(up_to, telling.MOST_FACTS)
        only = only_institution
        return self._reports.window(case_or_folio, cut, axes, only_institution=only)

    def _status(
        self, service: Service, troubles: Mapping[str, str], heads: Mapping[str, int]
    ) -> ServiceStatus:
        name, title = service.name, service.definition.title
        if name not in heads:
            return ServiceStatus(name, title, troubles)
        # Of several partitions the furthest counts.
        reached: dict[str, int] = {}
        for reader in service.inbox.reader_positions():
            if reader.source in heads:
                reached[reader.source] = max(reached.get(reader.source, 0), reader.position)
        return ServiceStatus(
            name=name,
            title=title,
            troubles=troubles,
            position=heads[name],
            readings=[ReaderLag(source, at, heads[source]) for source, at in reached.items()],
            parked=service.inbox.waiting(),
        )

"""The port through which the pages know the services, and not how those run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from services.reporting.agreements import AgreementRow, Signature
from services.reporting.answers import CaseRow, Held, InstitutionRow, Overview
from services.reporting.axes import Axes
from services.reporting.claims import Claims
from services.reporting.consents import ConsentRow
from services.reporting.cursors import After, AfterDay
from services.reporting.lives import ReferralLife
from services.reporting.norms import Matrix, NormRow
from services.reporting.searching.answer import FoundOut, ServiceOut, StaleOut
from services.reporting.searching.question import ServiceSearch
from services.reporting.searching.search import Part
from services.reporting.telling import Window
from services.reporting.waiting import NoticeRow, WaitingRow
from shared.identity.access_log import Accesses
from shared.identity.by_link import LinkDesk
from shared.identity.caller import Caller
from shared.identity.oidc_sign_in import SignIn
from shared.identity.token_keeping import WantedToken
from shared.identity.tokens import Token
from shared.kernel.text import Text


@dataclass(frozen=True, slots=True)
class ReaderLag:
    """How far a service has read another's log. position: consumed; head: recorded."""

    source: str
    position: int
    head: int


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """The condition of one service.

    position: None while its log is away, and where no numbers were asked for.
    """

    name: str
    title: Text
    troubles: Mapping[str, str] = field(default_factory=dict)
    position: int | None = None
    readings: Sequence[ReaderLag] = ()
    parked: int = 0


class Credentials(Protocol):
    """Identifies who presents a token; see ``shared.identity.credentials``."""

    async def caller(self, secret: str, certificate: str | None) -> Caller: ...


class TokenKeeper(Protocol):
    """Keeps an institution's tokens for its administrator. Methods block, and raise Refused."""

    def of(
        self,
        by: Caller,
        institution: str,
        limit: int,
        after: tuple[datetime, str] | None = None,
    ) -> Sequence[Token]:
        """Return tokens, newest first."""

    def make(
        self, by: Caller, institution: str, wanted: WantedToken, route: str
    ) -> tuple[Token, str]:
        """Make a token; return it and its secret. The same key makes one token."""

    def revoke(self, by: Caller, institution: str, token: str, route: str) -> None:
        """Revoke a token at once."""


class NormSource(Protocol):
    """Reads the register of norms and tools. Methods block."""

    def listed(self, limit: int) -> Sequence[NormRow]: ...

    def matrix(self, entry_id: str, only_institution: str | None) -> Matrix | None:
        """Return who answers which element; None if there is no such entry.

        only_institution: agreements are named only if it is a party; None: all are.
        """


class AgreementSource(Protocol):
    """Reads the agreements between institutions. Methods block."""

    def listed(
        self,
        only: str | None,
        limit: int,
        after: AfterDay | None = None,
        *,
        status: str | None = None,
        within: int | None = None,
    ) -> Sequence[AgreementRow]:
        """List agreements by their last day. only: an institution's; None: all."""

    def one(self, agreement_id: UUID, only: str | None = None) -> AgreementRow | None:
        """Return an agreement; None if there is none, or none of this institution's."""

    def signatures(self, agreement_id: UUID) -> Sequence[Signature]:
        """Return the signatures of an agreement's present terms."""


class ConsentSource(Protocol):
    """Reads the consents of a case. Methods block."""

    def of_case(self, case_id: UUID, only_institution: str | None) -> Sequence[ConsentRow]:
        """List them, the last one first, as far as the institution sees the case itself."""


class WaitingSource(Protocol):
    """Reads what waits for whom. Methods block."""

    def rows(
        self,
        only_institution: str | None,
        at: datetime,
        limit: int,
        after: After | None = None,
        *,
        overdue: bool | None = None,
        **by: str | None,
    ) -> Sequence[WaitingRow]:
        """List what waits, what was due first first. by: whom, turn, programme; None: any."""

    def of_case(
        self, case_id: UUID, only_institution: str | None, at: datetime
    ) -> Sequence[WaitingRow]:
        """List what waits of a case."""

    def notices(
        self, only_institution: str | None, limit: int, after: After | None = None
    ) -> Sequence[NoticeRow]:
        """List what an institution was told of custody, last first. None: what anybody was."""


class LifeSource(Protocol):
    """Reads the lives of referrals. Methods block."""

    def life(
        self, referral_id: UUID, only_institution: str | None, at: datetime
    ) -> ReferralLife | None:
        """Return a referral's life; None if there is none, or nothing of it is seen."""


class Source(Protocol):
    """The source of everything on the pages. Methods may block.

    only_institution: limit to what it sees of cases (``scope.limited_to``); None: all.
    """

    @property
    def credentials(self) -> Credentials: ...

    @property
    def accesses(self) -> Accesses: ...

    @property
    def token_keeper(self) -> TokenKeeper: ...

    @property
    def norms(self) -> NormSource: ...

    @property
    def agreements(self) -> AgreementSource: ...

    @property
    def waiting(self) -> WaitingSource: ...

    @property
    def consents(self) -> ConsentSource: ...

    @property
    def lives(self) -> LifeSource: ...

    @property
    def links(self) -> LinkDesk: ...

    @property
    def sign_in(self) -> SignIn | None:
        """What people sign in with at the provider; None if there is none."""

    @property
    def bus(self) -> str:
        """What the services communicate over: ``log`` or ``kafka``."""

    @property
    def database(self) -> str: ...

    def titles(self) -> Mapping[str, Text]:
        """Return the titles of the services by name, in order."""

    def statuses(self, *, numbers: bool) -> Sequence[ServiceStatus]:
        """Return the status of each service, in order.

        numbers: also how far each has written and read, and how many messages wait: whoever watches
        them sees each step of a case. Without: only whether it is ready, and why not.
        """

    def openapi(self, service: str) -> Mapping[str, Any]: ...

    def overview(self) -> Overview: ...

    def cases(
        self, only_institution: str | None, limit: int, after: After | None
    ) -> Sequence[CaseRow]:
        """Return cases, last registered first."""

    def of_source_key(self, number: str, only_institution: str | None) -> Sequence[CaseRow]:
        """Return the cases that an import's source knows by this number."""

    def held(self, institution: str, limit: int, after: After | None) -> Held | None:
        """Return what an institution holds; None if it is not in the directory."""

    def case(self, case_id: UUID, only_institution: str | None) -> CaseRow | None:
        """Return one case; None if there is none, or nothing of it is seen."""

    def institution(self, institution: str) -> InstitutionRow | None:
        """Return an institution's entry in the directory; None if it has none."""

    def find_services(
        self, wanted: ServiceSearch, sender: str | None, of_case: CaseRow | None
    ) -> FoundOut:
        """Return who can serve. Raises Refused if a code or a place is not known."""

    def services_of(self, institution: str) -> Sequence[ServiceOut]:
        """Return the services of an institution that are not withdrawn, by name."""

    def stale_services(self, institution: str | None, part: Part) -> StaleOut:
        """Return the services that nobody vouched for lately. institution: None: of all."""

    def claims(
        self, programme: str | None, subdivision: str | None, currency: str | None, axes: Axes
    ) -> Claims:
        """Return the report over all cases of a programme, a subdivision, both or all.

        axes: a moment without an offset is of UTC. Raises Refused if a code is not known, and
        Overloaded if the past is looked up already.
        """

    def window(
        self,
        case_or_folio: str,
        axes: Axes,
        only_institution: str | None,
        up_to: int | None,
    ) -> Window | None:
        """Return a page of a case's history at a place in time; None outside of the scope.

        axes: a moment without an offset is of the case's wall clock. up_to: the number of the
        page's last fact; None: the last that there is.
        """

"""An installation that keeps the pages' port without any database: four services, made-up cases."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from fastapi import FastAPI

from services.console.ports import ReaderLag, ServiceStatus
from services.followup.wiring import SERVICE as FOLLOWUP
from services.intake.wiring import SERVICE as INTAKE
from services.referral.wiring import SERVICE as REFERRAL
from services.reporting import telling
from services.reporting.answers import Caseload, CaseRow, Held, InstitutionRow, Overview
from services.reporting.axes import Axes
from services.reporting.claims import Claims
from services.reporting.cursors import After
from services.reporting.searching.answer import (
    FoundOut,
    ServiceOut,
    StaleOut,
    found_out,
    service_out,
    stale_out,
)
from services.reporting.searching.asked import Asked
from services.reporting.searching.index import indexed
from services.reporting.searching.offers import Directory
from services.reporting.searching.question import ServiceSearch
from services.reporting.searching.search import Part, search
from services.reporting.selecting import chosen, one_of
from services.reporting.telling import Window
from services.reporting.wiring import SERVICE as REPORTING
from shared.identity.caller import Caller, in_force
from shared.identity.oidc_sign_in import SignIn
from shared.identity.token_keeping import RoleNotGiven, WantedToken, require_administrator
from shared.identity.tokens import Token, TokenFound, new_token
from shared.kernel.clock import now
from shared.kernel.refusals import Refusal, Refused
from shared.kernel.sight import Sight
from shared.kernel.text import Text
from shared.service.service import application
from tests.accesses import WrittenAccesses
from tests.unit.console.sample_agreements import SampleAgreements
from tests.unit.console.sample_consents import SampleConsents
from tests.unit.console.sample_history import (
    ALL,
    CASE,
    NAMES,
    OFFICE,
    SHELTER,
    START,
    many_facts,
    window_of,
)
from tests.unit.console.sample_links import SampleLinks
from tests.unit.console.sample_norms import SampleNorms
from tests.unit.console.sample_waiting import SampleWaiting
from tests.unit.reporting.sample_report import REPORT

PARTS = {parts.name: parts for parts in (INTAKE, REFERRAL, FOLLOWUP, REPORTING)}
PARTY, STRANGER, AUDITOR = "cnz_party", "cnz_stranger", "cnz_auditor"
KEEPER, MONITOR = "cnz_keeper", "cnz_monitor"
TOMORROW = timedelta(days=1)


class KeptInMemory:
    """Keeps the tokens of institutions in a list, by the product's own rule of who may."""

    def __init__(self) -> None:
        self.tokens: list[Token] = []
        self.listed = True
        self.refusal: Refusal | None = None

    def of(
        self,
        by: Caller,
        institution: str,
        limit: int,
        after: tuple[datetime, str] | None = None,
    ) -> Sequence[Token]:
        require_administrator(by, institution)
        assert after is None
        assert self.listed, "the list is away"
        return self.tokens[:limit]

    def make(
        self, by: Caller, institution: str, wanted: WantedToken, route: str
    ) -> tuple[Token, str]:
        require_administrator(by, institution)
        assert (len(wanted.key), route) == (36, "pages.make_token")
        if self.refusal is not None:
            raise Refused(self.refusal)
        if not wanted.roles:
            raise Refused(RoleNotGiven(field="roles"))
        until = now() + timedelta(days=wanted.days)
        token, secret = new_token(
            institution, wanted.roles, until, wanted.subject, made_by=by.subject
        )
        self.tokens.insert(0, token)
        return token, secret

    def revoke(self, by: Caller, institution: str, token: str, route: str) -> None:
        require_administrator(by, institution)
        assert route == "pages.revoke_token"
        self.tokens = [replace(t, revoked_at=now()) if t.id == token else t for t in self.tokens]


class Made:
    """Every case here is the one of ``sample``, in one of its histories; the others are listed."""

    def __init__(self, name: str = "months", listed: int = 60) -> None:
        self._history = (ALL | {"many-facts": many_facts})[name]()
        self._rows = [_row(number) for number in range(listed)]
        later = now() + TOMORROW
        self.known = {
            PARTY: Token("token-1", OFFICE, ("caseworker",), later, None),
            STRANGER: Token("token-2", "imss-chih", ("caseworker",), later, None),
            AUDITOR: Token("token-3", "oim-chih", ("auditor",), later, None),
            KEEPER: Token("token-4", OFFICE, ("administrator",), later, None),
            MONITOR: Token("token-5", "oim-chih", ("monitor",), later, None),
        }
        self.troubles: dict[str, str] = {}
        self.moved = 0
        self.held_up: threading.Event | None = None
        self.away: Exception | None = None
        self.written = WrittenAccesses()
        self.keeper = KeptInMemory()
        self.sample_links = SampleLinks()
        self.provider: SignIn | None = None
        self.services = indexed(Directory({}, {}))

    @property
    def credentials(self) -> "Made":
        return self

    @property
    def token_keeper(self) -> KeptInMemory:
        return self.keeper

    @property
    def links(self) -> SampleLinks:
        return self.sample_links

    @property
    def agreements(self) -> SampleAgreements:
        return SampleAgreements()

    @property
    def waiting(self) -> SampleWaiting:
        return SampleWaiting()

    @property
    def consents(self) -> SampleConsents:
        return SampleConsents()

    @property
    def lives(self) -> SampleWaiting:
        return SampleWaiting()

    @property
    def norms(self) -> SampleNorms:
        return SampleNorms()

    @property
    def accesses(self) -> WrittenAccesses:
        return self.written

    async def caller(self, secret: str, certificate: str | None) -> Caller:
        assert certificate is None
        return in_force(TokenFound(self.known.get(secret), lambda: True))

    @property
    def sign_in(self) -> SignIn | None:
        return self.provider

    @property
    def bus(self) -> str:
        return "log"

    @property
    def database(self) -> str:
        return "canaliza"

    def titles(self) -> Mapping[str, Text]:
        return {name: parts.title for name, parts in PARTS.items()}

    def statuses(self, *, numbers: bool) -> Sequence[ServiceStatus]:
        if self.held_up:
            self.held_up.wait(30)
        if self.away:
            raise self.away
        heads = {"intake": 812, "referral": 2_904 + self.moved, "followup": 1_377, "reporting": 4}
        reads = {"intake": ["referral"], "referral": ["intake"], "followup": ["intake", "referral"]}
        if not numbers:
            return [
                ServiceStatus(name, parts.title, self.troubles if name == "followup" else {})
                for name, parts in PARTS.items()
            ]
        return [
            ServiceStatus(
                name,
                parts.title,
                self.troubles if name == "followup" else {},
                heads[name],
                [ReaderLag(s, heads[s], heads[s]) for s in reads.get(name, list(heads)[:3])],
                2 if self.troubles and name == "followup" else 0,
            )
            for name, parts in PARTS.items()
        ]

    def openapi(self, service: str) -> Mapping[str, Any]:
        app: FastAPI = application(PARTS[service])
        return app.openapi()

    def overview(self) -> Overview:
        if self.away:
            raise self.away
        loads = [
            Caseload(code, name, 61 - 9 * number)
            for number, (code, name) in enumerate(NAMES.items())
        ]
        positions = {"intake": 812, "referral": 2_904, "followup": 1_377}
        loads = [each for each in loads if each.open_cases > 0]
        return Overview(203, 341, 5_093, 27, loads, positions)

    def cases(
        self, only_institution: str | None, limit: int, after: After | None
    ) -> Sequence[CaseRow]:
        mine = [r for r in self._rows if only_institution in (None, r.institution, r.custodian)]
        rows = [row for row in mine if after is None or row.after < after]
        return rows[:limit]

    def of_source_key(self, number: str, only_institution: str | None) -> Sequence[CaseRow]:
        rows = self.cases(only_institution, len(self._rows), None)
        return [row for row in rows if row.source_key == number]

    def case(self, case_id: UUID, only_institution: str | None) -> CaseRow | None:
        rows = self.cases(only_institution, 1_000, None)
        return next((row for row in rows if row.case_id == case_id), None)

    def institution(self, institution: str) -> InstitutionRow | None:
        if institution not in NAMES:
            return None
        return InstitutionRow(
            code=institution,
            name=NAMES[institution],
            kind="shelter",
            subdivision="MX-CHH",
            programmes=(),
            status="suspended",
            reachable=False,
            reachable_until=None,
        )

    def find_services(
        self, wanted: ServiceSearch, sender: str | None, of_case: CaseRow | None
    ) -> FoundOut:
        subdivision = of_case.subdivision if of_case else None
        asked = wanted.asked(START, sender, Asked(at=START, subdivision=subdivision))
        found = search(self.services, asked, wanted.part(), wanted.excluded_part())
        return found_out(self.services, asked, found, wanted, {"referral/0": 7})

    def services_of(self, institution: str) -> Sequence[ServiceOut]:
        offers = self.services.directory.offers.values()
        mine = [offer for offer in offers if offer.institution == institution]
        return [service_out(self.services, offer, START) for offer in mine]

    def stale_services(self, institution: str | None, part: Part) -> StaleOut:
        return stale_out(self.services, START, institution, part, {})

    def held(self, institution: str, limit: int, after: After | None) -> Held | None:
        entry = self.institution(institution)
        if entry is None:
            return None
        rows = [row for row in self._rows if row.custodian == institution]
        page = [row for row in rows if after is None or row.after < after][:limit]
        return Held(entry, takes_part=False, waiting=3, cases=page)

    def claims(
        self, programme: str | None, subdivision: str | None, currency: str | None, axes: Axes
    ) -> Claims:
        asked = chosen(programme, subdivision)
        one_of("currencies", "currency", currency)
        return replace(
            REPORT,
            programme=asked.programme,
            subdivision=asked.subdivision,
            axes=axes.on(UTC),
        )

    def window(
        self,
        case_or_folio: str,
        axes: Axes,
        only_institution: str | None,
        up_to: int | None,
    ) -> Window | None:
        if case_or_folio not in (str(CASE), self._history.folio):
            return None
        if only_institution is not None and only_institution not in self._history.parties:
            return None
        return window_of(self._history, axes, telling.up_to(up_to, telling.MOST_FACTS))


def _row(number: int) -> CaseRow:
    at = START - timedelta(days=3 * number)
    return CaseRow(
        case_id=CASE if number == 0 else UUID(int=number),
        sees=Sight.CASE,
        until=None,
        folio=f"CHH-{7000 + number}-P9QX-{number % 10}",
        source_key=f"2026/{number // 2}" if number % 3 else None,
        programme="mx-labour-protection",
        subdivision="MX-CHH",
        age_band=None,
        sex=None,
        institution=OFFICE,
        custodian=(custodian := SHELTER if number % 3 else OFFICE),
        custodian_name=NAMES[custodian],
        opened_at=at,
        registered_at=at,
        listed_at=at,
        closed=at if number % 4 == 3 else None,
        closed_undated=False,
        in_error=number == 5,
        referrals=number % 5,
    )

"""Who gets which answer on which route: one row for every route of every service.

A row lists the statuses of a caseworker, an administrator, a steward, an auditor and a monitor: of
the institution that registered the case and has custody, of the addressee of its live referral
(which has yet to answer in the scenario "referred"), and of a stranger to it. Supervisors,
coordinators and delegates read what an administrator does, and a supervisor gives the commands
about outcomes as a caseworker does. Without a token it is 401 everywhere, except on what is open to
all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shared.kernel.roles import (
    ADMINISTRATOR,
    CASEWORKER,
    COORDINATOR,
    DELEGATE,
    STEWARD,
    SUPERVISOR,
)
from tests.integration.http.agreement_scope import AGREEMENTS, OVERRIDES
from tests.integration.http.answering_scope import ANSWERING, COORDINATORS
from tests.integration.http.api_client import (
    ABOUT_PARTY,
    ALL_ROLES,
    APPOINTMENT,
    CASE,
    CORRECTION,
    OFFERED,
    OUTCOME,
    OWN,
    PARTY,
    REFERRAL,
    STRANGER,
    TOPICS,
    ApiClient,
    Scenario,
    Who,
    code_like,
)
from tests.integration.http.bodies import body_of, is_command, is_keyed
from tests.integration.http.consent_scope import (
    AS_A_CASEWORKER,
    AS_AN_ADMINISTRATOR,
    CASE_CONSENTS,
    CONSENTS,
)
from tests.integration.http.gathering_scope import GATHERINGS, LISTED
from tests.integration.http.link_scope import LINKS
from tests.integration.http.register_scope import NORMS, REGISTER
from tests.integration.http.requesting_scope import ASKING
from tests.integration.http.undertaking_scope import DECISION, UNDERTAKING_LISTS, UNDERTAKINGS

OTHER_ROLES = (SUPERVISOR, COORDINATOR, DELEGATE)
SUPERVISED = "/follow-ups/{referral_id}/outcomes"

READS = "200 200 200 200 200 | 200 200 200 200 200 | 404 404 404 200 200"
ANYBODY = "200 200 200 200 200 | 200 200 200 200 200 | 200 200 200 200 200"
WATCHERS = "403 403 403 200 200 | 403 403 403 200 200 | 403 403 403 200 200"
OPEN = "open"
CUSTODIAN_READS = "200 200 200 200 200 | 404 404 404 200 200 | 404 404 404 200 200"
CUSTODIAN = "200 403 403 403 403 | 404 403 403 403 403 | 404 403 403 403 403"
SENDER = "200 403 403 403 403 | 403 403 403 403 403 | 404 403 403 403 403"
ADDRESSEE = "403 403 403 403 403 | 200 403 403 403 403 | 404 403 403 403 403"
PROPOSES = "409 403 403 403 403 | 200 403 403 403 403 | 404 403 403 403 403"
STEWARDS = "403 403 200 403 403 | 403 403 200 403 403 | 403 403 200 403 403"
ENTRY = "403 403 200 403 403 | 403 200 200 403 403 | 403 403 200 403 403"
KEEPERS = "403 403 403 403 403 | 403 200 403 403 403 | 403 403 403 403 403"
ERASERS = "404 404 200 403 403 | 200 200 200 403 403 | 404 404 200 403 403"
HOLDINGS = "403 403 200 200 200 | 200 200 200 200 200 | 403 403 200 200 200"

_OF_SUPERVISORS: dict[Who, int] = {
    (where, SUPERVISOR): 200 if where == OWN else 404 for where in (OWN, PARTY, STRANGER)
}
"""Of a command that the custodian's supervisor alone gives."""


@dataclass(frozen=True)
class Row:
    """A route, the scenario it is tried in (a method of ApiClient, or a function), its answers.

    body: of a command; if none is given, one made from its schema. query: of the address.
    """

    service: str
    method: str
    template: str
    scenario: str | Callable[[ApiClient], Scenario]
    answers: str
    body: Any = None
    query: str = ""

    @property
    def route(self) -> tuple[str, str]:
        """The route as the application names it."""
        return self.method, f"/{self.service}{self.template}"

    def names(self, *parameters: str) -> bool:
        """Whether its address has one of these."""
        return any(f"{{{each}}}" in self.template for each in parameters)

    def cells(self) -> dict[Who, int]:
        """Each caller and the status it must get."""
        relations = (OWN, PARTY, STRANGER)
        if self.answers == OPEN:
            everybody: dict[Who, int] = dict.fromkeys(
                ((where, role) for where in relations for role in (*ALL_ROLES, *OTHER_ROLES)), 200
            )
            return {**everybody, None: 200}
        found: dict[Who, int] = {None: 401}
        for where, statuses in zip(relations, self.answers.split("|"), strict=True):
            for role, status in zip(ALL_ROLES, statuses.split(), strict=True):
                found[where, role] = int(status)
            commands = self.method == "POST" and self.template not in _SEARCHES
            narrow = commands or self.template == _TOKENS
            for role in OTHER_ROLES:
                found[where, role] = 403 if narrow else found[where, ADMINISTRATOR]
            if self.template == DECISION:
                found[where, COORDINATOR] = found[where, STEWARD]
            if self.template.startswith((SUPERVISED, *AS_A_CASEWORKER)):
                found[where, SUPERVISOR] = found[where, CASEWORKER]
            if self.template == _ERASURE:
                found |= {(where, role): found[where, CASEWORKER] for role in OTHER_ROLES}
        return found | self._of_supervisors(found)

    def _of_supervisors(self, found: dict[Who, int]) -> dict[Who, int]:
        """What a supervisor gets where it is not what the others of the institution get."""
        if self.template in AS_AN_ADMINISTRATOR:
            return {(w, SUPERVISOR): found[w, ADMINISTRATOR] for w in (OWN, PARTY, STRANGER)}
        return _OF_SUPERVISORS if self.template == OVERRIDES else {}

    def stage(self, api: ApiClient) -> Scenario:
        """A fresh scenario to try the route in."""
        if callable(self.scenario):
            return self.scenario(api)
        scenario: Scenario = getattr(api, self.scenario)()
        return scenario

    def request_body(self) -> Any:
        """The body of a command; an institution's code in it is a new one each time."""
        if self.method != "POST":
            return None
        body = body_of(self.service, self.template) if self.body is None else self.body
        if "institution" not in body or self.template.endswith(_NAMES_ONE):
            return body
        code = code_like("nueva")
        return {**body, "institution": code, "name": f"Institución {code}"}


_OF_A_CASE = ("case_id", "referral_id")
_NAMES_ONE = ("/signatures", "/members", "/departure", COORDINATORS)
"""Whose bodies name an institution that is there."""
_ONE = "/cases/{case_id}/referrals/{referral_id}"
_SEARCH, _FIND = "/cases/search", "/services/search"
_SEARCHES = (_SEARCH, _FIND)
_DOCUMENT = "/documents/{document_id}"
_ERASURE = f"{_DOCUMENT}/erasure"
_TOKENS = "/institutions/{institution}/tokens"
_SERVICE = "/services/{service_id}"
_FOLLOW = "/follow-ups/{referral_id}"
_EACH = ("intake", "referral", "followup", "reporting")

TABLE: list[Row] = [
    *(
        Row(service, "GET", path, "referred", OPEN)
        for service in _EACH
        for path in ("/openapi.json", "/livez", "/readyz")
    ),
    Row("intake", "GET", "/code-lists", "referred", OPEN),
    Row("intake", "GET", "/code-lists/{name}", "referred", OPEN),
    Row("intake", "GET", "/places/{subdivision}", "referred", ANYBODY),
    Row("intake", "GET", "/cases/{case_id}", "referred", CUSTODIAN_READS),
    Row("intake", "GET", "/cases/{case_id}/previews/{referral_id}", "referred", READS),
    Row(
        "intake",
        "POST",
        "/cases",
        "referred",
        "201 403 403 403 403 | 201 403 403 403 403 | 201 403 403 403 403",
        CASE,
    ),
    Row("intake", "POST", "/cases/{case_id}/corrections", "referred", CUSTODIAN, CORRECTION),
    Row("intake", "POST", "/cases/{case_id}/entry-in-error", "referred", CUSTODIAN),
    Row(
        "intake", "POST", "/cases/{case_id}/correction-proposals", "accepted", PROPOSES, CORRECTION
    ),
    Row("intake", "POST", "/cases/{case_id}/void-requests", "accepted", PROPOSES),
    Row("intake", "POST", "/cases/{case_id}/proposals/{proposal_id}/adoption", "proposed", SENDER),
    Row("intake", "POST", "/cases/{case_id}/proposals/{proposal_id}/rejection", "proposed", SENDER),
    Row("referral", "GET", "/institutions/{institution}", "referred", ANYBODY),
    Row(
        "referral",
        "POST",
        "/institutions",
        "referred",
        STEWARDS.replace("200", "201"),
    ),
    Row("referral", "POST", "/institutions/{institution}/corrections", "referred", ENTRY),
    Row("referral", "POST", "/institutions/{institution}/suspension", "listed", STEWARDS),
    Row("referral", "POST", "/institutions/{institution}/closure", "listed", STEWARDS),
    Row("referral", "POST", "/institutions/{institution}/reactivation", "listed", STEWARDS),
    Row("referral", "GET", _SERVICE, "offered", ANYBODY),
    Row(
        "referral",
        "POST",
        "/institutions/{institution}/services",
        "referred",
        ENTRY.replace("200", "201"),
        OFFERED,
    ),
    Row("referral", "POST", _SERVICE + "/corrections", "offered", ENTRY, OFFERED),
    *(
        Row("referral", "POST", f"{_SERVICE}/{noun}", "offered", ENTRY)
        for noun in ("capacity", "assurance", "suspension", "withdrawal")
    ),
    Row("referral", "POST", _SERVICE + "/resumption", "not_offered", ENTRY),
    Row("referral", "GET", _TOKENS, "referred", KEEPERS),
    Row(
        "referral",
        "POST",
        _TOKENS,
        "referred",
        KEEPERS.replace("200", "201"),
        {"roles": ["caseworker"]},
    ),
    Row("referral", "POST", _TOKENS + "/{token}/revocation", "with_token", KEEPERS, {}),
    Row(
        "referral",
        "POST",
        "/documents",
        "registered",
        ENTRY.replace("200", "201"),
        {"lema": "Nadie solo"},
        ABOUT_PARTY,
    ),
    Row("referral", "GET", "/directory/export", "referred", ANYBODY),
    Row("referral", "POST", "/directory/imports", "referred", STEWARDS, [], ""),
    Row("referral", "GET", _DOCUMENT, "documented", ANYBODY),
    Row("referral", "GET", f"{_DOCUMENT}/content", "documented", ANYBODY),
    Row("referral", "POST", _ERASURE, "documented", ERASERS),
    Row("referral", "GET", "/cases/{case_id}", "referred", CUSTODIAN_READS),
    Row(
        "referral",
        "POST",
        "/cases/{case_id}/referrals",
        "referred",
        CUSTODIAN.replace("200", "201"),
        {**REFERRAL, "to": STRANGER},
    ),
    Row("referral", "GET", _ONE, "referred", READS),
    Row("referral", "POST", _ONE + "/acknowledgement", "referred", ADDRESSEE),
    Row("referral", "POST", _ONE + "/information-requests", "referred", ADDRESSEE),
    Row("referral", "POST", _ONE + "/information-answers", "information_requested", SENDER, TOPICS),
    Row("referral", "POST", _ONE + "/acceptance", "referred", ADDRESSEE),
    Row("referral", "POST", _ONE + "/decline", "referred", ADDRESSEE),
    Row("referral", "POST", _ONE + "/decline/correction", "declined", ADDRESSEE),
    Row("referral", "POST", _ONE + "/decline/entry-in-error", "declined", ADDRESSEE),
    Row(
        "referral",
        "POST",
        _ONE + "/information-answers/entry-in-error",
        "informed",
        SENDER,
        {**TOPICS, "reason": "other"},
    ),
    Row("referral", "POST", _ONE + "/withdrawal", "referred", SENDER),
    Row("referral", "POST", _ONE + "/revocation", "accepted", SENDER),
    Row("referral", "POST", "/cases/{case_id}/closure", "accepted", SENDER),
    Row("referral", "POST", "/cases/{case_id}/reopening", "case_closed", SENDER),
    Row("followup", "GET", _FOLLOW, "accepted", READS),
    Row("followup", "POST", _FOLLOW + "/contacts", "accepted", ADDRESSEE),
    Row("followup", "POST", _FOLLOW + "/services", "accepted", ADDRESSEE),
    Row("followup", "POST", _FOLLOW + "/outcomes", "accepted", ADDRESSEE, OUTCOME),
    *(
        Row("followup", "POST", f"{_FOLLOW}/{kind}s/{{replaces}}/{how}", f"with_{kind}", ADDRESSEE)
        for kind in ("contact", "service", "outcome")
        for how in ("correction", "entry-in-error")
    ),
    Row("followup", "POST", _FOLLOW + "/closure", "accepted", ADDRESSEE),
    Row("followup", "POST", _FOLLOW + "/reopening", "closed", ADDRESSEE),
    Row("followup", "POST", _FOLLOW + "/hold", "accepted", ADDRESSEE),
    Row("followup", "POST", _FOLLOW + "/resumption", "held", ADDRESSEE),
    Row("followup", "POST", _FOLLOW + "/appointment", "accepted", ADDRESSEE, APPOINTMENT),
    *(
        Row("followup", "POST", f"{_FOLLOW}/{noun}", "accepted", ADDRESSEE)
        for noun in ("start", "completion", "failure", "cancellation", "enrolment")
    ),
    Row("followup", "POST", _FOLLOW + "/confirmations", "delivered", ADDRESSEE),
    *(Row("referral", *row) for row in UNDERTAKINGS),
    *(Row("referral", *row) for row in GATHERINGS),
    *(Row("reporting", *row) for row in LISTED),
    *(Row("referral", *row) for row in REGISTER),
    *(Row("reporting", *row) for row in NORMS),
    *(Row("referral", *row) for row in AGREEMENTS),
    *(Row("intake", *row) for row in CONSENTS),
    Row("reporting", *CASE_CONSENTS),
    *(Row("referral", *row) for row in LINKS),
    *(Row("referral", *row) for row in ANSWERING),
    *(Row("referral", *row) for row in ASKING),
    Row("reporting", "GET", "/agreements", "referred", ANYBODY),
    *(Row("reporting", "GET", path, "member_proposed", ANYBODY) for path in UNDERTAKING_LISTS),
    Row("reporting", "GET", "/cases", "referred", ANYBODY),
    Row("reporting", "POST", _SEARCH, "referred", ANYBODY, {"source_key": "2026/1"}),
    Row("reporting", "POST", _FIND, "referred", ANYBODY, {"kinds": ["shelter"]}),
    Row("reporting", "GET", "/directory/stale", "referred", ANYBODY),
    Row("reporting", "GET", "/cases/{case_id}", "referred", READS),
    Row("reporting", "GET", "/cases/{case_id}/history", "referred", READS),
    Row("reporting", "GET", "/referrals", "referred", ANYBODY),
    Row("reporting", "GET", "/referrals/{referral_id}/life", "referred", READS),
    Row("reporting", "GET", "/referrals/{referral_id}/candidates", "referred", CUSTODIAN_READS),
    Row("reporting", "GET", "/waiting", "referred", ANYBODY),
    Row("reporting", "GET", "/notices", "referred", ANYBODY),
    Row("reporting", "GET", "/accesses", "referred", ANYBODY),
    Row("reporting", "GET", "/institutions", "referred", ANYBODY),
    Row("reporting", "GET", "/institutions/{institution}/holdings", "referred", HOLDINGS),
    Row("reporting", "GET", "/indicators", "referred", ANYBODY),
    Row("reporting", "GET", "/indicators/claims", "referred", WATCHERS),
    Row("reporting", "GET", "/indicators/custody", "referred", WATCHERS),
]
POSTS = [row for row in TABLE if row.method == "POST"]
KEYED = [row for row in POSTS if is_keyed(row.service, row.template)]
COMMANDS = [row for row in KEYED if is_command(row.service, row.template)]
ABOUT_A_CASE = [row for row in TABLE if "404" in row.answers and row.names(*_OF_A_CASE)]
ABOUT_OTHERS = [row for row in TABLE if "404" in row.answers and not row.names(*_OF_A_CASE)]
"""About agreements and documents, which are kept from strangers too."""

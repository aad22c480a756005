"""Three institutions and the four services over HTTP, and cases brought as far as a test needs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partialmethod
from typing import Any

from httpx2 import Response

from services.referral.reach import tell_reach
from shared.kernel.clock import now
from shared.kernel.ids import new_id
from shared.kernel.roles import ADMINISTRATOR, AUDITOR, CASEWORKER, MONITOR, STEWARD
from tests.integration.http import agreement_scenarios, consent_scenarios, gathering_scenarios
from tests.integration.http.scenario import FIRST, OWN, PARTY, STRANGER, Scenario, code_like
from tests.stories.running_services import RunningServices
from tests.waiting import soon

__all__ = ["FIRST", "OWN", "PARTY", "STRANGER", "ApiClient", "Scenario", "code_like"]

ALL_ROLES = (CASEWORKER, ADMINISTRATOR, STEWARD, AUDITOR, MONITOR)

STEWARDS = ("operadora", STEWARD)

CASE: dict[str, Any] = {
    "programme": "mx-labour-protection",
    "subdivision": "MX-CHH",
    "municipality": "08037",
    "channel": "shelter",
    "opened_at": "2026-03-02T10:15:00-06:00",
    "happened_at": "2026-03-02T10:20:00-06:00",
    "details": {"sex": "female", "violations": ["unpaid-wages"]},
}
CORRECTION: dict[str, Any] = {"subdivision": "MX-CHH", "channel": "hotline"}
REFERRAL: dict[str, Any] = {"to": PARTY, "kind": "share", "services": ["legal-advice"]}
TOPICS = {"topics": ["consent"]}
_PROGRAMME = {"programme": "mx-labour-network"}
COMMITMENT = {**_PROGRAMME, "kind": "train-staff", "due_on": "2100-01-31"}
PROPOSAL = {**_PROGRAMME, "topic": "training"}
ACTIVITY = {**_PROGRAMME, "kind": "training", "agencies": [OWN, STRANGER], "on": "2100-01-31"}
DECLINE, WITHDRAW = {"reason": "no-capacity"}, {"reason": "need-resolved"}
GUIDE: dict[str, Any] = {"kind": "guide", "name": "Guía de prueba", "level": "federal"}
OFFERED: dict[str, Any] = {"name": "Albergue de Prueba", "kind": "shelter"}
"""A service that PARTY offers."""
OUTCOME = {"outcome": "payment", "amount": "1250.5001", "currency": "MXN", "on": "2026-05-04"}
APPOINTMENT = {"scheduled_for": "2100-01-31T10:00:00-06:00"}

ABOUT_PARTY = f"?purpose=directory-text&about_kind=institution&about_id={PARTY}"
"""What a document is for and about, in the address that it is sent to."""

Who = tuple[str, ...] | None
"""An institution and its token's roles; None: nobody, without a token."""


@dataclass
class ApiClient:
    """The services, and whoever calls them."""

    running: RunningServices
    _secrets: dict[tuple[str, ...], str] = field(default_factory=dict)

    def secret(self, institution: str, *roles: str) -> str:
        """A token's secret for that institution in these roles; the same one each time."""
        who = (institution, *(roles or (CASEWORKER,)))
        if who not in self._secrets:
            until = now() + timedelta(hours=1)
            self._secrets[who] = self.running.tokens.create(institution, who[1:], until)[1]
            tell_reach(self.running.services["referral"], self.running.tokens.all(), {institution})
        return self._secrets[who]

    def send(
        self,
        who: Who,
        method: str,
        path: str,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Send a request; a command gets a fresh Idempotency-Key unless ``headers`` has one."""
        sent: dict[str, str] = {}
        if method == "POST":
            sent["Idempotency-Key"] = str(new_id())
        if who is not None:
            sent["Authorization"] = f"Bearer {self.secret(*who)}"
        sent |= headers or {}
        return self.running.client.request(
            method, path, json=body, headers=sent, follow_redirects=False
        )

    def get(self, institution: str, path: str, *roles: str) -> Response:
        """A caseworker looks something up."""
        return self.send((institution, *(roles or (CASEWORKER,))), "GET", path)

    def submit(self, institution: str, path: str, body: Any = None) -> dict[str, Any]:
        """A caseworker's command that must be carried out; its receipt."""
        answer = self.send((institution, CASEWORKER), "POST", path, body or {})
        assert answer.status_code in {200, 201}, answer.text
        receipt: dict[str, Any] = answer.json()
        return receipt

    # Scenarios, each from the one before -------------------------------------------------------

    def registered(self) -> Scenario:
        """OWN registered a case and answers for it; all services know it."""
        scenario = Scenario(self.submit(OWN, "/intake/cases", CASE)["stream"])
        self.sees(
            OWN, f"/referral/cases/{scenario.case_id}", f"/reporting/cases/{scenario.case_id}"
        )
        return scenario

    def listed(self, **otherwise: Any) -> Scenario:
        """An institution of its own in the directory; nobody has a token of it."""
        code = code_like("otra")
        body = {"institution": code, "name": f"Institución {code}", "kind": "shelter", **otherwise}
        answer = self.send(STEWARDS, "POST", "/referral/institutions", body)
        assert answer.status_code == 201, answer.text
        return Scenario(str(new_id()), institution=code)

    def stands(self, scenario: Scenario, what: str, body: Any) -> Scenario:
        """A steward changes the status of a scenario's institution."""
        path = f"/referral/institutions/{scenario.institution}/{what}"
        answer = self.send(STEWARDS, "POST", path, body)
        assert answer.status_code == 200, answer.text
        return scenario

    def referred(self, **otherwise: Any) -> Scenario:
        """OWN referred it to PARTY (a share by default), which sees a preview everywhere."""
        scenario = self.registered()
        return self.refer(scenario, **otherwise)

    def refer(self, scenario: Scenario, **otherwise: Any) -> Scenario:
        """OWN refers the scenario's case once more."""
        answer = self.send(
            (OWN, CASEWORKER),
            "POST",
            f"/referral/cases/{scenario.case_id}/referrals",
            {**REFERRAL, **otherwise},
        )
        assert answer.status_code == 201, answer.text
        scenario = Scenario(scenario.case_id, answer.headers["Location"].rpartition("/")[2])
        addressee = otherwise.get("to", PARTY)
        self.sees(addressee, self.preview(scenario), f"/reporting/cases/{scenario.case_id}")
        self.becomes(OWN, self.of(scenario), status="delivered")
        return scenario

    def proposed(self) -> Scenario:
        """PARTY, which shares the case, proposed a correction."""
        scenario = self.accepted()
        path = f"/intake/cases/{scenario.case_id}"
        self.sees(PARTY, path)
        self.submit(PARTY, f"{path}/correction-proposals", CORRECTION)
        (waiting,) = self.get(OWN, path).json()["proposals"]
        return Scenario(scenario.case_id, scenario.referral_id, waiting["proposal_id"])

    def information_requested(self, **otherwise: Any) -> Scenario:
        """PARTY asked for information before it decides."""
        scenario = self.referred(**otherwise)
        self.submit(PARTY, f"{self.of(scenario)}/information-requests", TOPICS)
        return scenario

    def informed(self) -> Scenario:
        """OWN answered what PARTY had asked."""
        scenario = self.information_requested()
        self.submit(OWN, f"{self.of(scenario)}/information-answers", TOPICS)
        return scenario

    def declined(self) -> Scenario:
        """PARTY declined, and still sees the case by an older share that it follows up."""
        scenario = self.accepted()
        second = self.refer(scenario)
        self.submit(PARTY, f"{self.of(second)}/decline", DECLINE)
        return second

    def with_contact(self) -> Scenario:
        """PARTY recorded a contact."""
        return self._recorded("contacts", {"channel": "telephone"})

    def with_service(self) -> Scenario:
        """PARTY recorded a service."""
        return self._recorded("services", {"service": "legal-advice"})

    def with_outcome(self) -> Scenario:
        """PARTY recorded an outcome."""
        return self._recorded("outcomes", OUTCOME)

    def _recorded(self, what: str, body: Any) -> Scenario:
        scenario = self.accepted()
        receipt = self.submit(PARTY, f"/followup/follow-ups/{scenario.referral_id}/{what}", body)
        assert receipt["version"] == FIRST
        return scenario

    def accepted(self, **otherwise: Any) -> Scenario:
        """PARTY accepted and follows up."""
        scenario = self.referred(**otherwise)
        self.submit(PARTY, f"{self.of(scenario)}/acceptance")
        self.sees(
            PARTY,
            f"/followup/follow-ups/{scenario.referral_id}",
            f"/intake/cases/{scenario.case_id}",
        )
        return scenario

    def closed(self) -> Scenario:
        """PARTY closed its follow-up, and its share has ended with it."""
        scenario = self.accepted()
        self.submit(
            PARTY, f"/followup/follow-ups/{scenario.referral_id}/closure", {"outcome": "payment"}
        )
        self.becomes(OWN, self.of(scenario), status="closed")
        return scenario

    def case_closed(self) -> Scenario:
        """OWN closed the case; PARTY's share goes on."""
        scenario = self.accepted()
        self.submit(OWN, f"/referral/cases/{scenario.case_id}/closure", {"outcome": "placement"})
        return scenario

    def revoked(self) -> Scenario:
        """OWN revoked the share that PARTY had accepted, and PARTY's follow-up has ended."""
        scenario = self.accepted()
        self.submit(OWN, f"{self.of(scenario)}/revocation", {"reason": "consent-withdrawn"})
        self.becomes(PARTY, f"/followup/follow-ups/{scenario.referral_id}", status="revoked")
        return scenario

    def superseded(self) -> Scenario:
        """OWN offered a share to STRANGER, and PARTY accepted the case: the share has fallen."""
        scenario = self.referred(to=STRANGER)
        moved = self.refer(scenario, kind="transfer")
        self.submit(PARTY, f"{self.of(moved)}/acceptance")
        return scenario

    def with_token(self, **wanted: Any) -> Scenario:
        """PARTY's administrator made a token."""
        body = {"roles": [CASEWORKER], **wanted}
        who = (PARTY, ADMINISTRATOR)
        answer = self.send(who, "POST", f"/referral/institutions/{PARTY}/tokens", body)
        assert answer.status_code == 201, answer.text
        return Scenario(str(new_id()), token=answer.json()["token"])

    def undertaken(self, kind: str, body: Any) -> Scenario:
        """PARTY's administrator recorded a commitment, a proposal or a joint activity."""
        answer = self.send((PARTY, ADMINISTRATOR), "POST", f"/referral/{kind}", body)
        assert answer.status_code == 201, answer.text
        made = answer.headers["Location"].rpartition("/")[2]
        return Scenario(str(new_id()), proposal_id=made, undertaking_id=made)

    def with_agreement(self, **terms: Any) -> Scenario:
        """OWN and PARTY agreed."""
        return Scenario("", agreement_id=agreement_scenarios.agreed(self, **terms))

    with_draft = partialmethod(with_agreement, signed=False)
    with_ending = partialmethod(with_agreement, valid_until="2100-12-31")

    def with_suspended(self) -> Scenario:
        """They agreed, and OWN suspended it."""
        return Scenario("", agreement_id=agreement_scenarios.suspended_agreement(self))

    def with_consent(self) -> Scenario:
        """OWN, which referred the case to PARTY, recorded the person's consent."""
        return self._consented(self.referred())

    def with_shared_consent(self) -> Scenario:
        """The same, and PARTY has accepted its share of the case."""
        return self._consented(self.accepted())

    def _consented(self, of: Scenario) -> Scenario:
        return replace(of, consent_id=consent_scenarios.consented(self, of.case_id))

    def with_consent_override(self, *, confirmed: bool = False) -> Scenario:
        """OWN's caseworker asked for an override of consent, for PARTY."""
        of = self.referred()
        made = consent_scenarios.overriding(self, of.case_id, confirmed=confirmed)
        return replace(of, override_id=made)

    with_confirmed_override = partialmethod(with_consent_override, confirmed=True)

    def committed(self) -> Scenario:
        """PARTY made a commitment."""
        return self.undertaken("commitments", COMMITMENT)

    def commitment_withdrawn(self) -> Scenario:
        """PARTY made a commitment and withdrew it."""
        scenario = self.committed()
        path = scenario.path("referral", "/commitments/{commitment_id}/withdrawal")
        answer = self.send((PARTY, ADMINISTRATOR), "POST", path, {"reason": "other"})
        assert answer.status_code == 200, answer.text
        return scenario

    def member_proposed(self) -> Scenario:
        """PARTY proposed something to the others."""
        return self.undertaken("proposals", PROPOSAL)

    def planned(self) -> Scenario:
        """PARTY planned something with OWN."""
        return self.undertaken("activities", ACTIVITY)

    def offered(self) -> Scenario:
        """PARTY's administrator listed a service."""
        who, path = (PARTY, ADMINISTRATOR), f"/referral/institutions/{PARTY}/services"
        answer = self.send(who, "POST", path, OFFERED)
        assert answer.status_code == 201, answer.text
        service_id = answer.headers["Location"].rpartition("/")[2]
        return Scenario(str(new_id()), service_id=service_id)

    def not_offered(self) -> Scenario:
        """PARTY's service is suspended."""
        scenario = self.offered()
        path = f"/referral/services/{scenario.service_id}/suspension"
        answer = self.send((PARTY, ADMINISTRATOR), "POST", path, {"reason": "no-staff"})
        assert answer.status_code == 200, answer.text
        return scenario

    def documented(self) -> Scenario:
        """PARTY's administrator added a text about the institution, which anybody may read."""
        path = f"/referral/documents{ABOUT_PARTY}"
        answer = self.send((PARTY, ADMINISTRATOR), "POST", path, {"lema": str(new_id())})
        assert answer.status_code == 201, answer.text
        return Scenario(str(new_id()), document_id=answer.json()["document_id"])

    def entered(self, **said: Any) -> Scenario:
        """A steward registered a guide."""
        body = {**GUIDE, "entry_id": code_like("guia"), **said}
        assert self.send(STEWARDS, "POST", "/referral/register", body).status_code == 201
        matrix = f"/reporting/register/{body['entry_id']}/matrix"
        soon(lambda: self.get(PARTY, matrix).status_code == 200)
        return Scenario(str(new_id()), entry_id=body["entry_id"])

    def gathered(self) -> Scenario:
        """PARTY is a member of a network, and of a commission whose secretariat it is."""
        codes = {kind: code_like(kind[:3]) for kind in ("network", "region", "commission")}
        gathering_scenarios.gathered(self, codes)
        return Scenario(str(new_id()), **codes)

    def held(self) -> Scenario:
        """PARTY put its follow-up on hold, and its referral says so."""
        scenario = self.accepted()
        self.submit(PARTY, f"/followup/follow-ups/{scenario.referral_id}/hold", {"reason": "other"})
        self.becomes(OWN, self.of(scenario), status="on-hold")
        return scenario

    def delivered(self) -> Scenario:
        """PARTY gave the service, its referral says so, and nobody has confirmed it."""
        scenario = self.accepted()
        self.submit(
            PARTY,
            f"/followup/follow-ups/{scenario.referral_id}/completion",
            {"delivered": ["legal-advice"]},
        )
        self.becomes(OWN, self.of(scenario), status="service-delivered")
        return scenario

    def in_error(self) -> Scenario:
        """The case was entered in error while PARTY followed it up, and everybody knows."""
        scenario = self.accepted()
        self.submit(
            OWN, f"/intake/cases/{scenario.case_id}/entry-in-error", {"reason": "duplicate"}
        )
        self.becomes(
            PARTY, f"/followup/follow-ups/{scenario.referral_id}", status="entered-in-error"
        )
        return scenario

    # Addresses ----------------------------------------------------------------------------------

    def preview(self, scenario: Scenario) -> str:
        """A preview's address."""
        return f"/intake/cases/{scenario.case_id}/previews/{scenario.referral_id}"

    # Waiting ------------------------------------------------------------------------------------

    def of(self, scenario: Scenario) -> str:
        """A referral's address."""
        return f"/referral/cases/{scenario.case_id}/referrals/{scenario.referral_id}"

    def sees(self, institution: str, *paths: str) -> None:
        """Wait until the institution may see all of these."""
        for path in paths:
            soon(lambda path=path: self.get(institution, path).status_code == 200, path)  # type: ignore[misc]

    def sees_no_longer(self, institution: str, *paths: str) -> None:
        """Wait until these do not exist any more for the institution."""
        for path in paths:
            soon(lambda path=path: self.get(institution, path).status_code == 404, path)  # type: ignore[misc]

    def becomes(self, institution: str, path: str, **values: Any) -> dict[str, Any]:
        """Wait until what the institution sees there has these values; what it sees then."""
        seen: dict[str, Any] = {}

        def so() -> bool:
            seen.clear()
            seen.update(self.get(institution, path).json())
            return all(seen.get(name) == value for name, value in values.items())

        soon(so, path)
        return seen

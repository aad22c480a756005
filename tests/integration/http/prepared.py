"""Cases and institutions as the provocations of refusals need them."""

from typing import Any
from uuid import UUID

from services.referral import custody
from services.referral.decisions import ReferCase, WithdrawReferral
from services.referral.other_referrals import MOST
from shared.kernel.clock import now
from shared.kernel.decider import Actor
from shared.kernel.ids import new_id
from shared.kernel.roles import CASEWORKER
from shared.service.command_client import KeyedCommand, accepted, submit
from tests.integration.http.api_client import (
    CORRECTION,
    OWN,
    PARTY,
    STRANGER,
    WITHDRAW,
    ApiClient,
    Scenario,
)


def crowded(api: ApiClient) -> Scenario:
    """OWN referred the case as often as it may, and withdrew each time."""
    scenario, by = api.registered(), Actor(OWN, CASEWORKER, "subject-of-many")
    referral = api.running.services["referral"]
    case_id, answers = UUID(scenario.case_id), []
    for _ in range(MOST):
        referral_id = new_id()
        about: dict[str, Any] = {"by": by, "at": now(), "referral_id": referral_id}
        for command in (
            ReferCase(to=PARTY, kind="share", services=("legal-advice",), **about),
            WithdrawReferral(reason="need-resolved", **about),
        ):
            key = f"{type(command).__name__}-{referral_id}"
            keyed = KeyedCommand(
                *("referral", custody.DECIDER, case_id, command),
                *(scenario.case_id, key, referral.secret),
            )
            answers.append(submit(api.running.services, keyed))
    accepted(answers)
    return scenario


def rejected(api: ApiClient) -> Scenario:
    scenario = api.proposed()
    path = "/cases/{case_id}/proposals/{proposal_id}/rejection"
    api.submit(OWN, scenario.path("intake", path), {"reason": "other"})
    return scenario


def contradicted(api: ApiClient) -> Scenario:
    """PARTY proposed another municipality, and OWN moved the case to another state since."""
    scenario = api.accepted()
    path = f"/intake/cases/{scenario.case_id}"
    elsewhere = {**CORRECTION, "municipality": "08019"}
    api.submit(PARTY, f"{path}/correction-proposals", elsewhere)
    api.submit(OWN, f"{path}/corrections", {**CORRECTION, "subdivision": "MX-JAL"})
    (waiting,) = api.get(OWN, path).json()["proposals"]
    return Scenario(scenario.case_id, scenario.referral_id, waiting["proposal_id"])


def acknowledged(api: ApiClient) -> Scenario:
    scenario = api.referred()
    api.submit(PARTY, f"{api.of(scenario)}/acknowledgement")
    return scenario


def declined(api: ApiClient) -> Scenario:
    """Declined; a second referral keeps PARTY a party."""
    scenario = api.referred()
    api.submit(PARTY, f"{api.of(scenario)}/decline", {"reason": "no-capacity"})
    api.refer(scenario)
    return scenario


def declined_and_passed_on(api: ApiClient) -> Scenario:
    """Declined by PARTY, transferred to STRANGER, and offered by that one to PARTY."""
    scenario = declined(api)
    passed = api.refer(Scenario(scenario.case_id), kind="transfer", to=STRANGER)
    api.submit(STRANGER, f"{api.of(passed)}/acceptance")
    return scenario


def withdrawn(api: ApiClient) -> Scenario:
    scenario = api.referred()
    api.submit(OWN, f"{api.of(scenario)}/withdrawal", WITHDRAW)
    return scenario


def shared_with_both(api: ApiClient) -> Scenario:
    """Shared with PARTY, which sees the case, and offered to STRANGER."""
    return api.refer(api.accepted(), to=STRANGER)


def void(api: ApiClient) -> Scenario:
    scenario = api.registered()
    api.submit(OWN, f"/intake/cases/{scenario.case_id}/entry-in-error", {"reason": "duplicate"})
    api.becomes(OWN, f"/referral/cases/{scenario.case_id}", custodian=None)
    return scenario


def suspended(api: ApiClient) -> Scenario:
    return api.stands(api.listed(), "suspension", {"reason": "no-capacity"})


def elsewhere(api: ApiClient) -> Scenario:
    """An institution of another programme, which can answer."""
    scenario = api.listed(programmes=["mecal"])
    api.secret(scenario.institution)
    return scenario

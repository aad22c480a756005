"""How to be refused about agreements, and for want of one."""

from collections.abc import Mapping
from typing import Any

from services.referral import agreement_refusals as of_agreements
from services.referral import leaning_refusals as of_leaning
from services.reporting import refusals as of_reporting
from shared.kernel.ids import new_id
from shared.kernel.refusals import Refusal
from shared.kernel.roles import ADMINISTRATOR, CASEWORKER, STEWARD, SUPERVISOR
from tests.integration.http.agreement_scenarios import (
    AGREED_ON,
    SIGNED,
    TERMS,
    agreed,
    suspended_agreement,
)
from tests.integration.http.api_client import CASE, OWN, PARTY, REFERRAL, STRANGER, ApiClient, Who
from tests.integration.http.sent import Provocation, Sent

_STEWARD, _OF_OWN, _OF_PARTY = (OWN, STEWARD), (OWN, ADMINISTRATOR), (PARTY, ADMINISTRATOR)
_BOTH = (OWN, CASEWORKER, SUPERVISOR)  # one person in both roles
_WHY = {"reason": "under-review"}
_ELSEWHERE = "mx-trafficking"
_OVERRIDE = {"addressee": STRANGER, "reason": "no-alternative"}


def _draft(**otherwise: Any) -> Provocation:
    return lambda _: Sent(_STEWARD, "/referral/agreements", {**TERMS, **otherwise})


def _on(noun: str, body: Any, who: Who = _STEWARD, **terms: Any) -> Provocation:
    """A command on an agreement; ``signed=False``: on a draft."""
    return lambda api: Sent(who, f"/referral/agreements/{agreed(api, **terms)}/{noun}", body)


def _on_suspended(api: ApiClient) -> Sent:
    return Sent(_OF_PARTY, f"/referral/agreements/{suspended_agreement(api)}/resumption", {})


def _on_terminated(api: ApiClient) -> Sent:
    path = f"/referral/agreements/{agreed(api)}/termination"
    assert api.send(_STEWARD, "POST", path, {"reason": "breach"}).status_code == 200
    return Sent(_STEWARD, path, {"reason": "breach"})


def _case(api: ApiClient, programme: str) -> str:
    """A case of OWN's in a programme."""
    case_id: str = api.submit(OWN, "/intake/cases", {**CASE, "programme": programme})["stream"]
    api.sees(OWN, f"/referral/cases/{case_id}")
    return case_id


def _refer(programme: str, *, who: Who = (OWN, CASEWORKER), **body: Any) -> Provocation:
    return lambda api: Sent(
        who, f"/referral/cases/{_case(api, programme)}/referrals", {**REFERRAL, **body}
    )


def _where_one_is_required(api: ApiClient) -> Sent:
    path = f"/referral/programmes/{_ELSEWHERE}/agreement-requirement"
    assert api.send(_STEWARD, "POST", path, {}).status_code == 200
    return _refer(_ELSEWHERE)(api)


def _of_other_services(api: ApiClient) -> Sent:
    agreed(api)
    return _refer(AGREED_ON, services=["shelter"])(api)


def _of_an_expired_one(api: ApiClient) -> Sent:
    """An agreement in another programme, which ended."""
    agreed(api, programme="mecal", valid_until="2026-02-01")
    return _refer("mecal")(api)


def _overridden(api: ApiClient) -> Sent:
    """An override, once more."""
    case_id = _case(api, AGREED_ON)
    path = f"/referral/cases/{case_id}/agreement-overrides"
    answer = api.send(_BOTH, "POST", path, _OVERRIDE)
    assert answer.status_code == 200, answer.text
    return Sent(_BOTH, path, _OVERRIDE)


def _overridden_by_who_refers(api: ApiClient) -> Sent:
    assert (
        api.send(
            _STEWARD, "POST", f"/referral/programmes/{_ELSEWHERE}/agreement-requirement", {}
        ).status_code
        == 200
    )
    case_id = _case(api, _ELSEWHERE)
    path = f"/referral/cases/{case_id}"
    answer = api.send(_BOTH, "POST", f"{path}/agreement-overrides", _OVERRIDE)
    assert answer.status_code == 200, answer.text
    return Sent(_BOTH, f"{path}/referrals", {**REFERRAL, "to": STRANGER})


OF_AGREEMENTS: Mapping[type[Refusal], tuple[int, Provocation] | str] = {
    of_agreements.AgreementNotDrafted: (
        404,
        lambda _: Sent(_STEWARD, f"/referral/agreements/{new_id()}"),
    ),
    of_agreements.AgreementAlreadyDrafted: "nobody chooses this id: it is derived from the key",
    of_agreements.NotTheirAgreement: (
        403,
        lambda _: Sent((STRANGER, ADMINISTRATOR), "/referral/agreements", TERMS),
    ),
    of_agreements.NotTheSignatory: (
        403,
        _on("signatures", {**SIGNED, "institution": PARTY}, _OF_OWN, signed=False),
    ),
    of_agreements.RenewedByTheSteward: (403, _on("renewal", {"valid_until": None}, _OF_OWN)),
    of_agreements.NotAParty: (422, _on("signatures", {**SIGNED, "institution": STRANGER})),
    of_agreements.PartiesTooFew: (422, _draft(parties=[OWN, OWN])),
    of_agreements.PartyNotRegistered: (422, _draft(parties=[OWN, "nobody-here"])),
    of_agreements.TitleNotUsable: (422, _draft(title=" x ")),
    of_agreements.NoDataCategory: (422, _draft(kind="data-sharing-agreement")),
    of_agreements.EndsBeforeItBegins: (422, _draft(valid_until="2026-01-14")),
    of_agreements.NotLater: (422, _on("renewal", {"valid_until": "2099-01-01"})),
    of_agreements.SignedInTheFuture: (
        422,
        _on("signatures", {**SIGNED, "institution": OWN, "signed_on": "2999-01-01"}, signed=False),
    ),
    of_agreements.AlreadySigned: (409, _on("revision", {**TERMS, "title": "Otra"})),
    of_agreements.NotSignedYet: (409, _on("suspension", _WHY, signed=False)),
    of_agreements.AgreementIsOver: (409, _on_terminated),
    of_agreements.SuspendedByAnother: (403, _on_suspended),
    of_agreements.NotSuspended: (409, _on("resumption", {})),
    of_leaning.AgreementNeeded: (409, _where_one_is_required),
    of_leaning.AgreementNotInForce: (409, _of_an_expired_one),
    of_leaning.AgreementDoesNotCover: (409, _of_other_services),
    of_leaning.SecondPersonNeeded: (403, _overridden_by_who_refers),
    of_leaning.NotASupervisor: "the door's own check of the role comes first",
    of_leaning.AlreadyOverridden: (409, _overridden),
    of_reporting.NoSuchAgreement: "the pages' own: tests/unit/console has it",
}
"""Each refusal: its status and how to meet it, or why it cannot be met over HTTP."""

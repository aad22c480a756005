"""How to be refused over consent and its overrides."""

from collections.abc import Callable, Mapping
from typing import Any

from services.intake.consent import override_refusals as of_overrides
from services.intake.consent import refusals as of_consent
from shared.kernel.consenting import allowing_refusals, covering_refusals
from shared.kernel.refusals import Refusal
from shared.kernel.roles import CASEWORKER, SUPERVISOR
from tests.integration.http.api_client import OWN, PARTY, ApiClient, Scenario, Who
from tests.integration.http.consent_scenarios import (
    CONSENT,
    GUARDIAN,
    MANNER,
    ORAL,
    OVERRIDE,
    PERSON,
    SAID,
    SIGNED,
    TERMS,
    day,
)
from tests.integration.http.sent import Provocation, Sent

_OWN, _PARTY = (OWN, CASEWORKER), (PARTY, CASEWORKER)
_SUPERVISOR = (OWN, SUPERVISOR)
_ID = "nobody chooses this id: it is derived from the key"
_DISCLOSED = "is said of a disclosure: tests/unit/intake has each of them"
_GUARDED = {
    "language": "spa",
    "mode": "guardian",
    "evidence": SIGNED,
    "guardianship": {
        "kind": "parent",
        "guardian": GUARDIAN,
        "proof": SIGNED,
        "of_age_from": "2030-01-01",
    },
    "best_interest": {"assessment": SIGNED, "view": "agrees"},
}


def _record(who: Who = _OWN, **otherwise: Any) -> Provocation:
    return lambda api: Sent(
        who, f"/intake/cases/{api.accepted().case_id}/consents", {**CONSENT, **otherwise}
    )


def _terms(**otherwise: Any) -> Provocation:
    return _record(terms={**TERMS, **otherwise})


def _manner(**otherwise: Any) -> Provocation:
    return _record(manner=otherwise)


def _guarded(**otherwise: Any) -> Provocation:
    return _manner(**{**_GUARDED, **otherwise})


def _guardian(**otherwise: Any) -> Provocation:
    own: Any = _GUARDED["guardianship"]
    return _guarded(guardianship={**own, **otherwise})


def _on(
    noun: str,
    body: Any,
    who: Who = _OWN,
    scenario: Callable[[ApiClient], Scenario] = ApiClient.with_consent,
) -> Provocation:
    template = f"/cases/{{case_id}}/consents/{{consent_id}}/{noun}"
    return lambda api: Sent(who, scenario(api).path("intake", template), body)


def _override(
    noun: str, body: Any, who: Who, scenario: Callable[[ApiClient], Scenario]
) -> Provocation:
    template = f"/cases/{{case_id}}/consent-overrides/{{override_id}}/{noun}"
    return lambda api: Sent(who, scenario(api).path("intake", template), body)


def _asked(who: Who = _OWN, **otherwise: Any) -> Provocation:
    return lambda api: Sent(
        who,
        f"/intake/cases/{api.accepted().case_id}/consent-overrides",
        {**OVERRIDE, **otherwise},
    )


def _void(api: ApiClient) -> Scenario:
    """A consent that was entered in error."""
    scenario = api.with_consent()
    path = scenario.path("intake", "/cases/{case_id}/consents/{consent_id}/entry-in-error")
    api.submit(OWN, path, {"reason": "duplicate"})
    return scenario


def _told_to_others(api: ApiClient) -> Scenario:
    """PARTY once had the case, and its consent, from OWN."""
    scenario = api.with_shared_consent()
    path = scenario.path("referral", "/cases/{case_id}/referrals/{referral_id}/revocation")
    api.submit(OWN, path, {"reason": "other"})
    api.sees_no_longer(PARTY, f"/intake/cases/{scenario.case_id}")
    return scenario


def _asked_and_confirmed_by_one(api: ApiClient) -> Sent:
    """A supervisor asked, and confirms it."""
    path = f"/intake/cases/{api.registered().case_id}/consent-overrides"
    answer = api.send(_SUPERVISOR, "POST", path, OVERRIDE)
    assert answer.status_code == 201, answer.text
    return Sent(_SUPERVISOR, f"{answer.headers['Location']}/confirmation", {})


OF_CONSENT: Mapping[type[Refusal], tuple[int, Provocation] | str] = {
    of_consent.ConsentNotRecorded: (404, _on("withdrawal", {}, scenario=ApiClient.registered)),
    of_consent.ConsentAlreadyRecorded: _ID,
    of_consent.ConsentIsOver: (409, _on("renewal", SAID, scenario=_void)),
    of_consent.CustodianObtainsConsent: (403, _record(_PARTY)),
    of_consent.NoPartToTakeItBack: (403, _on("withdrawal", {}, _PARTY, _told_to_others)),
    of_consent.NotYoursToVoid: (
        403,
        _on("entry-in-error", {"reason": "other"}, _PARTY, ApiClient.with_shared_consent),
    ),
    of_consent.NoRecipient: (422, _terms(recipients=[])),
    of_consent.NotAnInstitutionsCode: (422, _terms(recipients=["Juana Ñandú"])),
    of_consent.NoCategory: (422, _terms(categories=[])),
    of_consent.ConsentBeginsBeforeItIsGiven: (422, _terms(valid_from=day(-2))),
    of_consent.ConsentEndsBeforeItBegins: (422, _terms(valid_until=day(0))),
    of_consent.ConsentTooLong: (422, _terms(valid_until="2199-01-01")),
    of_consent.EvidenceMissing: (422, _manner(language="spa", mode="written")),
    of_consent.WitnessMissing: (422, _manner(**{**ORAL, "witness": PERSON})),
    of_consent.GuardianMissing: (422, _guarded(guardianship=None)),
    of_consent.GuardianNotExpected: (
        422,
        _manner(**{**MANNER, "best_interest": _GUARDED["best_interest"]}),
    ),
    of_consent.MajorityNotSaid: (422, _guardian(of_age_from=None)),
    of_consent.PersonIsOfAge: (422, _guardian(of_age_from="2020-01-01")),
    of_consent.BestInterestMissing: (422, _guarded(best_interest=None)),
    of_consent.ChildOpposes: (
        422,
        _guarded(best_interest={"assessment": SIGNED, "view": "opposes"}),
    ),
    of_consent.NotNarrower: (
        422,
        _on("narrowing", {**SAID, "terms": {**TERMS, "kinds": ["consulate"]}}),
    ),
    of_consent.NotInTheConsent: (422, _on("withdrawal", {"kinds": ["consulate"]})),
    of_consent.NotDueYet: "no route gives such a command",
    of_overrides.OverrideNotRequested: (
        404,
        _override("confirmation", {}, _SUPERVISOR, ApiClient.registered),
    ),
    of_overrides.OverrideAlreadyRequested: _ID,
    of_overrides.OverrideAlreadyAnswered: (
        409,
        _override("confirmation", {}, _SUPERVISOR, ApiClient.with_confirmed_override),
    ),
    of_overrides.OverrideLapsed: "needs a day to go by: tests/unit/intake has it",
    of_overrides.CustodianOverrides: (403, _asked(_PARTY)),
    of_overrides.NotInThisRole: "the door's own check of the role comes first",
    of_overrides.SecondPersonNeeded: (403, _asked_and_confirmed_by_one),
    of_overrides.BasisNotUsable: "the door's own check of the field comes first",
    of_overrides.NotARecipient: (422, _asked(recipient=OWN)),
    of_overrides.OverrideNamesNoData: (422, _asked(categories=[])),
    of_overrides.NobodyToNotify: "the door's own check of the field comes first",
    of_overrides.NotToBeNotified: (
        422,
        _override("notices", {"notified": "guardian"}, _OWN, ApiClient.with_confirmed_override),
    ),
    allowing_refusals.OverrideNotConfirmed: (
        409,
        _override("notices", {"notified": "person"}, _OWN, ApiClient.with_consent_override),
    ),
    **dict.fromkeys(
        (
            allowing_refusals.OverrideOver,
            allowing_refusals.OutsideTheOverride,
            covering_refusals.NoConsent,
            covering_refusals.ConsentNotInForce,
            covering_refusals.ConsentBeginsLater,
            covering_refusals.ConsentEnded,
            covering_refusals.PersonCameOfAge,
            covering_refusals.OtherPurpose,
            covering_refusals.RecipientOutsideTheConsent,
            covering_refusals.ServicesOutsideTheConsent,
            covering_refusals.CategoriesOutsideTheConsent,
            covering_refusals.TakenBackFromRecipient,
        ),
        _DISCLOSED,
    ),
}
"""Each refusal: its status and how to meet it, or why it cannot be met over HTTP."""

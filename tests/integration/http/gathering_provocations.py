"""How to be refused where institutions are described, and where networks and such are kept."""

from collections.abc import Mapping
from typing import Any

from services.referral import directory_refusals as directory
from services.referral import gathering_refusals as gathering
from shared.kernel import refusals
from shared.kernel.roles import ADMINISTRATOR
from tests.integration.http.api_client import (
    OWN,
    PARTY,
    STEWARDS,
    STRANGER,
    ApiClient,
    Scenario,
    Who,
    code_like,
)
from tests.integration.http.gathering_scope import COMMISSION, JOINS, LEAVES, NETWORK
from tests.integration.http.sent import Provocation, Sent

_DOOR = "the door's own check of the role comes first"
_DESCRIBED = {"level": "state", "sector": "public"}
_PARTYS = f"/referral/institutions/{PARTY}"
_ANOTHERS: Who = (OWN, ADMINISTRATOR)


def _described(**said: Any) -> Provocation:
    def provoke(api: ApiClient) -> Sent:
        code = api.listed(subdivision="MX-CHH").institution
        path = f"/referral/institutions/{code}/description"
        return Sent(STEWARDS, path, {**_DESCRIBED, **said})

    return provoke


def _members(what: str, body: Any, who: Who = STEWARDS) -> Provocation:
    def provoke(api: ApiClient) -> Sent:
        return Sent(who, f"/referral/networks/{api.gathered().network}/members{what}", body)

    return provoke


def _formed_otherwise(api: ApiClient) -> Sent:
    code = api.gathered().network
    return Sent(STEWARDS, "/referral/networks", {**NETWORK, "network": code, "name": "Otra"})


def _suspended(api: ApiClient) -> Sent:
    one = api.listed()
    api.stands(one, "suspension", {"reason": "other"})
    body = {**JOINS, "institution": one.institution}
    scenario: Scenario = api.gathered()
    return Sent(STEWARDS, f"/referral/networks/{scenario.network}/members", body)


def _no_quorum(_: ApiClient) -> Sent:
    body = {**COMMISSION, "commission": code_like("cie"), "quorum": {"rule": "at-least"}}
    return Sent(STEWARDS, "/referral/commissions", body)


Refused = tuple[int, Provocation] | str
GATHERINGS: Mapping[type[refusals.Refusal], Refused] = {
    directory.StewardsOnly: _DOOR,
    directory.ItsAdministratorOnly: (
        403,
        lambda _: Sent(_ANOTHERS, f"{_PARTYS}/validation", {"version": 1}),
    ),
    directory.ChangedSinceThen: (
        409,
        lambda _: Sent((PARTY, ADMINISTRATOR), f"{_PARTYS}/validation", {"version": 0}),
    ),
    directory.MunicipalityElsewhere: (422, _described(municipality="14039")),
    directory.EntryCodeNotReadable: (422, _described(mandate=["Ley de Migración"])),
    gathering.NotFormed: (404, lambda _: Sent(STEWARDS, "/referral/networks/no-hay")),
    gathering.AlreadyFormed: (409, _formed_otherwise),
    gathering.InstitutionNotActive: (409, _suspended),
    gathering.MembershipNotYours: (403, _members("/departure", LEAVES, _ANOTHERS)),
    gathering.NotAMember: (409, _members("/departure", {**LEAVES, "institution": STRANGER})),
    gathering.StillAMemberThen: (422, _members("", {**JOINS, "institution": PARTY})),
    gathering.LeavesBeforeItJoined: (
        422,
        _members("/departure", {**LEAVES, "until": "2026-01-01"}),
    ),
    gathering.DelegatesOnly: "who votes is asked: no route takes a vote yet",
    gathering.QuorumNotUsable: (422, _no_quorum),
}

"""How to be refused about proposals, commitments and joint activities."""

from collections.abc import Callable, Mapping
from typing import Any

from services.referral import activity, commitment_decisions, proposal, undertaking
from shared.kernel import refusals
from shared.kernel.ids import new_id
from shared.kernel.roles import ADMINISTRATOR, CASEWORKER, STEWARD
from tests.integration.http.api_client import (
    ACTIVITY,
    COMMITMENT,
    PARTY,
    STRANGER,
    ApiClient,
    Scenario,
    Who,
)
from tests.integration.http.sent import Provocation, Sent

_KEEPER, _OTHER = (PARTY, ADMINISTRATOR), (STRANGER, ADMINISTRATOR)
_READER = (STRANGER, CASEWORKER)
_ID = "nobody chooses this id: it is derived from the key"
_DOOR = "the door asks for the role first"
_REASON = {"reason": "other"}


def _of(
    who: Who, scenario: Callable[[ApiClient], Scenario], template: str, body: Any
) -> Provocation:
    return lambda api: Sent(who, scenario(api).path("referral", template), body)


def _nothing(kind: str) -> Provocation:
    return lambda _: Sent(_READER, f"/referral/{kind}/{new_id()}")


def _new(kind: str, body: Any) -> Provocation:
    return lambda _: Sent(_KEEPER, f"/referral/{kind}", body)


_KEEP = "/commitments/{commitment_id}/keeping"
UNDERTAKINGS: Mapping[type[refusals.Refusal], tuple[int, Provocation] | str] = {
    undertaking.NotTheOwner: (
        403,
        _of(_OTHER, ApiClient.committed, _KEEP, {"kept_on": "2026-01-02"}),
    ),
    undertaking.Ended: (
        409,
        _of(_KEEPER, ApiClient.commitment_withdrawn, _KEEP, {"kept_on": "2026-01-02"}),
    ),
    undertaking.NotThatDayYet: (
        422,
        _of(_KEEPER, ApiClient.committed, _KEEP, {"kept_on": "2100-01-02"}),
    ),
    undertaking.DayGone: (422, _new("commitments", {**COMMITMENT, "due_on": "2026-01-02"})),
    commitment_decisions.NoSuchCommitment: (404, _nothing("commitments")),
    commitment_decisions.CommitmentAlreadyMade: _ID,
    commitment_decisions.CommitmentIsOpen: (
        409,
        _of(_KEEPER, ApiClient.committed, "/commitments/{commitment_id}/reopening", _REASON),
    ),
    proposal.NoSuchProposal: (404, _nothing("proposals")),
    proposal.ProposalAlreadyMade: _ID,
    proposal.NotADecider: _DOOR,
    proposal.OwnProposal: (
        403,
        _of(
            (PARTY, STEWARD),
            ApiClient.member_proposed,
            "/proposals/{proposal_id}/decision",
            {"decision": "adopted"},
        ),
    ),
    activity.NoSuchActivity: (404, _nothing("activities")),
    activity.ActivityAlreadyPlanned: _ID,
    activity.NobodyElse: (422, _new("activities", {**ACTIVITY, "agencies": []})),
}

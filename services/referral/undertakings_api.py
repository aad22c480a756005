"""Referral over HTTP: members' proposals, commitments and joint activities."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.referral import activity, commitment, commitment_decisions, proposal
from services.referral.undertaking_views import (
    ActivityOut,
    CommitmentOut,
    ProposalOut,
    show_activity,
    show_commitment,
    show_proposal,
)
from shared.kernel.roles import ADMINISTRATOR, COORDINATOR, STEWARD
from shared.kernel.text import Text
from shared.web.command_request import with_etag
from shared.web.command_routes import CommandRoutes, makes_id, subject_named
from shared.web.field_types import Addressed
from shared.web.identity import Identified
from shared.web.openapi import described

UNDERTAKINGS = Text("propuestas y compromisos", "proposals and commitments")
COMMITMENT = "/commitments/{commitment_id}"
PROPOSAL = "/proposals/{proposal_id}"
ACTIVITY = "/activities/{activity_id}"
KEEPERS = (STEWARD, ADMINISTRATOR)

router = APIRouter()


_commitments = CommandRoutes(
    router,
    commitment_decisions.DECIDER,
    KEEPERS,
    UNDERTAKINGS,
    subject_named("commitment_id", commitment.stream_of),
)
_commitments.add(
    "/commitments",
    commitment_decisions.MakeCommitment,
    made=makes_id("commitment_id", "commitment"),
    makes=("commitment_id",),
    location=COMMITMENT,
)
_commitments.under(
    COMMITMENT,
    {
        "day": commitment_decisions.PutOffCommitment,
        "keeping": commitment_decisions.KeepCommitment,
        "withdrawal": commitment_decisions.WithdrawCommitment,
        "reopening": commitment_decisions.ReopenCommitment,
    },
)
_proposals = CommandRoutes(
    router,
    proposal.DECIDER,
    KEEPERS,
    UNDERTAKINGS,
    subject_named("proposal_id", proposal.stream_of),
)
_proposals.add(
    "/proposals",
    proposal.MakeProposal,
    made=makes_id("proposal_id", "proposal"),
    makes=("proposal_id",),
    location=PROPOSAL,
)
_proposals.under(
    PROPOSAL, {"discussion": proposal.DiscussProposal, "withdrawal": proposal.WithdrawProposal}
)
CommandRoutes(
    router,
    proposal.DECIDER,
    (STEWARD, COORDINATOR),
    UNDERTAKINGS,
    subject_named("proposal_id", proposal.stream_of),
).add(f"{PROPOSAL}/decision", proposal.DecideProposal)
_activities = CommandRoutes(
    router,
    activity.DECIDER,
    KEEPERS,
    UNDERTAKINGS,
    subject_named("activity_id", activity.stream_of),
)
_activities.add(
    "/activities",
    activity.PlanActivity,
    made=makes_id("activity_id", "activity"),
    makes=("activity_id",),
    location=ACTIVITY,
)
_activities.under(
    ACTIVITY,
    {
        "plan": activity.ReplanActivity,
        "holding": activity.HoldActivity,
        "cancellation": activity.CancelActivity,
    },
)


@router.get(
    COMMITMENT,
    tags=[UNDERTAKINGS.both],
    **described(
        Text("Ver un compromiso", "See a commitment"),
        Text("Muestra un compromiso como está.", "Show a commitment as it stands."),
    ),
)
async def see_commitment(
    request: Request, response: Response, caller: Identified, commitment_id: Addressed
) -> CommitmentOut:
    """Show a commitment as it stands."""
    del caller
    return await with_etag(request, response, show_commitment, commitment_id)


@router.get(
    PROPOSAL,
    tags=[UNDERTAKINGS.both],
    **described(
        Text("Ver una propuesta", "See a proposal"),
        Text("Muestra una propuesta como está.", "Show a proposal as it stands."),
    ),
)
async def see_proposal(
    request: Request, response: Response, caller: Identified, proposal_id: Addressed
) -> ProposalOut:
    """Show a proposal as it stands."""
    del caller
    return await with_etag(request, response, show_proposal, proposal_id)


@router.get(
    ACTIVITY,
    tags=[UNDERTAKINGS.both],
    **described(
        Text("Ver una actividad conjunta", "See a joint activity"),
        Text("Muestra una actividad conjunta como está.", "Show a joint activity as it stands."),
    ),
)
async def see_activity(
    request: Request, response: Response, caller: Identified, activity_id: Addressed
) -> ActivityOut:
    """Show a joint activity as it stands."""
    del caller
    return await with_etag(request, response, show_activity, activity_id)

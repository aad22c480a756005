"""What referral shows of proposals, commitments and joint activities: to anybody identified."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.referral import activity, commitment, commitment_decisions, proposal
from shared.eventstore.log import Log
from shared.kernel.documents import DocumentRef
from shared.kernel.refusals import Refused
from shared.kernel.text import Text
from shared.kernel.value import fields_of

_VERSION = Text("Para If-Match.", "For If-Match.").both
_OWNER = Text("La institución a la que le toca.", "The institution whose it is.").both


class TextsOut(BaseModel):
    """A document: its id, and the SHA-256 of its bytes."""

    document_id: UUID
    digest: str


class CommitmentOut(BaseModel):
    """A commitment as it stands."""

    commitment_id: UUID
    version: int = Field(description=_VERSION)
    owner: str = Field(description=_OWNER)
    programme: str
    kind: str
    subdivision: str | None
    due_on: date
    status: str = Field(
        description=Text(
            "De commitment_statuses; overdue desde que alguien lo anota.",
            "Of commitment_statuses; overdue from when that is remarked upon.",
        ).both
    )
    subject: str | None
    subject_id: UUID | None
    texts: TextsOut | None


class ProposalOut(BaseModel):
    """A proposal as it stands."""

    proposal_id: UUID
    version: int = Field(description=_VERSION)
    owner: str = Field(description=_OWNER)
    programme: str
    topic: str
    subdivision: str | None
    decide_by: date | None
    status: str = Field(description=Text("De proposal_statuses.", "Of proposal_statuses.").both)
    discussed: int = Field(
        description=Text("Cuántas veces se discutió.", "How often it was discussed.").both
    )
    texts: TextsOut | None


class ActivityOut(BaseModel):
    """A joint activity as it stands."""

    activity_id: UUID
    version: int = Field(description=_VERSION)
    owner: str = Field(description=_OWNER)
    agencies: list[str] = Field(
        description=Text("Quiénes más participan.", "Who else takes part.").both
    )
    programme: str
    kind: str
    subdivision: str | None
    on: date = Field(
        description=Text(
            "El día previsto, o en que fue.", "The day planned, or on which it was."
        ).both
    )
    status: str = Field(description=Text("De activity_statuses.", "Of activity_statuses.").both)
    texts: TextsOut | None


def show_commitment(log: Log, commitment_id: UUID) -> CommitmentOut:
    """Show a commitment. Raises Refused (NoSuchCommitment)."""
    found = log.read(commitment_decisions.DECIDER, commitment.stream_of(commitment_id))
    if isinstance(found.state, commitment.NotMade):
        raise Refused(commitment_decisions.NoSuchCommitment())
    status: str = found.state.status
    return CommitmentOut(version=found.version, status=status, **_shown(found.state))


def show_proposal(log: Log, proposal_id: UUID) -> ProposalOut:
    """Show a proposal. Raises Refused (NoSuchProposal)."""
    found = log.read(proposal.DECIDER, proposal.stream_of(proposal_id))
    if isinstance(found.state, proposal.NotProposed):
        raise Refused(proposal.NoSuchProposal())
    return ProposalOut(version=found.version, **_shown(found.state))


def show_activity(log: Log, activity_id: UUID) -> ActivityOut:
    """Show a joint activity. Raises Refused (NoSuchActivity)."""
    found = log.read(activity.DECIDER, activity.stream_of(activity_id))
    if isinstance(found.state, activity.NotPlanned):
        raise Refused(activity.NoSuchActivity())
    return ActivityOut(version=found.version, **_shown(found.state))


def _shown(state: Any) -> dict[str, Any]:
    shown = fields_of(state)
    texts: DocumentRef | None = shown["texts"]
    return {**shown, "texts": None if texts is None else TextsOut(**fields_of(texts))}

"""What referral publishes of proposals, commitments, joint activities, and reminders.

A part of ``shared.contracts.referral``, whose names on the wire these have.
"""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from shared.contracts.contract import (
    Changed,
    Contract,
    InstitutionCode,
    Key,
    Programme,
    ProposalId,
    Subdivision,
    coded,
)
from shared.kernel.documents import DocumentRef

PART_OF = "referral"
"""The service whose contracts these are."""

CommitmentId = Annotated[UUID, Meta(description="The commitment")]
ActivityId = Annotated[UUID, Meta(description="The joint activity")]
Owner = Annotated[str, Meta(description="Whose it is: an institution's code in the directory")]
Version = Annotated[int, Meta(description="Version of an entry in the directory, then")]
Day = Annotated[date, Meta(description="A day on the local calendar")]
Reason = Annotated[str, coded("undertaking_reasons", "Why it does not go on")]
Texts = Annotated[
    DocumentRef | None, Meta(description="The document with what is said in words; null: none")
]


class CommitmentMadeV1(Contract, frozen=True, kw_only=True):
    """An institution undertook something by a day.

    subject, subject_id: what the commitment comes from, if from anything that is recorded.
    """

    key = Key.COMMITMENT
    commitment_id: CommitmentId
    owner: Owner
    owner_version: Version
    programme: Programme
    kind: Annotated[str, coded("commitment_kinds", "What it is committed to")]
    subdivision: Subdivision | None
    due_on: Day
    subject: Annotated[str, coded("commitment_subjects", "What it comes from")] | None
    subject_id: UUID | None
    texts: Texts


class CommitmentPutOffV1(Contract, frozen=True, kw_only=True):
    """The commitment has another day than before."""

    key = Key.COMMITMENT
    commitment_id: CommitmentId
    due_on: Day
    before: Day
    subdivision: Subdivision | None


class CommitmentBecameOverdueV1(Contract, frozen=True, kw_only=True):
    """The commitment's day passed, and nobody had said that it was kept."""

    key = Key.COMMITMENT
    commitment_id: CommitmentId
    due_on: Day


class CommitmentKeptV1(Contract, frozen=True, kw_only=True):
    """The commitment was kept. late: after its day. evidence: the document that shows it."""

    key = Key.COMMITMENT
    commitment_id: CommitmentId
    kept_on: Day
    late: bool
    evidence: Texts


class CommitmentWithdrawnV1(Contract, frozen=True, kw_only=True):
    """The commitment will not be kept."""

    key = Key.COMMITMENT
    commitment_id: CommitmentId
    reason: Reason


class CommitmentReopenedV1(Contract, frozen=True, kw_only=True):
    """It was not kept, or not withdrawn, after all: it is to be done."""

    key = Key.COMMITMENT
    commitment_id: CommitmentId
    reason: Annotated[str, coded("error_reasons", "Why what was said before is in error")]
    due_on: Day
    subdivision: Subdivision | None


class ProposalMadeV1(Contract, frozen=True, kw_only=True):
    """A member proposed something. decide_by: the day by which it should be decided."""

    key = Key.PROPOSAL
    proposal_id: ProposalId
    owner: Owner
    owner_version: Version
    programme: Programme
    topic: Annotated[str, coded("proposal_topics", "What it is about")]
    subdivision: Subdivision | None
    decide_by: Day | None
    texts: Texts


class ProposalDiscussedV1(Contract, frozen=True, kw_only=True):
    """An institution said what it thinks of the proposal."""

    key = Key.PROPOSAL
    proposal_id: ProposalId
    institution: InstitutionCode
    stance: Annotated[str, coded("proposal_stances", "What it says")]
    texts: Texts


class ProposalDecidedV1(Contract, frozen=True, kw_only=True):
    """The proposal was decided. institution: who says so."""

    key = Key.PROPOSAL
    proposal_id: ProposalId
    institution: InstitutionCode
    decision: Annotated[str, coded("proposal_decisions", "How it was decided")]
    texts: Texts


class ProposalWithdrawnV1(Contract, frozen=True, kw_only=True):
    """Its owner does not propose it any more."""

    key = Key.PROPOSAL
    proposal_id: ProposalId
    reason: Reason


class ActivityPlannedV1(Contract, frozen=True, kw_only=True):
    """A joint activity is to take place. agencies: who take part beside its owner.

    versions: of the owner's entry in the directory, and of the agencies' in their order.
    """

    key = Key.ACTIVITY
    activity_id: ActivityId
    owner: Owner
    agencies: tuple[InstitutionCode, ...]
    versions: tuple[Version, ...]
    programme: Programme
    kind: Annotated[str, coded("activity_kinds", "What kind of activity")]
    subdivision: Subdivision | None
    on: Day
    texts: Texts


class ActivityReplannedV1(Contract, frozen=True, kw_only=True):
    """The joint activity is planned for another day, or with others: the values as they are now."""

    key = Key.ACTIVITY
    activity_id: ActivityId
    agencies: tuple[InstitutionCode, ...]
    versions: tuple[Version, ...]
    on: Day
    texts: Texts
    changed: Changed


class ActivityHeldV1(Contract, frozen=True, kw_only=True):
    """The joint activity took place. agencies: who took part beside its owner."""

    key = Key.ACTIVITY
    activity_id: ActivityId
    held_on: Day
    agencies: tuple[InstitutionCode, ...]
    texts: Texts


class ActivityCancelledV1(Contract, frozen=True, kw_only=True):
    """The joint activity does not take place."""

    key = Key.ACTIVITY
    activity_id: ActivityId
    reason: Reason


class ServiceRemindedV1(Contract, frozen=True, kw_only=True):
    """An institution was reminded that nobody has vouched for its service lately.

    assured_on: when somebody last did; null: never.
    """

    key = Key.SERVICE
    service_id: Annotated[UUID, Meta(description="The service")]
    institution: InstitutionCode
    entry_version: Version
    reminded_on: Day
    assured_on: Day | None


class InstitutionRemindedV1(Contract, frozen=True, kw_only=True):
    """An institution was reminded that it has not found its own entry right lately.

    validated_on: when it last did; null: never.
    """

    key = Key.INSTITUTION
    institution: InstitutionCode
    entry_version: Version
    reminded_on: Day
    validated_on: Day | None

"""The rows that facts about proposals, commitments and joint activities lead to."""

from uuid import UUID

from services.reporting.declarations import (
    HAPPENED_AT,
    ONE_MORE,
    VERSION,
    Declarations,
    Declared,
    named,
    row,
)
from services.reporting.undertaking_rows import (
    Activity,
    ActivityPlan,
    ActivityStatus,
    Commitment,
    CommitmentDay,
    CommitmentStatus,
    Proposal,
    ProposalStatus,
    Remark,
    Reminder,
)
from shared.contracts import cooperation
from shared.kernel.documents import DocumentRef


def _id(ref: DocumentRef | None) -> UUID | None:
    return None if ref is None else ref.document_id


_TEXTS = named("texts", _id)


def _commitment(status: str, **more: object) -> Declared:
    """Say what became of a commitment; what is not said is so no more."""
    said = {**dict.fromkeys(("kept_on", "late", "evidence_id", "reason")), **more}
    return row(CommitmentStatus, status=status, **said)


_UNDECIDED = dict.fromkeys(("decided_by", "decided_at", "decision_id"))
_DUE = row(CommitmentDay, "due_on")

UNDERTAKINGS: Declarations = {
    cooperation.CommitmentMadeV1: [
        row(
            Commitment,
            *("owner", "programme", "kind", "subdivision", "subject", "subject_id"),
            document_id=_TEXTS,
            made_at=HAPPENED_AT,
        ),
        _DUE,
        _commitment("open"),
    ],
    cooperation.CommitmentPutOffV1: [_DUE, _commitment("open")],
    cooperation.CommitmentBecameOverdueV1: [_commitment("overdue")],
    cooperation.CommitmentKeptV1: [
        _commitment(
            "kept",
            kept_on=named("kept_on"),
            late=named("late"),
            evidence_id=named("evidence", _id),
        )
    ],
    cooperation.CommitmentWithdrawnV1: [_commitment("withdrawn", reason=named("reason"))],
    cooperation.CommitmentReopenedV1: [_commitment("open")],
    cooperation.ProposalMadeV1: [
        row(
            Proposal,
            *("owner", "programme", "topic", "subdivision", "decide_by"),
            document_id=_TEXTS,
            made_at=HAPPENED_AT,
        ),
        row(ProposalStatus, status="open", reason=None, **_UNDECIDED),
    ],
    cooperation.ProposalDiscussedV1: [
        row(
            Remark,
            *("institution", "stance"),
            version=VERSION,
            document_id=_TEXTS,
            said_at=HAPPENED_AT,
        )
    ],
    cooperation.ProposalDecidedV1: [
        row(
            ProposalStatus,
            status=named("decision"),
            decided_by=named("institution"),
            decided_at=HAPPENED_AT,
            decision_id=_TEXTS,
            reason=None,
        )
    ],
    cooperation.ProposalWithdrawnV1: [
        row(ProposalStatus, "reason", status="withdrawn", **_UNDECIDED)
    ],
    cooperation.ActivityPlannedV1: [
        row(Activity, "owner", "programme", "kind", "subdivision"),
        row(ActivityPlan, "agencies", on_day=named("on"), document_id=_TEXTS),
        row(ActivityStatus, status="planned", reason=None),
    ],
    cooperation.ActivityReplannedV1: [
        row(ActivityPlan, "agencies", on_day=named("on"), document_id=_TEXTS)
    ],
    cooperation.ActivityHeldV1: [
        row(ActivityPlan, "agencies", on_day=named("held_on"), document_id=_TEXTS),
        row(ActivityStatus, status="held", reason=None),
    ],
    cooperation.ServiceRemindedV1: [
        row(
            Reminder,
            *("institution", "reminded_on"),
            about_kind="service",
            about=named("service_id", str),
            vouched_on=named("assured_on"),
            times=ONE_MORE,
        )
    ],
    cooperation.InstitutionRemindedV1: [
        row(
            Reminder,
            *("institution", "reminded_on"),
            about_kind="institution",
            about=named("institution"),
            vouched_on=named("validated_on"),
            times=ONE_MORE,
        )
    ],
    cooperation.ActivityCancelledV1: [row(ActivityStatus, "reason", status="cancelled")],
}
"""By contract."""

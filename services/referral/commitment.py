"""A commitment: an institution undertakes something by a day, and keeps it, or does not.

One aggregate for all that speak of commitments: what a proposal, an agreement or a session leads
to names its subject. It is made, put off, kept or withdrawn by its owner; that it is overdue is
remarked upon by a timer, and what was kept in time may still be recorded after that.
"""

from collections.abc import Mapping
from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.kernel.documents import DocumentRef
from shared.kernel.fields import stored_names
from shared.kernel.ids import derived_id
from shared.kernel.times import ASIDE, MAIN, Place
from shared.kernel.value import Value, fields_of, replace


def stream_of(commitment_id: UUID) -> UUID:
    """Return the id of the stream of the commitment with this id."""
    return derived_id("commitment", str(commitment_id))


# --- facts ----------------------------------------------------------------------------------


class AboutCommitment(Value):
    """A fact about one commitment."""

    commitment_id: UUID


class CommitmentMade(AboutCommitment):
    """An institution undertook something. owner_version: of its entry in the directory then.

    subject, subject_id: what it comes from, if from anything that is recorded. texts: the document
    with its words.
    """

    owner: str
    owner_version: int
    programme: str
    kind: str
    subdivision: str | None
    due_on: date
    subject: str | None
    subject_id: UUID | None
    texts: DocumentRef | None


class CommitmentPutOff(AboutCommitment):
    """It has another day. before: the one that it had."""

    due_on: date
    before: date
    subdivision: str | None


class CommitmentBecameOverdue(AboutCommitment):
    """Its day passed, and nobody had said that it was kept."""

    due_on: date


class CommitmentKept(AboutCommitment):
    """Its owner did it. late: after its day. evidence: the document that shows it."""

    kept_on: date
    late: bool
    evidence: DocumentRef | None


class CommitmentWithdrawn(AboutCommitment):
    """Its owner will not do it."""

    reason: str


class CommitmentReopened(AboutCommitment):
    """It was not kept, or not withdrawn, after all: it is to be done, by its day."""

    reason: str
    due_on: date
    subdivision: str | None


CommitmentFact = (
    CommitmentMade
    | CommitmentPutOff
    | CommitmentBecameOverdue
    | CommitmentKept
    | CommitmentWithdrawn
    | CommitmentReopened
)

FACTS = stored_names(CommitmentFact)

# --- states ---------------------------------------------------------------------------------


class NotMade(Value):
    """There is no such commitment."""


class Made(Value):
    """A commitment."""

    commitment_id: UUID
    owner: str
    programme: str
    kind: str
    subdivision: str | None
    due_on: date
    subject: str | None
    subject_id: UUID | None
    texts: DocumentRef | None
    status: ClassVar[str]


class Open(Made):
    """It is to be done."""

    status: ClassVar[str] = "open"


class Overdue(Open):
    """It is to be done, and its day has passed."""

    status: ClassVar[str] = "overdue"


class Kept(Made):
    """It was done."""

    status: ClassVar[str] = "kept"


class Withdrawn(Made):
    """It will not be done."""

    status: ClassVar[str] = "withdrawn"


Commitment = NotMade | Open | Overdue | Kept | Withdrawn

# --- evolve ---------------------------------------------------------------------------------


def evolve(state: Commitment, fact: CommitmentFact) -> Commitment:
    """Return the state after a fact. No rule is checked: the fact has happened."""
    if isinstance(fact, CommitmentMade):
        described = fields_of(fact)
        del described["owner_version"]
        return Open(**described)
    return state if isinstance(state, NotMade) else _go_on(state, fact)


_BECOMES: Mapping[type, type[Open | Kept | Withdrawn]] = {
    CommitmentPutOff: Open,
    CommitmentBecameOverdue: Overdue,
    CommitmentKept: Kept,
    CommitmentWithdrawn: Withdrawn,
    CommitmentReopened: Open,
}


def _go_on(state: Open | Overdue | Kept | Withdrawn, fact: CommitmentFact) -> Commitment:
    after = _BECOMES[type(fact)](**fields_of(state))
    return replace(after, due_on=fact.due_on) if isinstance(fact, CommitmentPutOff) else after


def place(fact: CommitmentFact) -> Place:
    """Return a fact's place: what a timer remarks upon nobody answers."""
    return ASIDE if isinstance(fact, CommitmentBecameOverdue) else MAIN

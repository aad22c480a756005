"""What an institution may do about a commitment of its own, and when."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from services.referral.commitment import (
    Commitment,
    CommitmentBecameOverdue,
    CommitmentKept,
    CommitmentMade,
    CommitmentPutOff,
    CommitmentReopened,
    CommitmentWithdrawn,
    Kept,
    Made,
    NotMade,
    Open,
    Withdrawn,
    evolve,
    place,
)
from services.referral.undertaking import (
    TEXTS,
    Ended,
    Owner,
    Programme,
    Reason,
    Subdivision,
    cannot_take_part,
    day_gone,
    entry_of,
    not_the_owner,
    not_yet,
    owner_of,
)
from shared.kernel.decider import Command, Decider, Decision, Known, Leans, reaction_only
from shared.kernel.documents import DocumentRef
from shared.kernel.fields import Coded, Described, codes_not_known
from shared.kernel.freshness import day_in
from shared.kernel.refusals import Conflicting, Missing, Refusal
from shared.kernel.text import Text
from shared.kernel.value import fields_of

# --- commands -------------------------------------------------------------------------------

_DUE = Described(
    Text("El último día para cumplirlo, ahí.", "The last day on which to keep it, there.")
)


class MakeCommitment(Command, kw_only=True):
    """Undertake something by a day."""

    title: ClassVar[Text] = Text("Comprometerse", "Make a commitment")
    description: ClassVar[Text] = Text(
        "Registra a qué se compromete una institución, y para cuándo: quien la administra, o"
        " cualquiera con el rol steward.",
        "Record what an institution commits itself to, and by when: its administrator, or any with"
        " the role of steward.",
    )

    commitment_id: UUID
    owner: Owner = None
    programme: Programme
    kind: Annotated[str, Coded("commitment_kinds"), Described(Text("A qué.", "What to."))]
    subdivision: Subdivision = None
    due_on: Annotated[date, _DUE]
    subject: Annotated[
        str | None, Coded("commitment_subjects"), Described(Text("De qué sale.", "From what."))
    ] = None
    subject_id: Annotated[
        UUID | None, Described(Text("El id de eso de lo que sale.", "The id of what it is from."))
    ] = None
    texts: Annotated[DocumentRef | None, TEXTS] = None


class PutOffCommitment(Command, kw_only=True):
    """Keep it by another day."""

    title: ClassVar[Text] = Text("Cambiar el plazo", "Put off")
    description: ClassVar[Text] = Text(
        "Da otro día a un compromiso que sigue pendiente.",
        "Give another day to a commitment that is still open.",
    )

    due_on: Annotated[date, _DUE]


class KeepCommitment(Command, kw_only=True):
    """Say that it was done."""

    title: ClassVar[Text] = Text("Cumplir", "Keep")
    description: ClassVar[Text] = Text(
        "Dice que el compromiso se cumplió, qué día, y con qué se muestra.",
        "Say that the commitment was kept, on which day, and what shows it.",
    )

    kept_on: Annotated[date, Described(Text("El día en que se cumplió.", "The day it was kept."))]
    evidence: Annotated[
        DocumentRef | None,
        Described(Text("El documento que lo muestra.", "The document that shows it.")),
    ] = None


class WithdrawCommitment(Command, kw_only=True):
    """Say that it will not be done, and why."""

    title: ClassVar[Text] = Text("Retirar", "Withdraw")
    description: ClassVar[Text] = Text(
        "Dice que el compromiso no se va a cumplir, y por qué.",
        "Say that the commitment will not be kept, and why.",
    )

    reason: Reason


class ReopenCommitment(Command, kw_only=True):
    """It was not kept, or not withdrawn, after all."""

    title: ClassVar[Text] = Text("Volver a pendiente", "Reopen")
    description: ClassVar[Text] = Text(
        "Dice que no se cumplió, o no se retiró: se registró por error.",
        "Say that it was not kept, or not withdrawn: that was entered in error.",
    )

    reason: Annotated[
        str, Coded("error_reasons"), Described(Text("El motivo, como código.", "Why, as a code."))
    ]


class RemarkOverdue(Command, kw_only=True):
    """A timer says that its day has passed."""

    title: ClassVar[Text] = Text("Venció", "Overdue")


OwnersCommand = PutOffCommitment | KeepCommitment | WithdrawCommitment | ReopenCommitment
CommitmentCommand = MakeCommitment | OwnersCommand | RemarkOverdue

# --- refusals -------------------------------------------------------------------------------


class NoSuchCommitment(Missing):
    """Nothing was recorded under this id."""

    code: ClassVar[str] = "no-such-commitment"
    text: ClassVar[Text] = Text("No hay tal compromiso.", "There is no such commitment.")


class CommitmentAlreadyMade(Conflicting):
    """An id names one commitment."""

    code: ClassVar[str] = "commitment-already-made"
    text: ClassVar[Text] = Text(
        "Ese compromiso ya se registró, con otros datos.",
        "That commitment was recorded already, with other values.",
    )


class CommitmentIsOpen(Conflicting):
    """What is still to be done needs no reopening."""

    code: ClassVar[str] = "commitment-is-open"
    text: ClassVar[Text] = Text(
        "El compromiso sigue pendiente: no hay nada que reabrir.",
        "The commitment is still open: there is nothing to reopen.",
    )


# --- decide ---------------------------------------------------------------------------------

OWNER = "owner"
"""The name under which the rules get the owner's entry in the directory."""


def leans_on(command: CommitmentCommand, _: Commitment) -> Leans:
    """Return the owner's entry, if a commitment is made."""
    if not isinstance(command, MakeCommitment):
        return {}
    return {OWNER: entry_of(owner_of(command.by, command.owner))}


def decide(command: CommitmentCommand, state: Commitment, known: Mapping[str, Known]) -> Decision:
    if isinstance(command, MakeCommitment):
        return _made(command, state, known)
    if isinstance(state, NotMade):
        return NoSuchCommitment()
    if isinstance(command, RemarkOverdue):
        return reaction_only(command) or _overdue(command, state)
    return (
        not_the_owner(command.by, state.owner) or codes_not_known(command) or _next(command, state)
    )


def _made(command: MakeCommitment, state: Commitment, known: Mapping[str, Known]) -> Decision:
    owner = owner_of(command.by, command.owner)
    entry = known[OWNER]
    wanted = CommitmentMade(
        command.commitment_id,
        owner,
        entry.version,
        command.programme,
        command.kind,
        command.subdivision,
        command.due_on,
        command.subject,
        command.subject_id,
        command.texts,
    )
    if not isinstance(state, NotMade):
        return () if _says(state, wanted) else CommitmentAlreadyMade()
    return (
        not_the_owner(command.by, owner)
        or cannot_take_part({OWNER: entry})
        or codes_not_known(command)
        or day_gone("due_on", command.due_on, command, command.subdivision)
        or (wanted,)
    )


def _says(state: Made, wanted: CommitmentMade) -> bool:
    described = fields_of(wanted)
    del described["owner_version"]
    return described == fields_of(state)


def _overdue(command: RemarkOverdue, state: Made) -> Decision:
    """Return one fact; none if there is nothing to remark upon (any more)."""
    passed = state.due_on < day_in(state.subdivision, command.at)
    if type(state) is not Open or not passed:
        return ()
    return (CommitmentBecameOverdue(state.commitment_id, state.due_on),)


def _next(command: OwnersCommand, state: Made) -> Decision:
    match command, state:
        case ReopenCommitment(reason=reason), Kept() | Withdrawn():
            reopened = CommitmentReopened(
                state.commitment_id, reason, state.due_on, state.subdivision
            )
            return (reopened,)
        case ReopenCommitment(), _:
            return CommitmentIsOpen()
        case WithdrawCommitment(reason=reason), Open():
            return (CommitmentWithdrawn(state.commitment_id, reason),)
        case PutOffCommitment(), Open():
            return _put_off(command, state)
        case KeepCommitment(), Open():
            return _kept(command, state)
        case _:
            return Ended(state.status)


def _put_off(command: PutOffCommitment, state: Open) -> Decision:
    if command.due_on == state.due_on:
        return ()
    return day_gone("due_on", command.due_on, command, state.subdivision) or (
        CommitmentPutOff(state.commitment_id, command.due_on, state.due_on, state.subdivision),
    )


def _kept(command: KeepCommitment, state: Open) -> Decision:
    late = command.kept_on > state.due_on
    refusal: Refusal | None = not_yet("kept_on", command.kept_on, command, state.subdivision)
    return refusal or (
        CommitmentKept(state.commitment_id, command.kept_on, late, command.evidence),
    )


DECIDER: Decider[Commitment] = Decider(
    nothing=NotMade(), decide=decide, evolve=evolve, leans_on=leans_on, place=place
)

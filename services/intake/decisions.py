"""Who changes a registered case: its custodian; every other party proposes, and intake listens.

``case`` decides which of these rules a command comes to.
"""

from collections.abc import Mapping
from typing import Annotated, ClassVar, assert_never
from uuid import UUID

from services.intake import parties
from services.intake.changes import (
    CaseCorrected,
    CaseEnteredInError,
    CorrectionProposal,
    CorrectionProposed,
    DescribedCase,
    Proposal,
    ProposalAdopted,
    ProposalRejected,
    VoidRequest,
    VoidRequested,
)
from services.intake.custody_heard import HearOfCustody, hear
from services.intake.details import (
    CaseDetailsCommand,
    Description,
    changed_in,
    changes,
    described_by,
    invalid_details,
)
from services.intake.refusals import (
    CustodianDecides,
    NotAParty,
    NotTheCustodian,
    ProposalAlreadyDecided,
    ProposalNoLongerFits,
    ProposalNotFound,
)
from shared.kernel.decider import (
    Command,
    Decision,
    Known,
    Leans,
)
from shared.kernel.fields import Coded, Described, codes_not_known
from shared.kernel.refusals import Refusal
from shared.kernel.text import Text

# --- commands -------------------------------------------------------------------------------

ProposalId = Annotated[UUID, Described(Text("La propuesta.", "The proposal."))]


class CorrectCase(CaseDetailsCommand, kw_only=True):
    """Describe the case again, in full: what is left out is no longer stated."""

    title: ClassVar[Text] = Text("Corregir", "Correct")
    description: ClassVar[Text] = Text(
        "Describe de nuevo el caso, completo; solo lo hace quien responde por él. Si nada cambió,"
        " el recibo no trae hechos.",
        "Tell the case again, whole; only its custodian does. Nothing changed: no fact, and the"
        " receipt says so.",
    )

    correction_id: UUID


class EnterCaseInError(Command, kw_only=True):
    """Say that this case should never have been registered, and why (``error_reasons``)."""

    title: ClassVar[Text] = Text("Anular", "Void")
    description: ClassVar[Text] = Text(
        "Dice que el caso nunca debió registrarse; solo lo hace quien responde por él. Su historia"
        " se queda.",
        "Say that this case should never have been registered; only its custodian does. Its"
        " history stays.",
    )

    entry_id: UUID
    reason: Annotated[str, Coded("error_reasons")]


class ProposeCorrection(CaseDetailsCommand, kw_only=True):
    """Say how the case should be described, in full, without having custody of it."""

    title: ClassVar[Text] = Text("Proponer una corrección", "Propose a correction")
    description: ClassVar[Text] = Text(
        "Dice cómo debería describirse el caso, completo. Quien responde por él adopta o rechaza"
        " lo que cambia. Si nada cambia, el recibo no trae hechos.",
        "Say how the case should be described, whole. Its custodian adopts or rejects what"
        " changes. Nothing changes: no fact, and the receipt says so.",
    )

    proposal_id: ProposalId


class RequestVoid(Command, kw_only=True):
    """Ask the custodian to enter the case in error, and say why (``error_reasons``)."""

    title: ClassVar[Text] = Text("Pedir la anulación", "Request a void")
    description: ClassVar[Text] = Text(
        "Pide a quien responde por el caso que lo anule.",
        "Ask the custodian to void the case.",
    )

    proposal_id: ProposalId
    reason: Annotated[str, Coded("error_reasons")]


class AdoptProposal(Command, kw_only=True):
    """Do what another party proposes: correct the values that it changes, or void the case."""

    title: ClassVar[Text] = Text("Adoptar una propuesta", "Adopt a proposal")
    description: ClassVar[Text] = Text(
        "Corrige lo que la propuesta cambia y nada más, o anula el caso si eso se pidió.",
        "Correct what the proposal changes and no more, or void the case if that was requested.",
    )

    proposal_id: ProposalId
    adoption_id: UUID


class RejectProposal(Command, kw_only=True):
    """Do not do what another party proposes, and say why (``rejection_reasons``)."""

    title: ClassVar[Text] = Text("Rechazar una propuesta", "Reject a proposal")
    description: ClassVar[Text] = Text(
        "Rechaza la propuesta, con un código de rejection_reasons.",
        "Reject the proposal, with a code of rejection_reasons.",
    )

    proposal_id: ProposalId
    reason: Annotated[
        str,
        Coded("rejection_reasons"),
        Described(Text("El motivo, como código.", "Why, as a code.")),
    ]


Proposing = ProposeCorrection | RequestVoid
Deciding = AdoptProposal | RejectProposal
ChangeCommand = CorrectCase | EnterCaseInError | Proposing | Deciding | HearOfCustody

PARTIES = "parties"
"""The name under which the rules get the case's parties."""

# --- rules ----------------------------------------------------------------------------------


def parties_of(command: Command, state: object) -> Leans:
    """Return the other streams that a command leans on: who proposes is a party to the case."""
    if isinstance(command, Proposing) and isinstance(state, DescribedCase):
        return {PARTIES: (parties.DECIDER, parties.stream_of(state.case_id))}
    return {}


def decide_change(
    command: ChangeCommand, state: DescribedCase, known: Mapping[str, Known]
) -> Decision:
    """Decide a command about a case that is registered and not in error."""
    match command:
        case CorrectCase():
            return (
                _not_the_custodian(command, state)
                or invalid_details(command, state.programme)
                or _corrected(command, state)
            )
        case EnterCaseInError():
            return (
                _not_the_custodian(command, state)
                or codes_not_known(command)
                or (_voided(command, state, command.entry_id, command.reason),)
            )
        case ProposeCorrection():
            return (
                _not_a_party(command, state, known)
                or invalid_details(command, state.programme)
                or _proposed(command, state, known)
            )
        case RequestVoid():
            return (
                _not_a_party(command, state, known)
                or codes_not_known(command)
                or _requested(command, state, known)
            )
        case AdoptProposal() | RejectProposal():
            return _not_the_custodian(command, state) or _decided(command, state)
        case HearOfCustody():
            return hear(command, state)
        case _:
            assert_never(command)


# --- who ------------------------------------------------------------------------------------


def _not_the_custodian(command: Command, state: DescribedCase) -> Refusal | None:
    same = command.by.institution == state.custody.custodian
    return None if same else NotTheCustodian()


def _not_a_party(
    command: Command, state: DescribedCase, known: Mapping[str, Known]
) -> Refusal | None:
    own = command.by.institution
    if own == state.custody.custodian:
        return CustodianDecides()
    return None if own in _parties(known).institutions else NotAParty()


def _parties(known: Mapping[str, Known]) -> parties.Parties:
    state: parties.Parties = known[PARTIES].state
    return state


# --- what follows ---------------------------------------------------------------------------


def _corrected(command: CorrectCase, state: DescribedCase) -> tuple[CaseCorrected, ...]:
    """Return one fact if something changed, none if the description is the same."""
    return _correction(command, state, described_by(command), command.correction_id)


def _correction(
    command: Command,
    state: DescribedCase,
    new: Description,
    correction_id: UUID,
    proposal_id: UUID | None = None,
) -> tuple[CaseCorrected, ...]:
    changed = changes(state, new)
    if not changed:
        return ()
    return (
        CaseCorrected(
            subdivision=new.subdivision,
            municipality=new.municipality,
            channel=new.channel,
            opened_at=new.opened_at,
            details=new.details,
            changed=changed,
            correction_id=correction_id,
            proposal_id=proposal_id,
            custody_version=state.custody.version,
            received_at=command.received_at,
        ),
    )


def _voided(
    command: Command,
    state: DescribedCase,
    entry_id: UUID,
    reason: str,
    proposal_id: UUID | None = None,
) -> CaseEnteredInError:
    return CaseEnteredInError(
        reason=reason,
        entry_id=entry_id,
        proposal_id=proposal_id,
        custody_version=state.custody.version,
        received_at=command.received_at,
    )


def _proposed(
    command: ProposeCorrection, state: DescribedCase, known: Mapping[str, Known]
) -> tuple[CorrectionProposed, ...]:
    """Return one fact, none if nothing would change or the institution proposes it already."""
    new, own = described_by(command), command.by.institution
    changed = changes(state, new)
    waiting = [
        each.proposed
        for each in state.proposals.open
        if isinstance(each, CorrectionProposal) and each.institution == own
    ]
    if not changed or any(not changes(new, each) for each in waiting):
        return ()
    return (
        CorrectionProposed(
            subdivision=new.subdivision,
            municipality=new.municipality,
            channel=new.channel,
            opened_at=new.opened_at,
            details=new.details,
            proposal_id=command.proposal_id,
            institution=own,
            changed=changed,
            parties_version=known[PARTIES].version,
        ),
    )


def _requested(
    command: RequestVoid, state: DescribedCase, known: Mapping[str, Known]
) -> tuple[VoidRequested, ...]:
    """Return one fact, none if the institution requests it already."""
    own = command.by.institution
    if any(isinstance(p, VoidRequest) and p.institution == own for p in state.proposals.open):
        return ()
    version = known[PARTIES].version
    return (VoidRequested(command.proposal_id, own, command.reason, version),)


def _decided(command: Deciding, state: DescribedCase) -> Decision:
    proposal = state.proposals.made.get(command.proposal_id)
    if proposal is None:
        return ProposalNotFound()
    if command.proposal_id in state.proposals.decided:
        return ProposalAlreadyDecided()
    version, received_at = state.custody.version, command.received_at
    match command:
        case AdoptProposal():
            followed = _adopted(command, state, proposal)
            if isinstance(followed, Refusal):
                return followed
            return (ProposalAdopted(command.proposal_id, version, received_at), *followed)
        case RejectProposal(reason=reason):
            return codes_not_known(command) or (
                ProposalRejected(command.proposal_id, reason, version, received_at),
            )
        case _:
            assert_never(command)


def _adopted(command: AdoptProposal, state: DescribedCase, proposal: Proposal) -> Decision:
    """Return what follows from an adoption: nothing, if the case is described so by now."""
    if isinstance(proposal, VoidRequest):
        return (
            _voided(command, state, command.adoption_id, proposal.reason, proposal.proposal_id),
        )
    new = changed_in(state, proposal.proposed, proposal.changed)
    whole = CorrectCase(
        by=command.by,
        at=command.at,
        correction_id=command.adoption_id,
        subdivision=new.subdivision,
        municipality=new.municipality,
        channel=new.channel,
        opened_at=new.opened_at,
        details=new.details,
    )
    if invalid_details(whole, state.programme):
        return ProposalNoLongerFits()
    return _correction(command, state, new, command.adoption_id, proposal.proposal_id)

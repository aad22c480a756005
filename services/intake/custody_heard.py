"""What intake does when it hears that custody moved: it undoes what whoever had lost it still did.

Only the first move after an act decides about it: the custody that it names ended with that
one. Referral judges a void by the same two moments (``services.referral.custody``).
"""

from services.intake.changes import (
    Act,
    CaseCorrected,
    CaseEnteredInError,
    CorrectionProposal,
    CorrectionTurnedIntoProposal,
    CustodianChanged,
    DescribedCase,
    ProposalReopened,
    VoidRequest,
    VoidTurnedIntoRequest,
)
from services.intake.details import Description, described_by
from shared.kernel.decider import Command, Decision, came_first, reaction_only


class HearOfCustody(Command, kw_only=True):
    """Custody moved to ``custodian`` (a reaction).

    custody_version: of referral's stream at that fact. received_at: when referral received the
    command that moved it.
    """

    custodian: str
    custody_version: int


def hear(
    command: HearOfCustody, state: DescribedCase, entry: CaseEnteredInError | None = None
) -> Decision:
    """Note who has custody now, and undo what was done by who had it no longer.

    entry: the void, if the case is in error.
    """
    refused = reaction_only(command)
    if refused or command.custody_version <= state.custody.version:
        return refused or ()
    void = entry if entry and entry.custody_version == state.custody.version else None
    undone = [act for act in state.custody.acts if _came_too_late(act, command)]
    return (
        *_reopened(undone, void),
        *_turned(undone, state),
        *(_turned_void(void, state) if void and _came_too_late(void, command) else ()),
        CustodianChanged(command.custodian, command.custody_version),
    )


def _came_too_late(act: Act | CaseEnteredInError, command: HearOfCustody) -> bool:
    return came_first(command.received_at, act.received_at)


def _reopened(undone: list[Act], void: CaseEnteredInError | None) -> tuple[ProposalReopened, ...]:
    """Have what was rejected wait again, or adopted without a fact that says it itself."""
    said = {act.proposal_id for act in undone if isinstance(act, CaseCorrected)}
    said |= {void.proposal_id} if void else set()
    return tuple(
        ProposalReopened(act.proposal_id)
        for act in undone
        if not isinstance(act, CaseCorrected) and act.proposal_id not in said
    )


def _turned(undone: list[Act], state: DescribedCase) -> tuple[CorrectionTurnedIntoProposal, ...]:
    """Turn corrections into proposals; the case is described as the last that stands says."""
    custody = state.custody
    stands: Description = custody.before
    for act in custody.acts:
        if isinstance(act, CaseCorrected) and act not in undone:
            stands = act
    return tuple(
        _turned_correction(act, stands, state) for act in undone if isinstance(act, CaseCorrected)
    )


def _turned_correction(
    act: CaseCorrected, stands: Description, state: DescribedCase
) -> CorrectionTurnedIntoProposal:
    adopted = state.proposals.made.get(act.proposal_id) if act.proposal_id else None
    correction_id = act.correction_id or state.case_id  # never: it came with received_at
    own = CorrectionProposal(correction_id, state.custody.custodian, described_by(act), act.changed)
    waits = adopted if isinstance(adopted, CorrectionProposal) else own
    return CorrectionTurnedIntoProposal(
        subdivision=stands.subdivision,
        municipality=stands.municipality,
        channel=stands.channel,
        opened_at=stands.opened_at,
        details=stands.details,
        correction_id=correction_id,
        proposal_id=waits.proposal_id,
        institution=waits.institution,
        proposed=waits.proposed,
        changed=waits.changed,
    )


def _turned_void(void: CaseEnteredInError, state: DescribedCase) -> tuple[VoidTurnedIntoRequest]:
    adopted = state.proposals.made.get(void.proposal_id) if void.proposal_id else None
    entry_id = void.entry_id or state.case_id  # never: it came with received_at
    own = VoidRequest(entry_id, state.custody.custodian, void.reason)
    waits = adopted if isinstance(adopted, VoidRequest) else own
    return (VoidTurnedIntoRequest(entry_id, waits.proposal_id, waits.institution, waits.reason),)

"""What changes a registered case: the facts, and what is remembered of them.

A case's description is intake's, and who has custody of the case is referral's to say. Intake
decides on the custody that it has heard of, and its facts name that version. If an acceptance
arrives that was received before such a fact, custody was somebody else's by then: a fact turns the
correction into a proposal, the void into a request, and has a rejected proposal wait again.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar, assert_never
from uuid import UUID

from services.intake.details import Description, described_by
from shared.kernel.value import Value, replace

# --- facts ----------------------------------------------------------------------------------
# custody_version: the version of referral's stream at which custody came to whoever acted; 0: with
# the registration. received_at: when the command came in. Facts of before have neither.


class CustodianChanged(Value):
    """Intake heard that custody moved."""

    custodian: str
    custody_version: int


class CaseCorrected(Description, omit_defaults=True):
    """The case was described again: its values now, and the names of those that changed.

    proposal_id: the proposal that was adopted by it, if one was.
    """

    changed: tuple[str, ...]
    correction_id: UUID | None = None
    proposal_id: UUID | None = None
    custody_version: int = 0
    received_at: datetime | None = None


class CaseEnteredInError(Value, omit_defaults=True):
    """The case should never have been registered. proposal_id: the request that it answers."""

    reason: str
    entry_id: UUID | None = None
    proposal_id: UUID | None = None
    custody_version: int = 0
    received_at: datetime | None = None


class CorrectionProposed(Description):
    """A party that does not have custody would describe the case so, and names what differs.

    parties_version: the version of the case's parties by which the institution is one.
    """

    proposal_id: UUID
    institution: str
    changed: tuple[str, ...]
    parties_version: int


class VoidRequested(Value):
    """A party that does not have custody asks that the case be entered in error."""

    proposal_id: UUID
    institution: str
    reason: str
    parties_version: int


class ProposalAdopted(Value):
    """The custodian did what was proposed."""

    proposal_id: UUID
    custody_version: int
    received_at: datetime | None


class ProposalRejected(Value):
    """The custodian does not do what was proposed (``rejection_reasons``)."""

    proposal_id: UUID
    reason: str
    custody_version: int
    received_at: datetime | None


class ProposalReopened(Value):
    """It was decided by an institution that no longer had custody, so it waits again."""

    proposal_id: UUID


class CorrectionTurnedIntoProposal(Description):
    """The correction came after custody had moved: the case is described as it was before it.

    proposal_id: what waits instead, which is the proposal that the correction adopted, if any.
    institution, proposed, changed: whose it is, and what it says.
    """

    correction_id: UUID
    proposal_id: UUID
    institution: str
    proposed: Description
    changed: tuple[str, ...]


class VoidTurnedIntoRequest(Value):
    """The case was entered in error after custody had moved: it is not in error, and goes on.

    proposal_id: what waits instead, which is the request that the void answered, if any.
    """

    entry_id: UUID
    proposal_id: UUID
    institution: str
    reason: str


Turned = CorrectionTurnedIntoProposal | VoidTurnedIntoRequest | ProposalReopened | CustodianChanged
ChangeFact = (
    CaseCorrected
    | CaseEnteredInError
    | CorrectionProposed
    | VoidRequested
    | ProposalAdopted
    | ProposalRejected
    | Turned
)

# --- what is remembered ---------------------------------------------------------------------


class _Proposed(Value):
    """What an institution proposes."""

    proposal_id: UUID
    institution: str


class CorrectionProposal(_Proposed):
    """To describe the case so, in the values that ``changed`` names."""

    proposed: Description
    changed: tuple[str, ...]


class VoidRequest(_Proposed):
    """To enter the case in error, for this reason."""

    reason: str


Proposal = CorrectionProposal | VoidRequest


class Proposals(Value):
    """Every proposal there was, by id; those that are not ``decided`` are open."""

    made: Mapping[UUID, Proposal] = {}
    decided: frozenset[UUID] = frozenset()

    @property
    def open(self) -> tuple[Proposal, ...]:
        """Those that wait for the custodian, oldest first."""
        return tuple(each for name, each in self.made.items() if name not in self.decided)

    def with_open(self, one: Proposal) -> "Proposals":
        """Have a proposal wait, be it new or decided before."""
        return Proposals({**self.made, one.proposal_id: one}, self.decided - {one.proposal_id})

    def without(self, proposal_id: UUID) -> "Proposals":
        """Have a proposal wait no longer."""
        return Proposals(self.made, self.decided | {proposal_id})

    def reopened(self, proposal_id: UUID) -> "Proposals":
        """Have a proposal wait again."""
        return Proposals(self.made, self.decided - {proposal_id})


Act = CaseCorrected | ProposalAdopted | ProposalRejected
"""What only the custodian does, and what custody that moved before it undoes."""


class Heard(Value):
    """The custody that intake has heard of, and what its institution did with it.

    version: of referral's stream; 0: custody came with the registration. before: how the case was
    described when it came.
    """

    custodian: str
    version: int
    before: Description
    acts: tuple[Act, ...] = ()


class DescribedCase(Description):
    """A registered case, as far as its changes go."""

    case_id: UUID
    institution: str
    programme: str
    custody: Heard
    proposals: Proposals


S = TypeVar("S", bound=DescribedCase)


def changed(state: S, fact: ChangeFact) -> S:  # noqa: C901, PLR0911 - one short case for each fact
    """Return the case after a fact. No rule is checked: the fact has happened."""
    match fact:
        case CaseCorrected():
            return _acted(_described(state, fact), fact)
        case CorrectionProposed():
            return _waits(
                state,
                CorrectionProposal(
                    fact.proposal_id, fact.institution, described_by(fact), fact.changed
                ),
            )
        case VoidRequested():
            return _waits(state, VoidRequest(fact.proposal_id, fact.institution, fact.reason))
        case ProposalAdopted() | ProposalRejected():
            decided = state.proposals.without(fact.proposal_id)
            return _acted(replace(state, proposals=decided), fact)
        case ProposalReopened():
            return replace(state, proposals=state.proposals.reopened(fact.proposal_id))
        case CorrectionTurnedIntoProposal():
            return _waits(
                _described(state, fact),
                CorrectionProposal(fact.proposal_id, fact.institution, fact.proposed, fact.changed),
            )
        case VoidTurnedIntoRequest():
            return _waits(state, VoidRequest(fact.proposal_id, fact.institution, fact.reason))
        case CustodianChanged():
            custody = Heard(fact.custodian, fact.custody_version, described_by(state))
            return replace(state, custody=custody)
        case CaseEnteredInError():
            return state
        case _:
            assert_never(fact)


def _described(state: S, fact: Description) -> S:
    return replace(
        state,
        subdivision=fact.subdivision,
        municipality=fact.municipality,
        channel=fact.channel,
        opened_at=fact.opened_at,
        details=fact.details,
    )


def _acted(state: S, act: Act) -> S:
    custody = state.custody
    return replace(state, custody=replace(custody, acts=(*custody.acts, act)))


def _waits(state: S, proposal: Proposal) -> S:
    return replace(state, proposals=state.proposals.with_open(proposal))

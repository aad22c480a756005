"""Over random walks: exactly one institution has custody, checked on facts and not by the rules."""

from dataclasses import dataclass, field, replace
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from services.referral import handover
from services.referral.answers import (
    AcceptReferral,
    AcknowledgeReferral,
    AnswerInformation,
    DeclineReferral,
    RequestInformation,
    WithdrawReferral,
)
from services.referral.referral import (
    DECIDER,
    CustodyEnded,
    CustodyTaken,
    EnterCaseInError,
    InCustody,
    ReferCase,
)
from shared.kernel.decider import Actor
from shared.kernel.refusals import Refusal
from tests.cast import AT, CASE, COMMISSION, OFFICE, OTHER_REFERRAL, REFERRAL, SHELTER, SYSTEM

TAKEN = CustodyTaken(CASE, OFFICE.institution, "mx-labour-protection", "MX-CHH")
ENDINGS = (
    handover.ReferralAccepted,
    handover.ReferralDeclined,
    handover.ReferralWithdrawn,
)


@dataclass
class Auditor:
    """Reads the facts alone, oldest first, and objects where custody is not exactly one's."""

    custodian: str | None = None
    requests: dict[UUID, handover.ReferralRequested] = field(default_factory=dict)
    ended: set[UUID] = field(default_factory=set)

    def open_transfers(self) -> list[UUID]:
        return [
            identity
            for identity, request in self.requests.items()
            if request.kind == "transfer" and identity not in self.ended
        ]

    def read(self, fact: Any) -> None:
        if isinstance(fact, CustodyTaken):
            assert self.custodian is None, "taken twice"
            self.custodian = fact.custodian
            return
        assert self.custodian is not None, "nobody answers for the case"
        if isinstance(fact, CustodyEnded):
            assert fact.custodian == self.custodian, "ended by somebody else"
            self.custodian = None
        elif isinstance(fact, handover.ReferralRequested):
            assert fact.sender == self.custodian, "referred by somebody else"
            assert fact.addressee != fact.sender, "referred to itself"
            self.requests[fact.referral] = fact
            assert len(self.open_transfers()) <= 1, "two open transfers"
        elif isinstance(fact, ENDINGS):
            assert fact.referral not in self.ended, "ended twice"
            self.ended.add(fact.referral)
            if isinstance(fact, handover.ReferralAccepted):
                self._accepted(fact)

    def _accepted(self, fact: handover.ReferralAccepted) -> None:
        assert fact.previous_custodian == self.custodian, "taken from somebody else"
        moves = fact.kind == "transfer"
        expected = self.requests[fact.referral].addressee if moves else self.custodian
        assert fact.custodian == expected, "went to somebody else"
        self.custodian = fact.custodian


@dataclass(frozen=True)
class Step:
    """One move of a walk, made a wish where the walk stands: mostly by whoever may, not always."""

    answer: str
    by: str
    which: int
    to: Actor
    kind: str

    def wish(self, state: InCustody) -> Any:
        """Say it as a command; a walk that has no referral yet can only ask for one."""
        ids = list(state.referrals)
        if self.answer == "refer" or not ids:
            return ReferCase(
                by=CAST.get(self.by, CAST[state.held.custodian]),
                at=AT,
                referral=UUID(int=len(ids) + 1),
                to=self.to.institution,
                addressee_known=True,
                kind=self.kind,
                services=("legal-advice",),
                priority="normal",
            )
        identity = ids[-1 - self.which % len(ids)]
        request = state.referrals[identity].request
        theirs = {"sender": request.sender, "addressee": request.addressee}
        by = CAST[theirs.get(self.by, state.held.custodian)]
        command, fields = ANSWERS[self.answer]
        return command(by=by, at=AT, referral=identity, **fields)


CAST = {actor.institution: actor for actor in (OFFICE, COMMISSION, SHELTER)}
ANSWERS: dict[str, tuple[Any, dict[str, Any]]] = {
    "acknowledge": (AcknowledgeReferral, {}),
    "ask": (RequestInformation, {"topics": ("consent",)}),
    "inform": (AnswerInformation, {"topics": ("consent",)}),
    "accept": (AcceptReferral, {}),
    "decline": (DeclineReferral, {"reason": "other"}),
    "withdraw": (WithdrawReferral, {"reason": "other"}),
}

steps = st.builds(
    Step,
    answer=st.sampled_from(["refer", "refer", "accept", *ANSWERS]),
    by=st.sampled_from(["addressee", "sender", "custodian", *CAST]),
    which=st.integers(0, 2),
    to=st.sampled_from(list(CAST.values())),
    kind=st.sampled_from(["transfer", "share"]),
)
walks = st.lists(steps, min_size=60, max_size=90)


def walk(moves: list[Step], auditor: Auditor) -> InCustody:
    """Go through the moves as far as the rules let each of them, audited at every one."""
    state = DECIDER.fold([TAKEN])
    auditor.read(TAKEN)
    for move in moves:
        assert isinstance(state, InCustody)
        decision = DECIDER.decide(move.wish(state), state)
        for fact in () if isinstance(decision, Refusal) else decision:
            auditor.read(fact)
            state = DECIDER.evolve(state, fact)
        assert isinstance(state, InCustody)
        assert auditor.custodian == state.held.custodian
    assert isinstance(state, InCustody)
    return state


@settings(deadline=None, max_examples=100)
@given(moves=walks)
def test_exactly_one_institution_has_custody_at_every_moment(moves: list[Step]) -> None:
    auditor = Auditor()
    state = walk(moves, auditor)
    ending = DECIDER.decide(EnterCaseInError(by=SYSTEM, at=AT), state)
    assert isinstance(ending, tuple)
    for fact in ending:
        auditor.read(fact)
    assert auditor.custodian is None


@pytest.mark.parametrize("kind", ["share", "transfer"])
def test_the_walks_get_where_it_matters(kind: str) -> None:
    """A walk that never saw two acceptances of a kind would prove nothing of them."""

    def saw_two(moves: list[Step]) -> bool:
        referrals = walk(moves, Auditor()).referrals.values()
        taken_on = [one for one in referrals if isinstance(one, handover.Accepted)]
        return sum(one.request.kind == kind for one in taken_on) > 1

    looked = settings(deadline=None, max_examples=2000, phases=[Phase.generate], database=None)
    assert saw_two(find(walks, saw_two, settings=looked, random=Random(2026)))  # noqa: S311 - a walk


def _requested(kind: str, sender: Actor, addressee: Actor) -> handover.ReferralRequested:
    return handover.ReferralRequested(
        REFERRAL, sender.institution, addressee.institution, kind, ("shelter",), "normal"
    )


ASKED = _requested("transfer", OFFICE, COMMISSION)
MOVED = handover.ReferralAccepted(
    referral=REFERRAL,
    kind="transfer",
    sender=OFFICE.institution,
    addressee=COMMISSION.institution,
    custodian=COMMISSION.institution,
    previous_custodian=OFFICE.institution,
    programme="mx-labour-protection",
    state="MX-CHH",
)
WRONG: dict[str, tuple[Any, ...]] = {
    "taken twice": (TAKEN, TAKEN),
    "nobody answers for the case": (ASKED,),
    "ended by somebody else": (TAKEN, CustodyEnded(SHELTER.institution)),
    "referred by somebody else": (TAKEN, _requested("share", SHELTER, COMMISSION)),
    "referred to itself": (TAKEN, _requested("share", OFFICE, OFFICE)),
    "two open transfers": (TAKEN, ASKED, replace(ASKED, referral=OTHER_REFERRAL)),
    "ended twice": (TAKEN, ASKED, MOVED, MOVED),
    "taken from somebody else": (
        TAKEN,
        ASKED,
        replace(MOVED, previous_custodian=SHELTER.institution),
    ),
    "went to somebody else": (TAKEN, ASKED, replace(MOVED, custodian=SHELTER.institution)),
}


@pytest.mark.parametrize("what", WRONG)
def test_the_auditor_objects_to_what_must_never_happen(what: str) -> None:
    auditor, (*history, wrong) = Auditor(), WRONG[what]
    for fact in history:
        auditor.read(fact)
    with pytest.raises(AssertionError, match=what):
        auditor.read(wrong)

"""A walk over a follow-up: the work of whoever accepted, its end, and going on after all."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from hypothesis import strategies as st
from typing_extensions import override

from services.followup import amounts as amounts_of
from services.followup import decisions, followup, life, refusals
from shared.eventstore.codec import Vocabulary
from shared.kernel.codes import code, codes
from shared.kernel.decider import Actor, Command
from shared.kernel.life import refusals as of_lives
from tests.personas import CASE, COMMISSION, OFFICE, REFERRAL, SYSTEM
from tests.unit.machines.commands import INSTITUTIONS, coded, days, moments, mostly, seldom
from tests.unit.machines.drawn_commands import Draws
from tests.unit.machines.walking import Walk, move

theirs = st.sampled_from([COMMISSION] * 5 + [OFFICE, SYSTEM])
_EDGES = ("-0", "1E+3", "0.0001", "-0.01", "-1", "0.00001", "999999999999999.9999", "1E+15", "sNaN")
amounts = st.sampled_from([Decimal(x) for x in _EDGES]) | st.decimals()
paying = coded("outcome_kinds", lambda kind: code("outcome_kinds", kind).extra["amount"] != "none")
money = st.tuples(amounts, coded("currencies")) | st.just((None, None))
half = st.tuples(amounts, st.none()) | st.tuples(st.none(), coded("currencies"))


class FollowUpWalk(Walk):
    """One follow-up, worked on by one institution while it is open."""

    service = "followup"
    decider = life.DECIDER
    speaks = (refusals, amounts_of, of_lives)
    vocabulary = Vocabulary(followup.FACTS)
    draws: ClassVar[Draws] = {
        "by": theirs,
        "OpenFollowUp.by": st.sampled_from([SYSTEM, SYSTEM, OFFICE]),
        "EnterFollowUpInError.by": seldom(SYSTEM),
        "RevokeFollowUp.by": seldom(SYSTEM),
        "referral_id": st.just(REFERRAL),
        "case_id": st.just(CASE),
        "institution": st.just(COMMISSION.institution),
        "sender": st.sampled_from(INSTITUTIONS),
        "kind": coded("referral_kinds"),
        "programme": st.just("mecal"),
        "subdivision": st.just("MX-CHH"),
    }
    often: ClassVar[Mapping[type[Command], int]] = {decisions.OpenFollowUp: 2}

    def __init__(self) -> None:
        super().__init__()
        self.stands = "nothing"
        self.work: list[Any] = []

    @move(
        decisions.RecordOutcome,
        often=4,
        by=theirs,
        at=moments,
        outcome=paying | coded("outcome_kinds"),
        money=mostly(money, half),
        on=st.none() | days,
    )
    def outcome(self, by: Actor, money: tuple[Any, Any], **values: Any) -> None:
        amount, currency = money
        self.submit(decisions.RecordOutcome(by=by, amount=amount, currency=currency, **values))

    @override
    def audit(self, command: Any, fact: Any) -> None:
        assert fact.referral_id == REFERRAL, "of another referral"
        before, (wanted, self.stands) = self.stands, _MOVES.get(type(fact), ("open", "open"))
        if isinstance(fact, followup.FollowUpOpened):
            assert before == wanted, "opened twice"
            assert command.by == SYSTEM, "not a reaction"
        elif isinstance(fact, followup.FollowUpEnteredInError):
            assert before not in {"nothing", "revoked", "void"}, "void without being alive"
            assert command.by == SYSTEM, "not a reaction"
        elif isinstance(fact, followup.FollowUpRevoked):
            assert before in {"open", "on-hold", "closed"}, "revoked after its end"
            assert command.by == SYSTEM, "not a reaction"
        else:
            assert before == wanted, "worked on out of turn"
            assert command.by.institution == COMMISSION.institution, "somebody else's work"
            self._work(command, fact)

    def _work(self, command: Any, fact: Any) -> None:
        if isinstance(fact, followup.OutcomeRecorded | followup.FollowUpClosed):
            assert fact.outcome_class == code("outcome_kinds", fact.outcome).extra["class"], (
                "of another class"
            )
        if isinstance(fact, followup.OutcomeRecorded):
            assert (fact.amount is None) == (fact.currency is None), "an amount of what?"
            assert fact.amount == command.amount, "rounded"
            if fact.amount is not None:
                assert Decimal(0) <= fact.amount < Decimal(10) ** 15, "no amount"
                assert "E" not in str(fact.amount), "written with an exponent"
                assert fact.currency in codes("currencies"), "an unknown code"
        if type(fact) not in _MOVES:
            self.work.append(fact)

    @override
    def agrees(self) -> None:
        state = self.state
        names: dict[type, str] = {
            followup.NotOpened: "nothing",
            followup.Open: "open",
            followup.OnHold: "on-hold",
            followup.Closed: "closed",
            followup.Revoked: "revoked",
            followup.InError: "void",
        }
        assert names[type(state)] == self.stands, "stands elsewhere"
        if self.stands != "nothing":
            work = state if isinstance(state, followup.Open) else state.work
            kinds = [followup.ContactRecorded, followup.ServiceDelivered, followup.OutcomeRecorded]
            done = [sum(isinstance(fact, kind) for fact in self.work) for kind in kinds]
            assert [work.contacts, len(work.services), len(work.outcomes)] == done, (
                "work was forgotten"
            )


_MOVES: dict[type, tuple[str, str]] = {
    followup.FollowUpOpened: ("nothing", "open"),
    followup.FollowUpClosed: ("open", "closed"),
    followup.FollowUpReopened: ("closed", "open"),
    followup.FollowUpPutOnHold: ("open", "on-hold"),
    followup.FollowUpResumed: ("on-hold", "open"),
    followup.FollowUpRevoked: ("", "revoked"),
    followup.FollowUpEnteredInError: ("", "void"),
}
"""Where it stands before and after each fact that is not work; "": in any of several."""

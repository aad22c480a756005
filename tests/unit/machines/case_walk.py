"""A walk over a case at intake: who has custody of it changes it, and all others propose."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize
from typing_extensions import override

from services.intake import case, changes, custody_heard, decisions, details, refusals
from services.intake.parties import Parties
from shared.eventstore.codec import Vocabulary
from shared.kernel.codes import codes
from shared.kernel.decider import Actor, Known
from shared.kernel.sight import Sides, Sight
from tests.personas import AT, CASE, OFFICE, SYSTEM
from tests.unit.machines.case_memory import NAMES, Period, Waiting, flat, too_late
from tests.unit.machines.commands import (
    INSTITUTIONS,
    WORKERS,
    anybody,
    coded,
    moments,
    mostly,
    wrong,
)
from tests.unit.machines.intake_walks import (
    CLAIMED,
    COUNTRIES,
    MUNICIPALITIES,
    SUBDIVISIONS,
    case_values,
    prefixes,
)
from tests.unit.machines.walking import Walk, move

received = st.none() | st.integers(0, 9).map(lambda n: AT + timedelta(seconds=n))
"""Moments so close to one another that some come before others."""
which = st.integers(0, 3)
LISTED = Parties(
    {UUID(int=n): Sides("", who, "share", Sight.CASE) for n, who in enumerate(INSTITUTIONS[:3])}
)
_ACTORS = {actor.institution: actor for actor in WORKERS}


class CaseWalk(Walk):
    """A case: registered once, changed by its custodian alone, who may turn out to be another."""

    service = "intake"
    decider = case.DECIDER
    speaks = (case, details, refusals)
    times = 2
    vocabulary = Vocabulary(case.FACTS)

    def __init__(self) -> None:
        super().__init__()
        self.registered: case.CaseRegistered | None = None
        self.stands: dict[str, Any] = {}
        self.period = Period("", 0, {})
        self.proposals: dict[UUID, Waiting] = {}
        self.voided: Any = None
        self.made = 0
        self.last_changed_at = AT

    @initialize(at=moments, registered=st.sampled_from([True] * 7 + [False]))
    def begin(self, at: datetime, *, registered: bool) -> None:
        """Mostly with a case that is registered."""
        if registered:
            values = {"at": at, "programme": "mecal", "subdivision": "MX-CHH", "channel": "hotline"}
            unknown = {"opened_at": None, "municipality": None, "details": details.Details()}
            self.register(values | unknown, OFFICE, folio_prefix="CHH")

    @move(
        case.RegisterCase,
        often=3,
        values=case_values(),
        by=anybody,
        folio_prefix=prefixes,
        programme=coded("programmes"),
    )
    def register(self, values: dict[str, Any], by: Actor, **given: Any) -> None:
        self.known = {case.FOLIO: Known(0, CLAIMED)}
        self.submit(case.RegisterCase(by=by, case_id=CASE, **given, **values))

    @move(
        decisions.CorrectCase,
        often=4,
        values=case_values(),
        by=mostly(st.none(), anybody),
        received_at=received,
    )
    def correct(
        self, values: dict[str, Any], by: Actor | None, received_at: datetime | None
    ) -> None:
        self.submit(
            decisions.CorrectCase(
                by=by or self.custodian,
                received_at=received_at,
                correction_id=self.new(),
                **values,
            )
        )

    @move(often=2, by=mostly(st.none(), anybody))
    def repeat_unchanged(self, by: Actor | None) -> None:
        if self.stands:
            values = {**self.stands, "at": self.last_changed_at}
            self.submit(
                decisions.CorrectCase(by=by or self.custodian, correction_id=self.new(), **values)
            )

    @move(
        decisions.EnterCaseInError,
        by=mostly(st.none(), anybody),
        reason=wrong | coded("error_reasons"),
        at=moments,
        received_at=received,
    )
    def void(self, by: Actor | None, **given: Any) -> None:
        command = decisions.EnterCaseInError(by=by or self.custodian, entry_id=self.new(), **given)
        self.submit(command)

    @move(
        decisions.ProposeCorrection,
        often=4,
        by=anybody,
        values=case_values(),
        version=st.integers(1, 9),
        again=st.booleans(),
    )
    def propose(self, by: Actor, values: dict[str, Any], version: int, *, again: bool) -> None:
        """Propose something new, the case as it stands, or that with one value changed."""
        self.known = {decisions.PARTIES: Known(version, LISTED)}
        if again and self.stands:
            own = {"channel": values["channel"], "at": self.last_changed_at}
            values = {**self.stands, **own}
        self.submit(decisions.ProposeCorrection(by=by, proposal_id=self.new(), **values))

    @move(
        decisions.RequestVoid,
        by=anybody,
        at=moments,
        reason=coded("error_reasons"),
        version=st.integers(1, 9),
    )
    def request(self, version: int, **given: Any) -> None:
        self.known = {decisions.PARTIES: Known(version, LISTED)}
        self.submit(decisions.RequestVoid(proposal_id=self.new(), **given))

    @move(
        decisions.AdoptProposal,
        often=3,
        by=mostly(st.none(), anybody),
        n=which,
        received_at=received,
    )
    def adopt(self, by: Actor | None, n: int, received_at: datetime | None) -> None:
        self.submit(
            decisions.AdoptProposal(
                by=by or self.custodian,
                at=self.last_changed_at,
                received_at=received_at,
                proposal_id=self.one(n),
                adoption_id=self.new(),
            )
        )

    @move(
        decisions.RejectProposal,
        often=2,
        by=mostly(st.none(), anybody),
        at=moments,
        n=which,
        received_at=received,
        reason=coded("rejection_reasons"),
    )
    def reject(self, by: Actor | None, n: int, **given: Any) -> None:
        self.submit(
            decisions.RejectProposal(by=by or self.custodian, proposal_id=self.one(n), **given)
        )

    @move(
        custody_heard.HearOfCustody,
        often=2,
        by=mostly(st.just(SYSTEM), anybody),
        at=moments,
        received_at=received,
        custodian=st.sampled_from(INSTITUTIONS),
        step=st.integers(-1, 3),
    )
    def hear(self, step: int, **given: Any) -> None:
        version = max(1, self.period.version + step)
        self.submit(custody_heard.HearOfCustody(custody_version=version, **given))

    @move(often=3, at=moments, custodian=st.sampled_from(INSTITUTIONS))
    def hear_late(self, at: datetime, custodian: str) -> None:
        """Hear that custody had moved a second before the last thing that its custodian did."""
        acts = [*self.period.corrections, *self.period.decisions, *filter(None, [self.voided])]
        received = [act.received_at for act in acts if act.received_at is not None]
        if received:
            command = custody_heard.HearOfCustody(
                by=SYSTEM,
                at=at,
                received_at=max(received) - timedelta(seconds=1),
                custodian=custodian,
                custody_version=self.period.version + 1,
            )
            self.submit(command)

    def new(self) -> UUID:
        """An id that nothing has yet."""
        self.made += 1
        return UUID(int=self.made)

    def one(self, n: int) -> UUID:
        """The n-th newest proposal, mostly of those that wait; one that is not there if there are
        fewer."""
        waiting = [i for i, one in self.proposals.items() if n and not one.decided]
        newest = list(reversed(waiting or self.proposals))
        return newest[n] if n < len(newest) else UUID(int=0)

    @property
    def custodian(self) -> Actor:
        """Whoever has custody, as far as intake has heard."""
        return _ACTORS.get(self.period.custodian, OFFICE)

    # --- the auditor ------------------------------------------------------------------------

    @override
    def audit(self, command: Any, fact: Any) -> None:
        if isinstance(fact, case.CaseRegistered):
            assert self.registered is None, "registered twice"
            assert fact.institution == command.by.institution, "registered for somebody else"
            self.registered = fact
            self._details_recorded(command, fact)
            self.period = Period(fact.institution, 0, self.stands)
            return
        assert self.registered is not None, "changed before it was registered"
        match fact:
            case (
                changes.CustodianChanged()
                | changes.CorrectionTurnedIntoProposal()
                | changes.VoidTurnedIntoRequest()
                | changes.ProposalReopened()
            ):
                self._heard(command, fact)
            case changes.CorrectionProposed() | changes.VoidRequested():
                self._proposed(command, fact)
            case _:
                self._acted(command, fact)

    def _acted(self, command: Any, fact: Any) -> None:
        assert self.voided is None, "a void case was touched"
        assert command.by.institution == self.period.custodian, "not theirs to change"
        assert fact.custody_version == self.period.version, "leans on another custody"
        assert fact.received_at == command.received_at, "came at another moment"
        match fact:
            case changes.ProposalAdopted() | changes.ProposalRejected():
                waiting = self.proposals[fact.proposal_id]
                assert not waiting.decided, "decided twice"
                waiting.decided = type(fact).__name__
                self.period.decisions.append(fact)
            case changes.CaseEnteredInError():
                assert fact.reason in codes("error_reasons"), "an unknown code"
                self.voided = fact
            case _:
                self._corrected(command, fact)

    def _corrected(self, command: Any, fact: changes.CaseCorrected) -> None:
        before = flat(self.stands)
        if fact.proposal_id is None:
            self._details_recorded(command, fact)
        else:
            self._fits(fact)
            self.stands = {name: getattr(fact, name) for name in NAMES}
            says = self.proposals[fact.proposal_id].says
            changed = says["changed"]
            wanted = {**before, **{name: flat(says)[name] for name in changed}}
            assert flat(self.stands) == wanted, "sets what was not proposed"
        after = flat(self.stands)
        different = {name for name in after if after[name] != before[name]}
        assert set(fact.changed) == different != set(), "says that something else changed"
        self.period.corrections.append(fact)

    def _proposed(self, command: Any, fact: Any) -> None:
        assert self.voided is None, "a void case was touched"
        own = command.by.institution
        assert fact.institution == own != self.period.custodian, "proposed by its custodian"
        may = {*INSTITUTIONS[:3], self.registered and self.registered.institution}
        assert own in may, "proposed by a stranger"
        assert fact.parties_version == self.known[decisions.PARTIES].version, "leans on others"
        says = {name: getattr(fact, name) for name in (*NAMES, "changed") if hasattr(fact, name)}
        self.proposals[fact.proposal_id] = Waiting(own, says or {"reason": fact.reason})
        if says:
            new, now = flat(says), flat(self.stands)
            assert {n for n in new if new[n] != now[n]} == {*fact.changed} != set(), (
                "says that something else would change"
            )

    def _heard(self, command: Any, fact: Any) -> None:
        assert command.by == SYSTEM, "not a reaction"
        assert command.custody_version > self.period.version, "heard twice"
        if isinstance(fact, changes.CustodianChanged):
            assert fact.custodian == command.custodian, "another custodian"
            assert not self._overtaken(command), "what came too late stands"
            self.period = Period(fact.custodian, fact.custody_version, self.stands)
            return
        if isinstance(fact, changes.ProposalReopened):
            self._reopened(command, fact.proposal_id)
            return
        if isinstance(fact, changes.VoidTurnedIntoRequest):
            assert self.voided is not None, "no void to turn"
            assert too_late(self.voided, command), "a void that came before was turned"
            assert self.voided.entry_id == fact.entry_id, "another void"
            says = {"reason": fact.reason}
            self._waits_again(command, fact, self.voided.proposal_id, says)
            self.voided = None
            return
        (turned,) = [c for c in self.period.corrections if c.correction_id == fact.correction_id]
        assert too_late(turned, command), "a correction that came before was turned"
        says = {name: getattr(fact.proposed, name) for name in NAMES} | {"changed": fact.changed}
        self._waits_again(command, fact, turned.proposal_id, says)
        left = [c for c in self.period.corrections if not too_late(c, command)]
        self.stands = (
            {name: getattr(left[-1], name) for name in NAMES} if left else self.period.began_as
        )
        assert {name: getattr(fact, name) for name in NAMES} == self.stands, "described otherwise"
        self.period.corrections.remove(turned)

    def _reopened(self, command: Any, proposal_id: UUID) -> None:
        (decided,) = [one for one in self.period.decisions if one.proposal_id == proposal_id]
        assert too_late(decided, command), "a decision that came before was undone"
        self.period.decisions.remove(decided)
        self.proposals[proposal_id].decided = ""

    def _waits_again(
        self, command: Any, fact: Any, adopted: UUID | None, says: dict[str, Any]
    ) -> None:
        if adopted is None:
            assert fact.institution == self.period.custodian, "proposed for somebody else"
            self.proposals[fact.proposal_id] = Waiting(fact.institution, says)
            return
        assert fact.proposal_id == adopted, "another proposal than was adopted"
        waiting = self.proposals[adopted]
        assert (fact.institution, says) == (waiting.institution, waiting.says), (
            "the proposal is told otherwise"
        )
        self._reopened(command, adopted)

    def _overtaken(self, command: Any) -> list[Any]:
        """What the custodian did, of what stands, after the acceptance was received."""
        acts = [*self.period.corrections, *self.period.decisions]
        if self.voided and self.voided.custody_version == self.period.version:
            acts.append(self.voided)
        return [act for act in acts if too_late(act, command)]

    def _details_recorded(self, command: Any, fact: Any) -> None:
        self.stands = {name: getattr(fact, name) for name in NAMES}
        self.last_changed_at = command.at
        self._fits(fact)
        if fact.opened_at is not None:
            assert fact.opened_at.tzinfo is not None, "opened at no known offset"
            assert fact.opened_at <= command.at, "opened after it was recorded"
        violations = command.details.violations
        assert fact.details.violations == (
            None if violations is None else tuple(sorted(set(violations)))
        ), "other violations than were given"

    def _fits(self, fact: Any) -> None:
        assert self.registered is not None
        assert SUBDIVISIONS[fact.subdivision] in COUNTRIES[self.registered.programme], (  # type: ignore[operator]
            "in no country of its programme"
        )
        assert fact.municipality is None or MUNICIPALITIES[fact.municipality] == fact.subdivision, (
            "a municipality of another subdivision"
        )

    @override
    def agrees(self) -> None:
        held = self.state
        if isinstance(held, case.NotRegistered):
            assert self.registered is None, "a registration was forgotten"
            return
        assert self.registered is not None
        assert isinstance(held, case.InError) == (self.voided is not None), "an error was forgotten"
        stands = held.was if isinstance(held, case.InError) else held
        assert {name: getattr(stands, name) for name in self.stands} == self.stands, (
            "a correction was forgotten"
        )
        custody = stands.custody
        assert (custody.custodian, custody.version) == (
            self.period.custodian,
            self.period.version,
        ), "custody was forgotten"
        waiting = {one.proposal_id for one in stands.proposals.open}
        assert waiting == {i for i, one in self.proposals.items() if not one.decided}, (
            "a proposal was forgotten"
        )

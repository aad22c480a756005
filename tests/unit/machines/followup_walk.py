"""A walk over a follow-up: the work of whoever accepted, its end, and going on after all."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import initialize
from typing_extensions import override

from services.followup import amounts as amounts_of
from services.followup import custody, decisions, followup, life, refusals, serving
from shared.eventstore.codec import Vocabulary
from shared.kernel.codes import code, codes
from shared.kernel.decider import Actor, Command, Known
from shared.kernel.life import refusals as of_lives
from tests.personas import CASE, COMMISSION, OFFICE, REFERRAL, SHELTER, SYSTEM
from tests.unit.machines.commands import INSTITUTIONS, coded, days, moments, seldom, several
from tests.unit.machines.drawn_commands import Draws
from tests.unit.machines.serving_auditor import MOVES, ServingAuditor
from tests.unit.machines.walking import Walk, move

SUPERVISING = Actor(COMMISSION.institution, "supervisor", COMMISSION.subject)
theirs = st.sampled_from([COMMISSION] * 5 + [OFFICE, SYSTEM, SUPERVISING])
_EDGES = ("-0", "1E+3", "0.0001", "-0.01", "-1", "0.00001", "999999999999999.9999", "1E+15", "sNaN")
amounts = st.sampled_from([Decimal(x) for x in _EDGES]) | st.decimals()
paying = coded("outcome_kinds", lambda kind: code("outcome_kinds", kind).extra["amount"] != "none")
money = st.one_of(
    st.tuples(amounts, coded("currencies")),
    st.tuples(amounts, coded("currencies")),
    st.just((None, None)),
    st.tuples(amounts, st.none()) | st.tuples(st.none(), coded("currencies")),
)

numbers = st.integers(2, 12)
kinds = several(coded("service_kinds"))


class FollowUpWalk(Walk):
    """One follow-up, worked on by one institution while it is open."""

    service = "followup"
    decider = life.DECIDER
    speaks = (refusals, amounts_of, of_lives)
    elsewhere = frozenset({"AmountBelowZero", "AmountNotANumber", "AmountTooFine"})
    """Beyond what the log keeps, and so refused before any rule: tests/unit/followup."""
    times = 3
    vocabulary = Vocabulary(followup.FACTS)
    draws: ClassVar[Draws] = {
        "by": theirs,
        "OpenFollowUp.by": st.sampled_from([SYSTEM, SYSTEM, OFFICE]),
        "EnterFollowUpInError.by": seldom(SYSTEM),
        "RevokeFollowUp.by": seldom(SYSTEM),
        "CancelFollowUp.by": seldom(COMMISSION),
        "FailFollowUp.by": seldom(COMMISSION),
        "referral_id": st.just(REFERRAL),
        "replaces": numbers,
        "case_id": st.just(CASE),
        "services": kinds,
        "CompleteService.delivered": st.one_of(kinds, kinds, kinds, st.just(())),
        "institution": st.just(COMMISSION.institution),
        "sender": st.sampled_from(INSTITUTIONS),
        "kind": st.sampled_from([*codes("referral_kinds")]),
        "programme": st.just("mecal"),
        "subdivision": st.just("MX-CHH"),
    }
    often: ClassVar[Mapping[type[Command], int]] = {
        decisions.OpenFollowUp: 2,
        decisions.RecordContact: 2,
        decisions.RecordServiceDelivered: 2,
        decisions.ReopenFollowUp: 2,
        decisions.ResumeFollowUp: 2,
        serving.StartService: 2,
        serving.StateEnrolment: 2,
    }

    def __init__(self) -> None:
        super().__init__()
        self.auditor = ServingAuditor()
        self.known = {serving.CUSTODY: Known(0, custody.Custody())}
        self.work: dict[int, Any] = {}
        self.version = 0

    @initialize(
        sender=st.sampled_from([OFFICE.institution] * 7 + [None]),
        at=moments,
        kind=st.sampled_from(["share", "share", serving.ASSESSMENT]),
        services=several(coded("service_kinds")),
    )
    def begin(self, sender: str | None, at: Any, kind: str, services: tuple[str, ...]) -> None:
        """Mostly with a follow-up that is open."""
        if sender:
            self.submit(
                decisions.OpenFollowUp(
                    by=SYSTEM,
                    at=at,
                    referral_id=REFERRAL,
                    case_id=CASE,
                    institution=COMMISSION.institution,
                    sender=sender,
                    kind=kind,
                    programme="mecal",
                    subdivision="MX-CHH",
                    services=services,
                )
            )

    @move(
        serving.ConfirmDelivery,
        often=6,
        by=st.sampled_from([COMMISSION, COMMISSION, OFFICE, OFFICE, SHELTER]),
        at=moments,
        confirmer=coded("confirmers"),
        custodian=st.sampled_from([None, SHELTER.institution, COMMISSION.institution]),
    )
    def confirmed(self, custodian: str | None, **values: Any) -> None:
        """Have it confirmed, whoever is heard to have custody; where it was not given, give it."""
        self.auditor.custodian = custodian
        version = 0 if custodian is None else 3
        self.known = {serving.CUSTODY: Known(version, custody.Custody(custodian, version))}
        if self.auditor.stands in {"open", "scheduled", "in-progress"}:
            given = serving.CompleteService(
                by=COMMISSION, at=values["at"], delivered=("legal-advice",)
            )
            self.submit(given)
            return
        self.submit(serving.ConfirmDelivery(**values))

    @move(
        serving.ScheduleService,
        often=2,
        by=theirs,
        at=moments,
        scheduled_for=moments,
        soon=st.booleans(),
    )
    def scheduled(self, at: Any, scheduled_for: Any, *, soon: bool, **values: Any) -> None:
        """Make an appointment, mostly one that is still to come."""
        moment = max(at, scheduled_for) if soon else scheduled_for
        self.submit(serving.ScheduleService(at=at, scheduled_for=moment, **values))

    @move(
        decisions.RecordOutcome,
        often=4,
        by=theirs,
        at=moments,
        outcome=paying | coded("outcome_kinds"),
        money=money,
        on=st.none() | days,
    )
    def outcome(self, by: Actor, money: tuple[Any, Any], **values: Any) -> None:
        amount, currency = money
        self.submit(decisions.RecordOutcome(by=by, amount=amount, currency=currency, **values))

    @move(
        decisions.CorrectOutcome,
        often=2,
        by=theirs,
        at=moments,
        replaces=numbers,
        outcome=paying | coded("outcome_kinds"),
        money=money,
        on=st.none() | days,
    )
    def corrected(self, money: tuple[Any, Any], **values: Any) -> None:
        amount, currency = money
        self.submit_drawn(decisions.CorrectOutcome, amount=amount, currency=currency, **values)

    @override
    def submit_drawn(self, command: type[Command], **values: Any) -> None:
        """Mend what is there of the command's kind, if anything is; now and then another."""
        n = values.get("replaces", 0)
        there = [at for at, fact in self.work.items() if _kind(fact) in command.__name__]
        if there and n % 5:
            values["replaces"] = there[n % len(there)]
        self.submit(command(**values))

    @override
    def audit(self, command: Any, fact: Any) -> None:
        assert fact.referral_id == REFERRAL, "of another referral"
        self.version += 1
        if isinstance(fact, followup.Mended):
            assert self.auditor.stands not in {"nothing", "void"}, "mended where nothing is"
            assert command.by.institution == COMMISSION.institution, "somebody else's work"
            self._mended(command, fact)
            return
        self.auditor.read(command, fact)
        self._classed(fact)
        if type(fact) not in MOVES:
            self._stated(command, fact)
            self.work[self.version] = fact

    def _mended(self, command: Any, fact: Any) -> None:
        kind = _kind(fact)
        replaced = self.work.pop(fact.replaces, None)
        assert replaced is not None, "replaces what is not there"
        assert _kind(replaced) == kind, "replaces what is of another kind"
        if not hasattr(fact, "reason"):
            self._classed(fact)
            self._stated(command, fact)
            self.work[self.version] = fact

    def _classed(self, fact: Any) -> None:
        if hasattr(fact, "outcome"):
            assert fact.outcome_class == code("outcome_kinds", fact.outcome).extra["class"], (
                "of another class"
            )

    def _stated(self, command: Any, fact: Any) -> None:
        if hasattr(fact, "amount"):
            assert (fact.amount is None) == (fact.currency is None), "an amount of what?"
            assert fact.amount == command.amount, "rounded"
            assert fact.on is None or fact.on <= command.at.date(), "of a day to come"
            if fact.amount is not None:
                assert fact.currency in codes("currencies"), "an unknown code"
                most = Decimal(code("currencies", fact.currency).extra["ceiling"])  # type: ignore[arg-type]
                limit = Decimal(10) ** 15 if command.by.role == "supervisor" else most
                assert Decimal(0) <= fact.amount <= limit, "no amount"
                assert "E" not in str(fact.amount), "written with an exponent"

    @override
    def agrees(self) -> None:
        state, stands = self.state, self.auditor.stands
        assert _NAMES[type(state)] == stands, "stands elsewhere"
        self.auditor.agrees()
        if stands != "nothing":
            work = state if isinstance(state, followup.Open) else state.work
            assert work.items == self.work, "work was forgotten, or counts twice"
            assert work.enrolment == self.auditor.enrolment, "an enrolment was forgotten"


def _kind(work: Any) -> str:
    """Contact, Service or Outcome: the seven characters that begin the names of their facts."""
    return type(work).__name__[:7]


_NAMES: dict[type, str] = {
    followup.NotOpened: "nothing",
    followup.Open: "open",
    followup.Scheduled: "scheduled",
    followup.InProgress: "in-progress",
    followup.OnHold: "on-hold",
    followup.Delivered: "service-delivered",
    followup.Confirmed: "outcome-confirmed",
    followup.Closed: "closed",
    followup.Failed: "failed",
    followup.Cancelled: "cancelled",
    followup.Revoked: "revoked",
    followup.InError: "void",
}

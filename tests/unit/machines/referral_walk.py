"""A walk over a case's custody and referrals: several institutions, as they may and may not."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize
from typing_extensions import override

from services.referral import (
    answering_refusals,
    assigning,
    closing,
    custody,
    custody_facts,
    custody_states,
    decisions,
    leaning,
    leaning_refusals,
    link,
    link_refusals,
    mending,
    overriding,
    referral,
    refusals,
    requesting_refusals,
)
from services.referral.custody_leaning import ADDRESSED, PREVIOUS
from shared.eventstore.codec import Vocabulary
from shared.kernel import links
from shared.kernel.decider import Actor, Command, Known
from shared.kernel.life import refusals as of_lives
from shared.kernel.value import replace
from tests.personas import AT, OFFICE, OPERATOR, STEWARD, SYSTEM
from tests.unit.machines.clock_auditor import ClockAuditor
from tests.unit.machines.clock_walks import ClockMoves
from tests.unit.machines.commands import INSTITUTIONS, WORKERS, coded, moments, mostly, several
from tests.unit.machines.custody_auditor import CANNOT_ACT, TAKES, Auditor
from tests.unit.machines.drawn_commands import Draws
from tests.unit.machines.referral_answering import AnsweringMoves
from tests.unit.machines.referral_asking import AskingMoves
from tests.unit.machines.referral_draws import (
    ACTORS,
    AGREED,
    AGREEMENT,
    DRAWS,
    ENTRIES,
    OTHERS,
    SUPERVISES,
    TAKEN_UP,
    astray,
    which,
    who,
)
from tests.unit.machines.referral_ending import EndingMoves
from tests.unit.machines.referral_following import ENDS, FollowingMoves
from tests.unit.machines.referral_links import LinkMoves
from tests.unit.machines.referral_mending import MendingMoves
from tests.unit.machines.walking import Walk, move


class ReferralWalk(
    MendingMoves,
    AnsweringMoves,
    ClockMoves,
    Walk,
    EndingMoves,
    AskingMoves,
    LinkMoves,
    FollowingMoves,
):
    """Exactly one institution answers for a case, and only who was asked decides."""

    service = "referral"
    decider = custody.DECIDER
    speaks = (
        *(refusals, answering_refusals, requesting_refusals, leaning_refusals, link_refusals),
        *(links, of_lives),
    )
    times = 4
    elsewhere = frozenset({"TooManyReferrals", "OfferLapsed", "CustodianAnswers", "LinkReplaced"})
    """By two hundred; after a decline, a transfer and its acceptance; where the directory says that
    the custodian answers: tests/unit/referral. The last is said by what keeps links.
    """
    vocabulary = Vocabulary(custody_facts.FACTS | link.FACTS)
    draws: ClassVar[Draws] = DRAWS
    often: ClassVar[Mapping[type[Command], int]] = {
        decisions.AcknowledgeReferral: 2,
        decisions.RequestInformation: 4,
        closing.ReopenCase: 5,
        decisions.AcceptReferral: 5,
        decisions.DeclineReferral: 3,
        mending.CorrectDecline: 2,
        closing.CloseCase: 3,
        decisions.WithdrawReferral: 3,
    }

    def __init__(self) -> None:
        super().__init__()
        self.auditor = Auditor()
        self.last = OFFICE.institution

    @initialize(
        institution=st.sampled_from(["", *INSTITUTIONS * 4]),
        to=st.sampled_from(INSTITUTIONS),
        kind=st.sampled_from(["share", "transfer"]),
        besides=st.none() | st.sampled_from(INSTITUTIONS),
    )
    def begin(self, institution: str, to: str, kind: str, besides: str | None) -> None:
        """Mostly with a case taken up, and referred: most commands are about a referral."""
        if institution:
            self.submit(custody.TakeUpCase(by=SYSTEM, at=AT, institution=institution, **TAKEN_UP))
            values: dict[str, Any] = {
                "to": to,
                "kind": kind,
                "services": ("shelter",),
                "priority": "normal",
            }
            self.refer("custodian", again=False, version=1, entry="active", at=AT, **values)
            if besides:
                share = {**values, "to": besides, "kind": "share"}
                self.refer("custodian", again=False, version=1, entry="active", at=AT, **share)

    @move(
        decisions.ReferCase,
        often=7,
        by=who("custodian"),
        at=moments,
        again=mostly(st.just(value=False), st.just(value=True)),
        to=st.sampled_from(INSTITUTIONS),
        version=st.integers(1, 9),
        entry=st.sampled_from([*TAKES * 9, *ENTRIES]),
        kind=coded("referral_kinds"),
        services=several(coded("service_kinds")),
        priority=coded("priorities"),
        agreed=st.sampled_from([*["none"] * 4, *AGREED]),
        alone=astray,
    )
    @override
    def refer(
        self,
        by: str,
        *,
        again: bool,
        version: int,
        entry: str,
        agreed: str = "none",
        alone: bool = False,
        **values: Any,
    ) -> None:
        """Refer the case; where it is over, go on with another."""
        if self.auditor.over and not again:
            self.state, self.log, self.auditor = self.decider.nothing, [], Auditor()
            self.clocks = ClockAuditor()
            self.begin(OFFICE.institution, values["to"], "share", None)
            return
        self.auditor.listed, self.auditor.to = version, entry
        if values["to"] == self.last and not again:
            values["to"] = INSTITUTIONS[INSTITUTIONS.index(self.last) - 1]
        actor = self._actor(by, 0)
        if alone:
            actor = replace(actor, subject=SUPERVISES)
        noted = AGREED[agreed]
        self.auditor.subject, self.auditor.need = actor.subject, agreed != "none"
        about_it = agreed == "about others" and {*values["services"]} == {OTHERS}
        self.auditor.agreed = (AGREEMENT, 3) if agreed == "in force" or about_it else None
        self.known = {
            ADDRESSED: Known(version, ENTRIES[entry]),
            leaning.AGREEMENTS: Known(1, {each.agreement_id: each for each in noted}),
            leaning.POLICY: Known(1, agreed == "required"),
        }
        self.submit(
            decisions.ReferCase(
                by=actor,
                referral_id=self.one(0) if again else UUID(int=len(self.auditor.requests) + 1),
                **values,
            )
        )

    @move(
        overriding.OverrideAgreement,
        often=3,
        by=who("custodian"),
        at=moments,
        to=st.sampled_from(INSTITUTIONS),
        reason=coded("agreement_override_reasons"),
        role=mostly(st.just("supervisor"), st.just("caseworker")),
        refers=st.sampled_from(["nobody", "another", "twice", "itself", "again"]),
        entry=st.sampled_from([*TAKES * 9, *ENTRIES]),
    )
    def overrule(  # noqa: PLR0913 - who, when, for whom and why
        self, by: str, at: datetime, to: str, *, reason: str, role: str, refers: str, entry: str
    ) -> None:
        """Have a supervisor override an agreement; mostly the case is referred then."""
        actor = replace(self._actor(by, 0), role=role, subject=SUPERVISES)
        number = UUID(int=len(self.log) + 1_000)
        values: dict[str, Any] = {"override_id": number, "addressee": to, "reason": reason}
        self.auditor.to = entry
        self.known = {ADDRESSED: Known(1, ENTRIES[entry])}
        self.submit(overriding.OverrideAgreement(by=actor, at=at, **values))
        if refers == "again":
            values["override_id"] = UUID(int=number.int + 1)
            self.submit(overriding.OverrideAgreement(by=actor, at=at, **values))
        if refers in {"nobody", "again"} or self.auditor.over:
            return
        share: dict[str, Any] = {"kind": "share", "services": ("shelter",), "to": to}
        given: dict[str, Any] = {"again": False, "version": 1, "entry": "active", "at": at}
        given |= {**share, "priority": "normal", "agreed": "required"}
        self.refer("custodian", alone=refers == "itself", **given)
        if refers == "twice" and self.auditor.open():
            taken_back: dict[str, Any] = {"by": "sender", "at": at, "reason": "need-resolved"}
            self.about(0, decisions.WithdrawReferral, **taken_back)
            self.refer("custodian", **given)

    @override
    def offer(self, n: int, at: Any) -> None:
        """Share the case with somebody, if that is possible."""
        share: dict[str, Any] = {"kind": "share", "services": ("shelter",), "priority": "normal"}
        to = INSTITUTIONS[n]
        self.refer("custodian", again=False, version=1, entry="active", at=at, to=to, **share)

    @override
    def accept(self, n: int, at: Any) -> None:
        """Have one that waits accepted by its addressee."""
        waiting = self.auditor.open()
        if waiting:
            referral_id = waiting[n % len(waiting)]
            addressee = ACTORS[self.auditor.requests[referral_id].addressee]
            self.submit(decisions.AcceptReferral(by=addressee, at=at, referral_id=referral_id))

    @move(
        often=4,
        by=who("custodian"),
        at=moments,
        n=which,
        to=st.sampled_from([None] * 3 + [*INSTITUTIONS]),
        astray=astray,
        twice=st.booleans(),
    )
    def make_again(
        self, n: int, to: str | None, *, astray: bool, twice: bool, **given: Any
    ) -> None:
        """Refer again what fell when custody moved, if anything did; now and then another."""
        saw = self.auditor
        before = [one.replaces for one in saw.requests.values() if one.replaces and twice]
        replaced = (
            before[-1] if before else self._ended(n, "superseded", astray=astray) or self.one(n)
        )
        addressee = saw.requests[replaced].addressee if replaced in saw.requests else None
        values: dict[str, Any] = {"kind": "share", "services": ("shelter",), "priority": "normal"}
        self.refer(
            **given,
            again=False,
            version=1,
            entry="active",
            to=to or addressee or INSTITUTIONS[0],
            replaces=replaced,
            **values,
        )

    @move(
        assigning.AssignCustody,
        by=mostly(st.sampled_from([STEWARD, OPERATOR]), st.sampled_from(WORKERS)),
        at=moments,
        previous=st.sampled_from([None] * 9 + [*INSTITUTIONS]),
        to=st.sampled_from(INSTITUTIONS),
        entry=mostly(st.sampled_from(TAKES), st.sampled_from([*ENTRIES])),
        former=st.sampled_from([*CANNOT_ACT * 3, *ENTRIES]),
    )
    def assign(self, *, previous: str | None, entry: str, former: str, **values: Any) -> None:
        self.auditor.to, self.auditor.previous = entry, former
        self.known = {
            ADDRESSED: Known(2, ENTRIES[entry]),
            PREVIOUS: Known(3, ENTRIES[former]),
        }
        self.submit(assigning.AssignCustody(previous=previous or self.last, **values))

    @move(often=2, at=moments)
    def void_too_late(self, at: datetime) -> None:
        """Void the case for who handed it over, a second after that."""
        if self.auditor.moves:
            version, received_at = self.auditor.moves[-1]
            late = received_at and received_at + timedelta(seconds=1)
            self.submit_drawn(
                custody.EnterCaseInError,
                by=SYSTEM,
                at=at,
                received_at=late,
                custody_version=version - 1,
            )

    @override
    def submit_drawn(self, command: type[Command], **values: Any) -> None:
        """Submit it about one that it fits, if there is any; now and then about another."""
        if "referral_id" not in values:
            self._submit(command(**values | {"by": self._actor(values["by"], 0)}))
            return
        n, saw = values.pop("referral_id"), self.auditor
        declined = [one for one, end in saw.ended.items() if end == "declined"]
        fits = declined if command is mending.CorrectDecline else saw.open()
        if fits and n < 2:
            n = saw.number(fits[-1 - n % len(fits)])
        self.about(n, command, **values)

    @override
    def about(self, n: int, command: type[Any], **values: Any) -> None:
        """Submit it about the n-th newest referral, as whoever has that part in it."""
        by = self._actor(values.pop("by"), n)
        self._submit(command(by=by, referral_id=self.one(n), **values))

    def _submit(self, made: Any) -> None:
        stands = isinstance(made, custody.EnterCaseInError) and made.by == SYSTEM
        if stands and self.auditor.custodian:
            stood = not self.auditor.had_moved(made)
            self.submit(made)
            assert self.auditor.over == stood, (
                "a void was forgotten" if stood else "ended after custody had moved"
            )
        else:
            self.submit(made)

    @override
    def audit(self, command: Any, fact: Any) -> None:
        self.clocks.read(command, fact)
        self.auditor.by_clock = self.clocks.by_clock
        self.auditor.read(fact, command.by.institution)
        self.last = self.auditor.custodian or self.last

    @override
    def agrees(self) -> None:
        held, saw = self.state, self.auditor
        custodian = held.held.custodian if isinstance(held, custody_states.InCustody) else None
        assert custodian == saw.custodian, "somebody else answers for the case"
        assert isinstance(held, custody_states.CaseInError) == saw.over, "an error was forgotten"
        assert not saw.falling, "an offer outlived its custodian"
        if not saw.over:
            assert isinstance(held, custody_states.ClosedCase) == saw.closed, (
                "a closing was forgotten"
            )
        if isinstance(held, custody_states.InCustody):
            unsent = referral.Draft | referral.Discarded
            sent = {i: one for i, one in held.referrals.items() if not isinstance(one, unsent)}
            kinds = {i: _ENDS.get(type(one)) for i, one in sent.items()}
            assert kinds == {i: saw.ended.get(i) for i in saw.requests}, "a referral was forgotten"

    @override
    def one(self, n: int) -> UUID:
        """The n-th newest referral; one that is not there where there are fewer."""
        return self.auditor.newest(n)

    @override
    def _actor(self, by: str | Actor, n: int) -> Actor:
        if isinstance(by, Actor):
            return by
        request = self.auditor.requests.get(self.one(n))
        part = {
            "custodian": self.last,
            "sender": request.sender if request else self.last,
            "addressee": request.addressee if request else self.last,
        }
        return ACTORS[part.get(by, by)]


_ENDS: dict[type, str] = {
    **ENDS,
    referral.Declined: "declined",
    referral.Rerouted: "rerouted",
    referral.ExpiredUnacknowledged: "expired",
    referral.ExpiredUndecided: "expired",
    referral.CancelledByPerson: "cancelled",
    referral.Withdrawn: "withdrawn",
    referral.Superseded: "superseded",
    referral.Revoked: "revoked",
    referral.InError: "in error",
}

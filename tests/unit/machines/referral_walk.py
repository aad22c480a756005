"""A walk over a case's custody and referrals: several institutions, as they may and may not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize
from typing_extensions import override

from services.referral import custody, decisions, directory, referral, refusals
from shared.eventstore.codec import Vocabulary
from shared.kernel.codes import codes
from shared.kernel.decider import Actor, Command, Known
from shared.kernel.life import refusals as of_lives
from tests.personas import AT, CASE, OFFICE, SYSTEM
from tests.unit.machines.commands import (
    INSTITUTIONS,
    WORKERS,
    coded,
    moments,
    mostly,
    seldom,
    several,
)
from tests.unit.machines.drawn_commands import Draws
from tests.unit.machines.walking import Walk, move

_LISTED = directory.Listed("", "", "shelter", None, ())
_NOT_LISTED = directory.NotListed()
_ACTORS = {actor.institution: actor for actor in WORKERS}


def who(rightly: str) -> st.SearchStrategy[str]:
    """Draw who may give the command, most of the time, and anybody else."""
    others = ("sender", "addressee", "custodian", *INSTITUTIONS)
    return st.sampled_from([rightly] * 2 * len(others) + [*others])


which = st.sampled_from([0, 0, 0, 1, 1, 2, 3])
topics = several(coded("information_topics"))
TAKEN_UP: dict[str, Any] = {"case_id": CASE, "programme": "mecal", "subdivision": "MX-CHH"}


@dataclass
class Auditor:
    """Reads the facts alone, oldest first, and objects to what must never happen to a case."""

    custodian: str | None = None
    requests: dict[UUID, referral.ReferralRequested] = field(default_factory=dict)
    ended: dict[UUID, str] = field(default_factory=dict)
    acknowledged: set[UUID] = field(default_factory=set)
    open_questions: dict[UUID, set[str]] = field(default_factory=dict)
    over: bool = False
    listed: int = 1
    """The version of the addressee's entry in the directory; 0: it has none."""
    subdivision: str = ""
    """Where the case lies, as intake described it last."""
    version: int = 0
    """How many facts were read."""
    moves: list[tuple[int, datetime | None]] = field(default_factory=list)
    """The acceptances by which custody moved: at which version, and when each was received."""

    def open(self, kind: str | None = None) -> list[UUID]:
        """The referrals that nobody has ended: all, or those of a kind."""
        return [
            identity
            for identity, request in self.requests.items()
            if identity not in self.ended and kind in {None, request.kind}
        ]

    def read(self, fact: Any, by: str) -> None:
        """Take a fact in, recorded for the institution ``by``."""
        assert not self.over, "a case in error was touched"
        self.version += 1
        if isinstance(fact, custody.CustodyTaken):
            assert self.custodian is None, "taken twice"
            self.custodian, self.subdivision = fact.custodian, fact.subdivision
            return
        assert self.custodian is not None, "nobody answers for the case"
        match fact:
            case custody.CustodyEnded():
                assert fact.custodian == self.custodian, "ended by somebody else"
                assert not self.open(), "a referral outlived its case"
                assert "accepted" not in self.ended.values(), "a referral outlived its case"
                self.custodian, self.over = None, True
            case custody.CaseRelocated():
                assert fact.subdivision != self.subdivision, "moved to where it was"
                self.subdivision = fact.subdivision
            case referral.ReferralRequested():
                self._requested(fact, by)
            case referral.ReferralEnteredInError(referral_id=identity):
                assert self.ended.get(identity, "accepted") == "accepted", "voided after its end"
                self.ended[identity] = "in error"
            case _:
                self._answered(fact, by)

    def _requested(self, fact: referral.ReferralRequested, by: str) -> None:
        assert fact.sender == by == self.custodian, "referred by somebody else"
        assert fact.addressee != fact.sender, "referred to itself"
        assert fact.referral_id not in self.requests, "requested twice"
        assert fact.addressee_version == self.listed != 0, "leans on what the directory has not"
        waiting = {self.requests[identity].addressee for identity in self.open()}
        assert fact.addressee not in waiting, "referred there twice"
        self.requests[fact.referral_id] = fact
        assert len(self.open("transfer")) <= 1, "two open transfers"
        assert fact.services, "referred for nothing"
        assert set(fact.services) <= codes("service_kinds").keys(), "an unknown code"

    def _answered(self, fact: Any, by: str) -> None:
        identity: UUID = fact.referral_id
        assert identity in self.requests, "no such referral"
        assert identity not in self.ended, "ended twice"
        request = self.requests[identity]
        if isinstance(fact, referral.ReferralWithdrawn):
            assert by == request.sender, "withdrawn by somebody else"
            self.ended[identity] = "withdrawn"
            return
        if isinstance(fact, referral.InformationAnswered | referral.InformationPartlyAnswered):
            assert by == request.sender, "answered by somebody else"
            open_questions = self.open_questions.pop(identity, set())
            assert set(fact.topics) <= open_questions, "nobody asked for that"
            left = open_questions - set(fact.topics)
            assert left == set(getattr(fact, "awaited", ())), "a question was forgotten"
            self.open_questions |= {identity: left} if left else {}
            return
        assert by == request.addressee, "decided by somebody else"
        if isinstance(fact, referral.ReferralAcknowledged):
            assert identity not in self.acknowledged, "received twice"
            self.acknowledged.add(identity)
            return
        assert identity in self.acknowledged, "decided before it was received"
        if isinstance(fact, referral.InformationRequested):
            assert identity not in self.open_questions, "asked twice"
            assert fact.topics, "asked about nothing"
            self.open_questions[identity] = set(fact.topics)
            return
        self.ended[identity] = "declined"
        if isinstance(fact, referral.ReferralAccepted):
            self.ended[identity] = "accepted"
            self._accepted(fact, request)

    def _accepted(
        self, fact: referral.ReferralAccepted, request: referral.ReferralRequested
    ) -> None:
        assert fact.previous_custodian == self.custodian, "taken from somebody else"
        actual = (fact.sender, fact.addressee, fact.kind)
        assert actual == (request.sender, request.addressee, request.kind), "another referral"
        moves = request.kind == "transfer"
        assert fact.custodian == (request.addressee if moves else self.custodian), (
            "went to somebody else"
        )
        assert fact.subdivision == self.subdivision, "the case lies elsewhere"
        if fact.custodian != self.custodian:
            self.moves.append((self.version, fact.received_at))
        self.custodian = fact.custodian

    def had_moved(self, void: custody.EnterCaseInError) -> bool:
        """Whether the custody that a void names had ended before the void was received."""
        after = [at for version, at in self.moves if version > void.custody_version]
        if not after or after[0] is None or void.received_at is None:
            return False
        return after[0] < void.received_at


class ReferralWalk(Walk):
    """Exactly one institution answers for a case, and only who was asked decides."""

    service = "referral"
    decider = custody.DECIDER
    speaks = (refusals, of_lives)
    vocabulary = Vocabulary(custody.FACTS)
    draws: ClassVar[Draws] = {
        "by": who("addressee"),
        "WithdrawReferral.by": who("sender"),
        "TakeUpCase.by": st.sampled_from([SYSTEM, OFFICE]),
        "EnterCaseInError.by": seldom(SYSTEM),
        "RelocateCase.by": st.sampled_from([SYSTEM, OFFICE]),
        "RelocateCase.subdivision": st.sampled_from(["MX-CHH", "MX-JAL"]),
        "custody_version": st.sampled_from([0, 0, 0, 0, 1, 3, 6]),
        "AcceptReferral.received_at": st.just(AT),
        "received_at": st.none() | st.integers(-2, 4).map(lambda n: AT + timedelta(seconds=n)),
        "referral_id": which,
        "institution": st.sampled_from(INSTITUTIONS),
        "topics": topics,
        "DeclineReferral.reason": coded("decline_reasons"),
        "WithdrawReferral.reason": coded("withdrawal_reasons"),
        **{name: st.just(value) for name, value in TAKEN_UP.items()},
    }
    often: ClassVar[Mapping[type[Command], int]] = {
        decisions.AcknowledgeReferral: 2,
        decisions.RequestInformation: 2,
        decisions.AcceptReferral: 2,
    }

    def __init__(self) -> None:
        super().__init__()
        self.auditor = Auditor()
        self.last = OFFICE.institution

    @initialize(
        institution=st.sampled_from(["", *INSTITUTIONS, *INSTITUTIONS]),
        to=st.sampled_from(INSTITUTIONS),
        kind=st.sampled_from(["share", "transfer"]),
    )
    def begin(self, institution: str, to: str, kind: str) -> None:
        """Mostly with a case taken up, and referred: most commands are about a referral."""
        if institution:
            self.submit(custody.TakeUpCase(by=SYSTEM, at=AT, institution=institution, **TAKEN_UP))
            values = {"to": to, "kind": kind, "services": ("shelter",), "priority": "normal"}
            self.refer("custodian", again=False, version=1, at=AT, **values)

    @move(
        decisions.ReferCase,
        often=4,
        by=who("custodian"),
        at=moments,
        again=mostly(st.just(value=False), st.just(value=True)),
        to=st.sampled_from(INSTITUTIONS),
        version=mostly(st.integers(1, 9), st.just(0)),
        kind=coded("referral_kinds"),
        services=several(coded("service_kinds")),
        priority=coded("priorities"),
    )
    def refer(self, by: str, *, again: bool, version: int, **values: Any) -> None:
        self.auditor.listed = version
        self.known = {custody.ADDRESSED: Known(version, _LISTED if version else _NOT_LISTED)}
        self.submit(
            decisions.ReferCase(
                by=self._actor(by, 0),
                referral_id=self._one(0) if again else UUID(int=len(self.auditor.requests) + 1),
                **values,
            )
        )

    @move(
        decisions.AnswerInformation,
        often=4,
        by=who("sender"),
        at=moments,
        n=which,
        topics=topics,
        count=st.integers(0, 2),
        astray=mostly(st.just(value=False), st.just(value=True)),
    )
    def inform(
        self, n: int, topics: tuple[str, ...], count: int, *, astray: bool, **by: Any
    ) -> None:
        """Answer a referral that awaits it, if one does; now and then another."""
        awaiting = [len(self.auditor.requests) - one.int for one in self.auditor.open_questions]
        n = n if astray or not awaiting else awaiting[n % len(awaiting)]
        awaited = tuple(sorted(self.auditor.open_questions.get(self._one(n), ())))
        topics_answered = awaited[:count] + (topics if count != 1 else ())
        self.submit_drawn(decisions.AnswerInformation, **by, referral_id=n, topics=topics_answered)

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
        """Submit it about the n-th newest referral, as whoever has that part in it."""
        n = values.get("referral_id", 0)
        about = {"referral_id": self._one(n)} if "referral_id" in values else {}
        made = command(**values | about | {"by": self._actor(values["by"], n)})
        stands = isinstance(made, custody.EnterCaseInError) and made.by == SYSTEM
        if stands and self.auditor.custodian:
            stood = not self.auditor.had_moved(made)  # type: ignore[arg-type]
            self.submit(made)
            assert self.auditor.over == stood, (
                "a void was forgotten" if stood else "ended after custody had moved"
            )
        else:
            self.submit(made)

    @override
    def audit(self, command: Any, fact: Any) -> None:
        self.auditor.read(fact, command.by.institution)
        self.last = self.auditor.custodian or self.last

    @override
    def agrees(self) -> None:
        held, saw = self.state, self.auditor
        custodian = held.held.custodian if isinstance(held, custody.InCustody) else None
        assert custodian == saw.custodian, "somebody else answers for the case"
        assert isinstance(held, custody.CaseInError) == saw.over, "an error was forgotten"
        if isinstance(held, custody.InCustody):
            kinds = {i: _ENDS.get(type(one)) for i, one in held.referrals.items()}
            assert kinds == {i: saw.ended.get(i) for i in saw.requests}, "a referral was forgotten"

    def _one(self, n: int) -> UUID:
        """The n-th newest referral; one that is not there where there are fewer."""
        return UUID(int=max(0, len(self.auditor.requests) - n))

    def _actor(self, by: str | Actor, n: int) -> Actor:
        if isinstance(by, Actor):
            return by
        request = self.auditor.requests.get(self._one(n))
        part = {
            "custodian": self.last,
            "sender": request.sender if request else self.last,
            "addressee": request.addressee if request else self.last,
        }
        return _ACTORS[part.get(by, by)]


_ENDS: dict[type, str] = {
    referral.Accepted: "accepted",
    referral.Declined: "declined",
    referral.Withdrawn: "withdrawn",
    referral.InError: "in error",
}

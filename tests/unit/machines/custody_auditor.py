"""Reads the facts of a case's custody and referrals, and shares no code with the rules."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.referral import (
    assigning,
    closing,
    custody,
    custody_facts,
    link,
    override,
    referral_facts,
)
from shared.kernel.codes import code, codes
from tests.personas import OPERATOR, STEWARD
from tests.unit.machines import asking_auditor
from tests.unit.machines.answering_auditor import Answers
from tests.unit.machines.asking_auditor import NOT_TAKEN, AskingAuditor, within
from tests.unit.machines.clock_auditor import EXPIRED, TOLD
from tests.unit.machines.following_auditor import FOLLOWED, MAY_GO_ON
from tests.unit.machines.link_auditor import LinkAuditor

TAKES = ("active", "of its programme", "until told otherwise")
"""The addressees that can take a case."""
NO_ACCOUNT = ("unreachable", "expired")
"""Those that can take one by a link."""
CANNOT_ACT = ("unreachable", "expired", "suspended", "closed", "not listed")

ANSWERED = referral_facts.InformationAnswered | referral_facts.InformationPartlyAnswered


@dataclass
class Auditor(Answers):
    """Reads the facts alone, oldest first, and objects to what must never happen to a case."""

    custodian: str | None = None
    requests: dict[UUID, referral_facts.ReferralRequested] = field(default_factory=dict)
    ended: dict[UUID, str] = field(default_factory=dict)
    acknowledged: set[UUID] = field(default_factory=set)
    open_questions: dict[UUID, set[str]] = field(default_factory=dict)
    falling: set[UUID] = field(default_factory=set)
    """Those that waited when custody moved, and must end in the same breath."""
    accepted: UUID | None = None
    closed: bool = False
    answers: dict[UUID, set[str]] = field(default_factory=dict)
    over: bool = False
    listed: int = 1
    """The version of the addressee's entry in the directory; 0: it has none."""
    subdivision: str = ""
    """Where the case lies, as intake described it last."""
    version: int = 0
    """How many facts were read."""
    moves: list[tuple[int, datetime | None]] = field(default_factory=list)
    """The acceptances by which custody moved: at which version, and when each was received."""
    to: str = "active"
    previous: str = "active"
    """How the directory has the addressee of the command at hand, and the custodian."""

    overrides: dict[UUID, override.AgreementOverridden] = field(default_factory=dict)
    """Those that no referral has used."""
    subject: str = ""
    """Who gives the command at hand."""
    agreed: tuple[UUID, int] | None = None
    """The agreement in force between any two at the moment, at its version."""
    need: bool = False
    """Whether a referral needs one."""
    links: LinkAuditor = field(default_factory=LinkAuditor)
    asking: AskingAuditor = field(default_factory=AskingAuditor)

    def open(self, kind: str | None = None) -> list[UUID]:
        """The referrals that nobody has ended: all, or those of a kind."""
        return [
            identity
            for identity, request in self.requests.items()
            if identity not in self.ended and kind in {None, request.kind}
        ]

    def newest(self, n: int) -> UUID:
        """The n-th newest of what was asked, in turn; the fourth of fewer is not there."""
        made = [*self.requests]
        there = made and (n < 3 or n < len(made))
        return made[-1 - n % len(made)] if there else UUID(int=0)

    def number(self, referral_id: UUID) -> int:
        """How many were asked after this one."""
        return len(self.requests) - 1 - [*self.requests].index(referral_id)

    def read(self, fact: Any, by: str) -> None:
        """Take a fact in, recorded for the institution ``by``."""
        assert not self.over, "a case in error was touched"
        self.version += 1
        if isinstance(fact, custody_facts.CustodyTaken):
            assert self.custodian is None, "taken twice"
            self.custodian, self.subdivision = fact.custodian, fact.subdivision
            return
        assert self.custodian is not None, "nobody answers for the case"
        if isinstance(fact, referral_facts.ReferralSuperseded):
            self._superseded(fact)
        elif isinstance(fact, asking_auditor.FACTS):
            self.asking.read(fact, by, self.custodian)
        else:
            assert not self.falling, "an offer outlived its custodian"
            self._of_the_case(fact, by)

    def _of_the_case(self, fact: Any, by: str) -> None:
        match fact:
            case assigning.CustodyAssigned():
                self._assigned(fact, by)
            case custody_facts.CustodyEnded():
                self._over(fact)
            case closing.CaseClosed():
                self._closed(fact, by)
            case closing.CaseReopened():
                assert by == self.custodian, "reopened by somebody else"
                assert self.closed, "reopened and not closed"
                self.closed = False
            case custody_facts.CaseRelocated():
                self._relocated(fact)
            case _:
                self._about_a_referral(fact, by)

    def _about_a_referral(self, fact: Any, by: str) -> None:
        match fact:
            case override.AgreementOverridden():
                self._overridden(fact, by)
            case link.LinkIssued() | link.LinkWithdrawn() | link.LinkOpened():
                self.links.read(fact, by, self.requests, self.ended)
            case referral_facts.ReferralRequested():
                self._requested(fact, by)
            case _ if isinstance(fact, (*TOLD, *EXPIRED)):
                waits = {*self.open(), *self.asking.drafts}
                assert fact.referral_id in waits, "the clock ran of one that had ended"
                if isinstance(fact, EXPIRED):
                    self.ended[fact.referral_id] = "expired"
            case _ if self.heard(fact, by):
                pass
            case _ if type(fact) in FOLLOWED:
                self._ended_late(fact, by)
            case _:
                self._answered(fact, by)

    def _assigned(self, fact: assigning.CustodyAssigned, by: str) -> None:
        assert fact.previous_custodian == self.custodian, "taken from somebody else"
        assert fact.custodian != self.custodian, "assigned to who had it"
        assert self.to in TAKES, "assigned to who cannot take it"
        assert self.previous in CANNOT_ACT, "taken from who can act"
        assert by in {STEWARD.institution, OPERATOR.institution}, "assigned by anybody"
        self.moves.append((self.version, fact.received_at))
        self.custodian, self.accepted, self.falling = fact.custodian, None, {*self.open()}
        self.asking.moved(fact.custodian)

    def _relocated(self, fact: custody_facts.CaseRelocated) -> None:
        assert fact.subdivision != self.subdivision, "moved to where it was"
        self.subdivision = fact.subdivision

    def _over(self, fact: custody_facts.CustodyEnded) -> None:
        assert fact.custodian == self.custodian, "ended by somebody else"
        assert not self.open(), "a referral outlived its case"
        assert not MAY_GO_ON & {*self.ended.values()}, "a referral outlived its case"
        self.custodian, self.over = None, True

    def _ended_late(self, fact: Any, by: str) -> None:
        before, after, words = FOLLOWED[type(fact)]
        request = self.requests[fact.referral_id]
        if isinstance(fact, referral_facts.ReferralRevoked):
            assert by == self.custodian, "revoked by somebody else"
            assert request.kind != "transfer", "a transfer was revoked"
        assert self.ended.get(fact.referral_id, "open") in before, words
        self.ended[fact.referral_id] = after

    def _closed(self, fact: closing.CaseClosed, by: str) -> None:
        assert fact.custodian == by == self.custodian, "closed by somebody else"
        assert not self.closed, "closed twice"
        assert not self.open(), "closed while a referral waits"
        outcome = code("outcome_kinds", fact.outcome)
        assert fact.outcome_class == outcome.extra["class"], "of another class"
        self.closed = True

    def _superseded(self, fact: referral_facts.ReferralSuperseded) -> None:
        assert fact.referral_id in self.falling, "superseded without a reason"
        assert fact.by == self.accepted, "superseded by another"
        self.falling.remove(fact.referral_id)
        self.ended[fact.referral_id] = "superseded"

    def _requested(self, fact: referral_facts.ReferralRequested, by: str) -> None:
        assert not self.closed, "a closed case was referred"
        self._made_again(fact)
        self.asking.requested(fact)
        before = None if fact.replaces is None else self.ended.get(fact.replaces)
        by_itself = before in ("declined", "expired")
        assert fact.sender == self.custodian, "referred by somebody else"
        assert by == self.custodian or by_itself, "referred by somebody else"
        assert fact.addressee != fact.sender, "referred to itself"
        assert fact.referral_id not in self.requests, "requested twice"
        assert fact.addressee_version == self.listed != 0, "leans on what the directory has not"
        assert self.to in (NO_ACCOUNT if fact.by_link else TAKES), "referred to who cannot take it"
        assert not (fact.by_link and fact.kind == "transfer"), "a transfer by a link"
        self._leaned(fact)
        waiting = {self.requests[identity].addressee for identity in self.open()}
        assert fact.addressee not in waiting, "referred there twice"
        self.requests[fact.referral_id] = fact
        assert len(self.open("transfer")) <= 1, "two open transfers"
        assert fact.services, "referred for nothing"
        assert set(fact.services) <= codes("service_kinds").keys(), "an unknown code"

    def _leaned(self, fact: referral_facts.ReferralRequested) -> None:
        """It names the agreement in force; without one, where it needs one, another's override."""
        named = (fact.agreement_id, fact.agreement_version)
        if self.agreed is not None:
            assert named == self.agreed, "leans on another agreement"
            assert fact.override_id is None, "overridden though there is an agreement"
            return
        assert named == (None, None), "leans on an agreement that is not in force"
        if not self.need:
            assert fact.override_id is None, "overridden without need"
            return
        assert fact.override_id in self.overrides, "referred without an agreement"
        used = self.overrides.pop(fact.override_id)
        assert used.subject != self.subject, "overridden by who refers"
        assert (used.institution, used.addressee) == (fact.sender, fact.addressee), "for another"

    def _overridden(self, fact: override.AgreementOverridden, by: str) -> None:
        assert fact.institution == by == self.custodian, "overridden by somebody else"
        assert fact.addressee != by, "overridden for itself"
        assert self.to != "not listed", "overridden for nobody in the directory"
        assert not self.closed, "overridden though the case is closed"
        assert fact.reason in codes("agreement_override_reasons"), "an unknown code"
        self.overrides[fact.override_id] = fact

    def _made_again(self, fact: referral_facts.ReferralRequested) -> None:
        if fact.replaces is None:
            return
        assert self.ended.get(fact.replaces) in NOT_TAKEN, "replaces what did not end"
        assert within(self.requests[fact.replaces], fact.addressee), "outside the consent"
        others = {one.replaces for one in self.requests.values()}
        assert fact.replaces not in others, "replaced twice"

    def _answered(self, fact: Any, by: str) -> None:
        identity: UUID = fact.referral_id
        assert identity in self.requests, "no such referral"
        request = self.requests[identity]
        if isinstance(fact, referral_facts.DeclineCorrected | referral_facts.DeclineEnteredInError):
            self._mended(fact, request, by)
            return
        assert identity not in self.ended, "ended twice"
        if isinstance(fact, referral_facts.ReferralWithdrawn):
            assert by == request.sender, "withdrawn by somebody else"
            self.ended[identity] = "withdrawn"
            return
        if isinstance(
            fact, referral_facts.InformationAnswered | referral_facts.InformationPartlyAnswered
        ):
            assert by == request.sender, "answered by somebody else"
            open_questions = self.open_questions.pop(identity, set())
            assert set(fact.topics) <= open_questions, "nobody asked for that"
            left = open_questions - set(fact.topics)
            assert left == set(getattr(fact, "awaited", ())), "a question was forgotten"
            self.open_questions |= {identity: left} if left else {}
            self.answers.setdefault(identity, set()).update(fact.topics)
            return
        if isinstance(fact, referral_facts.AnswerEnteredInError):
            assert by == request.sender, "answered by somebody else"
            answers = self.answers.get(identity, set())
            assert set(fact.topics) <= answers, "nobody answered that"
            answers -= set(fact.topics)
            left = self.open_questions.get(identity, set()) | set(fact.topics)
            assert left == set(fact.awaited), "a question was forgotten"
            self.open_questions[identity] = left
            return
        assert by == request.addressee, "decided by somebody else"
        if isinstance(fact, referral_facts.ReferralAcknowledged):
            assert identity not in self.acknowledged, "received twice"
            self.acknowledged.add(identity)
            return
        assert identity in self.acknowledged, "decided before it was received"
        if isinstance(fact, referral_facts.InformationRequested):
            assert identity not in self.open_questions, "asked twice"
            assert fact.topics, "asked about nothing"
            self.open_questions[identity] = set(fact.topics)
            return
        self.ended[identity] = "declined"
        if isinstance(fact, referral_facts.ReferralAccepted):
            self.ended[identity] = "accepted"
            self._accepted(fact, request)

    def _mended(self, fact: Any, request: referral_facts.ReferralRequested, by: str) -> None:
        assert by == request.addressee, "decided by somebody else"
        assert self.ended.get(fact.referral_id) == "declined", "no decline to mend"
        if isinstance(fact, referral_facts.DeclineEnteredInError):
            assert request.sender == self.custodian, "offered by somebody else"
            waiting = {self.requests[identity].addressee for identity in self.open()}
            assert request.addressee not in waiting, "referred there twice"
            del self.ended[fact.referral_id]
            self.open_questions.pop(fact.referral_id, None)
            assert len(self.open("transfer")) <= 1, "two open transfers"

    def _accepted(
        self, fact: referral_facts.ReferralAccepted, request: referral_facts.ReferralRequested
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
        if moves:
            self.accepted, self.falling = fact.referral_id, {*self.open()}
            self.asking.moved(fact.custodian)

    def had_moved(self, void: custody.EnterCaseInError) -> bool:
        """Whether the custody that a void names had ended before the void was received."""
        after = [at for version, at in self.moves if version > void.custody_version]
        if not after or after[0] is None or void.received_at is None:
            return False
        return after[0] < void.received_at

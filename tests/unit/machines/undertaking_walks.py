"""Walks over what institutions propose, undertake and do together, and over reminders."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from typing_extensions import override

from services.referral import (
    activity,
    commitment,
    commitment_decisions,
    proposal,
    reminders,
    undertaking,
)
from services.referral.institution import Active, Closed, NotListed, Suspended
from services.referral.profile import InstitutionValidated, Profile
from services.referral.service import NoService, Offered, ServiceDescription, Withdrawn
from shared.eventstore.codec import Vocabulary
from shared.kernel.decider import Actor, Command, Decider, Known
from tests.made_up import full
from tests.personas import OFFICE, OPERATOR, STEWARD, SYSTEM
from tests.unit.machines.commands import mostly
from tests.unit.machines.drawn_commands import Draws, commands_of
from tests.unit.machines.walking import Walk

_OWN = "oficina-a"
_KEEPER = Actor(_OWN, "administrator", "subject-7")
_OTHER = Actor("oficina-b", "administrator", "subject-8")
_COORDINATOR = Actor("oficina-c", "coordinator", "subject-9")
_OWN_STEWARD = Actor(_OWN, "steward", "subject-6")
_KEEPERS = st.sampled_from([_KEEPER] * 5 + [STEWARD, STEWARD, OPERATOR, _OTHER, OFFICE, SYSTEM])
_ENTRIES: Mapping[str, Any] = {
    code: Active(code, code, "ngo", None, ()) for code in (_OWN, "oficina-b", "oficina-c")
} | {"cerrada-a": Closed("cerrada-a", "x", "ngo", None, ())}
_CODES = st.sampled_from([*_ENTRIES, *_ENTRIES, "nadie-aqui"])
_OWNERS = st.sampled_from([*(None,) * 4, *(_OWN,) * 3, *("cerrada-a",) * 3, "nadie-aqui"])
_DAYS = st.dates(date(2026, 5, 1), date(2026, 5, 12))


def _within(days: int) -> st.SearchStrategy[datetime]:
    """Draw a moment of so many days from the first of May on."""
    minutes = st.integers(0, days * 24 * 60)
    return minutes.map(lambda m: datetime(2026, 5, 1, tzinfo=UTC) + timedelta(minutes=m))


_CLOCKS = {"MX-CHH": "America/Chihuahua", "MX-BCN": "America/Tijuana", None: "America/Mexico_City"}
_SUBDIVISIONS = st.sampled_from([*_CLOCKS])
_ID = UUID("00000000-0000-4000-8000-0000000000d1")
_COMMON: Draws = {
    "by": _KEEPERS,
    "at": _within(8),
    "owner": _OWNERS,
    "subdivision": _SUBDIVISIONS,
    "agencies": st.lists(_CODES, max_size=3).map(tuple),
    **{name: st.just(_ID) for name in ("commitment_id", "proposal_id", "activity_id")},
    **dict.fromkeys(("due_on", "kept_on", "on", "held_on", "decide_by"), _DAYS),
}


def _entry(code: str | None) -> Known:
    return Known(3, _ENTRIES.get(code or "", NotListed()))


def _day(command: Command, subdivision: str | None) -> date:
    return command.at.astimezone(ZoneInfo(_CLOCKS[subdivision])).date()


class Undertaking(Walk):
    """What is the same: an owner, who alone acts for it beside those who run the platform."""

    service = "referral"
    decider: ClassVar[Decider[Any]] = commitment_decisions.DECIDER
    vocabulary = Vocabulary(commitment.FACTS)
    draws: ClassVar[Draws] = _COMMON

    def __init__(self) -> None:
        super().__init__()
        self.made: Any = None
        self.status = ""

    def owner(self, command: Any) -> str:
        named: str | None = getattr(command, "owner", None)
        return named or str(command.by.institution)

    @override
    def submit(self, command: Command) -> None:
        self.known = {"owner": _entry(self.owner(command))}
        super().submit(command)

    def theirs(self, command: Any, owner: str) -> None:
        by = command.by
        own = by.role == "administrator" and by.institution == owner
        assert own or by.role in {"steward", "operator"}, "not theirs to do"

    def begins(self, command: Any, fact: Any) -> None:
        assert self.made is None, "recorded twice"
        assert fact.owner == self.owner(command), "another's"
        assert isinstance(_entry(fact.owner).state, Active), "of nobody who takes part"
        self.theirs(command, fact.owner)
        self.made = fact

    @override
    def agrees(self) -> None:
        assert getattr(self.state, "status", "") == self.status, "another status"
        owner = None if self.made is None else self.made.owner
        assert getattr(self.state, "owner", None) == owner, "another owner"


class CommitmentWalk(Undertaking):
    """A commitment is made once, and is open, overdue, kept or withdrawn."""

    speaks = (undertaking, commitment_decisions)
    draws: ClassVar[Draws] = {**_COMMON, "RemarkOverdue.by": st.sampled_from([SYSTEM, OFFICE])}

    def __init__(self) -> None:
        super().__init__()
        self.due = date.min

    @override
    def audit(self, command: Any, fact: Any) -> None:
        if isinstance(fact, commitment.CommitmentMade):
            self.begins(command, fact)
            assert fact.due_on >= _day(command, fact.subdivision), "due before it was made"
            self.due, self.status = fact.due_on, "open"
            return
        assert self.made is not None, "before it was made"
        today = _day(command, self.made.subdivision)
        if isinstance(fact, commitment.CommitmentBecameOverdue):
            assert command.by.role == "system", "remarked upon by somebody"
            assert (self.status, fact.due_on) == ("open", self.due), "overdue for nothing"
            assert today > self.due, "overdue too early"
            self.status = "overdue"
            return
        self.theirs(command, self.made.owner)
        is_open = self.status in {"open", "overdue"}
        assert is_open != isinstance(fact, commitment.CommitmentReopened), "not in this status"
        match fact:
            case commitment.CommitmentPutOff():
                assert fact.before == self.due != fact.due_on == command.due_on, (
                    "put off to another"
                )
                assert fact.due_on >= today, "put off to a day gone by"
                self.due, self.status = fact.due_on, "open"
            case commitment.CommitmentKept():
                assert fact.kept_on <= today, "kept on a day to come"
                assert fact.late == (fact.kept_on > self.due), "late or not"
                self.status = "kept"
            case commitment.CommitmentWithdrawn():
                self.status = "withdrawn"
            case _:
                assert fact.due_on == self.due, "reopened for another day"
                self.status = "open"


class ProposalWalk(Undertaking):
    """A proposal is made once, discussed by any, and decided by none of its own."""

    decider = proposal.DECIDER
    commands = commands_of(proposal.DECIDER)
    vocabulary = Vocabulary(proposal.FACTS)
    speaks = (proposal,)
    elsewhere = frozenset({"InstitutionIsClosed", "InstitutionNotRegistered"})
    draws: ClassVar[Draws] = {
        **_COMMON,
        "DecideProposal.by": st.sampled_from([_COORDINATOR, STEWARD, _OWN_STEWARD, _OTHER]),
        "DiscussProposal.by": st.sampled_from([_KEEPER, _OTHER, STEWARD, OFFICE]),
    }

    def __init__(self) -> None:
        super().__init__()
        self.said = 0

    @override
    def audit(self, command: Any, fact: Any) -> None:
        if isinstance(fact, proposal.ProposalMade):
            self.begins(command, fact)
            self.status = "open"
            return
        assert self.status in {"open", "postponed"}, "after it was over"
        by = command.by
        if isinstance(fact, proposal.ProposalDiscussed):
            assert fact.institution == by.institution, "for another"
            self.theirs(command, by.institution)
            self.said += 1
        elif isinstance(fact, proposal.ProposalDecided):
            assert by.role in {"coordinator", "steward", "operator"}, "not theirs to decide"
            assert by.institution != self.made.owner, "decided their own"
            assert fact.decision != self.status, "says that nothing changed"
            self.status = fact.decision
        else:
            self.theirs(command, self.made.owner)
            self.status = "withdrawn"

    @override
    def agrees(self) -> None:
        super().agrees()
        assert getattr(self.state, "discussed", 0) == self.said, "a remark was forgotten"


class ActivityWalk(Undertaking):
    """A joint activity is planned with somebody, and held or cancelled once."""

    decider = activity.DECIDER
    commands = commands_of(activity.DECIDER)
    vocabulary = Vocabulary(activity.FACTS)
    speaks = (activity,)
    often: ClassVar[Mapping[type[Command], int]] = {
        activity.PlanActivity: 2,
        activity.HoldActivity: 3,
        activity.ReplanActivity: 4,
    }
    draws: ClassVar[Draws] = {
        **_COMMON,
        "ReplanActivity.agencies": st.sampled_from([("oficina-b",), ("oficina-c",), ()]),
        "ReplanActivity.on": st.dates(date(2026, 5, 9), date(2026, 5, 12)),
        "HoldActivity.agencies": mostly(st.just(("oficina-b",)), st.just(())),
    }
    elsewhere = frozenset({"InstitutionIsClosed", "InstitutionNotRegistered"})

    def __init__(self) -> None:
        super().__init__()
        self.plan: Any = None

    @override
    def submit(self, command: Command) -> None:
        owner = self.owner(command) if self.made is None else self.made.owner
        if isinstance(command, activity.PlanActivity):
            owner = self.owner(command)
        named = getattr(command, "agencies", ())
        self.known = {activity.OWNER: _entry(owner), **{code: _entry(code) for code in named}}
        Walk.submit(self, command)

    @override
    def audit(self, command: Any, fact: Any) -> None:
        if isinstance(fact, activity.ActivityPlanned):
            self.begins(command, fact)
            self.status = "planned"
        assert self.status == "planned", "after it was over"
        self.theirs(command, self.made.owner)
        if isinstance(fact, activity.ActivityCancelled):
            self.status = "cancelled"
            return
        others = {code for code in command.agencies if code != self.made.owner}
        assert list(fact.agencies) == sorted(others) != [], "with others, or nobody"
        assert all(isinstance(_entry(code).state, Active) for code in others), "not taking part"
        today = _day(command, self.made.subdivision)
        if isinstance(fact, activity.ActivityHeld):
            assert fact.held_on <= today, "held on a day to come"
            self.plan, self.status = (fact.agencies, fact.held_on), "held"
            return
        assert fact.on >= today, "planned for a day gone by"
        assert len(fact.versions) == len(fact.agencies) + 1, "leans on another number of entries"
        self.plan = fact.agencies, fact.on

    @override
    def agrees(self) -> None:
        super().agrees()
        stands = (getattr(self.state, "agencies", None), getattr(self.state, "on", None))
        assert stands == (self.plan or (None, None)), "not as it was planned last"


_DESCRIBED: Any = full(ServiceDescription, service_id=_ID)


class ReminderWalk(Walk):
    """Somebody is reminded of what is stale, and not again within a month."""

    service = "referral"
    decider = reminders.REMINDERS
    vocabulary = Vocabulary(reminders.FACTS)
    draws: ClassVar[Draws] = {
        "by": mostly(st.just(SYSTEM), st.just(STEWARD)),
        "at": _within(70),
        "service_id": st.just(_ID),
        "institution": st.just(_OWN),
    }

    def __init__(self) -> None:
        super().__init__()
        self.reminded: date | None = None

    @override
    def submit_drawn(self, command: type[Command], **values: Any) -> None:
        """Vary, by the moment, what the directory has of what the reminder is about."""
        seed = values["at"].minute
        vouched = (None, date(2025, 11, 3), date(2025, 11, 6), date(2026, 4, 1))[seed % 4]
        there: Any
        if command is reminders.RemindOfService:
            kinds = (Offered, Offered, Withdrawn)
            there = kinds[seed % 3](_DESCRIBED, assured_on=vouched) if seed % 7 else NoService()
        else:
            validated = None if vouched is None else InstitutionValidated(_OWN, 1, vouched)
            kind = (Active, Suspended, Closed)[seed % 3]
            there = kind(_OWN, "x", "ngo", "MX-CHH", (), profile=Profile(validated=validated))
        self.known = {reminders.ENTRY: Known(4, there)}
        self.vouched, self.there = vouched, there
        self.submit(command(**values))

    @override
    def audit(self, command: Any, fact: Any) -> None:
        assert command.by.role == "system", "reminded by somebody"
        assert not isinstance(self.there, Withdrawn | NoService | Closed), "of what is no more"
        assert self.vouched is None or self.vouched <= date(2026, 1, 9), "of what is fresh"
        today = fact.reminded_on
        assert command.at.date() - timedelta(days=1) <= today <= command.at.date(), "another day"
        if self.reminded is not None:
            assert today >= self.reminded + timedelta(days=30), "reminded again too soon"
        assert fact.entry_version == 4, "leans on what the directory has not"
        self.reminded = today

    @override
    def agrees(self) -> None:
        assert self.state == self.reminded, "a reminder was forgotten"


WALKS = (CommitmentWalk, ProposalWalk, ActivityWalk, ReminderWalk)

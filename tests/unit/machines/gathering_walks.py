"""Walks over what institutions form together: networks, regions and commissions."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from typing_extensions import override

from services.referral import commission, gathering_refusals, network, region
from services.referral.agreement import NotDrafted
from services.referral.institution import Active, Closed, NotListed, Suspended
from shared.eventstore.codec import Vocabulary
from shared.kernel.codes import codes
from shared.kernel.decider import Actor, Command, Decider, Known
from tests.personas import ADMINISTRATOR, OFFICE, OPERATOR, STEWARD
from tests.unit.machines.commands import coded, mostly, several, wrong
from tests.unit.machines.drawn_commands import Draws, commands_of
from tests.unit.machines.walking import Walk

_SECRETARY = Actor("miembro-a", "administrator", "subject-7")
_KEEPERS = st.sampled_from([STEWARD] * 9 + [OPERATOR, _SECRETARY, ADMINISTRATOR, OFFICE])
_CODES = ("miembro-a", "miembro-b", "miembro-c")
_DAYS = st.dates(date(2020, 1, 1), date(2020, 1, 9)) | st.just(date(2100, 1, 2))
_ENTRIES: Mapping[str, Any] = {code: Active(code, code, "ngo", None, ()) for code in _CODES} | {
    "suspendida-1": Suspended("suspendida-1", "x", "ngo", None, ()),
    "cerrada-1": Closed("cerrada-1", "x", "ngo", None, ()),
}
_NAMES = mostly(st.sampled_from(["Red", "Comisión «Ñ»"]), wrong)
_IN_CHIHUAHUA = st.sampled_from(["08019", "08037", "08053"])
STEWARDS = {"steward", "operator"}


def _entry(code: str) -> Known:
    return Known(3, _ENTRIES.get(code, NotListed()))


def _tomorrow(command: Command) -> date:
    """It may be the next day already where the network or the commission is."""
    day: date = command.at.date() + timedelta(days=1)
    return day


class Gathering(Walk):
    """What walks over members have: who is in it, from when until when, as the auditor saw."""

    service = "referral"
    decider: ClassVar[Decider[Any]] = network.DECIDER
    vocabulary = Vocabulary(network.FACTS)
    speaks = (gathering_refusals,)

    def __init__(self) -> None:
        super().__init__()
        self.formed: Any = None
        self.seats: list[list[Any]] = []

    @override
    def submit(self, command: Command) -> None:
        """Say what the directory has of whom the command names."""
        named = {"member": "institution", "secretariat": "secretariat"}
        self.known: dict[str, Known] = {
            name: _entry(getattr(command, field))
            for name, field in named.items()
            if hasattr(command, field)
        }
        named_agreement = getattr(command, "agreement_id", None)
        if named_agreement is not None:
            self.known |= {network.AGREEMENT: Known(2, NotDrafted())}
        super().submit(command)

    def joins(self, command: Any, fact: Any) -> None:
        assert fact.institution in _CODES, "who is not active joined"
        assert fact.institution_version == 3, "leans on what the directory has not"
        assert fact.since <= _tomorrow(command), "joined on a day to come"
        for institution, _, until in self.seats:
            if institution == fact.institution:
                assert until is not None, "joined twice"
                assert until < fact.since, "joined twice"
        self.seats.append([fact.institution, fact.since, None])

    def leaves(self, command: Any, fact: Any) -> None:
        (seat,) = (s for s in self.seats if s[0] == fact.institution and s[2] is None)
        assert seat[1] == fact.since, "another seat"
        assert seat[1] <= fact.until <= _tomorrow(command), "left before it joined, or tomorrow"
        seat[2] = fact.until

    @override
    def agrees(self) -> None:
        held = [[m.institution, m.since, m.until] for m in getattr(self.state, "members", ())]
        assert held == self.seats, "a member was forgotten"
        assert getattr(self.state, "name", None) == (self.formed and self.formed.name), "another"


class NetworkWalk(Gathering):
    """A network is formed once; members come and go, each for a time of its own."""

    draws: ClassVar[Draws] = {
        "by": _KEEPERS,
        "network": mostly(st.just("red-1"), wrong),
        "name": _NAMES,
        "institution": st.sampled_from([*_CODES, *_CODES, "suspendida-1", "cerrada-1", "nadie-1"]),
        "since": _DAYS,
        "until": _DAYS,
        "agreement_id": mostly(st.none(), st.uuids()),
    }
    often: ClassVar[Mapping[type[Command], int]] = {network.JoinNetwork: 3, network.LeaveNetwork: 3}
    elsewhere = frozenset({"DelegatesOnly", "QuorumNotUsable"})

    @override
    def audit(self, command: Any, fact: Any) -> None:
        by, leaving = command.by, isinstance(fact, network.NetworkLeft)
        own = leaving and by.role == "administrator" and by.institution == fact.institution
        assert by.role in STEWARDS or own, "not theirs to say"
        if isinstance(fact, network.NetworkFormed):
            assert self.formed is None, "formed twice"
            assert fact.programme in codes("programmes"), "an unknown code"
            self.formed = fact
            return
        assert self.formed is not None, "joined before it was formed"
        (self.leaves if leaving else self.joins)(command, fact)


class CommissionWalk(Gathering):
    """A commission is formed once and described again; each member has a seat at a time."""

    decider = commission.DECIDER
    vocabulary = Vocabulary(commission.FACTS)
    commands = commands_of(commission.DECIDER)
    draws: ClassVar[Draws] = {
        "by": _KEEPERS,
        "commission": mostly(st.just("cie-1"), wrong),
        "name": _NAMES,
        "secretariat": st.sampled_from(["miembro-a", "miembro-a", "suspendida-1", "nadie-1"]),
        "institution": st.sampled_from([*_CODES, *_CODES, "cerrada-1", "nadie-1"]),
        "number": st.none() | st.integers(0, 5),
        "since": _DAYS,
        "until": _DAYS,
    }
    often: ClassVar[Mapping[type[Command], int]] = {
        commission.SeatMember: 3,
        commission.UnseatMember: 2,
        commission.FormCommission: 2,
    }
    elsewhere = frozenset({"DelegatesOnly"})
    """Who may vote is asked by what votes."""

    @override
    def audit(self, command: Any, fact: Any) -> None:
        by = command.by
        if isinstance(fact, commission.CommissionFormed | commission.CommissionReformed):
            assert by.role in STEWARDS, "not theirs to say"
            self._described(fact)
            return
        assert self.formed is not None, "joined before it was formed"
        keeps = by.role == "administrator" and by.institution == self.formed.secretariat
        assert by.role in STEWARDS or keeps, "not theirs to say"
        seats = isinstance(fact, commission.MemberSeated)
        (self.joins if seats else self.leaves)(command, fact)

    def _described(self, fact: Any) -> None:
        reformed = isinstance(fact, commission.CommissionReformed)
        assert reformed == (self.formed is not None), "formed twice, or reformed before"
        assert (fact.quorum.rule == "at-least") == (fact.quorum.number is not None), "no quorum"
        assert fact.secretariat in _ENTRIES, "kept by who is not listed"
        if reformed:
            fields = ("name", "subdivision", "programme", "secretariat", "quorum")
            differ = {f for f in fields if getattr(fact, f) != getattr(self.formed, f)}
            assert set(fact.changed) == differ != set(), "says that something else changed"
        self.formed = fact


class RegionWalk(Walk):
    """A region is a group of its subdivision's municipalities, as it was described last."""

    service = "referral"
    decider = region.DECIDER
    vocabulary = Vocabulary(region.FACTS)
    draws: ClassVar[Draws] = {
        "by": _KEEPERS,
        "region": mostly(st.just("frontera-1"), wrong),
        "name": _NAMES,
        "subdivision": mostly(st.just("MX-CHH"), coded("subdivisions")),
        "municipalities": several(mostly(_IN_CHIHUAHUA, st.just("14039") | wrong)),
    }

    def __init__(self) -> None:
        super().__init__()
        self.last: Any = None

    @override
    def audit(self, command: Any, fact: Any) -> None:
        assert command.by.role in STEWARDS, "not theirs to say"
        redefined = isinstance(fact, region.RegionRedefined)
        assert redefined == (self.last is not None), "defined twice, or redefined before"
        assert fact.municipalities, "a region of nothing"
        assert {code[:2] for code in fact.municipalities} == {"08"}, "lies elsewhere"
        assert list(fact.municipalities) == sorted({*fact.municipalities}), "said in two ways"
        if redefined:
            fields = ("name", "subdivision", "municipalities")
            differ = {f for f in fields if getattr(fact, f) != getattr(self.last, f)}
            assert set(fact.changed) == differ != set(), "says that something else changed"
        self.last = fact

    @override
    def agrees(self) -> None:
        if self.last is None:
            assert self.state == region.NoRegion(), "a region of no fact"
        else:
            stands = (self.state.name, self.state.municipalities)
            assert stands == (self.last.name, self.last.municipalities), "not as described last"

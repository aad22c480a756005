"""A walk over an entry of the directory: one code, described, suspended, closed and reached."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

from hypothesis import strategies as st
from typing_extensions import override

from services.referral import describing, directory, directory_refusals, institution, names, profile
from shared.eventstore.codec import Vocabulary
from shared.kernel import free_text
from shared.kernel.codes import codes
from shared.kernel.decider import Actor, Command, Known
from shared.kernel.value import replace
from tests.personas import ADMINISTRATOR, OFFICE, OPERATOR, STEWARD, SYSTEM
from tests.unit.machines.commands import PERSON, coded, moments, mostly, several, wrong
from tests.unit.machines.drawn_commands import Draws
from tests.unit.machines.walking import Walk, move

ITS_OWN = Actor("oficina-1", "administrator", "subject-7")
keepers = st.sampled_from(
    [STEWARD] * 4 + [ITS_OWN, OPERATOR, OPERATOR, ADMINISTRATOR, OFFICE, SYSTEM]
)
_NAMES = ("Oficina", "Comisión «Ñ»", "M" * 200, "Comisio\u0301n «Ñ»")
_ANOTHERS = "Comisión Ajena"
_STATUSES: Mapping[type, str] = {
    institution.InstitutionSuspended: "suspended",
    institution.InstitutionClosed: "closed",
    institution.InstitutionReactivated: "active",
}


class DirectoryWalk(Walk):
    """An institution is entered once, kept by those who may, and is as it was described last."""

    service = "referral"
    decider = directory.DECIDER
    speaks = (directory_refusals, free_text)
    vocabulary = Vocabulary({**institution.FACTS, **names.FACTS})
    draws: ClassVar[Draws] = {
        "by": keepers,
        "institution": mostly(st.just("oficina-1"), wrong | st.just("of-614-123-4567")),
        "name": mostly(
            st.sampled_from([*_NAMES, *_NAMES, _ANOTHERS, "COMISION AJENA."]),
            wrong | st.sampled_from(["\u3164", " ", "PELJ900101HCHRPN09", "tel. 614 123 4567"]),
        ),
        "kind": coded("institution_kinds"),
        "subdivision": st.sampled_from([None, "MX-CHH", "MX-JAL"]) | coded("subdivisions"),
        "programmes": several(coded("programmes")),
        "reason": coded("suspension_reasons"),
        "until": st.none() | moments,
        "level": coded("institution_levels"),
        "jurisdiction": several(coded("subdivisions")),
        "municipality": mostly(st.sampled_from([None, "08019", "08037", "14039"]), wrong),
        "mandate": st.sampled_from([(), ("ley-migracion",), (PERSON,), ("of-614-123-4567",)]),
        "programme": mostly(st.sampled_from(["mecal", "mx-trafficking"]), wrong),
        "role": mostly(st.sampled_from(["liaison", "legal"]), wrong),
        "ValidateInstitution.by": st.just(ITS_OWN) | keepers,
        "version": st.integers(0, 6),
    }
    often: ClassVar[Mapping[type[Command], int]] = {
        directory.RegisterInstitution: 3,
        directory.CorrectInstitution: 2,
        describing.DescribeInstitution: 2,
        describing.ValidateInstitution: 2,
        directory.MakeReachable: 3,
        directory.MakeUnreachable: 3,
    }

    def __init__(self) -> None:
        super().__init__()
        self.listed: dict[str, Any] = {}
        self.status = ""
        self.reach: tuple[datetime | None] | None = None
        """The moment until when, or None for until told otherwise, in a tuple; None: not."""
        self.facts = self.described_at = 0
        self.described: Any = None
        self.points: dict[tuple[str, str], str] = {}
        self.stakes: dict[str, tuple[str, str]] = {}

    @move(again=st.booleans(), by=keepers, at=moments)
    def repeat_unchanged(self, by: Actor, at: Any, *, again: bool) -> None:
        if self.listed and again:
            self.submit(directory.RegisterInstitution(by=by, at=at, **self.listed))
        elif self.listed:
            values = {name: value for name, value in self.listed.items() if name != "institution"}
            self.submit(directory.CorrectInstitution(by=by, at=at, **values))

    @override
    def submit(self, command: Command) -> None:
        """Say whose its name is: another institution's, its own, or nobody's."""
        if isinstance(command, directory.InstitutionCommand):
            wanted = free_text.same_name(command.name)
            holder = "otra-1" if wanted == free_text.same_name(_ANOTHERS) else None
            own = free_text.same_name(self.listed.get("name", ""))
            mine = self.listed.get("institution") if wanted == own else None
            self.known = {directory.NAME: Known(1, holder or mine)}
        super().submit(command)

    @override
    def audit(self, command: Any, fact: Any) -> None:
        self.facts += 1
        if isinstance(fact, profile.ProfileFact):
            self._said(command, fact)
            return
        by = command.by
        own = by.role == "administrator" and by.institution == self.listed.get("institution")
        if isinstance(fact, institution.InstitutionRegistered | institution.InstitutionCorrected):
            corrects = isinstance(fact, institution.InstitutionCorrected)
            assert by.role in {"steward", "operator"} or (own and corrects), "not theirs to keep"
            self._described(command, fact)
            return
        assert self.listed, "changed before it was entered"
        assert fact.institution == self.listed["institution"], "its code changed"
        if (status := _STATUSES.get(type(fact))) is not None:
            assert by.role in {"steward", "operator"}, "not theirs to keep"
            assert status != self.status, "says that nothing changed"
            assert (self.status, status) != ("closed", "suspended"), "suspended after it was closed"
            self.status = status
            return
        assert by.role == "operator", "told by somebody who keeps no tokens"
        made = isinstance(fact, institution.InstitutionMadeReachable)
        reach = (fact.until,) if made else None
        assert reach != self.reach, "says that nothing changed"
        self.reach = reach

    def _said(self, command: Any, fact: profile.ProfileFact) -> None:
        """What is said beyond the name: by whom, and that it is new."""
        assert self.listed, "described before it was entered"
        assert fact.institution == self.listed["institution"], "its code changed"
        role, own = command.by.role, command.by.institution == fact.institution
        stewards, its_own = role in {"steward", "operator"}, own and role == "administrator"
        match fact:
            case profile.InstitutionValidated():
                assert its_own, "validated by somebody else"
                assert self.described_at <= fact.version < self.facts, "validated what is not there"
                assert abs(fact.validated_on - command.at.date()) <= timedelta(days=1), (
                    "on another day"
                )
                return
            case profile.InstitutionDescribed():
                assert stewards or its_own, "not theirs to keep"
                self._whole(fact)
                self.described = fact
            case profile.StakeStated(programme=programme, interest=interest, influence=influence):
                assert stewards, "not theirs to keep"
                assert self.stakes.get(programme) != (interest, influence), "nothing changed"
                self.stakes[programme] = (interest, influence)
            case profile.FocalPointNamed(programme=programme, role=function, channel=channel):
                assert stewards or its_own, "not theirs to keep"
                assert self.points.get((programme, function)) != channel, "nothing changed"
                self.points[programme, function] = channel
            case profile.FocalPointRemoved(programme=programme, role=function):
                assert stewards or its_own, "not theirs to keep"
                del self.points[programme, function]
        self.described_at = self.facts

    def _whole(self, fact: Any) -> None:
        assert not {*fact.jurisdiction} - codes("subdivisions").keys(), "an unknown code"
        assert all(map(str.isascii, fact.mandate)), "no id of an entry"
        assert not any(map(str.isdigit, "".join(fact.mandate))), "a number"
        if fact.municipality is not None and self.listed["subdivision"] is not None:
            prefix = {"MX-CHH": "08", "MX-JAL": "14"}.get(self.listed["subdivision"])
            assert prefix == fact.municipality[:2], "lies elsewhere"
        last = self.described
        assert last is None or replace(fact, changed=()) != replace(last, changed=()), "the same"

    def _described(self, command: Any, fact: Any) -> None:
        self.described_at = self.facts
        fields = ("institution", "name", "kind", "subdivision", "programmes")
        after = {name: getattr(fact, name) for name in fields}
        if isinstance(fact, institution.InstitutionRegistered):
            assert not self.listed, "entered twice"
            assert fact.institution == command.institution, "entered under another code"
            assert not any(map(str.isdigit, fact.institution.removesuffix("-1"))), "a number"
            self.status = "active"
        else:
            assert self.listed, "described before it was entered"
            assert fact.institution == self.listed["institution"], "its code changed"
            different = {name for name in fields if after[name] != self.listed[name]}
            assert set(fact.changed) == different != set(), "says that something else changed"
        assert fact.kind in codes("institution_kinds"), "an unknown code"
        assert fact.subdivision is None or fact.subdivision in codes("subdivisions"), (
            "an unknown code"
        )
        assert set(fact.programmes) <= codes("programmes").keys(), "an unknown code"
        assert fact.name == free_text.normal(command.name).strip(), "another name"
        assert "ajena" not in fact.name.casefold(), "the name of another"
        self.listed = after

    @override
    def agrees(self) -> None:
        if isinstance(self.state, institution.NotListed):
            assert not self.listed, "an entry was forgotten"
        else:
            stands = {name: getattr(self.state, name) for name in self.listed}
            assert stands == self.listed != {}, "not as it was described last"
            assert self.state.status == self.status, "another status"
            reachable = self.state.reachable
            assert (reachable and (reachable.until,)) == self.reach, "reached otherwise"
            self._profile_agrees()

    def _profile_agrees(self) -> None:
        state, said = self.state, self.state.profile
        assert (state.version, state.described_at) == (self.facts, self.described_at), "miscounted"
        assert said.described == self.described, "not as it was described last"
        points = {(point.programme, point.role): point.channel for point in said.focal_points}
        stakes = {stake.programme: (stake.interest, stake.influence) for stake in said.stakes}
        assert (points, stakes) == (self.points, self.stakes), "something was forgotten"

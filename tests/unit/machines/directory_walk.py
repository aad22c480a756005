"""A walk over an entry of the directory: one code, described and described again."""

from typing import Any, ClassVar

from hypothesis import strategies as st
from typing_extensions import override

from services.referral import directory
from shared.eventstore.codec import Vocabulary
from shared.kernel.codes import codes
from shared.kernel.decider import Actor
from tests.personas import ADMINISTRATOR, OFFICE, SYSTEM
from tests.unit.machines.commands import coded, moments, mostly, several, wrong
from tests.unit.machines.drawn_commands import Draws
from tests.unit.machines.walking import Walk, move

keepers = st.sampled_from([ADMINISTRATOR] * 4 + [OFFICE, SYSTEM])


class DirectoryWalk(Walk):
    """An institution is entered once, kept by administrators, and is as it was described last."""

    service = "referral"
    decider = directory.DECIDER
    speaks = (directory,)
    vocabulary = Vocabulary(directory.FACTS)
    draws: ClassVar[Draws] = {
        "by": keepers,
        "institution": mostly(st.just("oficina-1"), wrong),
        "name": mostly(st.sampled_from(["Oficina", "Comisión «Ñ»", "M" * 200]), wrong),
        "kind": coded("institution_kinds"),
        "subdivision": st.none() | coded("subdivisions"),
        "programmes": several(coded("programmes")),
    }

    def __init__(self) -> None:
        super().__init__()
        self.listed: dict[str, Any] = {}

    @move(again=st.booleans(), by=keepers, at=moments)
    def repeat_unchanged(self, by: Actor, at: Any, *, again: bool) -> None:
        if self.listed and again:
            self.submit(directory.RegisterInstitution(by=by, at=at, **self.listed))
        elif self.listed:
            values = {name: value for name, value in self.listed.items() if name != "institution"}
            self.submit(directory.CorrectInstitution(by=by, at=at, **values))

    @override
    def audit(self, command: Any, fact: Any) -> None:
        assert command.by.role == "administrator", "not an administrator's"
        names = ("institution", "name", "kind", "subdivision", "programmes")
        after = {name: getattr(fact, name) for name in names}
        if isinstance(fact, directory.InstitutionRegistered):
            assert not self.listed, "entered twice"
            assert fact.institution == command.institution, "entered under another code"
        else:
            assert self.listed, "described before it was entered"
            assert fact.institution == self.listed["institution"], "its code changed"
            different = {name for name in names if after[name] != self.listed[name]}
            assert set(fact.changed) == different != set(), "says that something else changed"
        assert fact.kind in codes("institution_kinds"), "an unknown code"
        assert fact.subdivision is None or fact.subdivision in codes("subdivisions"), (
            "an unknown code"
        )
        assert set(fact.programmes) <= codes("programmes").keys(), "an unknown code"
        assert fact.name.strip() == fact.name == command.name, "another name"
        self.listed = after

    @override
    def agrees(self) -> None:
        if isinstance(self.state, directory.NotListed):
            assert not self.listed, "an entry was forgotten"
        else:
            stands = {name: getattr(self.state, name) for name in self.listed}
            assert stands == self.listed != {}, "not as it was described last"

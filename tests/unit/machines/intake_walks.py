"""Walks over intake: a case as it is registered and corrected, its parties, and its previews."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import strategies as st
from typing_extensions import override

from services.intake import case, details, parties, previews
from services.intake.details import Details
from shared.eventstore.codec import Vocabulary
from shared.kernel.codes import codes
from shared.kernel.decider import Actor, Command, Known
from shared.kernel.value import fields_of
from tests.personas import ADMINISTRATOR, CASE, OFFICE, REFERRAL, SYSTEM
from tests.unit.machines.commands import (
    INSTITUTIONS,
    anybody,
    coded,
    moments,
    mostly,
    several,
    wrong,
)
from tests.unit.machines.drawn_commands import Draws
from tests.unit.machines.walking import Walk, move

_SUBDIVISIONS = {code: str(entry.extra["country"]) for code, entry in codes("subdivisions").items()}
_MUNICIPALITIES = {
    code: str(entry.extra["subdivision"]) for code, entry in codes("municipalities").items()
}
_COUNTRIES = {code: entry.extra["countries"] for code, entry in codes("programmes").items()}


def _in_mexico(subdivision: str) -> bool:
    return _SUBDIVISIONS[subdivision] == "MX"


@st.composite
def case_values(draw: st.DrawFn) -> dict[str, Any]:
    """A case's values: a subdivision that may fit, and a municipality in it or elsewhere."""
    state = draw(mostly(coded("subdivisions", _in_mexico), coded("subdivisions")))
    near = [
        municipality for municipality, where in _MUNICIPALITIES.items() if where == state
    ] or list(_MUNICIPALITIES)
    at = draw(moments)
    before = draw(st.integers(0, 400))
    return {
        "at": at,
        "subdivision": state,
        "municipality": draw(st.none() | mostly(st.sampled_from(near), coded("municipalities"))),
        "channel": draw(coded("identification_channels")),
        "opened_at": draw(
            mostly(
                st.sampled_from([None, at, at - timedelta(hours=7 * before)]),
                st.sampled_from([at.replace(tzinfo=None), at + timedelta(seconds=1)]),
            )
        ),
        "details": draw(some_details),
    }


some_details = st.builds(
    Details,
    age_band=st.none() | coded("age_bands"),
    sex=st.none() | coded("sexes"),
    nationality=st.none() | coded("nationalities"),
    migratory_condition=st.none() | coded("migratory_conditions"),
    sector=st.none() | coded("sectors"),
    occupation=st.none() | coded("occupations"),
    violations=st.none() | several(coded("violation_kinds")),
)
folios = mostly(st.sampled_from(["CHH-2345-6789-A", "A", "0-1"]), wrong | st.just("A" * 41))


class CaseWalk(Walk):
    """A case: registered once, corrected and voided by who registered it, then at rest."""

    service = "intake"
    decider = case.DECIDER
    speaks = (case, details)
    vocabulary = Vocabulary(case.FACTS)

    def __init__(self) -> None:
        super().__init__()
        self.registered: case.CaseRegistered | None = None
        self.stands: dict[str, Any] = {}
        self.voided = False

    @move(
        case.RegisterCase,
        often=3,
        values=case_values(),
        by=anybody,
        folio=folios,
        programme=coded("programmes"),
    )
    def register(self, values: dict[str, Any], by: Actor, folio: str, programme: str) -> None:
        self.submit(
            case.RegisterCase(by=by, case_id=CASE, folio=folio, programme=programme, **values)
        )

    @move(case.CorrectCase, often=5, values=case_values(), by=mostly(st.none(), anybody))
    def correct(self, values: dict[str, Any], by: Actor | None) -> None:
        self.submit(case.CorrectCase(by=by or self.owner, **values))

    @move(often=2, by=mostly(st.none(), anybody))
    def repeat_unchanged(self, by: Actor | None) -> None:
        if self.stands:
            values = {**self.stands, "at": self.last_changed_at}
            self.submit(case.CorrectCase(by=by or self.owner, **values))

    @move(
        case.EnterCaseInError,
        by=mostly(st.none(), anybody),
        reason=wrong | coded("error_reasons"),
        at=moments,
    )
    def void(self, by: Actor | None, reason: str, at: Any) -> None:
        self.submit(case.EnterCaseInError(by=by or self.owner, at=at, reason=reason))

    @property
    def owner(self) -> Actor:
        """Whoever registered the case, in whatever role."""
        code = self.registered.institution if self.registered else OFFICE.institution
        return Actor(code, "caseworker", "token-1")

    @override
    def audit(self, command: Any, fact: Any) -> None:
        assert not self.voided, "a void case was touched"
        if isinstance(fact, case.CaseRegistered):
            assert self.registered is None, "registered twice"
            assert fact.institution == command.by.institution, "registered for somebody else"
            self.registered = fact
            self._details_recorded(command, fact)
            return
        assert self.registered is not None, "corrected before it was registered"
        assert command.by.institution == self.registered.institution, "not theirs to correct"
        if isinstance(fact, case.CaseEnteredInError):
            assert fact.reason in codes("error_reasons"), "an unknown code"
            self.voided = True
            return
        before = _flat(self.stands)
        self._details_recorded(command, fact)
        after = _flat(self.stands)
        different = {name for name in after if after[name] != before[name]}
        assert set(fact.changed) == different != set(), "says that something else changed"

    def _details_recorded(self, command: Any, fact: Any) -> None:
        assert self.registered is not None
        names = ("subdivision", "municipality", "channel", "opened_at", "details")
        self.stands = {name: getattr(fact, name) for name in names}
        self.last_changed_at = command.at
        assert _SUBDIVISIONS[fact.subdivision] in _COUNTRIES[self.registered.programme], (  # type: ignore[operator]
            "in no country of its programme"
        )
        assert (
            fact.municipality is None or _MUNICIPALITIES[fact.municipality] == fact.subdivision
        ), "a municipality of another subdivision"
        if fact.opened_at is not None:
            assert fact.opened_at.tzinfo is not None, "opened at no known offset"
            assert fact.opened_at <= command.at, "opened after it was recorded"
        violations = command.details.violations
        assert fact.details.violations == (
            None if violations is None else tuple(sorted(set(violations)))
        ), "other violations than were given"

    @override
    def agrees(self) -> None:
        match self.state:
            case case.NotRegistered():
                assert self.registered is None, "a registration was forgotten"
            case case.Registered() as stands:
                assert self.registered is not None
                assert not self.voided, "an error was forgotten"
                assert {name: getattr(stands, name) for name in self.stands} == self.stands, (
                    "a correction was forgotten"
                )
            case _:
                assert self.voided, "void without a fact"


def _flat(values: dict[str, Any]) -> dict[str, Any]:
    opened = values["opened_at"]
    flat = {**values, **fields_of(values["details"]), "opened_at": opened and opened.isoformat()}
    return {name: value for name, value in flat.items() if name != "details"}


class PartiesWalk(Walk):
    """Who sees what by which referral: asked, accepted, ended, gone on; by reactions only."""

    service = "intake"
    decider = parties.DECIDER
    vocabulary = Vocabulary(parties.FACTS)
    draws: ClassVar[Draws] = {
        "by": st.sampled_from([SYSTEM, SYSTEM, OFFICE, ADMINISTRATOR]),
        "institution": st.sampled_from(INSTITUTIONS),
        "sender": st.sampled_from(INSTITUTIONS),
        "kind": st.sampled_from(["share", "transfer"]),
    }

    def __init__(self) -> None:
        super().__init__()
        self.by_referral: dict[UUID, tuple[str, str]] = {}
        self.custodian: str | None = None

    @override
    def audit(self, command: Any, fact: Any) -> None:
        assert command.by == SYSTEM, "not a reaction"
        assert fact.referral_id == command.referral_id, "by another referral"
        institution, sees = self.by_referral.get(fact.referral_id, ("", ""))
        match fact:
            case parties.PartyAdmitted():
                assert not sees, "admitted twice"
                assert fact.institution == command.institution, "somebody else was admitted"
                after = fact.institution, "preview"
            case parties.PartyConfirmed():
                assert sees not in {"case", "past"}, "accepted twice"
                assert fact.institution == command.institution, "somebody else accepted"
                after = fact.institution, "case"
                if fact.kind == "transfer":
                    self.custodian = fact.institution
            case parties.PartyReadmitted():
                assert sees == "past", "goes on without having ended"
                after = institution, "case"
            case _:
                assert sees in {"preview", "case"}, "dismissed without being a party"
                assert sees == "preview" or not command.with_case, "an error took sight away"
                after = institution, "past" if sees == "case" else "nothing"
        self.by_referral[fact.referral_id] = after

    @override
    def agrees(self) -> None:
        kept = {i: (s.addressee, s.addressee_sees) for i, s in self.state.by_referral.items()}
        assert kept == self.by_referral, "other parties than were admitted"
        assert self.state.custodian == self.custodian, "another custodian than accepted"


class PreviewsWalk(Walk):
    """What the addressee of one referral was shown: once, and never anything else."""

    service = "intake"
    decider = previews.DECIDER
    vocabulary = Vocabulary(previews.FACTS)
    draws: ClassVar[Draws] = {
        "by": st.sampled_from([SYSTEM, SYSTEM, OFFICE, ADMINISTRATOR]),
        "addressee": st.sampled_from(INSTITUTIONS),
        "referral_id": st.just(REFERRAL),
        "case_id": st.just(CASE),
    }
    often: ClassVar[Mapping[type[Command], int]] = {previews.PreviewCase: 4}

    def __init__(self) -> None:
        super().__init__()
        self.shown: Any = None
        self.known = {previews.CASE: Known(0, case.NotRegistered())}

    @move(values=case_values(), programme=coded("programmes"))
    def described(self, values: dict[str, Any], programme: str) -> None:
        """The case is described, for the first time or anew."""
        del values["at"]
        registered = case.CaseRegistered(
            case_id=CASE,
            institution=OFFICE.institution,
            folio="CHH-2345-6789-A",
            programme=programme,
            **values,
        )
        version = self.known[previews.CASE].version + 1
        state = case.DECIDER.evolve(case.NotRegistered(), registered)
        self.known = {previews.CASE: Known(version, state)}

    @override
    def audit(self, command: Any, fact: Any) -> None:
        assert command.by == SYSTEM, "not a reaction"
        assert self.shown is None, "shown twice"
        known = self.known[previews.CASE]
        assert fact.case_version == known.version > 0, "of another description"
        shown = (fact.programme, fact.subdivision, fact.age_band, fact.sex)
        of = known.state
        there = (of.programme, of.subdivision, of.details.age_band, of.details.sex)
        assert shown == there, "shows something else than the case"
        assert fact.addressee == command.addressee, "shown to somebody else"
        self.shown = fact

    @override
    def agrees(self) -> None:
        assert self.state == self.shown, "a preview was forgotten"

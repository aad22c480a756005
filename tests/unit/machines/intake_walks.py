"""Walks over intake: the values of a case as described, its parties, and its previews."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import strategies as st
from typing_extensions import override

from services.intake import case, parties, previews
from services.intake.details import Details
from shared.eventstore.codec import Vocabulary
from shared.kernel.codes import codes
from shared.kernel.decider import Command, Known
from shared.kernel.limits import EARLIEST
from tests.personas import ADMINISTRATOR, CASE, OFFICE, REFERRAL, SYSTEM
from tests.unit.machines.commands import (
    INSTITUTIONS,
    coded,
    moments,
    mostly,
    recordable,
    several,
    wrong,
)
from tests.unit.machines.drawn_commands import Draws
from tests.unit.machines.walking import Walk, move

SUBDIVISIONS = {code: str(entry.extra["country"]) for code, entry in codes("subdivisions").items()}
MUNICIPALITIES = {
    code: str(entry.extra["subdivision"]) for code, entry in codes("municipalities").items()
}
COUNTRIES = {code: entry.extra["countries"] for code, entry in codes("programmes").items()}


def _in_mexico(subdivision: str) -> bool:
    return SUBDIVISIONS[subdivision] == "MX"


@st.composite
def case_values(draw: st.DrawFn) -> dict[str, Any]:
    """A case's values: a subdivision that may fit, and a municipality in it or elsewhere."""
    state = draw(mostly(coded("subdivisions", _in_mexico), coded("subdivisions")))
    near = [
        municipality for municipality, where in MUNICIPALITIES.items() if where == state
    ] or list(MUNICIPALITIES)
    at = draw(moments)
    before = max(at - timedelta(hours=7 * draw(st.integers(0, 400))), EARLIEST)
    return {
        "at": at,
        "subdivision": state,
        "municipality": draw(st.none() | mostly(st.sampled_from(near), coded("municipalities"))),
        "channel": draw(coded("identification_channels")),
        "opened_at": draw(
            st.sampled_from(
                [
                    *[None, at, before] * 4,
                    *[at + timedelta(seconds=1), at.replace(tzinfo=None)],
                ]
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
prefixes = st.sampled_from(["CHH", "A", "0-1"]) | wrong | st.just("A" * 21)
CLAIMED = "CHH-FQ1-968-951-H"


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
            case parties.PartyReadmitted():
                assert sees in {"past", "nothing"}, "goes on without having ended"
                after = institution, "case" if sees == "past" else "preview"
            case _:
                assert sees in {"preview", "case"}, "dismissed without being a party"
                assert sees == "preview" or not command.with_case, "an error took sight away"
                after = institution, "past" if sees == "case" else "nothing"
        self.by_referral[fact.referral_id] = after

    @override
    def agrees(self) -> None:
        kept = {i: (s.addressee, s.addressee_sees) for i, s in self.state.by_referral.items()}
        assert kept == self.by_referral, "other parties than were admitted"


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
    often: ClassVar[Mapping[type[Command], int]] = {previews.PreviewCase: 6}

    def __init__(self) -> None:
        super().__init__()
        self.shown: Any = None
        self.known = {previews.CASE: Known(0, case.NotRegistered())}

    @move(
        programme=recordable("programmes"),
        subdivision=recordable("subdivisions"),
        channel=recordable("identification_channels"),
        age_band=st.none() | recordable("age_bands"),
        sex=st.none() | recordable("sexes"),
    )
    def described(self, age_band: str | None, sex: str | None, **values: str) -> None:
        """The case is described, for the first time or anew."""
        registered = case.CaseRegistered(
            case_id=CASE,
            institution=OFFICE.institution,
            folio="CHH-2345-6789-A",
            municipality=None,
            opened_at=None,
            details=Details(age_band=age_band, sex=sex),
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

"""Walks over intake: the values of a case as it is described, and the parties that a case has."""

from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import strategies as st
from typing_extensions import override

from services.intake import parties
from services.intake.details import Details
from shared.eventstore.codec import Vocabulary
from shared.kernel.codes import codes
from tests.personas import ADMINISTRATOR, OFFICE, SYSTEM
from tests.unit.machines.commands import (
    INSTITUTIONS,
    coded,
    moments,
    mostly,
    several,
    wrong,
)
from tests.unit.machines.drawn_commands import Draws
from tests.unit.machines.walking import Walk

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
prefixes = mostly(st.sampled_from(["CHH", "A", "0-1"]), wrong | st.just("A" * 21))
CLAIMED = "CHH-FQ1-968-951-H"


class PartiesWalk(Walk):
    """Who is a party by which referral: from the admission to the dismissal, by reactions only."""

    service = "intake"
    decider = parties.DECIDER
    vocabulary = Vocabulary(parties.FACTS)
    draws: ClassVar[Draws] = {
        "by": st.sampled_from([SYSTEM, SYSTEM, OFFICE, ADMINISTRATOR]),
        "institution": st.sampled_from(INSTITUTIONS),
    }

    def __init__(self) -> None:
        super().__init__()
        self.by_referral: dict[UUID, str] = {}
        self.accepted: set[UUID] = set()

    @override
    def audit(self, command: Any, fact: Any) -> None:
        assert command.by == SYSTEM, "not a reaction"
        assert fact.referral_id == command.referral_id, "by another referral"
        if isinstance(fact, parties.PartyAdmitted):
            assert fact.referral_id not in self.by_referral, "admitted twice"
            assert fact.institution == command.institution, "somebody else was admitted"
            self.by_referral[fact.referral_id] = fact.institution
            return
        assert fact.referral_id in self.by_referral, "dismissed without being a party"
        if isinstance(fact, parties.PartyConfirmed):
            assert fact.referral_id not in self.accepted, "confirmed twice"
            self.accepted.add(fact.referral_id)
            return
        took_part = fact.referral_id in self.accepted
        assert not (command.with_case and took_part), "an error took sight away"
        del self.by_referral[fact.referral_id]
        self.accepted.discard(fact.referral_id)

    @override
    def agrees(self) -> None:
        assert self.state.by_referral == self.by_referral, "other parties than were admitted"

"""A walk over a programme's rules: who coordinates it, and whether declines are confirmed."""

from typing import Any, ClassVar

from hypothesis import strategies as st
from typing_extensions import override

from services.referral import programme_refusals, programme_rules
from shared.eventstore.codec import Vocabulary
from shared.kernel.decider import Known
from tests.personas import ADMINISTRATOR, OFFICE, OPERATOR, STEWARD
from tests.unit.machines.commands import INSTITUTIONS, moments, mostly, wrong
from tests.unit.machines.custody_auditor import TAKES
from tests.unit.machines.drawn_commands import Draws
from tests.unit.machines.referral_draws import ENTRIES
from tests.unit.machines.walking import Walk, move

_BY = st.sampled_from([STEWARD, OPERATOR, STEWARD, STEWARD, OFFICE, ADMINISTRATOR])
_PROGRAMME = mostly(st.just("mecal"), wrong)
_THERE = st.sampled_from([None, None, "MX-CHH", "MX-JAL"])


class ProgrammeRulesWalk(Walk):
    """A steward says who coordinates a programme, and declines never wait for nobody."""

    service = "referral"
    decider = programme_rules.DECIDER
    speaks = (programme_refusals,)
    vocabulary = Vocabulary(programme_rules.FACTS)
    draws: ClassVar[Draws] = {"by": _BY, "programme": _PROGRAMME, "subdivision": _THERE}

    def __init__(self) -> None:
        super().__init__()
        self.coordinators: dict[str | None, str] = {}
        self.confirms = False
        self.entry = ""

    @move(
        programme_rules.AppointCoordinator,
        often=3,
        by=_BY,
        at=moments,
        programme=_PROGRAMME,
        subdivision=mostly(_THERE, wrong),
        institution=st.sampled_from(INSTITUTIONS),
        entry=st.sampled_from([*TAKES * 4, *ENTRIES]),
    )
    def appoint(self, entry: str, **values: Any) -> None:
        """Appoint an institution, as the directory has it."""
        self.entry, self.known = entry, {"institution": Known(4, ENTRIES[entry])}
        self.submit(programme_rules.AppointCoordinator(**values))

    @override
    def audit(self, command: Any, fact: Any) -> None:
        assert command.by.role in {"steward", "operator"}, "not theirs to say"
        assert fact.programme == "mecal", "an unknown code"
        match fact:
            case programme_rules.CoordinatorAppointed(subdivision=there, institution=whom):
                assert self.coordinators.get(there) != whom, "says that nothing changed"
                unable = {"suspended", "closed", "not listed", "of another programme"}
                assert self.entry not in unable, "cannot coordinate"
                assert fact.institution_version == 4, "leans on another version"
                self.coordinators[there] = whom
            case programme_rules.CoordinatorRelieved(subdivision=there, institution=whom):
                assert self.coordinators.pop(there, None) == whom, "relieved another"
            case _:
                confirms = isinstance(fact, programme_rules.DeclineConfirmationRequired)
                assert confirms != self.confirms, "says that nothing changed"
                self.confirms = confirms

    @override
    def agrees(self) -> None:
        assert self.state == programme_rules.Rules(self.coordinators, self.confirms)
        assert not self.confirms or None in self.coordinators, "declines wait for nobody"

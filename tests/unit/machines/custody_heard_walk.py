"""A walk over the custody that followup hears of: each move is noted once."""

from typing import Any, ClassVar

from hypothesis import strategies as st
from typing_extensions import override

from services.followup import custody
from shared.eventstore.codec import Vocabulary
from tests.personas import ADMINISTRATOR, OFFICE, SYSTEM
from tests.unit.machines.commands import INSTITUTIONS
from tests.unit.machines.drawn_commands import Draws
from tests.unit.machines.walking import Walk


class CustodyHeardWalk(Walk):
    """Who has custody of a case, by the last move that was heard of."""

    service = "followup"
    decider = custody.DECIDER
    vocabulary = Vocabulary(custody.FACTS)
    draws: ClassVar[Draws] = {
        "by": st.sampled_from([SYSTEM, SYSTEM, OFFICE, ADMINISTRATOR]),
        "custodian": st.sampled_from(INSTITUTIONS),
        "custody_version": st.integers(1, 60),
    }

    def __init__(self) -> None:
        super().__init__()
        self.last: tuple[str | None, int] = (None, 0)

    @override
    def audit(self, command: Any, fact: Any) -> None:
        assert command.by == SYSTEM, "not a reaction"
        assert fact.custody_version > self.last[1], "moved by what came before"
        assert fact.custodian == command.custodian, "went to somebody else"
        self.last = (fact.custodian, fact.custody_version)

    @override
    def agrees(self) -> None:
        assert (self.state.custodian, self.state.version) == self.last, "somebody else answers"

"""A walk over a parked message: set aside once, resolved once, with a coded reason if given up."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import strategies as st
from typing_extensions import override

from shared.eventstore.codec import Vocabulary
from shared.kernel.codes import codes
from shared.kernel.decider import Command
from shared.messaging import parked_message
from tests.unit.machines.commands import coded, wrong
from tests.unit.machines.drawn_commands import Draws
from tests.unit.machines.walking import Walk

MESSAGE = UUID(int=1)
numbers = st.integers(0, 2**63 - 1)


class MessageWalk(Walk):
    """A message waits until it is resolved, and is resolved once."""

    service = "intake"
    decider = parked_message.DECIDER
    speaks = (parked_message,)
    elsewhere = frozenset(
        {"AnotherComesFirst", "StillNotProjectable", "StillUnreadable"}
    )  # given by ParkedMessages, not here
    vocabulary = Vocabulary(parked_message.FACTS)
    draws: ClassVar[Draws] = {
        "message_id": st.just(MESSAGE),
        "source": st.just("referral"),
        "partition": numbers,
        "offset": numbers,
        "position": numbers,
        "reason": coded("discard_reasons") | wrong,
    }
    often: ClassVar[Mapping[type[Command], int]] = {
        parked_message.ReplayMessage: 2,
        parked_message.DiscardMessage: 3,
    }

    def __init__(self) -> None:
        super().__init__()
        self.stands = "nowhere"

    @override
    def publish(self, fact: Any) -> Any:
        """Nothing of it is published, by any service."""
        del fact

    @override
    def private(self) -> frozenset[type]:
        return frozenset(parked_message.FACTS.values())

    @override
    def audit(self, command: Any, fact: Any) -> None:
        del command
        assert fact.message_id == MESSAGE, "another message"
        if isinstance(fact, parked_message.MessageParked):
            assert self.stands == "nowhere", "parked twice"
            self.stands = "waits"
            return
        assert self.stands == "waits", "resolved without waiting"
        self.stands = "resolved"
        if isinstance(fact, parked_message.MessageDiscarded):
            assert fact.reason in codes("discard_reasons"), "given up for no known reason"

    @override
    def agrees(self) -> None:
        names = {
            parked_message.NotParked: "nowhere",
            parked_message.Parked: "waits",
            parked_message.Resolved: "resolved",
        }
        assert names[type(self.state)] == self.stands, "stands elsewhere"

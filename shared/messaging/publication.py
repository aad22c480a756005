"""A service's log as others may read it: private facts in, public letters out."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.eventstore.streams import Log
from shared.kernel.record import Recorded


@dataclass(frozen=True, slots=True)
class Published:
    """One public letter, not yet on any bus.

    value None: the fact at this position is private and stays at home.
    """

    position: int
    key: str
    value: bytes | None


@dataclass(frozen=True, slots=True)
class Publication:
    """What a service publishes.

    translate: one recorded fact to the bytes of its contract, or None.
    """

    log: Log
    translate: Callable[[Recorded], bytes | None]

    @property
    def source(self) -> str:
        """The publishing service's name."""
        return self.log.service

    def page(self, after: int, limit: int) -> list[Published]:
        """What follows a position; private facts too, so that a reader can move past them."""
        return [
            Published(fact.position, fact.meta.correlation, self.translate(fact))
            for fact in self.log.page(after, limit)
        ]

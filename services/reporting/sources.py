"""A service that publishes, as reporting reads its log from outside."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from shared.contracts.contract import Contract
from shared.contracts.envelope import Event, event_of
from shared.eventstore.codec import Vocabulary
from shared.eventstore.log_reader import Stored
from shared.kernel.record import Meta


@dataclass(frozen=True, slots=True)
class Source:
    """A service that publishes. facts: the stored names of those facts that may be published."""

    name: str
    facts: frozenset[str]
    vocabulary: Vocabulary
    publish: Callable[[Any], Contract | None]

    def event(self, stored: Stored) -> Event | None:
        """Return the fact as a reader gets it; None if it is private."""
        if stored.name not in self.facts:
            return None
        entry = self.vocabulary.entry(stored.name, stored.raw)
        contract = self.publish(entry.fact)
        if contract is None:
            return None
        meta = cast("Meta", entry)  # the same values under the same names
        return event_of(contract, self.name, stored.position, stored.id, meta)

"""Everything that a run left behind, and who listens to whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from tests.faults.checker.contracts import Contracts
from tests.faults.checker.reading import Reading, read_carefully
from tests.faults.checker.rows import Event, Fact, Json, Ledger, Message, Service


@dataclass(frozen=True)
class Evidence:
    """Everything that a run left behind. tables: reporting's rows by table name."""

    ledger: Ledger
    services: Mapping[str, Service]
    messages: Sequence[Message]
    ends: Mapping[tuple[str, int], int]
    tables: Mapping[str, Sequence[Mapping[str, Json]]]
    contracts: Contracts

    @cached_property
    def facts(self) -> Mapping[str, Fact]:
        """Every fact of every log by its public name."""
        return {fact.id: fact for each in self.services.values() for fact in each.facts}

    @cached_property
    def caused(self) -> Mapping[str, Sequence[Fact]]:
        """The facts that each cause led to, in the order of their log."""
        by_cause: dict[str, list[Fact]] = {}
        for fact in self.facts.values():
            by_cause.setdefault(fact.causation, []).append(fact)
        return by_cause

    @cached_property
    def reading(self) -> Reading:
        """What a careful reader makes of the topics."""
        return read_carefully(self.messages, self.ledger.poisons)

    def published(self, source: str) -> list[Fact]:
        """The facts of a log for which there is a contract."""
        facts = self.services[source].facts if source in self.services else ()
        return [fact for fact in facts if self.contracts.publishes(source, fact.name)]

    def heard(self, service: str) -> list[Event]:
        """The messages that a service must have taken in: those it reads, without what waits."""
        aside = self.services[service].set_aside
        return [
            event
            for source in READS[service]
            for event in self.reading.events.get(source, ())
            if (source, event.position) not in aside
        ]


READS = {
    "intake": ("referral",),
    "referral": ("intake", "followup"),
    "followup": ("referral",),
    "reporting": ("intake", "referral", "followup"),
}
"""Who listens to whom."""
PUBLISHERS = ("intake", "referral", "followup")

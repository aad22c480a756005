"""A listener that keeps how each row ended."""

from dataclasses import dataclass, field

from services.operator.importer.run.updated_case import AnyCommands, row_of
from shared.kernel.refusals import Refusal


@dataclass
class Listener:
    """How rows ended, in order: the row's number, and the refusal's or service's name if any."""

    ended: list[tuple[int, str]] = field(default_factory=list)

    def arrived(self, row: AnyCommands) -> None:
        """Keep that it arrived."""
        self.ended.append((row_of(row).row.number, "arrived"))

    def refused(self, row: AnyCommands, refusal: Refusal) -> None:
        """Keep what refused it."""
        self.ended.append((row_of(row).row.number, refusal.code))

    def parked(self, row: AnyCommands, service: str) -> None:
        """Keep where its message is."""
        self.ended.append((row_of(row).row.number, service))

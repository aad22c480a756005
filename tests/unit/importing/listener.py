"""A listener that keeps how each row ended."""

from dataclasses import dataclass, field

from services.operator.importer.run.row_commands import RowCommands
from shared.kernel.refusals import Refusal


@dataclass
class Listener:
    """How rows ended, in order: the row's number, and the refusal's or service's name if any."""

    ended: list[tuple[int, str]] = field(default_factory=list)

    def arrived(self, row: RowCommands) -> None:
        """Keep that it arrived."""
        self.ended.append((row.row.number, "arrived"))

    def refused(self, row: RowCommands, refusal: Refusal) -> None:
        """Keep what refused it."""
        self.ended.append((row.row.number, refusal.code))

    def parked(self, row: RowCommands, service: str) -> None:
        """Keep where its message is."""
        self.ended.append((row.row.number, service))

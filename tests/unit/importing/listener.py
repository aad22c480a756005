"""A listener that keeps how each row ended."""

from dataclasses import dataclass, field

from services.operator.importer.run.update import AnyCommands, UpdateCommands
from shared.kernel.refusals import Refusal


@dataclass
class Listener:
    """How rows ended, in order: the row's number, and the refusal's or service's name if any."""

    ended: list[tuple[int, str]] = field(default_factory=list)

    def arrived(self, row: AnyCommands) -> None:
        """Keep that it arrived."""
        self.ended.append((_number(row), "arrived"))

    def refused(self, row: AnyCommands, refusal: Refusal) -> None:
        """Keep what refused it."""
        self.ended.append((_number(row), refusal.code))

    def parked(self, row: AnyCommands, service: str) -> None:
        """Keep where its message is."""
        self.ended.append((_number(row), service))


def _number(row: AnyCommands) -> int:
    return (row.of if isinstance(row, UpdateCommands) else row).row.number

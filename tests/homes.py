"""What a test of the log's and the bus's promises needs of a home: PostgreSQL or memory."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, Protocol

from shared.eventstore.codec import Vocabulary
from shared.eventstore.log import Log
from shared.kernel.clock import Clock, now
from shared.messaging.inbox import Inbox
from shared.postgres.database import DatabaseAddress
from shared.postgres.leases import Leases
from tests.toy_service import READER_NAME, TELLER, VOCABULARY


class Started(Protocol):
    """A process, or what stands for one."""

    def is_alive(self) -> bool: ...
    def join(self, timeout: float | None = None) -> None: ...


@dataclass
class Home(ABC):
    """Where a test opens logs. Whatever is opened here is closed at the end, newest first."""

    _open: list[Any] = field(default_factory=list, kw_only=True)

    @abstractmethod
    def log(
        self, *, service: str = TELLER, vocabulary: Vocabulary = VOCABULARY, clock: Clock = now
    ) -> Log:
        """A new and empty log."""

    @abstractmethod
    def beside(self, log: Log, *, vocabulary: Vocabulary | None = None, clock: Clock = now) -> Log:
        """The same log as another process sees it, which may know other words."""

    @abstractmethod
    def inbox_of(self, log: Log) -> Inbox:
        """A reader's side of this log."""

    def inbox(self, beside: Inbox | None = None) -> Inbox:
        """A reader's side of a new log, or of the same log as another process has it."""
        return self.inbox_of(self.beside(beside.log) if beside else self.log(service=READER_NAME))

    @property
    @abstractmethod
    def locks(self) -> DatabaseAddress | Leases:
        """Where readers of one name find out who of them reads."""

    @abstractmethod
    def transactions(self, log: Log) -> int:
        """How many transactions wrote the facts that are there."""

    @abstractmethod
    def takes_its_time(self, log: Log) -> None:
        """Have each append take as long as a disk needs, if it does not anyway."""

    @abstractmethod
    def positions(self, curs: Any) -> list[int]:
        """Those of the facts that were appended by this cursor's last statement."""

    @abstractmethod
    def set_head(self, log: Log, position: int) -> None:
        """Break the log: have it believe that this is its last position."""

    @abstractmethod
    def somebody_waits(self, log: Log) -> bool:
        """Whether anybody waits for another to have done with this log's messages."""

    @abstractmethod
    def start_writers(self, log: Log, writers: int, count: int) -> list[Started]:
        """Other processes that each append so many numbers, to streams that they share."""

    @abstractmethod
    def restored(self, log: Log, position: int) -> Log:
        """The log as it was when this was its last position, after a restore from a backup.

        Positions of readers beyond that are set back to it.
        """

    def keep(self, thing: Any) -> Any:
        """Have ``thing.stop()`` or ``thing.close()`` called at the end."""
        self._open.append(thing)
        return thing

    def close(self) -> None:
        for thing in self._open:  # all of them at once, since each finishes what it is at
            if hasattr(thing, "_stop"):
                thing._stop.set()
        while self._open:
            thing = self._open.pop()
            (thing.stop if hasattr(thing, "stop") else thing.close)()

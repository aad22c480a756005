"""A service's log as others may read it: facts in, the public ones out as messages."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.eventstore.log import Log
from shared.kernel.record import Recorded
from shared.kernel.text import Text, UserError
from shared.kernel.value import Value


class Published(Value):
    """One message, not yet on any bus.

    value: None if the fact at this position is private.
    """

    position: int
    key: str
    value: bytes | None


class HistoryForked(UserError):
    """A topic has a fact that its publisher's log lacks: the log was restored from an older backup.

    To go on would be to publish two histories.
    """

    def __init__(self, topic: str, partition: int, position: int, head: int) -> None:
        """Describe the fork. position: of the topic's fact. head: the log's last position."""
        es = "hay otro hecho" if position <= head else f"no hay nada: llega a {head}"
        en = "there is another fact" if position <= head else f"there is none: it ends at {head}"
        super().__init__(
            Text(
                f"el tema {topic} (partición {partition}) tiene el hecho de la posición {position}"
                f" y en esa posición de la bitácora {es}. La base se restauró de un respaldo más"
                " viejo que lo ya publicado; arrancar contaría otra historia. Restaure la base"
                " hasta el último momento o, si eso se perdió, los cuatro servicios al mismo"
                " momento y con un CANALIZA_KAFKA_PREFIX nuevo. Vea docs/operations.md.",
                f"the topic {topic} (partition {partition}) has the fact of position {position},"
                f" and at that position of the log {en}. The database was restored from a backup"
                " older than what was published; to start would tell another history. Restore the"
                " database up to the last moment or, if that is lost, all four services to the"
                " same moment and with a new CANALIZA_KAFKA_PREFIX. See docs/operations.md.",
            )
        )
        self.topic = topic


@dataclass(frozen=True, slots=True)
class Publication:
    """What a service publishes.

    translate: gives the bytes of a recorded fact's contract, or None if the fact is private.
    """

    log: Log
    translate: Callable[[Recorded], bytes | None]

    @property
    def source(self) -> str:
        """The publishing service's name."""
        return self.log.service

    def mark_at(self, position: int) -> str | None:
        """Return the mark of the fact at this position, None if the log ends before it."""
        return next((fact.mark for fact in self.log.page(position - 1, 1)), None)

    def page(self, after: int, limit: int) -> list[Published]:
        """Return what follows a position, private facts included, so that readers can pass them."""
        return [
            Published(fact.position, fact.meta.correlation, self.translate(fact))
            for fact in self.log.page(after, limit)
        ]

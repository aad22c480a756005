"""A service's log as others may read it: private facts in, public messages out."""

from collections.abc import Callable
from dataclasses import dataclass

from shared.eventstore.log import Log
from shared.kernel.record import Recorded
from shared.kernel.text import Text, UserError
from shared.kernel.value import Value


class Published(Value):
    """One public message, not yet on any bus.

    value None: the fact at this position is private and stays at home.
    """

    position: int
    key: str
    value: bytes | None


class HistoryForked(UserError):
    """A topic has what its publisher's log has not: the log was restored and is older than that.

    To go on would be to tell the world two histories.
    """

    def __init__(self, topic: str, partition: int, position: int, head: int) -> None:
        """position: of the fact that the topic has. head: the log's last position."""
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

    translate: one recorded fact to the bytes of its contract, or None.
    """

    log: Log
    translate: Callable[[Recorded], bytes | None]

    @property
    def source(self) -> str:
        """The publishing service's name."""
        return self.log.service

    def mark_at(self, position: int) -> str | None:
        """The mark of the fact at this position; None where the log ends before it."""
        return next((fact.mark for fact in self.log.page(position - 1, 1)), None)

    def page(self, after: int, limit: int) -> list[Published]:
        """What follows a position; private facts too, so that a reader can move past them."""
        return [
            Published(fact.position, fact.meta.correlation, self.translate(fact))
            for fact in self.log.page(after, limit)
        ]

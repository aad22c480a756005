"""A service's log as others may read it: facts in, the public ones out as messages."""

from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from shared.eventstore.log import Log
from shared.kernel.record import Recorded
from shared.kernel.text import Text, UserError
from shared.kernel.value import Value

log = structlog.get_logger(__name__)


class Published(Value):
    """One message, not yet on any bus.

    value: None if the fact at this position is private, or not publishable. publishable: false if
    translating it raised: a mistake of this program. Nothing behind it in its partition may be sent
    before it, because readers drop what comes with an earlier position than they have.
    """

    position: int
    key: str
    value: bytes | None
    publishable: bool = True


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
            ),
            2,
        )
        self.topic = topic


@dataclass(frozen=True, slots=True)
class Publication:
    """What a service publishes.

    translate: gives the bytes of a recorded fact's contract, or None if the fact is private.
    not_publishable: the facts on which it raised, by position, with the name of the error.
    """

    log: Log
    translate: Callable[[Recorded], bytes | None]
    not_publishable: dict[int, str] = field(default_factory=dict, compare=False)

    @property
    def source(self) -> str:
        """The publishing service's name."""
        return self.log.service

    def mark_at(self, position: int) -> str | None:
        """Return the mark of the fact at this position, None if the log ends before it."""
        return next((fact.mark for fact in self.log.page(position - 1, 1)), None)

    def page(self, after: int, limit: int) -> list[Published]:
        """Return what follows a position, private facts included, so that readers can pass them."""
        return [self._published(fact) for fact in self.log.page(after, limit)]

    def _published(self, fact: Recorded) -> Published:
        try:
            value = self.translate(fact)
        except Exception as error:  # noqa: BLE001 - whatever it is, other facts go on
            self._tell(fact, error)
            return Published(fact.position, fact.meta.correlation, None, publishable=False)
        self.not_publishable.pop(fact.position, None)
        return Published(fact.position, fact.meta.correlation, value)

    def _tell(self, fact: Recorded, error: Exception) -> None:
        """Log, once, which fact translating raised on, and where; its words may quote the fact."""
        if fact.position not in self.not_publishable:
            self.not_publishable[fact.position] = type(error).__name__
            log.error(
                "fact_not_publishable",
                service=self.source,
                fact=fact.name,
                position=fact.position,
                exc_info=(type(error), error, error.__traceback__),
            )

"""Process messages, each once and in order.

The consequences of a batch and the reader's position are stored in one transaction.

Trouble is sorted by what to do next. If a message is unreadable or refused, it is parked with its
bytes; later messages of its key wait behind it, and all others go on. So is a message that a
reaction or a projection raises on: the batch is undone and halved until that one message is found.
Too many parked messages stop the reader, because then it is not the messages that are wrong. In an
outage, back off and try again. What is left, an error with nothing of the message in hand but its
parking, is a lost invariant of our own: the thread ends, nothing is acknowledged, and readiness
reports it.
"""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing

import structlog

from shared.contracts.envelope import Event
from shared.eventstore.batcher import Overloaded
from shared.eventstore.session import CommandEnvelope, NotRead
from shared.kernel.decider import Actor
from shared.kernel.roles import SYSTEM
from shared.messaging import parked_message
from shared.messaging.inbox import BatchContext, Fenced, Inbox, KeepsLosing, ParkedMessage
from shared.messaging.port import Bus, BusAway, Message, Subscription
from shared.messaging.position_tracker import PositionTracker, SourceForked
from shared.messaging.reacting import PendingMessage, Reader
from shared.postgres.database import OUTAGES, is_outage
from shared.telemetry import metrics

log = structlog.get_logger(__name__)

TOO_MANY_PARKED = 100
POLL_SECONDS = 0.5
LOOK_AGAIN_SECONDS = 60.0
_WELL_AFTER = 3.0
OUTAGE, PARKED = "outage", "parked: too many"
FORKED = "source forked: another fact is where one was processed"
_SENT_AGAIN = (*OUTAGES, BusAway, KeepsLosing, Fenced, Overloaded)


class TooManyParked(Exception):
    """So many messages were parked in the middle of a batch that reading stops at once."""


def comes_again(error: Exception) -> bool:
    """Whether an error says nothing of the messages at hand: they are read again, as they are."""
    if isinstance(error, OUTAGES):
        return is_outage(error)
    return isinstance(error, (*_SENT_AGAIN, SourceForked, TooManyParked))


def tell_not_projectable(service: str, message: Message, error: Exception) -> None:
    """Log which message something raised on, and where; the error's own words may quote it."""
    log.error(
        "message_not_projectable",
        service=service,
        source=message.source,
        partition=message.partition,
        position=message.position,
        offset=message.offset,
        sqlstate=getattr(error, "sqlstate", None),
        exc_info=(type(error), error, error.__traceback__),
    )


class Consumer:
    """One service's reader, in a thread of its own."""

    name = "consumer"

    def __init__(
        self,
        inbox: Inbox,
        bus: Bus,
        reader: Reader,
        *,
        too_many: int = TOO_MANY_PARKED,
        poll_seconds: float = POLL_SECONDS,
    ) -> None:
        """Prepare the thread; ``start`` starts it.

        inbox: where positions and facts are stored. too_many: lines of parked messages at which
        reading stops. poll_seconds: how long a poll waits for messages; ``stop`` waits for it.
        """
        self._inbox = inbox
        self._service = inbox.log.service
        self._bus = bus
        self._reader = reader
        self._too_many = too_many
        self._poll_seconds = poll_seconds
        self._tracker = PositionTracker(inbox)
        self._look_at_parked = True
        self._failing: str | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name=f"{self._service}-consumer", daemon=True
        )
        self.trouble: str | None = None
        self.on_bug: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Start reading."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the current batch, then end the thread."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        self._pause = 0.1
        while not self._stop.is_set():
            try:
                self._read()
            except TooManyParked:
                self.trouble = PARKED
            except _SENT_AGAIN as error:
                self._back_off(OUTAGE, error, self._pause)
                self._pause = min(self._pause * 2, 5.0)
            except SourceForked as error:
                self._back_off(FORKED, error, LOOK_AGAIN_SECONDS)
            except Exception as error:
                self.trouble = f"bug: {type(error).__name__}"
                log.exception("reader_stopped", service=self._service)
                self.on_bug()
                return

    def _read(self) -> None:
        """Process what one subscription gives until ``stop``. Raises what ``_run`` sorts."""
        self._tracker = PositionTracker(self._inbox)
        self._look_at_parked = True
        with closing(
            self._bus.subscribe(self._service, self._reader.sources, self._inbox.reader_position)
        ) as subscription:
            well_from = time.monotonic() + _WELL_AFTER
            while not self._stop.is_set():
                works = self.step(subscription, self._poll_seconds) or time.monotonic() > well_from
                if works and self._tracker.verified:
                    self._pause, self._failing = 0.1, None

    def _back_off(self, trouble: str, error: Exception, seconds: float) -> None:
        self.trouble = self._failing = trouble
        log.warning(
            "reader_backs_off",
            service=self._service,
            trouble=trouble,
            error=type(error).__name__,
            where=str(error) if isinstance(error, SourceForked) else None,
            seconds=seconds,
        )
        self._stop.wait(seconds)

    def step(self, subscription: Subscription, seconds: float) -> int:
        """Process what one poll gives, and return how many messages came.

        Raises what ``_run`` sorts.
        """
        if self._too_many_parked():
            self.trouble = PARKED
            self._stop.wait(seconds)
            return 0
        messages = subscription.poll(seconds)
        self._tracker.follow(subscription.assigned())
        if messages:
            self._process(messages)
        self.trouble = self._worst_trouble()
        return len(messages)

    def _worst_trouble(self) -> str | None:
        """Return what is wrong, worst first.

        After a failure an empty poll does not prove that all is well again.
        """
        return PARKED if self._look_at_parked else self._failing or self._tracker.trouble()

    def _too_many_parked(self) -> bool:
        """Whether reading is stopped by parked messages.

        Checked at the start and, while it is stopped, before each step: reading goes on once enough
        messages are resolved.
        """
        if self._look_at_parked:
            self._look_at_parked = self._inbox.lines() >= self._too_many
        return self._look_at_parked

    def _process(self, messages: Sequence[Message]) -> None:
        """Process messages; if that raises, halve them until the one is found that has to wait."""
        before = self._tracker.copy()
        try:
            self._take_in(messages)
        except Exception as error:
            if comes_again(error):
                raise
            # What was undone left the stored positions where they were; the fence makes sure of it.
            self._tracker = before
            if len(messages) > 1:
                self._halve(messages)
            else:
                self._give_up(messages[0], error)

    def _halve(self, messages: Sequence[Message]) -> None:
        """Process the first half, then the second. Raises TooManyParked between the two."""
        middle = len(messages) // 2
        self._process(messages[:middle])
        if self._look_at_parked:
            raise TooManyParked
        self._process(messages[middle:])

    def _give_up(self, message: Message, error: Exception) -> None:
        """Park a message on which a reaction or a projection raised.

        Raises whatever keeps it from being parked: that is no trouble of the message's.
        """
        self._take_in([message], parked_message.NOT_PROJECTABLE)
        tell_not_projectable(self._service, message, error)

    def _take_in(self, messages: Sequence[Message], trouble: str | None = None) -> None:
        """Process messages in one transaction. trouble: why all of them are to be parked."""
        try:
            batch, moves = self._tracker.step([PendingMessage(message) for message in messages])
            for pending in batch:
                if trouble is None:
                    pending.find_reactions(self._reader)
                else:
                    pending.give_up(trouble)
            reactions = [r for pending in batch for r in pending.reactions]
            self._inbox.process(
                moves,
                [(r.decider, r.stream) for r in reactions if not r.begins],
                lambda context: self._work(context, batch),
                begun=[(r.decider, r.stream) for r in reactions if r.begins],
            )
        except BaseException:  # the stored positions are read again before anything else
            self._tracker = PositionTracker(self._inbox)
            raise
        metrics.MESSAGES_CONSUMED.labels(self._service).inc(len(batch))
        reasons = [p.parked for p in batch if p.parked]
        for reason in reasons:
            metrics.MESSAGES_PARKED.labels(self._service, reason).inc()
        if reasons and self._inbox.lines() >= self._too_many:
            self._look_at_parked = True
            log.error("too_many_parked", service=self._service, limit=self._too_many)

    def _work(self, context: BatchContext, batch: Sequence["PendingMessage"]) -> None:
        """Decide the whole batch in one session; called again from the start after a lost race.

        Raises NotRead if a decision leans on what was not read, and only after all were tried: so
        that whatever the batch leans on is read at once, and not one stream at each attempt.
        """
        held = set(context.held)
        read: list[Event] = []
        unread = False
        for pending in batch:
            pending.parked = None
            reason = parked_message.BEHIND if pending.message.key in held else pending.trouble
            if reason is None:
                try:
                    refusal = context.session.decide_all(pending.commands())
                except NotRead:
                    unread = True
                    continue
                reason = None if refusal is None else refusal.code
            if reason is None and pending.event is not None:
                read.append(pending.event)
            elif reason is not None and self._park(context, pending, reason):
                pending.parked = reason
                held |= {pending.message.key} - {""}
        if unread:
            raise NotRead
        self._reader.write_rows(context, read)

    def _park(self, context: BatchContext, pending: "PendingMessage", reason: str) -> bool:
        """Park a message, unless it was parked before. Whether it is parked from now on."""
        message, message_id = pending.message, parked_message.message_id(pending.message)
        self._inbox.log.states.refresh([(parked_message.DECIDER, message_id)])
        context.session.was_read(parked_message.DECIDER, message_id)
        command = parked_message.ParkMessage(
            by=Actor(self._service, SYSTEM, SYSTEM),
            at=context.session.now,
            message_id=message_id,
            source=message.source,
            partition=message.partition,
            offset=message.offset,
            position=message.position or 0,
            reason=reason,
        )
        where = message.position or f"@{message.offset}"
        cause = f"message:{message.source}/{message.partition}/{where}"
        if pending.event is not None and message.position is not None:
            cause = pending.event.id  # an untrusted producer's id could be a person's name
        envelope = CommandEnvelope(
            parked_message.DECIDER, message_id, command, message.key or str(message_id), cause
        )
        if not context.session.decide(envelope):
            return False
        context.parked.append(
            ParkedMessage(
                message_id,
                message.source,
                message.partition,
                message.offset,
                message.position or 0,
                message.key,
                message.value,
                reason,
                context.session.now,
            )
        )
        return True

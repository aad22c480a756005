"""Takes letters in.

Each once, in order, its consequences and the reader's place stored in one transaction.

Trouble is sorted by what to do next. Unreadable or refused: the letter is parked with its bytes,
later letters of its case wait behind it, all others go on; too many parked stops the reader,
because then it is not the letters that are wrong. Outage: back off and try again. Anything else is
a bug: the thread ends, nothing was acknowledged, readiness says so.
"""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import structlog

from shared.contracts.envelope import Event, Unreadable, Why, decode
from shared.eventstore.batcher import Overloaded
from shared.eventstore.database import OUTAGES
from shared.eventstore.inbox import Fenced, Inbox, KeepsLosing, ParkedLetter, Place, Taking
from shared.eventstore.session import Wish
from shared.kernel.decider import SYSTEM, Actor, Command, Decider
from shared.kernel.refusals import Refusal
from shared.messaging import parked
from shared.messaging.port import Bus, BusAway, Letter, Subscription
from shared.telemetry import metrics

log = structlog.get_logger(__name__)

TOO_MANY_PARKED = 100
GAP_SECONDS = 60.0
_WELL_AFTER = 3.0
OUTAGE, PARKED, GAP = "outage", "parked: too many", "gap: letters are missing"
_SENT_AGAIN = (*OUTAGES, BusAway, KeepsLosing, Fenced, Overloaded)


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a service does about a letter: one command to one of its own streams."""

    decider: Decider[Any]
    stream: UUID
    command: Command


@dataclass(frozen=True, slots=True)
class Reader:
    """How one service takes letters in.

    react: the commands that an event leads to. project: writes the rows of read models for a batch
    of events, inside the same transaction (a cursor is given); None for services that keep none.
    """

    sources: Sequence[str]
    react: Callable[[Event], Iterable[Reaction]]
    project: Callable[[Any, Sequence[Event]], None] | None = None


def by_system(event: Event) -> Actor:
    """Who acts when a service reacts: the institution whose act it follows, through no token."""
    return Actor(event.meta.institution, SYSTEM, SYSTEM)


def case_of(event: Event) -> UUID:
    """The case that an event is about; the envelope's reader saw to it that there is one."""
    return UUID(event.key)


class Consumer:
    """One service's reader, in a thread of its own."""

    def __init__(
        self, inbox: Inbox, bus: Bus, reader: Reader, *, too_many: int = TOO_MANY_PARKED
    ) -> None:
        """inbox: where places and facts are stored.

        too_many: open parked letters at which reading stops.
        """
        self._inbox = inbox
        self._service = inbox.log.service
        self._bus = bus
        self._reader = reader
        self._too_many = too_many
        self._places: dict[tuple[str, int], Place] = {}
        self._gaps: dict[tuple[str, int], float] = {}
        self._look_at_parked = True
        self._failing = False
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name=f"{self._service}-consumer", daemon=True
        )
        self.trouble: str | None = None
        self.on_bug: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Begin to read."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch at hand and end."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        pause = 0.1
        while not self._stop.is_set():
            subscription: Subscription | None = None
            try:
                subscription = self._bus.subscribe(
                    self._service, self._reader.sources, self._inbox.place
                )
                well_from = time.monotonic() + _WELL_AFTER
                while not self._stop.is_set():
                    if self.step(subscription, 0.5) or time.monotonic() > well_from:
                        pause, self._failing = 0.1, False
            except _SENT_AGAIN as error:
                self.trouble, self._failing = OUTAGE, True
                log.warning(
                    "reader_backs_off",
                    service=self._service,
                    error=type(error).__name__,
                    seconds=pause,
                )
                self._stop.wait(pause)
                pause = min(pause * 2, 5.0)
            except Exception as error:
                self.trouble = f"bug: {type(error).__name__}"
                log.exception("reader_stopped", service=self._service)
                self.on_bug()
                return
            finally:
                self._places.clear()
                self._gaps.clear()
                self._look_at_parked = True
                if subscription is not None:
                    subscription.close()

    def step(self, subscription: Subscription, seconds: float) -> int:
        """Take in what one poll gives; returns how many letters came.

        Raises what ``_run`` sorts.
        """
        if self._too_many_parked():
            self.trouble = PARKED
            self._stop.wait(seconds)
            return 0
        letters = subscription.poll(seconds)
        self._forget_others(subscription)
        if letters:
            self._take(letters)
        self.trouble = self._standing()
        return len(letters)

    def _standing(self) -> str | None:
        """What is wrong, worst first. After a failure, an empty poll alone proves nothing."""
        late = time.monotonic() - GAP_SECONDS
        if self._look_at_parked:
            return PARKED
        if self._failing:
            return OUTAGE
        return GAP if any(since < late for since in self._gaps.values()) else None

    def _too_many_parked(self) -> bool:
        """Whether reading stands still.

        Asked at the start and again at each step, so that it goes on once letters are settled.
        """
        if self._look_at_parked:
            self._look_at_parked = self._inbox.lines() >= self._too_many
        return self._look_at_parked

    def _forget_others(self, subscription: Subscription) -> None:
        mine = subscription.assigned()
        for pair in [p for p in self._places if p not in mine]:
            del self._places[pair]
            self._gaps.pop(pair, None)

    def _take(self, letters: Sequence[Letter]) -> None:
        known = {(letter.source, letter.partition) for letter in letters}
        for pair in known - self._places.keys():
            self._places[pair] = self._inbox.place(*pair)
        # The places from which the moves start are the very ones that the letters were compared
        # with: read again, they could be another process's, and the fence would let us through.
        before, gaps = dict(self._places), set(self._gaps)
        try:
            fresh = self._in_order(letters)
            self._not_overtaken({k: before[k] for k in self._gaps if k not in gaps})
            batch = [Opened.of(letter) for letter in fresh]
            for opened in batch:
                opened.find_reactions(self._reader)
            moves = [(before[k], v) for k, v in self._places.items() if before[k] != v]
            self._inbox.take(
                moves,
                {(r.decider, r.stream) for o in batch for r in o.reactions},
                lambda taking: self._work(taking, batch),
            )
        except BaseException:  # what was stored is read again before anything else
            self._places.clear()
            self._gaps.clear()
            raise
        metrics.LETTERS_TAKEN.labels(self._service).inc(len(batch))
        reasons = [o.parked for o in batch if o.parked]
        for reason in reasons:
            metrics.LETTERS_PARKED.labels(self._service, reason).inc()
        if reasons and self._inbox.lines() >= self._too_many:
            self._look_at_parked = True
            log.error("too_many_parked", service=self._service, limit=self._too_many)

    def _not_overtaken(self, gaps: dict[tuple[str, int], Place]) -> None:
        """A gap may only mean that another process read on while this one was away."""
        for pair, place in gaps.items():
            if self._inbox.place(*pair) != place:
                raise Fenced(place.name)

    def _in_order(self, letters: Sequence[Letter]) -> list[Letter]:
        """Drop what was taken in before, and what came too early: the relay sends it again."""
        fresh = []
        for letter in letters:
            pair = (letter.source, letter.partition)
            place = self._places[pair]
            if letter.position is None:
                if letter.offset < place.offset:
                    continue
                fresh.append(letter)
            elif letter.position <= place.position:
                metrics.LETTERS_REPEATED.labels(self._service).inc()
            elif letter.previous is not None and letter.previous > place.position:
                self._too_early(pair)
                continue
            else:
                fresh.append(letter)
                self._gaps.pop(pair, None)
                place = replace(place, position=letter.position)
            # Not the larger of the two: a topic that was made anew counts from the start.
            self._places[pair] = replace(place, offset=letter.offset + 1)
        return fresh

    def _too_early(self, pair: tuple[str, int]) -> None:
        metrics.LETTERS_TOO_EARLY.labels(self._service).inc()
        self._gaps.setdefault(pair, time.monotonic())

    def _work(self, taking: Taking, batch: Sequence["Opened"]) -> None:
        """Decide the whole batch in one session.

        Called again from the start when a race was lost.
        """
        held = set(taking.held)
        read: list[Event] = []
        for opened in batch:
            opened.parked = None
            reason = parked.BEHIND if opened.letter.key in held else opened.trouble
            if reason is None:
                refusal = react_to(taking, opened)
                reason = None if refusal is None else refusal.code
            if reason is None and opened.event is not None:
                read.append(opened.event)
            if reason is not None:
                opened.parked = reason
                self._park(taking, opened, reason)
                if opened.letter.key:
                    held.add(opened.letter.key)
        if self._reader.project is not None and read:
            project = self._reader.project
            taking.rows.append(lambda curs: project(curs, read))

    def _park(self, taking: Taking, opened: "Opened", reason: str) -> None:
        """Set a letter aside, unless it was before: then it still waits, or somebody settled it."""
        letter, letter_id = opened.letter, parked.letter_id(opened.letter)
        self._inbox.log.writer.refresh([(parked.DECIDER, letter_id)])
        command = parked.ParkLetter(
            by=Actor(self._service, SYSTEM, SYSTEM),
            at=taking.session.now,
            letter=letter_id,
            source=letter.source,
            partition=letter.partition,
            offset=letter.offset,
            position=letter.position or 0,
            reason=reason,
        )
        cause = (
            f"letter:{letter.source}/{letter.partition}/{letter.position or f'@{letter.offset}'}"
        )
        if opened.event is not None:
            cause = opened.event.id
        wish = Wish(parked.DECIDER, letter_id, command, letter.key or str(letter_id), cause)
        if not taking.session.decide(wish):
            return
        taking.parked.append(
            ParkedLetter(
                letter_id,
                letter.source,
                letter.partition,
                letter.offset,
                letter.position or 0,
                letter.key,
                letter.value,
                reason,
                taking.session.now,
            )
        )


class Opened:
    """A letter, read as far as it could be."""

    def __init__(self, letter: Letter, event: Event | None, trouble: str | None) -> None:
        """trouble: why it could not be read."""
        self.letter, self.event, self.trouble = letter, event, trouble
        self.reactions: list[Reaction] = []
        self.parked: str | None = None

    @classmethod
    def of(cls, letter: Letter) -> "Opened":
        """Read the envelope and the contract in it.

        A letter without a position is left for a person to judge: it may repeat one that was taken
        in, and nothing would tell.
        """
        try:
            event = decode(letter.value)
        except Unreadable as error:
            return cls(letter, None, error.reason.value)
        if letter.position is None:
            return cls(letter, event, parked.NOT_FROM_A_RELAY)
        if letter.position and not _belong_together(letter, event):
            return cls(letter, None, Why.NOT_CLOUDEVENT.value)
        return cls(letter, event, None)

    def find_reactions(self, reader: Reader) -> None:
        """Ask the service what it does about it."""
        if self.event is not None and self.trouble is None:
            self.reactions = list(reader.react(self.event))


def _belong_together(letter: Letter, event: Event) -> bool:
    """Whether what the letter says of itself is what the bus says of it."""
    return (event.service, event.position, event.key) == (
        letter.source,
        letter.position,
        letter.key,
    )


def react_to(taking: Taking, opened: "Opened") -> Refusal | None:
    """Decide all that a letter leads to, or, if anything is refused, nothing."""

    def work() -> Refusal | None:
        for reaction in opened.reactions:
            event = opened.event
            if event is None:
                break
            decision = taking.session.decide(
                Wish(
                    reaction.decider,
                    reaction.stream,
                    reaction.command,
                    event.meta.correlation,
                    event.id,
                )
            )
            if isinstance(decision, Refusal):
                return decision
        return None

    return taking.session.all_or_nothing(work)

"""How far a reader has come in each partition, and what each message is in relation to that.

If a source is restored from a backup and its topics are lost, its positions are given again to
other facts, which would pass for repeats. So a position is unverified until the reader has seen
there the very fact that it processed. It processes nothing while the position is unverified, and
reports it if that lasts (docs/adr/0020).
"""

import time
from collections.abc import Sequence
from enum import Enum, auto
from typing import TypeVar

from shared.kernel.value import replace
from shared.messaging.inbox import Fenced, Inbox, ReaderPosition
from shared.messaging.parsed_message import ParsedMessage
from shared.telemetry import metrics

GAP_SECONDS = 60.0
UNVERIFIED_SECONDS = 60.0
GAP = "gap: messages are missing"
WENT_BACK = "source went back: what was processed is not there any more"

M = TypeVar("M", bound=ParsedMessage)
Pair = tuple[str, int]
"""A source and one of its partitions."""


class SourceForked(Exception):
    """A source has another history than the one that was read. Process nothing more."""


class PositionTracker:
    """A reader's positions in its assigned partitions, from subscribing until something fails.

    gaps, unverified: since when, on the monotonic clock, messages have been missing in a partition
    or its position has been unverified.
    """

    def __init__(self, inbox: Inbox) -> None:
        """Know no partition yet. inbox: where the positions are stored."""
        self._inbox = inbox
        self._service = inbox.log.service
        self.positions: dict[Pair, ReaderPosition] = {}
        self.gaps: dict[Pair, float] = {}
        self.unverified: dict[Pair, float] = {}

    def copy(self) -> "PositionTracker":
        """Return a tracker that knows what this one knows now."""
        other = PositionTracker(self._inbox)
        other.positions = dict(self.positions)
        other.gaps, other.unverified = dict(self.gaps), dict(self.unverified)
        return other

    @property
    def verified(self) -> bool:
        """Whether every position is verified."""
        return not self.unverified

    def trouble(self) -> str | None:
        """Return what has been wrong for too long, worst first."""
        now = time.monotonic()
        if any(since < now - UNVERIFIED_SECONDS for since in self.unverified.values()):
            return WENT_BACK
        return GAP if any(since < now - GAP_SECONDS for since in self.gaps.values()) else None

    def follow(self, mine: frozenset[Pair]) -> None:
        """Forget partitions that are no longer assigned; look up the positions in new ones."""
        for pair in self.positions.keys() - mine:
            del self.positions[pair]
            self.gaps.pop(pair, None)
            self.unverified.pop(pair, None)
        for pair in mine - self.positions.keys():
            at = self.positions[pair] = self._inbox.reader_position(*pair)
            if at.position:
                self.unverified[pair] = time.monotonic()

    def step(
        self, messages: Sequence[M]
    ) -> tuple[list[M], list[tuple[ReaderPosition, ReaderPosition]]]:
        """Return the messages to process now, and how the positions move with them.

        The moves start from the very positions that the messages were compared with: read again,
        they could be another process's, and the fence would let this one through.

        Raises Fenced or SourceForked; then start again with a new tracker.
        """
        before, gaps = dict(self.positions), set(self.gaps)
        fresh = self.in_order(messages)
        for pair in self.gaps.keys() - gaps:
            # A gap may only mean that another process read on while this one was away.
            if self._inbox.reader_position(*pair) != before[pair]:
                raise Fenced(before[pair].name)
        moved = [(before[pair], at) for pair, at in self.positions.items()]
        return fresh, [(old, new) for old, new in moved if old != new]

    def in_order(self, messages: Sequence[M]) -> list[M]:
        """Drop messages that were processed before or came too early, which come again."""
        fresh: list[M] = []
        last: dict[Pair, M] = {}
        for parsed in messages:
            message = parsed.message
            pair = (message.source, message.partition)
            at = self.positions[pair]
            position, mark = at.position, at.mark
            match self._order(parsed, at):
                case _Order.TOO_EARLY:
                    metrics.MESSAGES_TOO_EARLY.labels(self._service).inc()
                    self.gaps.setdefault(pair, time.monotonic())
                    continue
                case _Order.REPEATED:
                    metrics.MESSAGES_REPEATED.labels(self._service).inc()
                    self._recognise(parsed, at)
                case _Order.FOREIGN if message.offset < at.offset:
                    continue
                case _Order.FOREIGN:
                    parsed.distrust()
                    fresh.append(parsed)
                case _Order.NEXT:
                    fresh.append(parsed)
                    last[pair] = parsed
                    self.gaps.pop(pair, None)
                    position, mark = message.position or 0, ""
            # Not the larger of the two: a topic that was created anew counts from the start.
            self.positions[pair] = ReaderPosition(*pair, position, message.offset + 1, mark)
        for pair, parsed in last.items():
            at = self.positions[pair]
            self.positions[pair] = replace(at, mark=parsed.mark)
        return fresh

    def _order(self, parsed: ParsedMessage, at: ReaderPosition) -> "_Order":
        """Compare a message with a position. Raises SourceForked if it denies what was there."""
        message = parsed.message
        if message.position is None or message.previous is None:
            return _Order.FOREIGN
        if message.position <= at.position:
            return _Order.REPEATED
        if message.previous < at.position:
            if not parsed.mark:  # no relay wrote it, whatever the headers say
                return _Order.FOREIGN
            raise SourceForked(at.name)
        unverified = (message.source, message.partition) in self.unverified
        too_early = unverified or message.previous > at.position
        return _Order.TOO_EARLY if too_early else _Order.NEXT

    def _recognise(self, parsed: ParsedMessage, at: ReaderPosition) -> None:
        """Verify a position once the processed fact is seen there. Raises SourceForked."""
        message = parsed.message
        pair = (message.source, message.partition)
        if message.position == at.position:
            mark = parsed.mark
            if at.mark and mark and mark != at.mark:
                raise SourceForked(at.name)
            if mark == at.mark or not at.mark:
                self.unverified.pop(pair, None)
        elif message.offset + 1 < at.offset:
            self.unverified.setdefault(pair, time.monotonic())


class _Order(Enum):
    """What a message is in relation to a reader's position. FOREIGN: no relay of ours wrote it."""

    REPEATED = auto()
    NEXT = auto()
    TOO_EARLY = auto()
    FOREIGN = auto()

"""States of streams, folded once and cached.

Every cached state is one that the log has or had: nothing is added before it is committed. It may
be behind, because other processes append too; ``refresh`` updates it to what is committed now.

A state is what one decider folds a stream to: it is never handed to another decider, even if both
read the same stream.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.eventstore.codec import Vocabulary
from shared.eventstore.port import Recorder
from shared.kernel.decider import Decider, Known, Stream
from shared.kernel.times import NO_TIMES

STATES_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class StreamUpdates:
    """What ``refresh`` found.

    names: the stored names of the new facts, by stream. broken: the errors of streams that could
    not be folded; these are not cached any more.
    """

    names: dict[Stream, list[str]]
    broken: dict[Stream, Exception]


class StateCache:
    """The states of one service's streams in this process.

    Only the writer's thread changes it.
    """

    def __init__(self, recorder: Recorder, vocabulary: Vocabulary) -> None:
        """Start empty. recorder, vocabulary: of the streams' log."""
        self._recorder = recorder
        self._vocabulary = vocabulary
        self._known: OrderedDict[Stream, Known] = OrderedDict()

    @property
    def all(self) -> Mapping[Stream, Known]:
        """The cached states by decider and stream."""
        return self._known

    def get(self, decider: Decider[Any], stream: UUID) -> Known | None:
        """Return a stream's cached state, which may be behind; None if it is not cached."""
        return self._known.get((decider, stream))

    def refresh(self, wanted: Iterable[Stream]) -> StreamUpdates:
        """Update these streams' states to what is committed now, in one query."""
        readers: dict[UUID, list[Stream]] = {}
        for each in dict.fromkeys(wanted):
            readers.setdefault(each[1], []).append(each)
        updates = StreamUpdates({}, {})
        if not readers:
            return updates
        known = [(stream, min(map(self._version, each))) for stream, each in readers.items()]
        for _, stream, version, name, raw in self._recorder.select_newer(known):
            for each in readers[stream]:
                if each not in updates.broken and self._version(each) < version:
                    self._update(each, version, name, raw, updates)
        for each in (each for several in readers.values() for each in several):
            if each not in updates.broken:
                self._known.setdefault(each, Known(0, each[0].nothing))
        return updates

    def keep(self, committed: Mapping[Stream, Known]) -> None:
        """Cache states that were just committed, and drop the oldest beyond the limit."""
        self._known.update(committed)
        for each in committed:
            self._known.move_to_end(each)
        while len(self._known) > STATES_KEPT:
            self._known.popitem(last=False)

    def forget(self, streams: Iterable[Stream]) -> None:
        """Drop states that may be wrong."""
        for each in streams:
            self._known.pop(each, None)

    def _version(self, of: Stream) -> int:
        known = self._known.get(of)
        return known.version if known else 0

    def _update(
        self, each: Stream, version: int, name: str, raw: bytes, updates: StreamUpdates
    ) -> None:
        """Fold one fact in, and note that in ``updates``; or that it cannot be folded."""
        try:
            self._fold(each, version, name, raw)
        except Exception as error:  # noqa: BLE001 - returned for the stream's users
            self.forget([each])
            updates.broken[each] = error
        else:
            updates.names.setdefault(each, []).append(name)

    def _fold(self, each: Stream, version: int, name: str, raw: bytes) -> None:
        decider, known = each[0], self._known.get(each)
        state, times = (known.state, known.times) if known else (decider.nothing, NO_TIMES)
        at, fact = self._vocabulary.dated(name, raw)
        times = times.after(decider.place_of(fact), at)
        self._known[each] = Known(version, decider.evolve(state, fact), times)

"""States of streams, folded once and cached.

Every cached state is one that the log has or had: nothing is added before it is committed. It may
be behind, because other processes append too; ``refresh`` updates it to what is committed now.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.eventstore.codec import Vocabulary
from shared.eventstore.port import Recorder
from shared.kernel.decider import Decider, Known
from shared.kernel.times import NO_TIMES

STATES_KEPT = 20_000


@dataclass(frozen=True, slots=True)
class StreamUpdates:
    """What ``refresh`` found.

    names: the stored names of the new facts, by stream. broken: the errors of streams that could
    not be folded; these are not cached any more.
    """

    names: dict[UUID, list[str]]
    broken: dict[UUID, Exception]


class StateCache:
    """The states of one service's streams in this process.

    Only the writer's thread changes it.
    """

    def __init__(self, recorder: Recorder, vocabulary: Vocabulary) -> None:
        """Start empty. recorder, vocabulary: of the streams' log."""
        self._recorder = recorder
        self._vocabulary = vocabulary
        self._known: OrderedDict[UUID, Known] = OrderedDict()

    @property
    def all(self) -> Mapping[UUID, Known]:
        """The cached states by stream."""
        return self._known

    def get(self, stream: UUID) -> Known | None:
        """Return a stream's cached state, which may be behind; None if it is not cached."""
        return self._known.get(stream)

    def refresh(self, wanted: Iterable[tuple[Decider[Any], UUID]]) -> StreamUpdates:
        """Update these streams' states to what is committed now, in one query."""
        deciders = {stream: decider for decider, stream in wanted}
        updates = StreamUpdates({}, {})
        if not deciders:
            return updates
        known = [
            (stream, k.version if (k := self._known.get(stream)) else 0) for stream in deciders
        ]
        for _, stream, version, name, raw in self._recorder.select_newer(known):
            if stream in updates.broken:
                continue
            try:
                self._fold(deciders[stream], stream, version, name, raw)
            except Exception as error:  # noqa: BLE001 - returned for the stream's users
                self.forget([stream])
                updates.broken[stream] = error
            else:
                updates.names.setdefault(stream, []).append(name)
        for stream, version in known:
            if not version and stream not in updates.broken:
                self._known.setdefault(stream, Known(0, deciders[stream].nothing))
        return updates

    def keep(self, committed: Mapping[UUID, Known]) -> None:
        """Cache states that were just committed, and drop the oldest beyond the limit."""
        self._known.update(committed)
        for stream in committed:
            self._known.move_to_end(stream)
        while len(self._known) > STATES_KEPT:
            self._known.popitem(last=False)

    def forget(self, streams: Iterable[UUID]) -> None:
        """Drop states that may be wrong."""
        for stream in streams:
            self._known.pop(stream, None)

    def _fold(
        self, decider: Decider[Any], stream: UUID, version: int, name: str, raw: bytes
    ) -> None:
        known = self._known.get(stream)
        state, times = (known.state, known.times) if known else (decider.nothing, NO_TIMES)
        at, fact = self._vocabulary.dated(name, raw)
        times = times.after(decider.place_of(fact), at)
        self._known[stream] = Known(version, decider.evolve(state, fact), times)

"""Group commit.

Every command that waits is decided and appended together, with one fsync, and answered on its own.

The writer is the only one in its process that decides, so commands of one process never race each
other. Against other processes the database judges (one version of a stream can be written once):
the batch is then read again and decided again, within a bound. A no, or an answer that changes
nothing, is never given from a state that may be stale.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from psycopg.errors import UniqueViolation

from shared.eventstore.batcher import Batcher, Promise
from shared.eventstore.codec import Vocabulary
from shared.eventstore.recorder import Accepted, GapFreeRecorder
from shared.eventstore.session import CachedState, CommandEnvelope, Session
from shared.identity.tokens import revision
from shared.kernel.clock import Clock
from shared.kernel.decider import Decider
from shared.kernel.ids import fact_id
from shared.kernel.refusals import KeyUsedForAnother, LostTheRace, Refusal, VersionMoved

ATTEMPTS = 5
STATES_KEPT = 20_000
T = TypeVar("T")


class Receipt(msgspec.Struct, frozen=True):
    """What a command led to.

    The stream, its version afterwards, and the new facts' ids and stored names, in order.
    """

    stream: UUID
    version: int
    facts: tuple[str, ...]
    names: tuple[str, ...]


@dataclass(slots=True)
class Submission:
    """A wish with what makes asking twice safe.

    id: the command's id, the same when the same caller repeats the same key. fingerprint: a hash of
    what was asked. expected: the version the caller saw (If-Match), or None. revision: that of the
    tokens by which the caller was identified (see ``Tokens.known``), or None where no token was.
    """

    wish: CommandEnvelope
    id: UUID
    fingerprint: bytes
    expected: int | None = None
    revision: int | None = None
    changed: list[str] = field(default_factory=list)
    attempts: int = 0


class TokensChanged(Exception):
    """A token was made or revoked since the caller was identified.

    Nothing was done: identify again.
    """


Answer = Receipt | Refusal


@dataclass(frozen=True, slots=True)
class StreamUpdates:
    """What a look at some streams brought.

    names: the stored names of what was new, by stream. broken: what went wrong with a stream that
    could not be folded; it is not known here now.
    """

    names: dict[UUID, list[str]]
    broken: dict[UUID, Exception]


class Writer:
    """Decides and appends for one service in one process."""

    def __init__(
        self, recorder: GapFreeRecorder, vocabulary: Vocabulary, service: str, clock: Clock
    ) -> None:
        """Start the writer's thread."""
        self.recorder = recorder
        self._vocabulary = vocabulary
        self.service = service
        self._clock = clock
        self._known: OrderedDict[UUID, CachedState] = OrderedDict()
        self._wakers: list[Callable[[], None]] = []
        self._batcher: Batcher[Submission | Callable[[], Any], Any] = Batcher(
            f"{service}-writer", self._serve
        )

    def ask(self, ask: Submission) -> Future[Answer]:
        """Queue a command; the future carries its receipt or refusal.

        Overloaded when too many wait.
        """
        return self._batcher.submit(ask)

    def ask_from_loop(self, ask: Submission) -> "asyncio.Future[Answer]":
        """The same, from an event loop."""
        return self._batcher.submit_from_loop(ask)

    def alone(self, work: Callable[[], T]) -> Future[T]:
        """Run ``work`` on the writer's thread, between batches.

        A consumer's transaction, for instance.
        """
        # Not bounded by the waiting room: callers in a hurry must not starve the reader of messages.
        return self._batcher.submit(work, bounded=False)

    def on_append(self, wake: Callable[[], None]) -> None:
        """Have ``wake`` called after each append: a follower in this process need not poll."""
        self._wakers.append(wake)

    def close(self) -> None:
        """Carry out what waits, then stop."""
        self._batcher.close()

    def _serve(self, batch: Sequence[tuple[Submission | Callable[[], Any], Promise]]) -> None:
        asks: list[tuple[Submission, Promise]] = []
        for item, future in batch:
            if isinstance(item, Submission):
                asks.append((item, future))
                continue
            try:
                future.set_result(item())
            except Exception as error:  # noqa: BLE001 - handed to whoever gave the work
                future.set_exception(error)
        if asks:
            self._carry_out(asks)

    # One batch of commands
    # -------------------------------------------------------------------------------------

    def _carry_out(self, asks: list[tuple[Submission, Promise]]) -> None:
        try:
            answers = _Batch(self, [ask for ask, _ in asks]).answers()
        except BaseException:
            # The append may or may not have happened: nothing that was folded here can be trusted.
            self.forget(ask.wish.stream for ask, _ in asks)
            raise
        for (_, future), answer in zip(asks, answers, strict=True):
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)

    # States
    # -------------------------------------------------------------------------------------

    def refresh(self, wanted: Iterable[tuple[Decider[Any], UUID]]) -> StreamUpdates:
        """Bring these streams' states up to what is committed now, in one query."""
        deciders = {stream: decider for decider, stream in wanted}
        news = StreamUpdates({}, {})
        if not deciders:
            return news
        known = [
            (stream, k.version if (k := self._known.get(stream)) else 0) for stream in deciders
        ]
        for _, stream, version, name, raw in self.recorder.select_newer(known):
            if stream in news.broken:
                continue
            try:
                self._fold(deciders[stream], stream, version, name, raw)
            except Exception as error:  # noqa: BLE001 - handed to whoever needs that stream
                self.forget([stream])
                news.broken[stream] = error
            else:
                news.names.setdefault(stream, []).append(name)
        for stream, version in known:
            if not version and stream not in news.broken:
                self._known.setdefault(stream, CachedState(0, deciders[stream].nothing))
        return news

    def _fold(
        self, decider: Decider[Any], stream: UUID, version: int, name: str, raw: bytes
    ) -> None:
        state = k.state if (k := self._known.get(stream)) else decider.nothing
        fact = self._vocabulary.fact(name, raw)
        self._known[stream] = CachedState(version, decider.evolve(state, fact))

    def keep(self, moved: dict[UUID, CachedState]) -> None:
        """Remember the states of a committed session, within bounds, and wake the followers."""
        self._known.update(moved)
        for stream in moved:
            self._known.move_to_end(stream)
        while len(self._known) > STATES_KEPT:
            self._known.popitem(last=False)
        for wake in self._wakers:
            wake()

    def forget(self, streams: Iterable[UUID]) -> None:
        """Drop states that may not be true any more."""
        for stream in streams:
            self._known.pop(stream, None)

    def peek(self, stream: UUID) -> CachedState | None:
        """A state as last known here, for readers that then read what is newer."""
        return self._known.get(stream)

    def session(self, unread: Collection[UUID] = ()) -> Session:
        """A new session over the states known here, at this moment. unread: see ``Session``."""
        return Session(self._vocabulary, self._known, self._clock(), unread)


class _Batch:
    """One batch of commands on its way to its answers."""

    def __init__(self, writer: Writer, asks: list[Submission]) -> None:
        self._writer = writer
        self._recorder = writer.recorder
        self._asks = asks
        self._answers: dict[int, Answer | Exception] = {}
        self._fresh: set[UUID] = set()
        self._checked: set[UUID] = set()
        self._broken: dict[UUID, Exception] = {}

    def answers(self) -> list[Answer | Exception]:
        """Decide, append, decide again where others were faster, until all have answers."""
        self._judge_tokens()
        first = {
            a.wish.stream: a.wish.decider
            for a in self._asks
            if self._writer.peek(a.wish.stream) is None
        }
        self._read((decider, stream) for stream, decider in first.items())
        while waiting := [i for i in range(len(self._asks)) if i not in self._answers]:
            self._attempt(waiting)
        return [self._answers[i] for i in range(len(self._asks))]

    def _judge_tokens(self) -> None:
        """Leave out whoever was identified by tokens that have changed since."""
        if all(ask.revision is None for ask in self._asks):
            return
        current = revision(self._recorder)
        for i, ask in enumerate(self._asks):
            if ask.revision not in {None, current}:
                self._answers[i] = TokensChanged()

    def _attempt(self, waiting: list[int]) -> None:
        session = self._writer.session()
        decided: dict[int, Answer | Exception] = {}
        by_id: dict[UUID, int] = {}
        accepted: list[Accepted] = []
        doubtful: list[int] = []
        for i in waiting:
            ask = self._asks[i]
            if (twin := by_id.get(ask.id)) is not None:
                decided[i] = self._repeated(ask, self._asks[twin].fingerprint, decided[twin])
                continue
            by_id[ask.id] = i
            answer = self._decided_or_broken(session, ask)
            decided[i] = answer
            if isinstance(answer, Receipt):
                accepted.append(Accepted(ask.id, ask.fingerprint, _ENCODER.encode(answer)))
            if not (isinstance(answer, Receipt) and answer.facts) and not self._is_certain(ask):
                doubtful.append(i)
        if doubtful:
            self._make_certain(doubtful)
            return
        race = self._append(session, accepted)
        if race is not None:
            self._lost(waiting, race)
            return
        self._answers.update(decided)

    def _decided_or_broken(self, session: Session, ask: Submission) -> Answer | Exception:
        """A rule that breaks on one command is that command's trouble, not its neighbours'."""
        mark = session.mark()
        try:
            return self._decide(session, ask)
        except Exception as error:  # noqa: BLE001 - handed to whoever asked
            session.back_to(mark)
            return error

    def _decide(self, session: Session, ask: Submission) -> Answer:
        stream = ask.wish.stream
        if stream in self._broken:
            raise self._broken[stream]
        version = session.version(stream)
        if ask.attempts >= ATTEMPTS:
            return LostTheRace(attempts=ask.attempts, changed=", ".join(ask.changed))
        if ask.expected is not None and ask.expected != version:
            changed = self._changed_since(session, ask, ask.expected)
            return VersionMoved(expected=ask.expected, current=version, changed=changed)
        before = len(session.events)
        decision = session.decide(ask.wish)
        if isinstance(decision, Refusal):
            return decision
        new = session.events[before:]
        service = self._writer.service
        return Receipt(
            stream,
            version + len(new),
            tuple(fact_id(service, stream, e.originator_version) for e in new),
            tuple(e.topic for e in new),
        )

    def _changed_since(self, session: Session, ask: Submission, seen: int) -> str:
        """The names of what followed the version that the caller saw; asked for only in earnest."""
        if not self._is_certain(ask):
            return ""
        stream = ask.wish.stream
        names = [row[3] for row in self._recorder.select_newer([(stream, seen)])]
        names += [event.topic for event in session.events if event.originator_id == stream]
        return ", ".join(names) or "-"

    def _is_certain(self, ask: Submission) -> bool:
        return ask.wish.stream in self._fresh and ask.id in self._checked

    def _make_certain(self, doubtful: list[int]) -> None:
        """Read what a no would rest on.

        The streams as they are committed now, and whether it was carried out before.
        """
        self._read({(self._asks[i].wish.decider, self._asks[i].wish.stream) for i in doubtful})
        self._look_up([self._asks[i].id for i in doubtful])

    def _read(self, wanted: Iterable[tuple[Decider[Any], UUID]]) -> StreamUpdates:
        wanted = list(wanted)
        news = self._writer.refresh(wanted)
        for _, stream in wanted:
            self._fresh.add(stream)
            self._broken.pop(stream, None)
        self._broken.update(news.broken)
        return news

    def _look_up(self, ids: list[UUID]) -> None:
        before = self._recorder.select_commands(ids)
        self._checked.update(ids)
        for i, ask in enumerate(self._asks):
            if i not in self._answers and (done := before.get(ask.id)):
                self._answers[i] = self._repeated(
                    ask, done.fingerprint, _DECODER.decode(done.receipt)
                )

    def _repeated(
        self, ask: Submission, fingerprint: bytes, answer: Answer | Exception
    ) -> Answer | Exception:
        return answer if ask.fingerprint == fingerprint else KeyUsedForAnother()

    def _append(self, session: Session, accepted: list[Accepted]) -> UniqueViolation | None:
        """Write the batch, or return why not: somebody was faster for a stream or a key."""
        try:
            with self._recorder.cursor() as curs:
                self._recorder.append(curs, session.events, accepted)
        except UniqueViolation as error:
            return error
        self._writer.keep(session.moved)
        return None

    def _lost(self, waiting: list[int], race: UniqueViolation) -> None:
        """Somebody else was faster for at least one stream or key.

        Read everything again, count who lost. Raises ``race`` when there is nobody who won it: then
        the log itself is not as it must be, and trying again would never end.
        """
        news = self._read(
            {(self._asks[i].wish.decider, self._asks[i].wish.stream) for i in waiting}
        )
        self._look_up([self._asks[i].id for i in waiting])
        losers = [i for i in waiting if self._asks[i].wish.stream in news.names]
        for i in losers:
            ask = self._asks[i]
            ask.attempts += 1
            ask.changed.extend(news.names[ask.wish.stream])
        if not (losers or news.broken or any(i in self._answers for i in waiting)):
            raise race


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Receipt)

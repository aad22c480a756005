"""Group commit: commands that wait together are decided together and appended with one fsync.

Each command gets its own answer. The writer is the only one in its process that decides, so
commands of one process never race each other. Races with other processes are decided by the
database: one version of a stream can be written once, and a batch is written only if every stream
that its decisions lean on still has the version that they were made with. Otherwise the batch is
read and decided again, a limited number of times.

Promises:
- no fact names a version of another stream that was superseded at the fact's own position (ADR 24);
- a refusal, or an answer without facts, is never given from a state that may be stale.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec

from shared.eventstore.batcher import Promise
from shared.eventstore.codec import Vocabulary
from shared.eventstore.port import RACES, Accepted, Recorder
from shared.eventstore.session import CommandEnvelope, Lean, NotRead, Session
from shared.eventstore.state_cache import StateCache, StreamUpdates
from shared.kernel.clock import Clock
from shared.kernel.decider import Stream
from shared.kernel.ids import fact_id
from shared.kernel.refusals import KeyUsedForAnother, LostTheRace, Refusal, VersionMoved
from shared.kernel.value import Value
from shared.postgres.attempts import Attempts

ATTEMPTS = 5


class Receipt(msgspec.Struct, frozen=True):
    """What a command led to.

    version: the stream's, afterwards. facts, names: the new facts' ids and stored names, in order.
    """

    stream: UUID
    version: int
    facts: tuple[str, ...]
    names: tuple[str, ...]


Precondition = Callable[[], bool]
"""Whether a condition of a submission holds now.

Checked on the writer's thread before anything is decided; equal ones are checked once for a batch.
"""


class PreconditionFailed(Exception):
    """The submission's precondition does not hold. Nothing was done."""


class Submission(Value):
    """A command with what makes repeating it safe.

    id: the command's id, the same if the same caller repeats the same key. fingerprint: a hash of
    what it says. expected: the version that the caller saw (If-Match), or None. precondition: what
    must hold when its turn comes, or else it is answered PreconditionFailed; None: nothing.
    """

    envelope: CommandEnvelope
    id: UUID
    fingerprint: bytes
    expected: int | None = None
    precondition: Precondition | None = None


Answer = Receipt | Refusal
Work = Callable[[], Any]
"""Runs on the writer's thread between batches, as a consumer's transaction does."""


@dataclass(slots=True, eq=False)
class _Pending:
    """A submission until it is answered.

    decided: the answer if the current attempt is written. leans: the other streams that it was
    decided with. read: the streams that were read since it came, all at one moment, at which its id
    was looked up too. changed: the names of the facts that others wrote meanwhile.
    """

    submission: Submission
    promise: Promise
    answer: Answer | Exception | None = None
    decided: Answer | Exception | None = None
    leans: tuple[Lean, ...] = ()
    read: frozenset[Stream] = frozenset()
    attempts: int = 0
    changed: list[str] = field(default_factory=list)

    @property
    def streams(self) -> list[Stream]:
        """The streams that its answer rests on: its own first, then those that it leans on."""
        envelope = self.submission.envelope
        own = (envelope.decider, envelope.stream)
        return [own, *((lean.decider, lean.stream) for lean in self.leans)]

    @property
    def certain(self) -> bool:
        """Whether a refusal would rest on states that were read since it came."""
        return self.read.issuperset(self.streams)

    def repeats(self, answer: Answer | Exception | None, fingerprint: bytes) -> None:
        """Take the answer to another submission under the same id if that said the same.

        Otherwise the answer is KeyUsedForAnother. fingerprint: of the other.
        """
        if self.submission.fingerprint == fingerprint:
            self.answer = answer
            return
        first = answer if isinstance(answer, Receipt) else None
        done, facts = (first.names, first.facts) if first else ((), ())
        self.answer = KeyUsedForAnother(", ".join(done) or "-", ", ".join(facts) or "-")


class Writer:
    """Decides and appends for one service in one process, a batch at a time, on one thread."""

    def __init__(
        self,
        recorder: Recorder,
        states: StateCache,
        vocabulary: Vocabulary,
        service: str,
        clock: Clock,
    ) -> None:
        """Write to one log. states: of the same log; from now on only this thread changes them."""
        self._recorder = recorder
        self._states = states
        self._vocabulary = vocabulary
        self._service = service
        self._clock = clock
        self._wakers: list[Callable[[], None]] = []
        self.attempts = Attempts(service, "commands")

    def on_append(self, wake: Callable[[], None]) -> None:
        """Have ``wake`` called after each append: a follower in this process need not poll."""
        self._wakers.append(wake)

    def session(self, fresh: set[Stream] | None = None) -> Session:
        """Return a new session over the cached states, at this moment. fresh: see ``Session``."""
        return Session(self._vocabulary, self._states.all, self._clock(), fresh)

    def committed(self, session: Session) -> None:
        """Cache the states of a session that is now committed, and wake the followers."""
        self._states.keep(session.lasting)
        for wake in self._wakers:
            wake()

    def serve(self, batch: Sequence[tuple[Submission | Work, Promise]]) -> None:
        """Do the work and carry out the commands of one batch; fulfil every promise."""
        pending: list[_Pending] = []
        for item, promise in batch:
            if isinstance(item, Submission):
                pending.append(_Pending(item, promise))
                continue
            try:
                promise.set_result(item())
            except Exception as error:  # noqa: BLE001 - passed to the caller
                promise.set_exception(error)
        if pending:
            self._carry_out(pending)

    # A batch, until all of it has answers --------------------------------------------------------

    def _carry_out(self, batch: list[_Pending]) -> None:
        try:
            self._check_preconditions(batch)
            firsts, repeats = _sorted_out(batch)
            self._read_unknown(firsts)
            while waiting := [p for p in firsts if p.answer is None]:
                self._attempt(waiting)
        except BaseException as error:
            self.attempts.failed(error)
            # The append may or may not have happened: the cached states cannot be trusted.
            self._states.forget(p.streams[0] for p in batch)
            raise
        for one, first in repeats:
            one.repeats(first.answer, first.submission.fingerprint)
        for one in batch:
            if isinstance(one.answer, Exception):
                one.promise.set_exception(one.answer)
            else:
                one.promise.set_result(one.answer)

    def _check_preconditions(self, batch: Sequence[_Pending]) -> None:
        named = {p.submission.precondition for p in batch}
        failed = {one for one in named if one is not None and not one()}
        for one in batch if failed else ():
            if one.submission.precondition in failed:
                one.answer = PreconditionFailed()

    def _read_unknown(self, firsts: Sequence[_Pending]) -> None:
        unknown = [p for p in firsts if self._states.get(*p.streams[0]) is None]
        self._states.refresh(p.streams[0] for p in unknown)

    def _attempt(self, waiting: Sequence[_Pending]) -> None:
        """Decide and append; if that is not possible yet, read what the next attempt needs."""
        session = self.session()
        for one in waiting:
            one.decided = self._decided_or_broken(session, one)
        doubtful = [p for p in waiting if not (p.certain or _is_new(p.decided))]
        if doubtful:
            self._make_certain(doubtful)
            return
        race = self._append(session, waiting)
        if race is not None:
            self._lost(waiting, race)
            return
        for one in waiting:
            one.answer = one.decided

    def _decided_or_broken(self, session: Session, one: _Pending) -> Answer | Exception:
        """Decide one command; if its rule raises, only this command is answered with the error."""
        savepoint = session.savepoint()
        try:
            return self._decide(session, one)
        except Exception as error:  # noqa: BLE001 - passed to the caller
            session.rollback_to(savepoint)
            if isinstance(error, NotRead):
                one.read = frozenset()
            return error

    def _decide(self, session: Session, one: _Pending) -> Answer:
        submission, stream = one.submission, one.submission.envelope.stream
        own = submission.envelope.decider, stream
        if not session.knows(own):  # it could not be folded when it was read
            raise NotRead
        version = session.version(own)
        if one.attempts >= ATTEMPTS:
            return LostTheRace(attempts=one.attempts, changed=", ".join(one.changed))
        if submission.expected is not None and submission.expected != version:
            changed = self._changed_since(session, one, submission.expected)
            return VersionMoved(expected=submission.expected, current=version, changed=changed)
        before, leans = len(session.events), len(session.leans)
        try:
            decision = session.decide(submission.envelope)
        finally:
            one.leans = tuple(session.leans[leans:])
        if isinstance(decision, Refusal):
            return decision
        new = [event for event in session.events[before:] if event.originator_id == stream]
        return Receipt(
            stream,
            version + len(new),
            tuple(fact_id(self._service, stream, e.originator_version) for e in new),
            tuple(e.topic for e in new),
        )

    def _changed_since(self, session: Session, one: _Pending, seen: int) -> str:
        """Return the names of the facts after the version that the caller saw.

        Empty while the answer is not certain yet: it will be decided again.
        """
        if not one.certain:
            return ""
        stream = one.submission.envelope.stream
        names = [row[3] for row in self._recorder.select_newer([(stream, seen)])]
        names += [event.topic for event in session.events if event.originator_id == stream]
        return ", ".join(names) or "-"

    def _make_certain(self, doubtful: Sequence[_Pending]) -> StreamUpdates:
        """Read what a refusal would rest on: the streams as committed now, and earlier answers.

        A command that was answered before gets the same answer; one whose stream cannot be folded
        gets that error.
        """
        updates = self._states.refresh(stream for p in doubtful for stream in p.streams)
        before = self._recorder.select_commands([p.submission.id for p in doubtful])
        for one in doubtful:
            one.read = frozenset(one.streams)
            if done := before.get(one.submission.id):
                one.repeats(_DECODER.decode(done.receipt), done.fingerprint)
            elif broken := one.read & updates.broken.keys():
                one.answer = updates.broken[next(iter(broken))]
        return updates

    def _append(self, session: Session, waiting: Sequence[_Pending]) -> Exception | None:
        """Write the batch, or return the race that was lost for a stream or a command's id."""
        accepted = [
            Accepted(p.submission.id, p.submission.fingerprint, _ENCODER.encode(p.decided))
            for p in waiting
            if isinstance(p.decided, Receipt)
        ]
        try:
            with self._recorder.cursor() as curs:
                self._recorder.append(curs, session.events, accepted, session.versions)
        except RACES as error:
            return error
        if accepted:
            self.attempts.succeeded()
        self.committed(session)
        return None

    def _lost(self, waiting: Sequence[_Pending], race: Exception) -> None:
        """Read everything again, and count the attempts of the commands that lost.

        Raises ``race`` if no competing fact is found: then the log is corrupt, and trying again
        would never end.
        """
        updates = self._make_certain(waiting)
        losers = [p for p in waiting if p.read & updates.names.keys()]
        for one in losers:
            one.attempts += 1
            for each in one.streams:
                one.changed.extend(updates.names.get(each, ()))
        if not (losers or any(p.answer is not None for p in waiting)):
            raise race


def _sorted_out(
    batch: Sequence[_Pending],
) -> tuple[list[_Pending], list[tuple[_Pending, _Pending]]]:
    """Return the first submission under each id, and the repetitions, each with its first."""
    firsts: dict[UUID, _Pending] = {}
    open_ones = [p for p in batch if p.answer is None]
    sorted_out = [(one, firsts.setdefault(one.submission.id, one)) for one in open_ones]
    return list(firsts.values()), [(one, first) for one, first in sorted_out if one is not first]


def _is_new(decided: Answer | Exception | None) -> bool:
    """Whether it has new facts: then the database detects races, and no read is needed before."""
    return isinstance(decided, Receipt) and bool(decided.facts)


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Receipt)

"""Deciding many commands in one batch, each on the states that those before it lead to.

A session starts from states as they were last read, decides one command after the other, and
collects the new facts. Nothing is written here: the writer appends them in one statement, or drops
the session.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from eventsourcing.persistence import StoredEvent

from shared.eventstore.codec import Vocabulary
from shared.kernel.decider import (
    Beside,
    Claim,
    Command,
    Decider,
    Decision,
    Known,
    Leans,
    Stream,
)
from shared.kernel.limits import beyond
from shared.kernel.record import Meta
from shared.kernel.refusals import InTheFuture, Refusal
from shared.kernel.roles import SYSTEM
from shared.kernel.times import (
    CLOCKS_MAY_DIFFER,
    NO_TIMES,
    BeforeWhatItAnswers,
    Place,
    Times,
    out_of_order,
)
from shared.kernel.value import Value

_NOTHING: Mapping[str, Known] = {}
K = TypeVar("K")
V = TypeVar("V")


class NotRead(Exception):
    """A refusal or 'no change' would rest on a stream that was not read. Read it and try again."""


class CommandEnvelope(Value):
    """A command with what is needed to carry it out.

    decider, stream: what decides it, and on which stream. correlation: what it is about, mostly a
    case. causation: what it follows from (see ``Meta``).
    """

    decider: Decider[Any]
    stream: UUID
    command: Command
    correlation: str
    causation: str


class Lean(NamedTuple):
    """Another stream that a decision leans on. version: the one that was read.

    claimed: taken to be free without reading; its first fact is refused if it is not.
    """

    decider: Decider[Any]
    stream: UUID
    version: int
    claimed: bool = False


@dataclass
class Session:
    """One attempt at a batch.

    known: states by decider and stream, as read; a stream without one is assumed to be new, and if
    it is not, the database refuses its facts. now: recorded-at of all of the batch's facts. fresh:
    the streams that were read for this attempt: only on these may a refusal or an answer without
    facts rest; None: the caller ensures that. moved: the states that this session has come to;
    heads: how far it has come in each stream, whoever decided.
    """

    vocabulary: Vocabulary
    known: Mapping[Stream, Known]
    now: datetime
    fresh: set[Stream] | None = None
    moved: dict[Stream, Known] = field(default_factory=dict)
    heads: dict[UUID, int] = field(default_factory=dict)
    events: list[StoredEvent] = field(default_factory=list)
    leans: list[Lean] = field(default_factory=list)
    """What the decisions lean on, in their order."""
    _steps: list[tuple[Stream, Known | None, int | None]] = field(default_factory=list)
    """For each decision its stream, and the state and the head before, to roll back to."""

    def knows(self, each: Stream) -> bool:
        """Whether the stream's state is known here, be it that it has no facts."""
        return self.current(each) is not None

    def version(self, each: Stream) -> int:
        """Return the stream's version after what this session has decided so far."""
        known = self.current(each)
        return known.version if known else 0

    def current(self, each: Stream) -> Known | None:
        """Return what is known of a stream after what this session has decided so far.

        None if it was not read; and if another decider has moved it on here from a version that was
        not read for this one.
        """
        known = self.moved.get(each) or self.known.get(each)
        head = self.heads.get(each[1])
        if head is None or (known is not None and known.version == head):
            return known
        return self._caught_up(each, known or Known(0, each[0].nothing))

    def _caught_up(self, each: Stream, known: Known) -> Known | None:
        """Fold in what another decider has recorded here; None if there is something between."""
        decider, stream = each
        for event in self.events:
            version = event.originator_version
            if event.originator_id != stream or version <= known.version:
                continue
            if version != known.version + 1:
                return None
            at, fact = self.vocabulary.dated(event.topic, event.state)
            times = known.times.after(decider.place_of(fact), at)
            known = Known(version, decider.evolve(known.state, fact), times)
        return known

    def decide(self, envelope: CommandEnvelope) -> Decision:
        """Decide one command; its facts join the batch, and later commands see their effect.

        Raises NotRead; then ``leans`` has what must be read.
        """
        # A reaction follows a fact that another log accepted: it was checked there.
        command, decider, stream = envelope.command, envelope.decider, envelope.stream
        is_reaction = command.by.role == SYSTEM
        if not is_reaction and command.at > self.now + CLOCKS_MAY_DIFFER:
            return InTheFuture(field="happened_at", at=command.at.isoformat())
        own = decider, stream
        known = self._readable(own)
        version, state, times = (
            (known.version, known.state, known.times) if known else (0, decider.nothing, NO_TIMES)
        )
        leans = len(self.leans)
        named = decider.leans_on and decider.leans_on(command, state)
        decision = decider.decide_with(
            command, state, self._leaned_on(named) if named else _NOTHING
        )
        places: list[Place] = []
        if not isinstance(decision, Refusal):
            places = [decider.place_of(fact) for fact in decision]
            # The rules come first, because their words say more.
            if not is_reaction and decision:
                decision = self._refusal(command, times, places) or decision
        if isinstance(decision, Refusal) or not decision:
            rests_on = {own, *((lean.decider, lean.stream) for lean in self.leans[leans:])}
            if self.fresh is not None and not rests_on <= self.fresh:
                raise NotRead
            return decision
        by = command.by
        meta = Meta(
            by.institution,
            by.role,
            by.subject,
            command.at,
            self.now,
            envelope.correlation,
            envelope.causation,
            command.imported,
        )
        for fact, place in zip(decision, places, strict=True):
            for other in decider.beside(state, fact) if decider.beside else ():
                self._record_beside(other, meta)
            version += 1
            name = self.vocabulary.name_of(fact)
            self.events.append(
                StoredEvent(stream, version, name, self.vocabulary.encode(meta, fact))
            )
            state = decider.evolve(state, fact)
            times = times.after(place, command.at)
        self._move(own, Known(version, state, times))
        return decision

    def _readable(self, each: Stream) -> Known | None:
        """Return what is known of a stream, None if it is taken to be new. Raises NotRead."""
        known = self.current(each)
        if known is None and each[1] in self.heads:
            raise NotRead
        return known

    def _move(self, each: Stream, to: Known) -> None:
        self._steps.append((each, self.moved.get(each), self.heads.get(each[1])))
        self.moved[each], self.heads[each[1]] = to, to.version

    def _refusal(self, command: Command, times: Times, places: Iterable[Place]) -> Refusal | None:
        """Refuse what cannot be stored, and what would happen before what it answers.

        Imported history keeps the order that its file gives.
        """
        if (found := beyond(command)) is not None:
            return found.refusal
        if command.imported is not None:
            return None
        if any(out_of_order(times, place, command.at, self.now) for place in places):
            return BeforeWhatItAnswers(field="happened_at")
        return None

    def _record_beside(self, other: Beside, meta: Meta) -> None:
        """Record a fact in another stream, together with the one that it goes with."""
        each = other.decider, other.stream
        known = self._readable(each) or Known(0, other.decider.nothing)
        name = self.vocabulary.name_of(other.fact)
        raw = self.vocabulary.encode(meta, other.fact)
        self.events.append(StoredEvent(other.stream, known.version + 1, name, raw))
        state = other.decider.evolve(known.state, other.fact)
        self._move(each, Known(known.version + 1, state))

    def _first_free(self, claim: Claim) -> Known:
        """Return the first name of a claim whose stream is not known to have a fact."""
        for name, stream in claim.candidates:
            self.leans.append(Lean(claim.decider, stream, 0, claimed=True))
            if not self.version((claim.decider, stream)):
                return Known(0, name)
        raise ValueError("a claim names candidates without end")

    def _leaned_on(self, named: Leans) -> Mapping[str, Known]:
        """Return what is known, at this point of the batch, of the streams that a command names.

        Raises NotRead.
        """
        known: dict[str, Known] = {}
        for name, lean in named.items():
            if isinstance(lean, Claim):
                known[name] = self._first_free(lean)
                continue
            read = self.known.get(lean)
            self.leans.append(Lean(*lean, read.version if read else 0))
            if (now := self.current(lean)) is not None:
                known[name] = now
        if known.keys() != named.keys():
            raise NotRead
        return known

    def was_read(self, decider: Decider[Any], stream: UUID) -> None:
        """Record that one more stream was read for this attempt."""
        if self.fresh is not None:
            self.fresh.add((decider, stream))

    @property
    def versions(self) -> set[tuple[UUID, int]]:
        """The streams leaned on, each at the version that must be its last upon appending."""
        return {(lean.stream, lean.version) for lean in self.leans if not lean.claimed}

    @property
    def lasting(self) -> Mapping[Stream, Known]:
        """The states worth keeping after the commit: all but those of claimed streams."""
        claimed = {lean.stream for lean in self.leans if lean.claimed}
        if not claimed:
            return self.moved
        return {each: known for each, known in self.moved.items() if each[1] not in claimed}

    def decide_all(self, envelopes: Iterable[CommandEnvelope]) -> Refusal | None:
        """Decide several commands as one: a refusal of one rolls all of them back."""
        savepoint = self.savepoint()
        for envelope in envelopes:
            decision = self.decide(envelope)
            if isinstance(decision, Refusal):
                self.rollback_to(savepoint)
                return decision
        return None

    def savepoint(self) -> tuple[int, int, int]:
        """Return the current point, for ``rollback_to``."""
        return len(self.events), len(self.leans), len(self._steps)

    def rollback_to(self, savepoint: tuple[int, int, int]) -> None:
        """Undo what was decided since the savepoint."""
        events, leans, steps = savepoint
        del self.events[events:]
        del self.leans[leans:]
        while len(self._steps) > steps:
            each, before, head = self._steps.pop()
            _restore(self.moved, each, before)
            _restore(self.heads, each[1], head)


def _restore(values: dict[K, V], key: K, before: V | None) -> None:
    """Put back what was there under a key before; None: nothing."""
    if before is None:
        del values[key]
    else:
        values[key] = before

"""What the log says of the entries at hand: many streams in one query, and what is decided on them.

Each command is decided here before it is sent, on what is recorded and on what was decided before,
so that no entry comes in by half; a trial ends there.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from services.referral import directory, names, service_decisions
from services.referral.institution import Listed
from services.referral.service import Service
from shared.eventstore.log import Log
from shared.kernel.decider import Claim, Command, Decider, Known
from shared.kernel.refusals import Refusal


class KnownEntries:
    """The states of streams, as committed when they were looked at and as decided since."""

    def __init__(self, log: Log | None) -> None:
        """log: None if there is none yet: nothing is known then."""
        self._log = log
        self._states: dict[UUID, Known] = {}

    def look_at(self, decider: Decider[Any], streams: Collection[UUID]) -> None:
        """Read those of these streams that are not known yet, all in one query."""
        new = [stream for stream in dict.fromkeys(streams) if stream not in self._states]
        facts = self._log.facts_of(new) if self._log is not None and new else {}
        for stream in new:
            recorded = [each.fact for each in facts.get(stream, ())]
            self._states[stream] = Known(len(recorded), decider.fold(recorded))

    def institution(self, code: str) -> Listed | None:
        """Return an entry of the directory, None if there is none."""
        found = self.of(directory.DECIDER, directory.stream_of(code)).state
        return found if isinstance(found, Listed) else None

    def holder(self, name: str) -> str | None:
        """Return whose name it is; None: nobody's."""
        found: str | None = self.of(names.NAMES, names.stream_of(name)).state
        return found

    def service(self, service_id: UUID) -> Service | None:
        """Return an entry of a service, None if there is none."""
        stream = service_decisions.stream_of(service_id)
        found = self.of(service_decisions.DECIDER, stream).state
        return found if isinstance(found, Service) else None

    def of(self, decider: Decider[Any], stream: UUID) -> Known:
        """Return a stream's state and version."""
        self.look_at(decider, [stream])
        return self._states[stream]

    def decide(
        self, decider: Decider[Any], stream: UUID, commands: Collection[Command]
    ) -> Refusal | None:
        """Decide commands on a stream, and know what follows.

        Return the first refusal; nothing follows then from any of them.
        """
        before = {stream: self.of(decider, stream)}
        for command in commands:
            state = self._states[stream].state
            leans = self._leans(decider, command, state)
            decision = decider.decide_with(command, state, leans)
            if isinstance(decision, Refusal):
                self._states |= before
                return decision
            for other, other_stream, fact in _beside(decider, state, decision):
                before.setdefault(other_stream, self.of(other, other_stream))
                self._follow(other, other_stream, (fact,))
            self._follow(decider, stream, decision)
        return None

    def _leans(self, decider: Decider[Any], command: Command, state: Any) -> Mapping[str, Known]:
        leans = decider.leans_on(command, state) if decider.leans_on else {}
        there = {name: lean for name, lean in leans.items() if not isinstance(lean, Claim)}
        return {name: self.of(*lean) for name, lean in there.items()}

    def _follow(self, decider: Decider[Any], stream: UUID, facts: tuple[Any, ...]) -> None:
        known = self._states[stream]
        state = decider.fold(facts, known.state)
        self._states[stream] = Known(known.version + len(facts), state)


def _beside(
    decider: Decider[Any], state: Any, facts: tuple[Any, ...]
) -> Iterator[tuple[Decider[Any], UUID, Any]]:
    for fact in facts:
        for other in decider.beside(state, fact) if decider.beside else ():
            yield other.decider, other.stream, other.fact
        state = decider.evolve(state, fact)

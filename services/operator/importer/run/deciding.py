"""Commands are decided in memory, as the services' writers would, before any of them is sent."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.kernel.decider import Claim, Command, Decider, Decision, Known
from shared.kernel.refusals import Refusal
from shared.service.command_client import KeyedCommand
from shared.service.service import Service


class Deciding:
    """Decides commands in memory. It knows the directory as it was when first asked about it."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        """services: where to look; empty if there is no installation."""
        self._services = services
        self._known: dict[UUID, Known] = {}

    def decide(self, decider: Decider[Any], command: Command, state: object) -> Decision:
        """Decide a command on a state, and on what it leans on."""
        leans = decider.leans_on(command, state) if decider.leans_on else {}
        known = {
            # What a case claims is free: its folio.
            name: Known(0, next(iter(lean.candidates))[0])
            if isinstance(lean, Claim)
            else self._as_known(*lean)
            for name, lean in leans.items()
        }
        return decider.decide_with(command, state, known)

    def enter(self, entry: KeyedCommand) -> Refusal | None:
        """Decide an entry of the directory, and know it from now on; return a refusal."""
        decider, stream = entry.decider, entry.stream
        current = self._as_known(decider, stream)
        decision = self.decide(decider, entry.command, current.state)
        if isinstance(decision, Refusal):
            return decision
        after = decider.fold(decision, current.state)
        self._known[stream] = Known(current.version + len(decision), after)
        for fact in decision:
            for other in decider.beside(current.state, fact) if decider.beside else ():
                self._known[other.stream] = Known(1, other.decider.fold([other.fact]))
        return None

    def _as_known(self, decider: Decider[Any], stream: UUID) -> Known:
        if stream not in self._known:
            self._known[stream] = Known(0, decider.nothing)
            if self._services:
                current = self._services["referral"].log.read(decider, stream)
                self._known[stream] = Known(current.version, current.state)
        return self._known[stream]

"""Referral's log and documents in memory, as far as what keeps documents needs a service."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.referral.wiring import SERVICE
from shared.documents.memory import MemoryDocuments
from shared.eventstore.log import Log
from shared.eventstore.memory import MemoryRecorder
from shared.eventstore.session import CommandEnvelope
from shared.eventstore.writer import Submission
from shared.kernel.decider import Command, Decider
from shared.kernel.ids import InstallationSecret, new_id
from shared.messaging.memory import MemoryStore
from shared.service.settings import Settings
from tests.personas import AT, STEWARD


@dataclass
class Referral:
    """What stands for the service."""

    log: Log
    documents: MemoryDocuments = field(default_factory=MemoryDocuments)
    name: str = "referral"
    secret: InstallationSecret = field(default_factory=lambda: InstallationSecret(b"x" * 32))
    settings: Settings = field(default_factory=Settings)

    def records(self, decider: Decider[Any], stream: UUID, *facts: Any) -> None:
        """These facts happened, whatever the rules say."""
        told: Decider[Any] = Decider(decider.nothing, lambda *_: facts, decider.evolve)
        envelope = CommandEnvelope(
            told, stream, Command(by=STEWARD, at=AT), str(stream), "command:x"
        )
        self.log.submit(Submission(envelope, new_id(), b"")).result(10)
        self.log.states.forget([(decider, stream)])


@contextmanager
def referral_in_memory() -> Iterator[Referral]:
    log = Log("referral", MemoryRecorder(MemoryStore()), SERVICE.vocabulary)
    try:
        yield Referral(log)
    finally:
        log.close()

"""Commands from within this process.

The same commands, through the same writers, as over HTTP; many can be under way at a time.
"""

import hashlib
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any
from uuid import UUID

import msgspec

from shared.eventstore.session import CommandEnvelope
from shared.eventstore.writer import Answer, Receipt, Submission
from shared.kernel.decider import Command, Decider
from shared.kernel.ids import command_cause, derived_id
from shared.kernel.refusals import Refusal
from shared.kernel.value import fields_of
from shared.messaging.port import partition_of
from shared.service.service import Service

_PATIENCE = 60.0
_PAGE = 500


class NotCaughtUp(Exception):
    """A service has not consumed what was waited for, and makes no progress.

    The message names reader and source and how far the reader has come.
    """


def submit(  # noqa: PLR0913, PLR0917 - what a command is made of
    service: Service,
    decider: Decider[Any],
    stream: UUID,
    command: Command,
    correlation: str,
    key: str,
) -> Future[Answer]:
    """Submit a command; it is executed once, however often it is submitted with this key."""
    submitted_id = command_id(service.name, command.by.institution, key)
    fingerprint = hashlib.blake2b(_content(stream, command), digest_size=16).digest()
    envelope = CommandEnvelope(decider, stream, command, correlation, command_cause(submitted_id))
    return service.log.ask(Submission(envelope, submitted_id, fingerprint))


def _content(stream: UUID, command: Command) -> bytes:
    """Encode a command except for when it happened: that may be now, and differ the next time."""
    fields = {name: value for name, value in fields_of(command).items() if name != "at"}
    return msgspec.json.encode([type(command).__name__, stream, fields], order="deterministic")


def command_id(service: str, institution: str, key: str) -> UUID:
    """Derive the id of the command that an institution submits to a service under a key."""
    return derived_id("command", service, institution, key)


def accepted(answers: Sequence[Future[Answer]]) -> list[Receipt]:
    """Wait for all receipts. Raises RuntimeError at a refusal: a mistake of the program."""
    receipts = []
    for future in answers:
        answer = future.result()
        if isinstance(answer, Refusal):
            raise RuntimeError(answer.code)  # noqa: TRY004 - a rule's no, not a wrong type
        receipts.append(answer)
    return receipts


def wait_until_consumed(
    reader: Service,
    source: Service,
    position: int | None = None,
    alive: Callable[[], bool] = lambda: True,
) -> None:
    """Wait until ``reader`` has consumed what ``source`` recorded up to ``position``, default now.

    It does not matter which process does the reading. alive: gives up early once it returns False.
    Raises NotCaughtUp after a minute without any progress.
    """
    until = source.log.position() if position is None else position
    ahead = _Ahead(reader, source, until)
    before, since = -1, time.monotonic()
    while alive() and not ahead.nothing():
        if ahead.total != before:
            before, since = ahead.total, time.monotonic()
        if time.monotonic() - since > _PATIENCE:
            raise NotCaughtUp(f"{reader.name} ← {source.name}: {ahead.after} / {until}")
        time.sleep(0.03)


class _Ahead:
    """The messages that a reader has yet to consume; those behind it are not looked at again.

    The last facts of a source may be private, so the reader's positions alone do not suffice.
    """

    def __init__(self, reader: Service, source: Service, until: int) -> None:
        self._reader, self._source, self._until = reader, source, until
        self._partitions = reader.settings.kafka_partitions
        self.after = 0
        self.total = 0

    def nothing(self) -> bool:
        name, publication = self._source.name, self._source.publication
        at = {p.partition: p.position for p in self._reader.inbox.places() if p.source == name}
        self.total = sum(at.values())
        self.after = max(self.after, min(at.get(n, 0) for n in range(self._partitions)))
        while self.after < self._until:
            page = self._source.log.page(self.after, _PAGE)
            for fact in page:
                reached = at.get(partition_of(fact.meta.correlation, self._partitions), 0)
                if fact.position > self._until:
                    return True
                # Only what the reader has not come to is translated: to see whether it is public.
                if fact.position > reached and publication.translate(fact) is not None:
                    return False
                self.after = fact.position
            if not page:
                return True
        return True

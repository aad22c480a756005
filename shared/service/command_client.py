"""Institutions that act in this process.

The same commands through the same writers as over HTTP, many at a time.
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
    """A service's reader did not take in what was waited for.

    Names the reader and how far it is.
    """


def submit(  # noqa: PLR0913, PLR0917 - what a command is made of
    service: Service,
    decider: Decider[Any],
    stream: UUID,
    command: Command,
    correlation: str,
    key: str,
) -> Future[Answer]:
    """Have a command carried out once, however often it is asked with this key."""
    submitted_id = command_id(service.name, command.by.institution, key)
    fingerprint = hashlib.blake2b(_content(stream, command), digest_size=16).digest()
    envelope = CommandEnvelope(decider, stream, command, correlation, command_cause(submitted_id))
    return service.log.ask(Submission(envelope, submitted_id, fingerprint))


def _content(stream: UUID, command: Command) -> bytes:
    """What is asked, all but when it happened: that may be now, and now is later the next time."""
    fields = {name: value for name, value in fields_of(command).items() if name != "at"}
    return msgspec.json.encode([type(command).__name__, stream, fields], order="deterministic")


def command_id(service: str, institution: str, key: str) -> UUID:
    """The id of the command that an institution asks of a service under a key."""
    return derived_id("command", service, institution, key)


def accepted(answers: Sequence[Future[Answer]]) -> list[Receipt]:
    """Wait for all receipts; a refusal here is a mistake of the program and raises."""
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
    """Wait until ``reader`` has taken in what ``source`` recorded up to ``position``, or by now.

    Whoever does the reading, this process or another. alive: gives up early when it turns false.
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
    """The messages that a reader has yet to take in; what lies behind is never looked at again.

    A source's last facts may be private, so its reader's places alone do not tell.
    """

    def __init__(self, reader: Service, source: Service, until: int) -> None:
        self._reader, self._source, self._until = reader, source, until
        self._partitions = reader.settings.kafka_partitions
        self.after = 0
        self.total = 0

    def nothing(self) -> bool:
        """Whether every message up to the position was taken in."""
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

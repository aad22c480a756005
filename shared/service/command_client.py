"""A client of the services in this process: commands with keys, many at a time.

The same commands through the same writers as over HTTP, for what acts for many institutions at
once: the demonstration, an import.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from shared.eventstore.session import CommandEnvelope
from shared.eventstore.writer import Answer, Receipt, Submission
from shared.kernel.decider import Command, Decider
from shared.kernel.ids import InstallationSecret, command_cause
from shared.kernel.refusals import Refusal
from shared.kernel.value import fields_of
from shared.messaging.port import partition_of
from shared.service.service import Service

_PATIENCE = 60.0
_LOOK_AGAIN = 0.03
_PAGE = 500
_NOT_SAID = frozenset({"at", "received_at", "imported", "source_key"})
"""What may differ when the same is asked again, or follows from its id."""


@dataclass(frozen=True, slots=True)
class KeyedCommand:
    """One command to one service's stream, under a key: submitted again, it is carried out once.

    service: the service's name. correlation: the case, or what else the command's facts belong to.
    secret: the installation's, from which the command's id follows. expected: the stream's version
    that it was thought of at; with another one it is refused (VersionMoved). None: any.
    """

    service: str
    decider: Decider[Any]
    stream: UUID
    command: Command
    correlation: str
    key: str
    secret: InstallationSecret
    expected: int | None = None

    @property
    def id(self) -> UUID:
        """The command's id, which follows from the service, who gives the command, and the key."""
        by = self.command.by
        return self.secret.command_id(self.service, by.institution, by.subject, self.key)

    @property
    def content(self) -> bytes:
        """All of the command but its time, which may be that of submission, and its file.

        What is False is left out, as a command that did not know the field yet says it: so the same
        is asked by a command that has grown since.
        """
        fields = {
            name: value
            for name, value in fields_of(self.command).items()
            if name not in _NOT_SAID and value is not False
        }
        asked = [type(self.command).__name__, self.stream, fields]
        return msgspec.json.encode(asked, order="deterministic")


class NotCaughtUp(Exception):
    """A service did not read what was waited for; the message names it and how far it has read."""


def submit(
    services: Mapping[str, Service], keyed: KeyedCommand, after: Future[Answer] | None = None
) -> Future[Answer]:
    """Have a command carried out once, however often it is submitted with its key.

    after: one that was submitted to the same service before: if that was lost in an outage, this
    one is answered PreconditionFailed. Raises Overloaded if the service has too many waiting.
    """
    return services[keyed.service].log.submit(submission_of(keyed, after))


def submission_of(keyed: KeyedCommand, after: Future[Answer] | None = None) -> Submission:
    """Return a command as its service's log takes it. after: see ``submit``."""
    identity = keyed.id
    fingerprint = keyed.secret.fingerprint(identity, keyed.content)
    cause = command_cause(identity)
    envelope = CommandEnvelope(keyed.decider, keyed.stream, keyed.command, keyed.correlation, cause)
    followed = None if after is None else _Followed(after)
    return Submission(envelope, identity, fingerprint, keyed.expected, followed)


@dataclass(frozen=True, slots=True, eq=False)
class _Followed:
    """Whether what was submitted before was answered, or is of the batch at hand."""

    before: Future[Answer]

    def __call__(self) -> bool:
        return not self.before.done() or self.before.exception() is None


def accepted(answers: Sequence[Future[Answer]]) -> list[Receipt]:
    """Wait for all receipts; a refusal here is a mistake of the program and raises."""
    receipts = []
    for future in answers:
        answer = future.result()
        if isinstance(answer, Refusal):
            raise RuntimeError(answer.code)  # noqa: TRY004 - a rule's refusal, not a wrong type
        receipts.append(answer)
    return receipts


def carried_out(services: Mapping[str, Service], commands: Iterable[KeyedCommand]) -> set[UUID]:
    """Return the ids of those of these commands that were carried out: a query for each service."""
    ids: dict[str, list[UUID]] = {}
    for keyed in commands:
        ids.setdefault(keyed.service, []).append(keyed.id)
    return {
        found
        for service, wanted in ids.items()
        for found in services[service].log.recorder.select_commands(wanted)
    }


def existing(service: Service, streams: Collection[UUID]) -> set[UUID]:
    """Return those of these streams in which the service has recorded anything."""
    return service.log.recorder.select_existing(list(streams)) if streams else set()


def wait_until_read(
    reader: Service,
    source: Service,
    position: int | None = None,
    alive: Callable[[], bool] = lambda: True,
) -> None:
    """Wait until ``reader`` has read what ``source`` recorded up to ``position``, or up to now.

    Whichever process reads. alive: gives up when it turns false. Raises NotCaughtUp after a minute
    without any progress.
    """
    until = source.log.position() if position is None else position
    unread = _Unread(reader, source, until)
    progress, since = -1, time.monotonic()
    while alive() and not unread.is_empty():
        if unread.progress != progress:
            progress, since = unread.progress, time.monotonic()
        if time.monotonic() - since > _PATIENCE:
            raise NotCaughtUp(f"{reader.name} ← {source.name}: {unread.after} / {until}")
        time.sleep(_LOOK_AGAIN)


class _Unread:
    """The messages up to a position that a reader has yet to read; none is looked at twice.

    A source's last facts may be private, so its reader's positions alone do not tell.
    """

    def __init__(self, reader: Service, source: Service, until: int) -> None:
        self._reader, self._source, self._until = reader, source, until
        self._partitions = reader.settings.kafka_partitions
        self.after = 0
        self.progress = 0

    def is_empty(self) -> bool:
        name, publication = self._source.name, self._source.publication
        read = {
            p.partition: p.position
            for p in self._reader.inbox.reader_positions()
            if p.source == name
        }
        self.progress = sum(read.values())
        self.after = max(self.after, min(read.get(n, 0) for n in range(self._partitions)))
        while self.after < self._until:
            page = self._source.log.page(self.after, _PAGE)
            for fact in page:
                position = read.get(partition_of(fact.meta.correlation, self._partitions), 0)
                if fact.position > self._until:
                    return True
                # Only what the reader has not come to is translated: to see whether it is public.
                if fact.position > position and publication.translate(fact) is not None:
                    return False
                self.after = fact.position
            if not page:
                return True
        return True

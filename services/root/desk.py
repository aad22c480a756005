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

from shared.eventstore.session import Wish
from shared.eventstore.writer import Answer, Ask, Receipt
from shared.kernel.decider import Command, Decider
from shared.kernel.ids import command_cause, derived_id
from shared.kernel.refusals import Refusal
from shared.web.service import Service

_PATIENCE = 60.0
_RELAY = "relay"


class NotCaughtUp(Exception):
    """A service's reader did not take in what was waited for.

    Names the reader and how far it is.
    """


def ask(  # noqa: PLR0913, PLR0917 - what a command is made of
    service: Service,
    decider: Decider[Any],
    stream: UUID,
    command: Command,
    correlation: str,
    key: str,
) -> Future[Answer]:
    """Have a command carried out once, however often it is asked with this key."""
    identity = command_id(service.name, command.by.institution, key)
    said = hashlib.blake2b(
        msgspec.json.encode([type(command).__name__, str(stream)]), digest_size=16
    )
    wish = Wish(decider, stream, command, correlation, command_cause(identity))
    return service.log.ask(Ask(wish, identity, said.digest()))


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


def wait_until_taken_in(
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
    before, since = (-1, -1), time.monotonic()
    while alive():
        if _taken_in(reader, source, until):
            return
        there = (_sum_of_places(reader, source.name), _sum_of_places(source, _RELAY))
        if there != before:
            before, since = there, time.monotonic()
        if time.monotonic() - since > _PATIENCE:
            raise NotCaughtUp(f"{reader.name} ← {source.name}: {there[0]} / {until}")
        time.sleep(0.03)


def _taken_in(reader: Service, source: Service, until: int) -> bool:
    """Whether every letter about what ``source`` recorded up to ``until`` was taken in.

    Over Kafka a partition ends with its own last letter, which only the relay knows; on the log bus
    private facts may follow the last letter.
    """
    sent = {p.partition: p.position for p in source.inbox.places() if p.source == _RELAY}
    there = {p.partition: p.position for p in reader.inbox.places() if p.source == source.name}
    if sent:
        return sent.pop(-1, 0) >= until and all(
            there.get(partition, 0) >= min(position, until) for partition, position in sent.items()
        )
    after, limit = there.get(0, 0), 1
    while after < until:
        page = source.publication.page(after, limit)
        if not page or any(p.value is not None and p.position <= until for p in page):
            return not page
        after, limit = page[-1].position, 100
    return True


def _sum_of_places(service: Service, source: str) -> int:
    return sum(p.position for p in service.inbox.places() if p.source == source)

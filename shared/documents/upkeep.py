"""What keeps bytes and log together: what the log says of documents, and the sweeper.

A process may be killed between the bytes and their fact, and a backup may bring back bytes that
were erased since. So once an hour each document that is there is looked up on the log: bytes that
no fact names a day after they were put go, and so do those of erased documents.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

import structlog

from shared.documents.store import Documents
from shared.eventstore.log import Log
from shared.kernel.clock import Clock, now
from shared.kernel.decider import Command
from shared.kernel.documents import DocumentNotKept, DocumentRef, Fate
from shared.kernel.fields import bare_type, members
from shared.kernel.value import hints_of
from shared.postgres.database import OUTAGES

log = structlog.get_logger(__name__)

LOOSE_FOR = timedelta(hours=24)
"""So long bytes wait for the fact that names them."""
EVERY = 3_600.0
"""Seconds between two rounds."""
_PAGE = 500


@dataclass(frozen=True, slots=True)
class DocumentRules:
    """How the log of a service names documents.

    stream_of: gives the stream of a document's facts. fate: what these say of its bytes. kept: how
    a document that they say is kept is named; None if they say otherwise.
    """

    stream_of: Callable[[UUID], UUID]
    fate: Callable[[Iterable[Any]], Fate]
    kept: Callable[[Iterable[Any]], DocumentRef | None]

    def not_kept(self, log: Log, command: Command) -> DocumentNotKept | None:
        """Refuse a command that names a document which is not kept. It asks the log."""
        for name in command.__struct_fields__:
            ref = getattr(command, name)
            if isinstance(ref, DocumentRef):
                stream = self.stream_of(ref.document_id)
                facts = (recorded.fact for recorded in log.facts_of([stream])[stream])
                if self.kept(facts) != ref:
                    return DocumentNotKept(field=name)
        return None

    def fates(self, log: Log, document_ids: Sequence[UUID]) -> Mapping[UUID, Fate]:
        """Return what the log says of each of these: one query, however many."""
        streams = {document_id: self.stream_of(document_id) for document_id in document_ids}
        facts = log.facts_of(list(streams.values()))
        return {
            document_id: self.fate(recorded.fact for recorded in facts[stream])
            for document_id, stream in streams.items()
        }


@cache
def names_documents(kind: type[Command]) -> bool:
    """Whether commands of this type may name a document."""
    return any(DocumentRef in members(bare_type(hint)) for hint in hints_of(kind).values())


def all_of(documents: Documents) -> Iterator[Sequence[DocumentRef]]:
    """Yield the documents that are there, page by page."""
    after: UUID | None = None
    while page := documents.page(after, _PAGE):
        yield page
        after = page[-1].document_id


def erased_but_there(log: Log, documents: Documents, rules: DocumentRules) -> Iterator[UUID]:
    """Yield the documents that the log says are erased and whose bytes are there."""
    for page in all_of(documents):
        fates = rules.fates(log, [ref.document_id for ref in page])
        yield from (each for each, fate in fates.items() if fate is Fate.ERASED)


class Sweeper:
    """The upkeep of one service's documents, in a thread of its own; others may do it as well."""

    name = "documents"

    def __init__(
        self,
        log: Log,
        documents: Documents,
        rules: DocumentRules,
        *,
        clock: Clock = now,
        every: float = EVERY,
    ) -> None:
        """Prepare the thread; ``start`` starts it. every: seconds between two rounds."""
        self._log, self._documents, self._rules = log, documents, rules
        self._clock, self._every = clock, every
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name=f"{log.service}-documents", daemon=True
        )
        self.trouble: str | None = None
        self.on_bug: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Start the first round."""
        self._thread.start()

    def stop(self) -> None:
        """End the round at hand, then the thread."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def step(self) -> int:
        """Do a round; return how many documents went."""
        gone = self._sweep()
        again = list(erased_but_there(self._log, self._documents, self._rules))
        gone += self._documents.erase(again) if again else 0
        if gone:
            log.info("documents_swept", service=self._log.service, count=gone)
        return gone

    def _sweep(self) -> int:
        """Keep what the log names, and forget what it does not name although it had its time."""
        gone, before = 0, self._clock() - LOOSE_FOR
        while not self._stop.is_set() and (loose := self._documents.loose(before, _PAGE)):
            fates = self._rules.fates(self._log, loose)
            named = [each for each, fate in fates.items() if fate is not Fate.NOT_NAMED]
            self._documents.keep(named)
            gone += self._documents.sweep(loose, before)
        return gone

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.step()
                self.trouble = None
            except OUTAGES as error:
                log.warning(
                    "documents_not_swept", service=self._log.service, error=type(error).__name__
                )
            except Exception as error:
                log.exception("documents_stopped", service=self._log.service)
                self.trouble = f"bug: {type(error).__name__}"
                self.on_bug()
                return
            self._stop.wait(self._every)

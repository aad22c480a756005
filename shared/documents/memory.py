"""Documents in memory, for tests: they keep the promises of ``store``."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.documents.document import Damaged, Document, digest_of
from shared.kernel.clock import Clock, now
from shared.kernel.documents import DocumentRef


@dataclass
class MemoryDocuments:
    """The documents of one service, for as long as the process lives."""

    clock: Clock = now
    there: dict[UUID, Document] = field(default_factory=dict)
    put_at: dict[UUID, datetime] = field(default_factory=dict)
    kept: set[UUID] = field(default_factory=set)

    def put(self, document: Document) -> DocumentRef:
        return self.put_many([document])[0]

    def put_many(self, documents: Iterable[Document]) -> list[DocumentRef]:
        put = list(documents)
        for each in put:
            self.there.setdefault(each.document_id, each)
            self.put_at[each.document_id] = self.clock()
            _ = each.digest  # from here on it is what was put
        return [each.ref for each in put]

    def get(self, document_id: UUID) -> Document | None:
        found = self.there.get(document_id)
        if found is not None and digest_of(found.content) != found.digest:
            raise Damaged(str(document_id))
        return found

    def erase(self, document_ids: Collection[UUID]) -> int:
        gone = [each for each in document_ids if self.there.pop(each, None)]
        self.kept.difference_update(gone)
        return len(gone)

    def keep(self, document_ids: Collection[UUID]) -> None:
        self.kept.update(self.there.keys() & set(document_ids))

    def loose(self, put_before: datetime, limit: int) -> Sequence[UUID]:
        waiting = [each for each in self.there if each not in self.kept]
        old = [each for each in waiting if self.put_at[each] < put_before]
        return sorted(old, key=self.put_at.__getitem__)[:limit]

    def sweep(self, document_ids: Collection[UUID], put_before: datetime) -> int:
        loose = set(self.loose(put_before, len(self.there)))
        return self.erase(loose.intersection(document_ids))

    def page(self, after: UUID | None, limit: int) -> Sequence[DocumentRef]:
        later = sorted(each for each in self.there if after is None or each > after)
        return [self.there[each].ref for each in later[:limit]]

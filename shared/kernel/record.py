"""A fact as it is recorded on a log: what happened, and everything an auditor asks about it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared.kernel.ids import fact_id
from shared.kernel.value import Value


class Source(Value):
    """The file that says so, of a fact that an import recorded as history.

    mapping: the import mapping's name and version. legal_basis: why it may be kept here without the
    person's consent (``legal_bases``). file: a digest of the file's bytes, None if it could not be
    read twice.
    """

    mapping: str
    legal_basis: str
    file: str | None = None


class Meta(Value):
    """Who, when and why, carried by every fact.

    institution, role, subject: the actor (see ``Actor``). happened_at: when it happened, with the
    local offset from UTC. recorded_at: when this log wrote it, UTC. correlation: what it is about:
    a case's id, an institution's code, … (the subject of its message, if it is published).
    causation: the command (``command:ID``) or the fact (``service:stream:version``) that it follows
    from. imported: the source of history, and of what the system did about it; None if it happened
    live.
    """

    institution: str
    role: str
    subject: str
    happened_at: datetime
    recorded_at: datetime
    correlation: str
    causation: str
    imported: Source | None = None


class Recorded(Value):
    """One fact on a service's log.

    position: in the whole log, counted from 1 without gaps in commit order. version: in its stream,
    counted from 1. name: its stored name, which never changes.
    """

    service: str
    position: int
    stream: UUID
    version: int
    name: str
    meta: Meta
    fact: Any

    @property
    def id(self) -> str:
        """The fact's id."""
        return fact_id(self.service, self.stream, self.version)

    @property
    def mark(self) -> str:
        """The fact's mark, see ``mark_of``."""
        return mark_of(self.id, self.meta.recorded_at)


def mark_of(fact: str, recorded_at: datetime) -> str:
    """Return a fact's mark, which no fact of this or another history has: its id and recorded-at.

    A log that was restored from a backup and went on from there gives its positions, and perhaps
    the same ids, to other facts; but not at the same microsecond.
    """
    return f"{fact} {recorded_at.astimezone(UTC).isoformat()}"

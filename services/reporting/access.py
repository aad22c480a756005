"""The access log as institutions and auditors read it.

It is kept in the schema ``identity``; whose part of it something is follows from custody, which is
kept here.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from services.reporting import queries
from shared.eventstore.log import Log
from shared.eventstore.snapshot import snapshot

_LOCK_SECONDS = 2
"""Somebody may lock the tables of ``identity``: no thread waits for that."""


@dataclass(frozen=True, slots=True)
class AccessLine:
    """One line. route: SERVICE.NAME of what was asked. outcome: shown, made, revoked, or a refusal.

    subject, institution: who asked; None if nobody was identified. purpose: what for (list
    ``purposes``). case_id, referral_id, token, document_id: what it was about. times: how many
    alike at once.
    """

    at: datetime
    route: str
    outcome: str
    subject: str | None
    institution: str | None
    purpose: str | None
    case_id: UUID | None
    referral_id: UUID | None
    token: str | None
    document_id: UUID | None
    times: int


@dataclass(frozen=True, slots=True)
class AccessRow(AccessLine):
    """A line with its number among the lines of all institutions, which no caller may learn."""

    number: int

    def line(self) -> AccessLine:
        """Return what a caller may learn."""
        return AccessLine(*(getattr(self, each.name) for each in fields(AccessLine)))


def accesses_seen(  # noqa: PLR0913 - the parameters of a list
    log: Log,
    only_institution: str | None,
    limit: int,
    before: int | None = None,
    *,
    case_id: UUID | None = None,
    institution: str | None = None,
) -> list[AccessRow]:
    """List lines, latest first. before: the number of the last line of the page before.

    only_institution: what it asked, what was asked about the cases that it answers for, and about
    its tokens; None: all.
    """
    params = {
        "only": only_institution,
        "limit": limit,
        "before": before,
        "case": case_id,
        "institution": institution,
    }
    query = queries.ACCESSES if only_institution is None else queries.ACCESSES_OF
    with snapshot(log, queries.GATE, _LOCK_SECONDS) as run_query:
        return [AccessRow(*row) for row in run_query(query, params)]

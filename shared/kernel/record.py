"""A fact as it stands on a log: what happened, and everything an auditor asks about it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.kernel.ids import fact_id


@dataclass(frozen=True, slots=True)
class Meta:
    """Who, when and why, carried by every fact.

    institution, role, subject: the actor (see ``Actor``). happened_at: when it happened, with the
    wall clock's offset where it happened. recorded_at: when this log wrote it, UTC. correlation:
    the case (or the institution's code for facts of the directory). causation: the command
    (``command:ID``) or the fact (``service:stream:version``) that it follows from.
    """

    institution: str
    role: str
    subject: str
    happened_at: datetime
    recorded_at: datetime
    correlation: str
    causation: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """One fact on a service's log.

    position: its place in the whole log, counted from 1 without gaps in commit order. version: its
    place in its stream, counted from 1. name: its stored name, for ever.
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
        """The fact's public name."""
        return fact_id(self.service, self.stream, self.version)

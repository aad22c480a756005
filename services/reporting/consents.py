"""The consents of a case as they are now: for whom, which data, until when, how each stands.

Whoever sees the case sees them; so do auditors. Whose they are, and why a part was taken back, is
nowhere here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.reporting import queries
from shared.eventstore.log import Log
from shared.eventstore.snapshot import snapshot
from shared.kernel.sight import Sight

MOST = 500
"""So many consents of one case are shown, the last ones first."""
_OF_CASE = (
    "SELECT c.consent_id, c.case_id, c.institution, c.purpose, c.status, c.version, c.recipients,"
    " c.kinds, c.categories, c.services, c.valid_from, c.valid_until, c.language, c.mode,"
    " coalesce(c.partly_withdrawn, false) FROM reporting.consents c"
    " WHERE c.case_id = %(case)s AND c.purpose IS NOT NULL"
    " AND (%(only)s::text IS NULL OR EXISTS (SELECT FROM reporting.parties s"
    "  WHERE s.case_id = c.case_id AND s.institution = %(only)s AND s.sees = %(sees)s))"
    " ORDER BY c.valid_from DESC, c.consent_id LIMIT %(most)s"
)


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A consent in its last version.

    institution: who obtained it. recipients, kinds: for whom: institutions by code, and all of a
    kind. services: empty: whatever the purpose takes. partly_withdrawn: whether the person took a
    part of it back, which its history tells.
    """

    consent_id: UUID
    case_id: UUID
    institution: str
    purpose: str
    status: str
    version: int
    recipients: Sequence[str]
    kinds: Sequence[str]
    categories: Sequence[str]
    services: Sequence[str]
    valid_from: date
    valid_until: date
    language: str
    mode: str
    partly_withdrawn: bool


class Consents:
    """Reads the consents. Each answer comes from one snapshot of the database."""

    def __init__(self, log: Log) -> None:
        """Read over the connections of reporting's own log."""
        self._log = log

    def of_case(self, case_id: UUID, only_institution: str | None) -> list[ConsentRow]:
        """List the consents of a case, the last one first.

        only_institution: none unless it sees the case itself; None: all.
        """
        params = {
            "case": case_id,
            "only": only_institution,
            "sees": Sight.CASE.value,
            "most": MOST,
        }
        with snapshot(self._log, queries.GATE) as run_query:
            return [ConsentRow(*found) for found in run_query(_OF_CASE, params)]

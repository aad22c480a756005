"""The agreements between institutions as they are now: who agreed on what, and until when.

Whether one is in force is judged on the day that it is in the country, as for all dates.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.reporting import queries
from services.reporting.cursors import AfterDay
from shared.eventstore.log import Log
from shared.eventstore.snapshot import RunQuery, snapshot
from shared.kernel.clock import now
from shared.kernel.freshness import day_in

IN_FORCE = "in-force"
STATUSES = "agreement_statuses"
_NOW = (
    "SELECT a.*, CASE WHEN a.renewed THEN a.renewed_until ELSE a.valid_until END AS until,"
    " CASE WHEN a.terminated_on <= %(today)s THEN 'terminated'"
    "  WHEN a.begins IS NULL THEN 'drafted'"
    "  WHEN a.begins > %(today)s THEN 'signed'"
    "  WHEN CASE WHEN a.renewed THEN a.renewed_until ELSE a.valid_until END < %(today)s"
    "   THEN 'expired'"
    "  WHEN a.suspended_on <= %(today)s THEN 'suspended'"
    "  ELSE 'in-force' END AS status"
    " FROM reporting.agreements a WHERE a.title IS NOT NULL"
    " AND (%(only)s::text IS NULL OR %(only)s = ANY(a.parties))"
)
_LINE = (
    "SELECT a.agreement_id, a.kind, a.title, a.programme, a.services, a.data_categories,"
    " a.valid_from, a.until, a.status, a.terms, a.announced_days, a.document_id, a.parties,"
    " ARRAY(SELECT coalesce(i.name, p.party) FROM unnest(a.parties) WITH ORDINALITY AS p(party, n)"
    "  LEFT JOIN reporting.institutions i ON i.code = p.party ORDER BY p.n),"
    " ARRAY(SELECT p.party FROM unnest(a.parties) WITH ORDINALITY AS p(party, n)"
    "  WHERE NOT EXISTS (SELECT FROM reporting.agreement_signatures s"
    "   WHERE s.agreement_id = a.agreement_id AND s.terms = a.terms"
    "    AND s.institution = p.party) ORDER BY p.n)"
)
_LIST = (
    f"{_LINE} FROM ({_NOW}) a"
    " WHERE (coalesce(a.until, DATE '9999-12-31'), a.agreement_id)"
    "  > (%(until)s::date, %(after)s::uuid)"
    " AND (%(party)s::text IS NULL OR %(party)s = ANY(a.parties))"
    " AND (%(programme)s::text IS NULL OR a.programme = %(programme)s)"
    " AND (%(kind)s::text IS NULL OR a.kind = %(kind)s)"
    " AND (%(status)s::text IS NULL OR a.status = %(status)s)"
    " AND (%(by)s::date IS NULL OR (a.until BETWEEN %(today)s AND %(by)s"
    "  AND a.status IN ('in-force', 'signed', 'suspended')))"
    " ORDER BY coalesce(a.until, DATE '9999-12-31'), a.agreement_id LIMIT %(limit)s"
)
_ONE = f"{_LINE} FROM ({_NOW}) a WHERE a.agreement_id = %(agreement)s"
_POLICIES = "SELECT programme FROM reporting.agreement_policies WHERE required ORDER BY programme"
_SIGNATURES = (
    "SELECT s.institution, s.signed_on, s.signatory_role FROM reporting.agreement_signatures s"
    " JOIN reporting.agreements a USING (agreement_id, terms) WHERE s.agreement_id = %(agreement)s"
    " ORDER BY s.signed_on, s.institution"
)
ENDLESS = date(9999, 12, 31)
"""Where an agreement without a last day stands in the list."""
_FIRST = (date(1, 1, 1), UUID(int=0))


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """An agreement as it is today.

    status: of ``agreement_statuses``. valid_until: the last day, None: none. days_left: until it,
    today counting as 0; None if it has none. names: the parties', in their order. unsigned: the
    parties that have not signed. announced: the last step before its end of which the parties were
    told; None: none yet.
    """

    agreement_id: str
    kind: str
    title: str
    programme: str
    services: Sequence[str]
    data_categories: Sequence[str]
    valid_from: date
    valid_until: date | None
    days_left: int | None
    status: str
    terms: int
    announced: int | None
    document_id: str | None
    parties: Sequence[str]
    names: Sequence[str]
    unsigned: Sequence[str]

    @property
    def place(self) -> AfterDay:
        """Its place in the list: its last day, or ``ENDLESS``, and its id."""
        return self.valid_until or ENDLESS, UUID(self.agreement_id)


@dataclass(frozen=True, slots=True)
class Signature:
    """A party's signature: when, and in which role (``signatory_roles``)."""

    institution: str
    signed_on: date
    signatory_role: str


class Agreements:
    """Reads the agreements. Each answer comes from one snapshot of the database."""

    def __init__(self, log: Log) -> None:
        """Read over the connections of reporting's own log."""
        self._log = log

    def listed(  # noqa: PLR0913 - each is a filter of its own
        self,
        only: str | None,
        limit: int,
        after: AfterDay | None = None,
        *,
        party: str | None = None,
        programme: str | None = None,
        kind: str | None = None,
        status: str | None = None,
        within: int | None = None,
    ) -> list[AgreementRow]:
        """List agreements, by their last day. only: of this institution alone; None: all.

        after: the last place of the page before. within: those alone that end in so many days.
        Other filters: None: all.
        """
        today = day_in(None, now())
        until, last = after or _FIRST
        params = {
            "only": only,
            "limit": limit,
            "until": until,
            "after": last,
            "today": today,
            "party": party,
            "programme": programme,
            "kind": kind,
            "status": status,
            "by": None if within is None else today + timedelta(days=within),
        }
        with snapshot(self._log, queries.GATE) as run_query:
            return [_row(found, today) for found in run_query(_LIST, params)]

    def one(self, agreement_id: UUID, only: str | None = None) -> AgreementRow | None:
        """Return an agreement; None if there is none here, or none of this institution's."""
        today = day_in(None, now())
        params = {"agreement": agreement_id, "only": only, "today": today}
        with snapshot(self._log, queries.GATE) as run_query:
            return next((_row(found, today) for found in run_query(_ONE, params)), None)

    def signatures(self, agreement_id: UUID) -> list[Signature]:
        """Return the signatures of an agreement's present terms, oldest first."""
        with snapshot(self._log, queries.GATE) as run_query:
            found = run_query(_SIGNATURES, {"agreement": agreement_id})
            return [Signature(*each) for each in found]

    def requiring(self) -> list[str]:
        """Return the programmes that require an agreement for every referral."""
        with snapshot(self._log, queries.GATE) as run_query:
            return _codes(run_query)


def _codes(run_query: RunQuery) -> list[str]:
    return [str(programme) for (programme,) in run_query(_POLICIES, {})]


def _row(found: tuple[Any, ...], today: date) -> AgreementRow:
    agreement_id, kind, title, programme, services, data_categories, valid_from, until = found[:8]
    status, terms, announced, document_id, parties, names, unsigned = found[8:]
    return AgreementRow(
        agreement_id=str(agreement_id),
        kind=kind,
        title=title,
        programme=programme,
        services=services,
        data_categories=data_categories,
        valid_from=valid_from,
        valid_until=until,
        days_left=None if until is None else (until - today).days,
        status=status,
        terms=terms,
        announced=announced,
        document_id=document_id and str(document_id),
        parties=parties,
        names=names,
        unsigned=unsigned,
    )

"""What the directory says of an institution beyond its name, and what institutions form together.

Networks, regions and commissions, each with its members as of a day: who takes part from the day
``since`` to the day ``until``, both included.
"""

# ruff: noqa: S608 - put together from our own constants only; every value is a parameter

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.reporting import queries
from shared.eventstore.log import Log
from shared.eventstore.snapshot import snapshot
from shared.kernel.clock import now
from shared.kernel.freshness import day_in, stale

_THEN = "m.since <= %(on)s AND (m.until IS NULL OR m.until >= %(on)s)"
_NETWORKS = (
    "SELECT n.network, n.name, n.programme, ARRAY(SELECT m.institution"
    f" FROM reporting.network_members m WHERE m.network = n.network AND {_THEN} ORDER BY 1)"
    " FROM reporting.networks n WHERE n.name IS NOT NULL AND n.network > %(after)s"
    " AND (%(programme)s::text IS NULL OR n.programme = %(programme)s)"
    " ORDER BY n.network LIMIT %(limit)s"
)
_REGIONS = (
    "SELECT region, name, subdivision, municipalities FROM reporting.regions"
    " WHERE name IS NOT NULL AND region > %(after)s"
    " AND (%(subdivision)s::text IS NULL OR subdivision = %(subdivision)s)"
    " ORDER BY region LIMIT %(limit)s"
)
_COMMISSIONS = (
    "SELECT c.commission, c.name, c.subdivision, c.programme, c.secretariat, c.quorum_rule,"
    " c.quorum_number, ARRAY(SELECT m.institution FROM reporting.commission_members m"
    f"  WHERE m.commission = c.commission AND {_THEN} ORDER BY 1)"
    " FROM reporting.commissions c WHERE c.name IS NOT NULL AND c.commission > %(after)s"
    " AND (%(programme)s::text IS NULL OR c.programme = %(programme)s)"
    " AND (%(subdivision)s::text IS NULL OR c.subdivision = %(subdivision)s)"
    " ORDER BY c.commission LIMIT %(limit)s"
)
_PROFILE = (
    "SELECT i.code, i.name, i.kind, i.subdivision, i.programmes, i.status, p.level, p.sector,"
    " coalesce(p.jurisdiction, '{}'), p.municipality, coalesce(p.mandate, '{}'),"
    " p.texts ->> 'document_id', p.validated_on, p.validated_version"
    " FROM reporting.institutions i LEFT JOIN reporting.profiles p ON p.institution = i.code"
    " WHERE i.code = %(code)s AND i.name IS NOT NULL"
)
_POINTS = (
    "SELECT programme, role, channel FROM reporting.focal_points"
    " WHERE institution = %(code)s AND channel IS NOT NULL ORDER BY programme, role"
)
_STAKES = (
    "SELECT programme, interest, influence FROM reporting.stakes"
    " WHERE institution = %(code)s ORDER BY programme"
)
_TAKES_PART = (
    "SELECT 'network', n.network, n.name, m.since FROM reporting.network_members m"
    f" JOIN reporting.networks n USING (network) WHERE m.institution = %(code)s AND {_THEN}"
    "  AND n.name IS NOT NULL"
    " UNION ALL SELECT 'commission', c.commission, c.name, m.since"
    " FROM reporting.commission_members m JOIN reporting.commissions c USING (commission)"
    f" WHERE m.institution = %(code)s AND {_THEN} AND c.name IS NOT NULL ORDER BY 1, 2"
)


@dataclass(frozen=True, slots=True)
class NetworkRow:
    """A network, and the institutions that are members on that day."""

    network: str
    name: str
    programme: str
    members: Sequence[str]


@dataclass(frozen=True, slots=True)
class RegionRow:
    """A named group of a subdivision's municipalities."""

    region: str
    name: str
    subdivision: str
    municipalities: Sequence[str]


@dataclass(frozen=True, slots=True)
class CommissionRow:
    """A commission, and the institutions that have a vote on that day."""

    commission: str
    name: str
    subdivision: str
    programme: str
    secretariat: str
    quorum_rule: str
    quorum_number: int | None
    members: Sequence[str]


@dataclass(frozen=True, slots=True)
class FocalPoint:
    """Through which function an institution answers in a programme, and by which channel."""

    programme: str
    role: str
    channel: str


@dataclass(frozen=True, slots=True)
class Stake:
    """An institution's interest and influence in a programme."""

    programme: str
    interest: str
    influence: str


@dataclass(frozen=True, slots=True)
class TakesPart:
    """In which network or commission an institution is. kind: network or commission."""

    kind: str
    code: str
    name: str
    since: date


@dataclass(frozen=True, slots=True)
class InstitutionProfile:
    """An institution as the directory has it.

    level, sector: None: not described yet. document_id: of what is said in words. validated_on:
    when the institution itself last found its entry right; None: it never did. stale: whether that
    is too long ago, on the day it is there.
    """

    institution: str
    name: str
    kind: str
    subdivision: str | None
    programmes: Sequence[str]
    status: str
    level: str | None
    sector: str | None
    jurisdiction: Sequence[str]
    municipality: str | None
    mandate: Sequence[str]
    document_id: str | None
    validated_on: date | None
    validated_version: int | None
    stale: bool
    focal_points: Sequence[FocalPoint]
    stakes: Sequence[Stake]
    takes_part: Sequence[TakesPart]


class Gatherings:
    """Reads profiles and members. Each answer comes from one snapshot of the database."""

    def __init__(self, log: Log) -> None:
        """Read over the connections of reporting's own log."""
        self._log = log

    def networks(
        self, limit: int, after: str = "", *, programme: str | None = None, on: date | None = None
    ) -> list[NetworkRow]:
        """List the networks, by code. on: the day of the members; None: today."""
        found = self._read(_NETWORKS, limit, after, programme=programme, on=on or _today())
        return [NetworkRow(*row) for row in found]

    def regions(
        self, limit: int, after: str = "", *, subdivision: str | None = None
    ) -> list[RegionRow]:
        """List the regions, by code."""
        found = self._read(_REGIONS, limit, after, subdivision=subdivision)
        return [RegionRow(*row) for row in found]

    def commissions(
        self,
        limit: int,
        after: str = "",
        *,
        programme: str | None = None,
        subdivision: str | None = None,
        on: date | None = None,
    ) -> list[CommissionRow]:
        """List the commissions, by code. on: the day of the members; None: today."""
        found = self._read(
            _COMMISSIONS,
            limit,
            after,
            programme=programme,
            subdivision=subdivision,
            on=on or _today(),
        )
        return [CommissionRow(*row) for row in found]

    def profile(self, code: str, on: date | None = None) -> InstitutionProfile | None:
        """Return what the directory says of an institution; None if it is not listed here."""
        with snapshot(self._log, queries.GATE) as run_query:
            found = run_query(_PROFILE, {"code": code})
            if not found:
                return None
            there = on or day_in(found[0][3], now())
            params: Mapping[str, Any] = {"code": code, "on": there}
            points, stakes = run_query(_POINTS, params), run_query(_STAKES, params)
            takes_part = run_query(_TAKES_PART, params)
        values: tuple[Any, ...] = (
            *found[0],
            stale(found[0][12], there),
            [FocalPoint(*row) for row in points],
            [Stake(*row) for row in stakes],
            [TakesPart(*row) for row in takes_part],
        )
        return InstitutionProfile(*values)

    def _read(
        self, query: str, limit: int, after: str, **params: object
    ) -> Sequence[tuple[Any, ...]]:
        with snapshot(self._log, queries.GATE) as run_query:
            return run_query(query, {"limit": limit, "after": after, **params})


def _today() -> date:
    """Return the day by the clock of what is in no one subdivision."""
    return day_in(None, now())

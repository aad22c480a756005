"""What reporting shows, and to whom: lists and histories by scope, numbers of all cases by role."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from typing import Any
from uuid import UUID

from services.reporting import queries
from services.reporting.answers import (
    Caseload,
    CaseloadReport,
    CaseRow,
    Held,
    InstitutionRow,
    Overview,
    ReferralRow,
)
from services.reporting.axes import NOW, Axes
from services.reporting.claims import Claims, claims, positions
from services.reporting.cursors import After
from services.reporting.declarations import there
from services.reporting.history import History
from services.reporting.indicators import cases as of_cases
from services.reporting.indicators.definition import Selection
from services.reporting.past_lists import AskedList, Listed, Row, listed_then
from services.reporting.read_facts import facts_of
from services.reporting.refusals import FolioMistyped, FolioNotUnique
from services.reporting.replay import Progress, at, quietly
from services.reporting.selecting import chosen, one_of
from services.reporting.telling import Cut, Found, Window, everything, tell
from shared.eventstore.log import Log
from shared.eventstore.snapshot import RunQuery, snapshot
from shared.identity.source_keys import opened_key, sealed_key
from shared.kernel import folios
from shared.kernel.clock import now
from shared.kernel.ids import InstallationSecret
from shared.kernel.refusals import Refused
from shared.kernel.sight import Sight
from shared.kernel.statuses import REFERRAL_STATUSES, open_statuses


class Reports:
    """Reads the projections. Each answer comes from one snapshot of the database."""

    def __init__(self, log: Log, secret: InstallationSecret | None = None) -> None:
        """Read the projections over the connections of reporting's own log.

        secret: opens the numbers of imports' sources; without it they are not shown.
        """
        self._log = log
        self._secret = secret

    def overview(self) -> Overview:
        with snapshot(self._log, queries.GATE) as run_query:
            counted = {(measure, label): n for measure, label, n in run_query(queries.OVERVIEW, {})}
            custody = [Caseload(*row) for row in of_cases.custody(run_query, Selection())]
            consumed = positions(run_query)
        referrals = {label: n for (m, label), n in counted.items() if m == "referrals"}
        furthest: dict[str, int] = {}
        for name, position in consumed.items():
            source = name.partition("/")[0]
            furthest[source] = max(position, furthest.get(source, 0))
        return Overview(
            cases=counted.get(("cases", ""), 0),
            referrals=sum(referrals.values()),
            facts=sum(n for (m, _), n in counted.items() if m == "facts"),
            open_referrals=sum(
                referrals.get(status, 0) for status in open_statuses(REFERRAL_STATUSES)
            ),
            custody=custody,
            positions=furthest,
        )

    def cases(  # noqa: PLR0913 - each is a filter of its own
        self,
        only_institution: str | None,
        limit: int,
        after: After | None = None,
        *,
        programme: str | None = None,
        subdivision: str | None = None,
        custodian: str | None = None,
    ) -> list[CaseRow]:
        """List cases, last registered first.

        only_institution: as far as it sees them (``scope.limited_to``); None: all, and all of them.
        """
        filters = {"programme": programme, "subdivision": subdivision, "custodian": custodian}
        return self._page(self._case_list(only_institution, filters), limit, after)

    def cases_then(
        self,
        axes: Axes,
        only_institution: str | None,
        limit: int,
        after: After | None = None,
        **filters: str | None,
    ) -> Listed[CaseRow]:
        """List cases as they were at a place in time, otherwise as ``cases``."""
        return listed_then(
            self._log, axes, self._case_list(only_institution, filters), limit, after
        )

    def of_source_key(self, number: str, only_institution: str | None) -> list[CaseRow]:
        """Return the cases that an import's source knows by this number, as far as they are seen.

        There are several if several sources have the number. only_institution: as for ``cases``.
        """
        sealed = sealed_key(self._secret, number) if self._secret else None
        if sealed is None:
            return []
        query = queries.OF_SOURCE_KEY_OF if only_institution else queries.OF_SOURCE_KEY
        params = {"institution": only_institution, "source_key": sealed, "limit": _SAME_NUMBER}
        with snapshot(self._log, queries.GATE) as run_query:
            return [_case_row(row, self._secret) for row in run_query(query, params)]

    def case(self, case_id: UUID, only_institution: str | None) -> CaseRow | None:
        """Return one case; None if there is none, or ``only_institution`` sees nothing of it."""
        query = queries.CASE_OF if only_institution else queries.CASE
        with snapshot(self._log, queries.GATE) as run_query:
            rows = run_query(query, {"case": case_id, "institution": only_institution})
        return _case_row(rows[0], self._secret) if rows else None

    def referrals(  # noqa: PLR0913 - each is a filter of its own
        self,
        only_institution: str | None,
        limit: int,
        after: After | None = None,
        *,
        addressee: str | None = None,
        sender: str | None = None,
        status: str | None = None,
        kind: str | None = None,
    ) -> list[ReferralRow]:
        """List referrals, last requested first.

        only_institution: its own, and all of the cases that it sees; None: all.
        """
        filters = {"addressee": addressee, "sender": sender, "status": status, "kind": kind}
        return self._page(self._referral_list(only_institution, filters), limit, after)

    def referrals_then(
        self,
        axes: Axes,
        only_institution: str | None,
        limit: int,
        after: After | None = None,
        **filters: str | None,
    ) -> Listed[ReferralRow]:
        """List referrals as they were at a place in time, otherwise as ``referrals``."""
        return listed_then(
            self._log, axes, self._referral_list(only_institution, filters), limit, after
        )

    def institutions(self, limit: int, after: str = "") -> list[InstitutionRow]:
        """List the institutions, by code. after: the last code of the page before."""
        with snapshot(self._log, queries.GATE) as run_query:
            rows = run_query(queries.INSTITUTIONS, {"limit": limit, "after": after})
            return [InstitutionRow(*row) for row in rows]

    def institution(self, code: str) -> InstitutionRow | None:
        """Return an institution as the directory describes it; None if it is not there."""
        with snapshot(self._log, queries.GATE) as run_query:
            rows = run_query(queries.INSTITUTION, {"code": code})
        return InstitutionRow(*rows[0]) if rows else None

    def held(self, institution: str, limit: int, after: After | None = None) -> Held | None:
        """Return what an institution holds; None if it is not in the directory here.

        after: of the last case of the page before.
        """
        at, row_id = after or (None, None)
        params = {"holder": institution, "limit": limit, "at": at, "id": row_id}
        with snapshot(self._log, queries.GATE) as run_query:
            found = run_query(queries.INSTITUTION, {"code": institution})
            if not found:
                return None
            entry = InstitutionRow(*found[0])
            statuses = list(open_statuses(REFERRAL_STATUSES))
            ((waiting,),) = run_query(queries.OFFERED, {"holder": institution, "open": statuses})
            cases = [_case_row(row, self._secret) for row in run_query(queries.HELD, params)]
            return Held(entry, entry.takes_part(now()), waiting, cases)

    def history(
        self,
        case_or_folio: str,
        axes: Axes = NOW,
        *,
        only_institution: str | None = None,
    ) -> History | None:
        """Return a case's whole history; otherwise as ``window``."""
        told = self.window(case_or_folio, everything, axes, only_institution=only_institution)
        return told.history if told else None

    def named(self, case_or_folio: str) -> UUID | None:
        """Return the id of a case; None if there is none. Raises Refused, as ``window`` does."""
        with snapshot(self._log, queries.GATE) as run_query:
            found = _find(run_query, case_or_folio, None)
        return None if found is None else found.case_id

    def window(
        self,
        case_or_folio: str,
        cut: Cut,
        axes: Axes = NOW,
        *,
        only_institution: str | None = None,
    ) -> Window | None:
        """Return a window of a case's history at a place in time; None if there is no such case.

        axes: a moment without an offset is read on the case's wall clock. only_institution: only as
        far as it sees the case; if it is None, the caller must call ``scope.require(caller,
        history.parties)``. Raises Refused (FolioNotUnique, FolioMistyped, and what the cut raises).
        """
        with snapshot(self._log, queries.GATE) as run_query:
            found = _find(run_query, case_or_folio, only_institution)
            if found is None:
                return None
            partitions = queries.partitions(run_query) if axes.by_partition else 1
            axes.require(partitions)
            return tell(found, facts_of(run_query, found.case_id), cut, axes, partitions)

    def claims(
        self,
        programme: str | None = None,
        subdivision: str | None = None,
        currency: str | None = None,
        axes: Axes = NOW,
        progress: Progress = quietly,
    ) -> Claims:
        """Compute the claims report over a programme, a subdivision, both or all.

        axes: of now it is read from the tallies at a constant cost; anything else is replayed (see
        ``replay``). Raises Refused, with the nearest codes, if a code is not known (see
        ``selecting``); and Overloaded.
        """
        selection, wanted = (
            chosen(programme, subdivision),
            one_of("currencies", "currency", currency),
        )
        with at(self._log, axes, progress) as run_query:
            return replace(claims(run_query, selection, wanted), axes=axes.on(UTC))

    def custody(
        self,
        programme: str | None = None,
        subdivision: str | None = None,
        axes: Axes = NOW,
        progress: Progress = quietly,
    ) -> CaseloadReport:
        """Count the open cases by who answers for them. axes, and what it raises: as ``claims``."""
        selection = chosen(programme, subdivision)
        with at(self._log, axes, progress) as run_query:
            loads = [Caseload(*row) for row in of_cases.custody(run_query, selection)]
            return CaseloadReport(loads, positions(run_query), axes.on(UTC))

    def _page(self, asked: AskedList[Row], limit: int, after: After | None) -> list[Row]:
        at, row_id = after or (None, None)
        params = {**asked.filters, "limit": limit, "at": at, "id": row_id}
        with snapshot(self._log, queries.GATE) as run_query:
            return [asked.row(found) for found in run_query(asked.query, params)]

    def _case_list(
        self, only_institution: str | None, filters: Mapping[str, str | None]
    ) -> AskedList[CaseRow]:
        return AskedList(
            queries.CASES_OF if only_institution else queries.CASES,
            lambda found: _case_row(found, self._secret),
            {**_ALL_CASES, **filters, "institution": only_institution},
            changing=("subdivision", "custodian"),
        )

    def _referral_list(
        self, only_institution: str | None, filters: Mapping[str, str | None]
    ) -> AskedList[ReferralRow]:
        return AskedList(
            queries.REFERRALS,
            lambda found: referral_row(found, self._secret),
            {**_ALL_REFERRALS, **filters, "institution": only_institution},
            changing=("status",),
        )


_ALL_CASES = dict.fromkeys(("programme", "subdivision", "custodian"))
_ALL_REFERRALS = dict.fromkeys(("addressee", "sender", "status", "kind"))
_SAME_NUMBER = 50
"""So many cases of one number are shown: there is one for each source that has it."""


def _case_row(found: tuple[Any, ...], secret: InstallationSecret | None) -> CaseRow:
    """Build a row from its columns, each moment with its original offset."""
    case_id, sees, until, folio, programme, subdivision, age_band, sex, institution = found[:9]
    custodian, custodian_name, opened_at, opened_local = found[9:13]
    registered_at, registered_local, listed_at = found[13:16]
    closed_at, closed_local, closed_undated, in_error, source_key, referrals = found[16:]
    return CaseRow(
        case_id=case_id,
        sees=Sight(sees),
        until=until,
        folio=folio,
        source_key=_opened(source_key, secret),
        programme=programme,
        subdivision=subdivision,
        age_band=age_band,
        sex=sex,
        institution=institution,
        custodian=custodian,
        custodian_name=custodian_name,
        opened_at=there(opened_at, opened_local),
        registered_at=there(registered_at, registered_local),
        listed_at=listed_at,
        closed=there(closed_at, closed_local),
        closed_undated=closed_undated,
        in_error=in_error,
        referrals=referrals,
    )


def referral_row(found: tuple[Any, ...], secret: InstallationSecret | None) -> ReferralRow:
    """Build a row from its columns."""
    row = ReferralRow(*found)
    return replace(row, source_key=_opened(row.source_key, secret))


def _opened(sealed: str | None, secret: InstallationSecret | None) -> str | None:
    """Return the number of an import's source as its people write it."""
    return opened_key(secret, sealed) if sealed and secret else None


def _find(run_query: RunQuery, case_or_folio: str, only_institution: str | None) -> Found | None:
    """Find a case by its id, or by its folio in any way of writing it.

    Raises Refused (FolioNotUnique; FolioMistyped only for what is no recorded folio).
    """
    written = case_or_folio.strip()
    if "\0" in written:  # nothing with one can be asked of the database
        raise Refused(FolioMistyped(field="case_id"))
    try:
        case_id = UUID(written)
    except ValueError:
        case_id = None
    params = {"case": case_id, "folio": folios.key_of(written), "institution": only_institution}
    rows = run_query(queries.FIND, params)
    if len(rows) > 1:
        raise Refused(FolioNotUnique())
    for case_id, sees, until in rows:
        end = until and until.astimezone(UTC)
        sight = Sight(sees or Sight.CASE)
        parties = frozenset({only_institution} if only_institution else ())
        if sight is Sight.CASE:
            parties = frozenset(row[0] for row in run_query(queries.PARTIES, {"case": case_id}))
        return Found(case_id, only_institution, sight, end, parties)
    if case_id is None and not folios.is_well_written(written):
        raise Refused(FolioMistyped(field="case_id"))
    return None

"""One referral's life: what happened to it, as far as whoever asks sees it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.reporting import history, queries
from services.reporting.answers import ReferralRow
from services.reporting.history import Fact
from services.reporting.leaving_out import as_told
from services.reporting.read_facts import fact_of
from services.reporting.views import referral_row
from services.reporting.waiting import WaitingRow, waiting_of
from shared.eventstore.log import Log
from shared.eventstore.snapshot import RunQuery, snapshot
from shared.kernel.ids import InstallationSecret

_SIGHT = (
    "SELECT sees, until FROM reporting.parties"
    " WHERE case_id = %(case)s AND institution = %(institution)s"
)

_CHAIN = (
    "WITH RECURSIVE chain (referral_id, replaces) AS ("
    "SELECT referral_id, replaces FROM reporting.referrals WHERE referral_id = %(referral)s"
    " UNION SELECT r.referral_id, r.replaces FROM chain c JOIN reporting.referrals r"
    "  ON r.referral_id = c.replaces OR r.replaces = c.referral_id)"
    " SELECT referral_id FROM chain"
)
"""The referrals that replace each other, before it and after it."""


@dataclass(frozen=True, slots=True)
class ReferralLife:
    """A referral, with what happened to it: the first fact first.

    waiting: for whom it waits; None: for nobody. chain: the referrals that were made one after the
    other, each again in place of the one before, itself among them, as far as they are seen. names:
    institutions' names by code.
    """

    referral: ReferralRow
    waiting: WaitingRow | None
    chain: Sequence[ReferralRow]
    facts: Sequence[Fact]
    names: Mapping[str, str]

    def name_of(self, institution: str) -> str:
        """Return an institution's name, or its code if the directory's fact has not arrived."""
        return self.names.get(institution, institution)


class Lives:
    """Reads the lives of referrals, each from one snapshot of the database."""

    def __init__(self, log: Log, secret: InstallationSecret | None = None) -> None:
        """log: reporting's own. secret: as for ``views.Reports``."""
        self._log, self._secret = log, secret

    def life(
        self, referral_id: UUID, only_institution: str | None, at: datetime
    ) -> ReferralLife | None:
        """Return a referral's life; None if there is none, or nothing of it is seen.

        only_institution: as far as it sees it; None: all of it. at: now.
        """
        with snapshot(self._log, queries.GATE) as run_query:
            made = [row[0] for row in run_query(_CHAIN, {"referral": referral_id})]
            asked = {"referrals": made, "institution": only_institution}
            rows = run_query(queries.REFERRALS_NAMED, asked)
            chain = [referral_row(row, self._secret) for row in rows]
            referral = next((each for each in chain if each.referral_id == referral_id), None)
            if referral is None:
                return None
            waiting = waiting_of(run_query, referral_id, only_institution, at)
            facts = _facts(run_query, referral, only_institution)
            codes = {each.addressee for each in chain} | {referral.sender, *_named(facts)}
            names = dict(run_query(queries.NAMES, {"codes": sorted(codes)}))
        return ReferralLife(referral, waiting, chain, facts, names)


def _facts(run_query: RunQuery, referral: ReferralRow, institution: str | None) -> list[Fact]:
    """Read what happened to the referral, as far as the institution sees it; None: all."""
    written = str(referral.referral_id)
    rows = run_query(queries.FACTS_NAMING, {"key": str(referral.case_id), "named": written})
    facts = [each for each in map(fact_of, rows) if each.data.get("referral_id") == written]
    if institution is not None:
        sight = run_query(_SIGHT, {"case": referral.case_id, "institution": institution})
        sees, until = sight[0] if sight else (None, None)
        if sees != "case":
            seen = history.seen(facts, institution, until)
            facts = [as_told(each, institution, until) for each in seen]
    return history.in_order(facts)


def _named(facts: Sequence[Fact]) -> Iterator[str]:
    for fact in facts:
        yield fact.institution
        for said in (fact.data, fact.data.get("consent") or {}):
            yield from (str(said[name]) for name in history.INSTITUTIONS if said.get(name))
            yield from (str(each) for name in history.SEVERAL for each in said.get(name) or ())

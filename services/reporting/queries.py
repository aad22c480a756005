"""The SQL that reads the projections for lists, single cases and histories."""

# ruff: noqa: S608 - put together from our own constants only; every value is a parameter

from shared.eventstore.snapshot import RunQuery

GATE = "tallies"
"""The table that readers lock before their snapshot, and a rebuild before it replaces all tables.

So no replacement falls between a reader's lock and its snapshot (see ``shadow_tables``).
"""

OVERVIEW = (
    "SELECT measure, label, n FROM reporting.tallies"
    " WHERE measure IN ('cases', 'referrals', 'facts') AND programme = '*' AND subdivision = '*'"
)

# The page is selected first and joined afterwards, so that a list costs as much as its page.
_BEFORE = (
    "< (coalesce(%(at)s::timestamptz, 'infinity'),"
    " coalesce(%(id)s::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))"
)
_ALL = (
    "SELECT c.*, 'case' AS sees, NULL::timestamptz AS until, c.registered_at AS listed_at"
    " FROM reporting.cases c WHERE c.registered_at IS NOT NULL"
)
"""Every case, as whoever sees all of it sees it."""
_SEEN = (
    "SELECT s.case_id, s.sees, s.until, s.listed_at,"
    " CASE s.sees WHEN 'preview' THEN v.programme ELSE c.programme END AS programme,"
    # What never changes is no news to those who saw the case until a moment.
    " CASE WHEN s.sees <> 'preview' THEN c.folio END AS folio,"
    " CASE WHEN s.sees <> 'preview' THEN c.source_key END AS source_key,"
    " CASE WHEN s.sees <> 'preview' THEN c.institution END AS institution,"
    " CASE WHEN s.sees <> 'preview' THEN c.registered_at END AS registered_at,"
    " CASE WHEN s.sees <> 'preview' THEN c.registered_local END AS registered_local,"
    " CASE s.sees WHEN 'case' THEN c.subdivision WHEN 'preview' THEN v.subdivision END"
    "  AS subdivision,"
    " CASE s.sees WHEN 'case' THEN c.age_band WHEN 'preview' THEN v.age_band END AS age_band,"
    " CASE s.sees WHEN 'case' THEN c.sex WHEN 'preview' THEN v.sex END AS sex,"
    " CASE s.sees WHEN 'case' THEN c.custodian END AS custodian,"
    " CASE s.sees WHEN 'case' THEN c.opened_at END AS opened_at,"
    " CASE s.sees WHEN 'case' THEN c.opened_local END AS opened_local,"
    " CASE s.sees WHEN 'case' THEN c.closed_at END AS closed_at,"
    " CASE s.sees WHEN 'case' THEN c.closed_local END AS closed_local,"
    " CASE s.sees WHEN 'case' THEN c.closed_undated END AS closed_undated,"
    " CASE s.sees WHEN 'case' THEN c.in_error END AS in_error"
    " FROM reporting.parties s JOIN reporting.cases c USING (case_id)"
    " LEFT JOIN reporting.previews v USING (referral_id)"
    " WHERE s.institution = %(institution)s AND s.listed_at IS NOT NULL"
    # At another place in time it may see what was not registered yet.
    " AND (s.sees = 'preview' OR c.registered_at IS NOT NULL)"
)
"""What an institution sees of its cases; what it does not see is null, for filters too."""
_CASE_COLUMNS = (
    " SELECT p.case_id, p.sees, p.until, p.folio, p.programme, p.subdivision, p.age_band, p.sex,"
    " p.institution, p.custodian, i.name, p.opened_at, p.opened_local, p.registered_at,"
    " p.registered_local, p.listed_at, p.closed_at, p.closed_local, p.closed_undated, p.in_error,"
    " p.source_key,"
    " CASE p.sees WHEN 'case' THEN"
    "  (SELECT count(*) FROM reporting.referrals f WHERE f.case_id = p.case_id) END"
    " FROM page p LEFT JOIN reporting.institutions i ON i.code = p.custodian"
    " ORDER BY p.listed_at DESC, p.case_id DESC"
)
_CASE_FILTERS = (
    " AND (%(programme)s::text IS NULL OR c.programme = %(programme)s)"
    " AND (%(subdivision)s::text IS NULL OR c.subdivision = %(subdivision)s)"
    " AND (%(custodian)s::text IS NULL OR c.custodian = %(custodian)s)"
)


def _page_of(cases: str) -> str:
    return (
        f"WITH page AS MATERIALIZED (SELECT * FROM ({cases}) c"
        f" WHERE (c.listed_at, c.case_id) {_BEFORE}{_CASE_FILTERS}"
        " ORDER BY c.listed_at DESC, c.case_id DESC LIMIT %(limit)s)" + _CASE_COLUMNS
    )


def _of_source_key(cases: str) -> str:
    # Of a preview the number is null: to find the case by it would confirm a guess.
    return (
        f"WITH page AS MATERIALIZED (SELECT * FROM ({cases}) c"
        " WHERE c.source_key = %(source_key)s"
        " ORDER BY c.listed_at DESC, c.case_id DESC LIMIT %(limit)s)" + _CASE_COLUMNS
    )


def _one_of(cases: str) -> str:
    return (
        f"WITH page AS MATERIALIZED (SELECT * FROM ({cases}) c WHERE c.case_id = %(case)s)"
        + _CASE_COLUMNS
    )


CASES, CASE = _page_of(_ALL), _one_of(_ALL)
CASES_OF, CASE_OF = _page_of(_SEEN), _one_of(_SEEN)
OF_SOURCE_KEY, OF_SOURCE_KEY_OF = _of_source_key(_ALL), _of_source_key(_SEEN)
_STATUS = (
    "coalesce(CASE WHEN r.followed AND (%(institution)s::text IS NULL OR s.sees = 'case')"
    " THEN f.referral_status END, r.status)"
)
"""What referral decided, or the follow-up while it has the turn, for those who see the case."""
_NUMBER = "CASE WHEN %(institution)s::text IS NULL OR s.sees <> 'preview' THEN c.{} END"
"""A number of the case that never changes; the addressee does not see it before it answers."""
_DECIDED = (
    "CASE WHEN NOT r.open AND (r.accepted_recorded IS NOT NULL OR r.status NOT IN"
    " ('expired-unacknowledged', 'expired-undecided', 'cancelled-by-person')) THEN r.decided_at END"
)
"""Of the decision that stands: what ended by a clock or by the person had none, but an acceptance.

A decline that was entered in error was decided too, and does not count.
"""
_REFERRAL = (
    "SELECT r.referral_id, r.case_id, r.sender, r.addressee, r.kind, r.priority,"
    f" {_STATUS}, {{}}, r.acknowledged_at, {_DECIDED},"
    f" r.reason, r.reason_class, {_NUMBER.format('folio')}, {_NUMBER.format('source_key')}"
    " FROM reporting.referrals r LEFT JOIN reporting.follow_ups f USING (referral_id)"
    " LEFT JOIN reporting.cases c ON c.case_id = r.case_id"
    " LEFT JOIN reporting.parties s"
    "  ON s.case_id = r.case_id AND s.institution = %(institution)s::text"
    " WHERE {}"
    # Each of its two institutions always sees a referral that was sent.
    " AND (%(institution)s::text IS NULL OR s.sees = 'case'"
    "  OR (r.requested_at IS NOT NULL AND %(institution)s::text IN (r.sender, r.addressee)))"
)
"""The referrals that an institution sees, each as far as it does; null: all."""
_SENT = _REFERRAL.format("r.requested_at", "r.requested_at IS NOT NULL")
_DRAFTED_AT = (
    "(SELECT k.started_at FROM reporting.referral_clocks k WHERE k.referral_id = r.referral_id)"
)
_NAMED = _REFERRAL.format(
    f"coalesce(r.requested_at, {_DRAFTED_AT})",
    "r.referral_id = ANY(%(referrals)s) AND r.addressee IS NOT NULL",
)
"""Those that are named, drafts among them: of these it is told when they were worded."""
REFERRALS = (
    f"{_SENT} AND (r.requested_at, r.referral_id) {_BEFORE}"
    " AND (%(addressee)s::text IS NULL OR r.addressee = %(addressee)s)"
    " AND (%(sender)s::text IS NULL OR r.sender = %(sender)s)"
    f" AND (%(status)s::text IS NULL OR {_STATUS} = %(status)s)"
    " AND (%(kind)s::text IS NULL OR r.kind = %(kind)s)"
    " ORDER BY r.requested_at DESC, r.referral_id DESC LIMIT %(limit)s"
)
REFERRALS_NAMED = f"{_NAMED} ORDER BY 8, 1"
FACTS_NAMING = (
    "SELECT source, position, id, type, happened_at, happened_local, recorded_at, institution,"
    " role, subject, causation, import_mapping, import_file, legal_basis, data"
    " FROM reporting.history WHERE key = %(key)s"
    " AND position(convert_to(%(named)s, 'UTF8') IN data) > 0"
)
"""The facts of a case in whose bytes something is named, such as a referral's id."""
INSTITUTIONS = (
    "SELECT code, name, kind, subdivision, programmes, status, reachable, reachable_until"
    " FROM reporting.institutions WHERE name IS NOT NULL AND code > %(after)s"
    " ORDER BY code LIMIT %(limit)s"
)
INSTITUTION = (
    "SELECT code, name, kind, subdivision, programmes, status, reachable, reachable_until"
    " FROM reporting.institutions WHERE name IS NOT NULL AND code = %(code)s"
)
# Whoever has custody, or is asked, is a party: that has the index.
HELD = (
    "WITH page AS MATERIALIZED (SELECT c.*, s.sees, s.until, s.listed_at FROM reporting.parties s"
    " JOIN reporting.cases c USING (case_id) WHERE s.institution = %(holder)s"
    " AND c.custodian = %(holder)s AND s.listed_at IS NOT NULL AND NOT c.in_error"
    f" AND (s.listed_at, s.case_id) {_BEFORE}"
    " ORDER BY s.listed_at DESC, s.case_id DESC LIMIT %(limit)s)" + _CASE_COLUMNS
)
"""The cases that an institution answers for, last registered first."""
OFFERED = (
    "SELECT count(*) FROM reporting.parties s JOIN reporting.referrals r USING (case_id)"
    " WHERE s.institution = %(holder)s AND r.addressee = %(holder)s AND r.status = ANY(%(open)s)"
)
"""How many referrals wait for an institution's answer."""

FIND = (
    "SELECT c.case_id, s.sees, s.until FROM reporting.cases c"
    " LEFT JOIN reporting.parties s"
    "  ON s.case_id = c.case_id AND s.institution = %(institution)s::text"
    " WHERE (c.case_id = %(case)s OR translate(c.folio, 'OIL-', '011') = %(folio)s)"
    # A preview has no folio: to find the case by it would confirm a guess.
    " AND (%(institution)s::text IS NULL OR s.sees <> 'preview' OR"
    "  (s.sees = 'preview' AND c.case_id = %(case)s)) LIMIT 2"
)
PARTIES = "SELECT institution FROM reporting.parties WHERE case_id = %(case)s"
LINES = (
    "SELECT source, position, id, recorded_at, causation, happened_at,"
    " CASE WHEN type = ANY(%(telling)s) THEN type END,"
    " CASE WHEN type = ANY(%(telling)s) THEN happened_local END,"
    " CASE WHEN type = ANY(%(telling)s) THEN data END"
    " FROM reporting.history WHERE key = %(key)s"
)
"""A line of each fact of a case, with more of those that tell what became of it."""
FACTS = (
    "SELECT source, position, id, type, happened_at, happened_local, recorded_at, institution,"
    " role, subject, causation, import_mapping, import_file, legal_basis, data"
    " FROM reporting.history JOIN unnest(%(sources)s::text[], %(positions)s::bigint[])"
    " AS wanted (source, position) USING (source, position)"
)
_PARTITIONS = "SELECT notification_id FROM reporting.tracking WHERE application_name = 'partitions'"
DIFFERING = (
    "SELECT DISTINCT h.key FROM reporting.history h"
    " LEFT JOIN unnest(%(sources)s::text[], %(positions)s::bigint[]) AS known (source, position)"
    " USING (source) WHERE h.type = ANY(%(types)s) AND (h.happened_at > %(as_of)s::timestamptz"
    " OR h.recorded_at > %(moment)s::timestamptz OR h.position > known.position) ORDER BY h.key"
)
"""The cases with a fact that does not count at a place in time, or is mended by one."""
FACTS_OF_KEYS = (
    "SELECT source, position, id, type, key, happened_at, happened_local, recorded_at, institution,"
    " role, subject, causation, import_mapping, import_file, legal_basis, data"
    " FROM reporting.history WHERE key = ANY(%(keys)s) ORDER BY key, source, position"
)
TALLIES_TAKEN_OVER = "INSERT INTO {s}.tallies SELECT * FROM reporting.tallies WHERE measure <> %s"
NAMES = "SELECT code, name FROM reporting.institutions WHERE code = ANY(%(codes)s)"
_LINE = (
    "a.at, a.route, a.outcome, a.subject, a.institution, a.purpose, a.case_id, a.referral_id,"
    " a.token, a.document_id, a.times, a.n"
)
_LINES = (
    " (%(before)s::bigint IS NULL OR a.n < %(before)s)"
    " AND (%(case)s::uuid IS NULL OR a.case_id = %(case)s)"
    " AND (%(institution)s::text IS NULL OR a.institution = %(institution)s)"
    " ORDER BY a.n DESC LIMIT %(limit)s"
)
ACCESSES = f"SELECT {_LINE} FROM identity.access a WHERE {_LINES}"
_HELD = "coalesce(c.last_custodian, c.institution) = %(only)s"
_ACCESSES_OF = (
    "identity.access a WHERE a.institution = %(only)s",
    f"reporting.cases c JOIN identity.access a USING (case_id) WHERE {_HELD}",
    (
        "reporting.cases c JOIN reporting.referrals r USING (case_id)"
        " JOIN identity.access a ON a.case_id IS NULL AND a.referral_id = r.referral_id"
        f" WHERE {_HELD}"
    ),
    "identity.tokens t JOIN identity.access a USING (token) WHERE t.institution = %(only)s",
)
ACCESSES_OF = (
    " UNION ".join(f"(SELECT {_LINE} FROM {part} AND {_LINES})" for part in _ACCESSES_OF)
    + " ORDER BY n DESC LIMIT %(limit)s"
)
"""What an institution asked, what was asked about its cases and their referrals, its tokens."""


def partitions(run_query: RunQuery) -> int:
    """Return over how many partitions the messages are spread."""
    found = run_query(_PARTITIONS, {})
    return int(found[0][0]) if found else 1

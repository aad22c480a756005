"""The SQL that reads the projections for lists, single cases and histories."""

# ruff: noqa: S608 - put together from our own constants only; every value is a parameter

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
_CASE_COLUMNS = (
    " SELECT p.case_id, p.folio, p.programme, p.subdivision, p.institution, p.custodian, i.name,"
    " p.opened_at, p.opened_local, p.registered_at, r.closed_at, r.closed_local, p.in_error,"
    " (SELECT count(*) FROM reporting.referrals f WHERE f.case_id = p.case_id)"
    " FROM page p LEFT JOIN reporting.institutions i ON i.code = p.custodian"
    " LEFT JOIN LATERAL (SELECT closed_at, closed_local FROM reporting.case_results c"
    "  WHERE c.case_id = p.case_id OFFSET 0) r ON true"
    " ORDER BY p.registered_at DESC, p.case_id DESC"
)
_CASE_FILTERS = (
    " AND (%(programme)s::text IS NULL OR c.programme = %(programme)s)"
    " AND (%(subdivision)s::text IS NULL OR c.subdivision = %(subdivision)s)"
    " AND (%(custodian)s::text IS NULL OR c.custodian = %(custodian)s)"
)
CASES = (
    "WITH page AS MATERIALIZED (SELECT c.* FROM reporting.cases c"
    f" WHERE c.registered_at IS NOT NULL AND (c.registered_at, c.case_id) {_BEFORE}{_CASE_FILTERS}"
    " ORDER BY c.registered_at DESC, c.case_id DESC LIMIT %(limit)s)" + _CASE_COLUMNS
)
CASES_OF = (
    "WITH page AS MATERIALIZED (SELECT c.* FROM reporting.parties s"
    " JOIN reporting.cases c USING (case_id) WHERE s.institution = %(institution)s"
    f" AND s.registered_at IS NOT NULL AND (s.registered_at, s.case_id) {_BEFORE}{_CASE_FILTERS}"
    " ORDER BY s.registered_at DESC, s.case_id DESC LIMIT %(limit)s)" + _CASE_COLUMNS
)
CASE = (
    "WITH page AS MATERIALIZED (SELECT c.* FROM reporting.cases c"
    " WHERE c.case_id = %(case)s AND c.registered_at IS NOT NULL AND (%(institution)s::text IS NULL"
    " OR EXISTS (SELECT FROM reporting.parties s WHERE s.case_id = c.case_id"
    "  AND s.institution = %(institution)s)))" + _CASE_COLUMNS
)
_STATUS = "coalesce(CASE WHEN r.followed THEN f.referral_status END, r.status)"
"""What referral decided, or the follow-up while it has the turn."""
REFERRALS = (
    "SELECT r.referral_id, r.case_id, r.sender, r.addressee, r.kind, r.priority,"
    f" {_STATUS}, r.requested_at, r.acknowledged_at, r.decided_at, r.reason, r.reason_class"
    " FROM reporting.referrals r LEFT JOIN reporting.follow_ups f USING (referral_id)"
    " WHERE r.requested_at IS NOT NULL"
    f" AND (r.requested_at, r.referral_id) {_BEFORE}"
    " AND (%(institution)s::text IS NULL OR EXISTS (SELECT FROM reporting.parties s"
    "  WHERE s.case_id = r.case_id AND s.institution = %(institution)s))"
    " AND (%(addressee)s::text IS NULL OR r.addressee = %(addressee)s)"
    " AND (%(sender)s::text IS NULL OR r.sender = %(sender)s)"
    f" AND (%(status)s::text IS NULL OR {_STATUS} = %(status)s)"
    " AND (%(kind)s::text IS NULL OR r.kind = %(kind)s)"
    " ORDER BY r.requested_at DESC, r.referral_id DESC LIMIT %(limit)s"
)
INSTITUTIONS = (
    "SELECT code, name, kind, subdivision, programmes, status, reachable_until"
    " FROM reporting.institutions WHERE name IS NOT NULL AND code > %(after)s"
    " ORDER BY code LIMIT %(limit)s"
)
INSTITUTION = (
    "SELECT code, name, kind, subdivision, programmes, status, reachable_until"
    " FROM reporting.institutions WHERE name IS NOT NULL AND code = %(code)s"
)
# Whoever has custody, or is asked, is a party: that has the index.
HELD = (
    "WITH page AS MATERIALIZED (SELECT c.* FROM reporting.parties s"
    " JOIN reporting.cases c USING (case_id) WHERE s.institution = %(holder)s"
    " AND c.custodian = %(holder)s AND s.registered_at IS NOT NULL AND NOT c.in_error"
    f" AND (s.registered_at, s.case_id) {_BEFORE}"
    " ORDER BY s.registered_at DESC, s.case_id DESC LIMIT %(limit)s)" + _CASE_COLUMNS
)
"""The cases that an institution answers for, last registered first."""
OFFERED = (
    "SELECT count(*) FROM reporting.parties s JOIN reporting.referrals r USING (case_id)"
    " WHERE s.institution = %(holder)s AND r.addressee = %(holder)s AND r.status = ANY(%(open)s)"
)
"""How many referrals wait for an institution's answer."""

FIND = (
    "SELECT c.case_id FROM reporting.cases c"
    " WHERE (c.case_id = %(case)s OR translate(c.folio, 'OIL-', '011') = %(folio)s)"
    " AND (%(institution)s::text IS NULL"
    " OR EXISTS (SELECT FROM reporting.parties s WHERE s.case_id = c.case_id"
    "  AND s.institution = %(institution)s)) LIMIT 2"
)
PARTIES = "SELECT institution FROM reporting.parties WHERE case_id = %(case)s"
FACTS = (
    "SELECT source, position, id, type, happened_at, happened_local, recorded_at, institution,"
    " role, subject, causation, data FROM reporting.history WHERE key = %(key)s"
    " AND recorded_at <= coalesce(%(as_of)s::timestamptz, 'infinity')"
)
NAMES = "SELECT code, name FROM reporting.institutions WHERE code = ANY(%(codes)s)"

"""The SQL that writes the projections: rows come as one JSON parameter, one statement a table."""

# ruff: noqa: S608 - put together from our own words only; every value is a parameter

from collections.abc import Sequence


def _upsert(table: str, key: str, columns: Sequence[str], sets: str) -> str:
    names = ", ".join((key, *columns))
    return (
        f"INSERT INTO reporting.{table} AS t ({names})"
        f" SELECT {names} FROM json_populate_recordset(NULL::reporting.{table}, %s::json)"
        f" ORDER BY {key} ON CONFLICT ({key}) DO UPDATE SET {sets}"
    )


def _new(columns: Sequence[str]) -> str:
    """Set what is told now."""
    return ", ".join(f"{c} = EXCLUDED.{c}" for c in columns)


def _known(columns: Sequence[str]) -> str:
    """Set what is told now; what is not keeps what was told before."""
    return ", ".join(f"{c} = coalesce(EXCLUDED.{c}, t.{c})" for c in columns)


def _with_standing(columns: Sequence[str]) -> str:
    """Set together with the standing, nulls included; all stay where it stays."""
    return ", ".join(
        f"{c} = CASE WHEN EXCLUDED.standing IS NULL THEN t.{c} ELSE EXCLUDED.{c} END"
        for c in columns
    )


_REGISTERED = ("institution", "folio", "programme", "registered_at")
_TELLABLE = (
    "state",
    "municipality",
    "channel",
    "opened_at",
    "opened_local",
    "age_band",
    "sex",
    "nationality",
    "migratory_condition",
    "sector",
    "occupation",
    "violations",
)
_DIRECTORY = ("name", "kind", "state", "programmes")
_HELD = ("custodian",)
_REQUEST = ("sender", "addressee", "kind", "priority", "requested_at")
_ANSWER = ("acknowledged_at", "decided_at", "reason", "reason_class")
_OPENING = ("institution", "opened_at")
_CLOSING = ("standing", "closed_at", "closed_local", "closing_class")
_TALLY = "measure, programme, state, label, key"

TAKE_TURNS = "SELECT pg_advisory_xact_lock(hashtextextended('reporting projects', 0))"
HISTORY = (
    "COPY reporting.history (source, position, id, type, key, happened_at, happened_local,"
    " recorded_at, institution, role, subject, causation, data) FROM STDIN (FORMAT BINARY)"
)
HISTORY_TYPES = (
    *("text", "int8", "text", "text", "text", "timestamptz", "timestamp", "timestamptz"),
    *("text", "text", "text", "text", "bytea"),
)
INSTITUTIONS = _upsert("institutions", "code", _DIRECTORY, _new(_DIRECTORY))
TOLD = _upsert(
    "cases", "case_id", (*_REGISTERED, *_TELLABLE), f"{_known(_REGISTERED)}, {_new(_TELLABLE)}"
)
IN_ERROR = (
    "INSERT INTO reporting.cases (case_id, in_error)"
    " SELECT case_id, true FROM json_populate_recordset(NULL::reporting.cases, %s::json)"
    " ORDER BY case_id ON CONFLICT (case_id) DO UPDATE SET in_error = true"
)
CUSTODY = _upsert("cases", "case_id", _HELD, _new(_HELD))
REFERRALS = _upsert(
    "referrals",
    "referral",
    ("case_id", "state", *_REQUEST, *_ANSWER),
    f"state = EXCLUDED.state, {_known((*_REQUEST, *_ANSWER))}",
)
FOLLOW_UPS = _upsert(
    "follow_ups",
    "referral",
    ("case_id", *_OPENING, *_CLOSING, "contacts", "services"),
    f"{_known(_OPENING)}, {_with_standing(_CLOSING)},"
    " contacts = t.contacts + EXCLUDED.contacts, services = t.services + EXCLUDED.services",
)
OUTCOMES = (
    "INSERT INTO reporting.outcomes"
    " SELECT * FROM json_populate_recordset(NULL::reporting.outcomes, %s::json)"
)
PARTIES_GONE = (
    "DELETE FROM reporting.parties p WHERE p.case_id = ANY(%s) AND NOT EXISTS (SELECT FROM"
    " reporting.parties_now n WHERE n.case_id = p.case_id AND n.institution = p.institution)"
)
PARTIES = (
    "INSERT INTO reporting.parties AS p (case_id, institution, registered_at)"
    " SELECT case_id, institution, registered_at FROM reporting.parties_now WHERE case_id = ANY(%s)"
    " ON CONFLICT (case_id, institution) DO UPDATE SET registered_at = EXCLUDED.registered_at"
    " WHERE p.registered_at IS DISTINCT FROM EXCLUDED.registered_at"
)
COUNTED = (
    "SELECT measure, programme, state, label, key, sum(n)::bigint AS n, sum(total) AS total"
    " FROM reporting.counted WHERE case_id = ANY(%s)"
    " GROUP BY measure, programme, state, label, key"
)
# Each move counts for its programme and state, for all states, for all programmes, and for both.
TALLIES = (
    "WITH moved AS (SELECT * FROM json_populate_recordset(NULL::reporting.tallies, %s::json)),"
    " both_sizes AS (SELECT * FROM moved UNION ALL"
    "  SELECT measure || '~', programme, state, label, reporting.coarse(key), n, total"
    "  FROM moved WHERE measure IN ('days', 'owed')),"
    " written AS (INSERT INTO reporting.tallies AS t"
    "  SELECT measure, coalesce(programme, '*'), coalesce(state, '*'), label, key,"
    "   sum(n), sum(total) FROM both_sizes"
    "  GROUP BY GROUPING SETS ((measure, programme, state, label, key),"
    "   (measure, programme, label, key), (measure, state, label, key), (measure, label, key))"
    "  HAVING sum(n) <> 0 OR sum(total) <> 0"
    f" ON CONFLICT ({_TALLY}) DO UPDATE SET n = t.n + EXCLUDED.n, total = t.total + EXCLUDED.total"
    f" RETURNING {_TALLY}, n, total)"
    " SELECT * FROM written WHERE n = 0"
)
TALLIES_GONE = (
    "DELETE FROM reporting.tallies t"
    " USING json_populate_recordset(NULL::reporting.tallies, %s::json) e"
    " WHERE (t.measure, t.programme, t.state, t.label, t.key)"
    " = (e.measure, e.programme, e.state, e.label, e.key) AND t.n = 0"
)

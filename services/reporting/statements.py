"""The SQL that writes the projections: rows come as one JSON parameter, one statement a table."""

# ruff: noqa: S608 - put together from our own words only; every value is a parameter

from collections.abc import Sequence


def _upsert(table: str, key: str, columns: Sequence[str], sets: str) -> str:
    """Write rows of a table (with its schema): new, or over what was told before."""
    names = ", ".join((key, *columns))
    return (
        f"INSERT INTO {table} AS t ({names})"
        f" SELECT {names} FROM json_populate_recordset(NULL::{table}, %s::json)"
        f" ORDER BY {key} ON CONFLICT ({key}) DO UPDATE SET {sets}"
    )


def _new(columns: Sequence[str]) -> str:
    """Set what is told now."""
    return ", ".join(f"{c} = EXCLUDED.{c}" for c in columns)


def _known(columns: Sequence[str]) -> str:
    """Set what is told now; what is not keeps what was told before."""
    return ", ".join(f"{c} = coalesce(EXCLUDED.{c}, t.{c})" for c in columns)


def _with_status(columns: Sequence[str]) -> str:
    """Set together with the status, nulls included; all stay where it stays."""
    return ", ".join(
        f"{c} = CASE WHEN EXCLUDED.status IS NULL THEN t.{c} ELSE EXCLUDED.{c} END" for c in columns
    )


_REGISTERED = ("institution", "folio", "programme", "registered_at")
_TELLABLE = (
    "subdivision",
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
_DIRECTORY = ("name", "kind", "subdivision", "programmes")
_HELD = ("custodian",)
_REQUEST = ("sender", "addressee", "kind", "priority", "requested_at")
_ANSWER = ("acknowledged_at", "decided_at", "reason", "reason_class")
_OPENING = ("institution", "opened_at")
_CLOSING = ("status", "closed_at", "closed_local", "closing_class")
_THESE, _NEXT = "case_id = ANY(%s)", "case_id > %s AND case_id <= %s"
"""The cases that a batch touches; those that lie between two others."""
_TALLY = "measure, programme, subdivision, label, key"

HISTORY_TYPES = (
    *("text", "int8", "text", "text", "text", "timestamptz", "timestamp", "timestamptz"),
    *("text", "text", "text", "text", "bytea"),
)


class Statements:
    """All statements over the projections in one schema."""

    def __init__(self, schema: str) -> None:
        """schema: where the tables are; a word of our own."""
        s = schema
        self.take_turns = f"SELECT pg_advisory_xact_lock(hashtextextended('{s} projects', 0))"
        self.history = (
            f"COPY {s}.history (source, position, id, type, key, happened_at, happened_local,"
            " recorded_at, institution, role, subject, causation, data) FROM STDIN (FORMAT BINARY)"
        )
        self.institutions = _upsert(f"{s}.institutions", "code", _DIRECTORY, _new(_DIRECTORY))
        self.told = _upsert(
            f"{s}.cases",
            "case_id",
            (*_REGISTERED, *_TELLABLE),
            f"{_known(_REGISTERED)}, {_new(_TELLABLE)}",
        )
        self.in_error = (
            f"INSERT INTO {s}.cases (case_id, in_error)"
            f" SELECT case_id, true FROM json_populate_recordset(NULL::{s}.cases, %s::json)"
            " ORDER BY case_id ON CONFLICT (case_id) DO UPDATE SET in_error = true"
        )
        self.custody = _upsert(f"{s}.cases", "case_id", _HELD, _new(_HELD))
        self.referrals = _upsert(
            f"{s}.referrals",
            "referral_id",
            ("case_id", "status", *_REQUEST, *_ANSWER),
            f"status = EXCLUDED.status, {_known((*_REQUEST, *_ANSWER))}",
        )
        self.follow_ups = _upsert(
            f"{s}.follow_ups",
            "referral_id",
            ("case_id", *_OPENING, *_CLOSING, "contacts", "services"),
            f"{_known(_OPENING)}, {_with_status(_CLOSING)},"
            " contacts = t.contacts + EXCLUDED.contacts,"
            " services = t.services + EXCLUDED.services",
        )
        self.outcomes = (
            f"INSERT INTO {s}.outcomes"
            f" SELECT * FROM json_populate_recordset(NULL::{s}.outcomes, %s::json)"
        )
        self.parties_gone = (
            f"DELETE FROM {s}.parties p WHERE p.case_id = ANY(%s) AND NOT EXISTS (SELECT FROM"
            f" {s}.parties_now n WHERE n.case_id = p.case_id AND n.institution = p.institution)"
        )
        named = (
            f"INSERT INTO {s}.parties AS p (case_id, institution, registered_at)"
            f" SELECT case_id, institution, registered_at FROM {s}.parties_now WHERE {{}}"
        )
        self.parties_new = named.format(_NEXT)
        self.parties = (
            f"{named.format(_THESE)} ON CONFLICT (case_id, institution)"
            " DO UPDATE SET registered_at = EXCLUDED.registered_at"
            " WHERE p.registered_at IS DISTINCT FROM EXCLUDED.registered_at"
        )
        counted = (
            "SELECT measure, programme, subdivision, label, key, sum(n)::bigint AS n,"
            f" sum(total) AS total FROM {s}.counted WHERE {{}}"
            " GROUP BY measure, programme, subdivision, label, key"
        )
        self.counted = counted.format(_THESE)
        given = f"SELECT * FROM json_populate_recordset(NULL::{s}.tallies, %s::json)"
        self.tallies = self._moved(s, given)
        self.tallies_new = self._moved(s, counted.format(_NEXT))
        self.tallies_gone = (
            f"DELETE FROM {s}.tallies t"
            f" USING json_populate_recordset(NULL::{s}.tallies, %s::json) e"
            " WHERE (t.measure, t.programme, t.subdivision, t.label, t.key)"
            " = (e.measure, e.programme, e.subdivision, e.label, e.key) AND t.n = 0"
        )
        self.how_many_cases = f"SELECT count(*) AS n FROM {s}.cases"
        self.cases_after = (
            "SELECT count(*) AS n, (array_agg(case_id ORDER BY case_id DESC))[1] AS last FROM"
            f" (SELECT case_id FROM {s}.cases WHERE case_id > %s ORDER BY case_id LIMIT %s) c"
        )

    @staticmethod
    def _moved(s: str, moves: str) -> str:
        """Count each move for its programme and subdivision, for all of either, and for all."""
        return (
            f"WITH moved AS ({moves}), both_sizes AS (SELECT * FROM moved UNION ALL"
            f"  SELECT measure || '~', programme, subdivision, label, {s}.coarse(key), n, total"
            "  FROM moved WHERE measure IN ('days', 'owed')),"
            f" written AS (INSERT INTO {s}.tallies AS t"
            "  SELECT measure, coalesce(programme, '*'), coalesce(subdivision, '*'), label, key,"
            "   sum(n), sum(total) FROM both_sizes"
            "  GROUP BY GROUPING SETS ((measure, programme, subdivision, label, key),"
            "   (measure, programme, label, key), (measure, subdivision, label, key),"
            "   (measure, label, key)) HAVING sum(n) <> 0 OR sum(total) <> 0"
            f" ON CONFLICT ({_TALLY}) DO UPDATE SET n = t.n + EXCLUDED.n,"
            f" total = t.total + EXCLUDED.total RETURNING {_TALLY}, n, total)"
            " SELECT * FROM written WHERE n = 0"
        )


LIVE = Statements("reporting")
"""Over the tables that reports are read from."""

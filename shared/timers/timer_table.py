"""The timers of one service, in a table of its schema."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, LiteralString

from psycopg.sql import SQL, Composed, Identifier

from shared.eventstore.log import Log
from shared.kernel.record import Recorded
from shared.timers.timer import CancelTimer, SetForEach, SetTimer, Timer, TimerRules

PAGE = 5_000
"""How many positions of the log are read at once."""
_LONGEST_WAIT = timedelta(hours=1)
_FIRST_WAIT = timedelta(seconds=1)
_MOST_DOUBLINGS = 12


class TimerTable:
    """Sets, claims and removes timers, each inside the caller's transaction."""

    def __init__(self, log: Log, rules: TimerRules) -> None:
        """Prepare the statements for the log's schema. Raises NotInADatabase."""
        self._log, self._rules = log, rules
        s = Identifier(log.address.schema)
        self._statements = {name: SQL(text).format(s=s) for name, text in _STATEMENTS.items()}

    def follow(self) -> bool:
        """Set the timers of the next page of the log; return whether more may be waiting.

        The timers and how far the log was read change together. If another process is at it, this
        one leaves it to do so.
        """
        with self._log.database.transaction() as curs:
            found = self._run(curs, "turn")
            if not found:
                return False
            after = found[0][0]
            head = self._run(curs, "head")[0][0]
            until = min(head, after + PAGE)
            if until == after:
                return False
            rows = self._run(curs, "facts", (after, until, list(self._rules.facts)))
            self._change(curs, map(self._log.recorded, rows))
            self._run(curs, "move", (until,))
        return bool(until < head)

    def claim(self, curs: Any, moment: datetime, most: int) -> list[Timer]:
        """Return timers that are due, earliest first; no other process gets them meanwhile."""
        return [Timer(*row) for row in self._run(curs, "claim", (moment, most))]

    def remove(self, curs: Any, fired: Sequence[Timer]) -> None:
        """Remove timers that have fired."""
        self._run(curs, "remove", _keys(fired))

    def put_off(self, curs: Any, failed: Iterable[tuple[Timer, str]], moment: datetime) -> None:
        """Try timers again later, the later the more often they failed. Each comes with why."""
        for timer, why in failed:
            wait = (_LONGEST_WAIT, _FIRST_WAIT, _MOST_DOUBLINGS)
            self._run(curs, "put_off", (why, moment, *wait, timer.kind, timer.key))

    def overdue_since(self, moment: datetime) -> datetime | None:
        """Return when the timer was due that has been so for longest; None if none is."""
        with self._log.database.transaction() as curs:
            since: datetime | None = self._run(curs, "overdue", (moment,))[0][0]
            return since

    def failing(self) -> int:
        """Count the timers whose last attempt failed."""
        with self._log.database.transaction() as curs:
            return int(self._run(curs, "failing")[0][0])

    def _change(self, curs: Any, facts: Iterable[Recorded]) -> None:
        """Set and cancel what these facts do, each timer as the last of them says."""
        last: dict[tuple[str, str], tuple[SetTimer | CancelTimer, Recorded]] = {}
        for_each: list[tuple[SetForEach, Recorded]] = []
        for recorded in facts:
            for change in self._rules.changes(recorded):
                if isinstance(change, SetForEach):
                    for_each.append((change, recorded))
                else:
                    last[change.kind, change.key] = change, recorded
        wanted = [(c, by) for c, by in last.values() if isinstance(c, SetTimer)]
        cancelled = [c for c, _ in last.values() if isinstance(c, CancelTimer)]
        if wanted:
            columns = (
                [change.kind for change, _ in wanted],
                [change.key for change, _ in wanted],
                [change.due_at for change, _ in wanted],
                [by.id for _, by in wanted],
                [by.meta.institution for _, by in wanted],
            )
            self._run(curs, "set", columns)
        if cancelled:
            self._run(curs, "remove", _keys(cancelled))
        for each, by in for_each:
            set_by = (by.id, by.meta.institution)
            self._run(
                curs,
                "set_for_each",
                (each.kind, each.due_at, *set_by, each.due_at, each.of_kind),
            )

    def _run(self, curs: Any, name: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        statement: Composed = self._statements[name]
        curs.execute(statement, params)
        return [tuple(row.values()) for row in curs.fetchall()] if curs.description else []


def _keys(timers: Sequence[Timer | CancelTimer]) -> tuple[list[str], list[str]]:
    return [timer.kind for timer in timers], [timer.key for timer in timers]


OVERDUE: LiteralString = "SELECT min(due_at) FROM {s}.timers WHERE due_at <= %s"
FAILING: LiteralString = "SELECT count(*) FROM {s}.timers WHERE failed IS NOT NULL"
_STATEMENTS: dict[str, LiteralString] = {
    "turn": "SELECT position FROM {s}.timers_read FOR UPDATE SKIP LOCKED",
    "head": "SELECT position FROM {s}.head",
    "facts": "SELECT notification_id, originator_id, originator_version, topic, state"
    " FROM {s}.events WHERE notification_id > %s AND notification_id <= %s AND topic = ANY(%s)"
    " ORDER BY notification_id",
    "move": "UPDATE {s}.timers_read SET position = %s",
    "set": "INSERT INTO {s}.timers (kind, key, due_at, cause, institution, next_at)"
    " SELECT kind, key, due_at, cause, institution, due_at FROM unnest(%s::text[], %s::text[],"
    " %s::timestamptz[], %s::text[], %s::text[]) AS t(kind, key, due_at, cause, institution)"
    " ORDER BY kind, key ON CONFLICT (kind, key) DO UPDATE SET due_at ="
    " excluded.due_at, cause = excluded.cause, institution = excluded.institution,"
    " next_at = excluded.next_at, attempts = 0, failed = NULL",
    "set_for_each": "INSERT INTO {s}.timers (kind, key, due_at, cause, institution, next_at)"
    " SELECT %s, key, %s, %s, %s, %s FROM {s}.timers WHERE kind = %s ORDER BY key"
    " ON CONFLICT (kind, key) DO UPDATE SET due_at ="
    " excluded.due_at, cause = excluded.cause, institution = excluded.institution,"
    " next_at = excluded.next_at, attempts = 0, failed = NULL",
    "claim": "SELECT kind, key, due_at, cause, institution FROM {s}.timers WHERE next_at <= %s"
    " ORDER BY next_at, kind, key LIMIT %s FOR UPDATE SKIP LOCKED",
    "remove": "DELETE FROM {s}.timers t USING unnest(%s::text[], %s::text[]) AS gone(kind, key)"
    " WHERE t.kind = gone.kind AND t.key = gone.key",
    "put_off": "UPDATE {s}.timers SET attempts = attempts + 1, failed = %s,"
    " next_at = %s::timestamptz + least(%s, %s * 2 ^ least(attempts, %s))"
    " WHERE kind = %s AND key = %s",
    "overdue": OVERDUE,
    "failing": FAILING,
}

"""Logs of a million facts, made of true ones by copying them under other ids; and reading them."""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

import psycopg

from services.operator.publishing import PUBLISHING

_PAGE = 5_000

# Every id begins with eight hexadecimal digits: in copy k they are k. So an id that stands in
# several facts, in whichever log, is another one in all of them. Amounts get other cents, so that
# reports find as many different ones as a million facts would have.
_ID = "([0-9a-f]{8})(-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
_COPY = (
    "INSERT INTO {s}.events (notification_id, originator_id, originator_version, topic, state)"
    " SELECT e.notification_id + k * h.position, regexp_replace(e.originator_id::text, %(id)s,"
    "  lpad(to_hex(k), 8, '0') || '\\2')::uuid, e.originator_version, e.topic,"
    " convert_to(regexp_replace(regexp_replace(convert_from(e.state, 'UTF8'), %(id)s,"
    "  lpad(to_hex(k), 8, '0') || '\\2', 'g'), '(\"amount\":\"[0-9]+)[.0-9]*\"',"
    "  '\\1.' || lpad((k %% 100)::text, 2, '0') || '\"'), 'UTF8')"
    " FROM {s}.events e, {s}.head h, generate_series(1, %(copies)s) k"
    " ORDER BY k, e.notification_id"
)
_HEAD = "UPDATE {s}.head SET position = position * (1 + %(copies)s)"
_HEAD_OF = "SELECT position FROM {s}.head"
_TAKEN = (
    "UPDATE reporting.tracking SET notification_id ="
    " (SELECT position * %(share)s / %(shares)s FROM {s}.head) WHERE application_name LIKE '{s}/%%'"
)
_PAGE_OF = (
    "SELECT notification_id, originator_id, originator_version, topic, state"
    " FROM {s}.events WHERE notification_id > %s ORDER BY notification_id LIMIT %s"
)


def multiply(admin: str, copies: int) -> None:
    """Lay so many copies of all facts behind them, in each log."""
    _run(admin, (_COPY, _HEAD), {"id": _ID, "copies": copies})


def taken_in(admin: str, share: int, shares: int) -> None:
    """Have reporting's positions say that ``share`` of ``shares`` equal parts were taken in."""
    _run(admin, (_TAKEN,), {"share": share, "shares": shares})


def _run(admin: str, texts: Sequence[str], given: Mapping[str, object]) -> None:
    def one(service: str) -> None:
        with psycopg.connect(admin) as conn:
            for text in texts:
                conn.execute(text.replace("{s}", service).encode(), given)

    with ThreadPoolExecutor(len(PUBLISHING)) as pool:
        list(pool.map(one, PUBLISHING))


def vacuum(admin: str) -> None:
    """What autovacuum does sooner or later, now."""
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute("VACUUM (ANALYZE)")


def read_per_second(admin: str, share: int, shares: int) -> float:
    """Rows per second, as much of each log, keyset pages in binary, nothing done about them."""
    count, began = 0, time.perf_counter()
    with psycopg.connect(admin, autocommit=True) as conn, conn.cursor(binary=True) as cursor:
        for service in PUBLISHING:
            text, after = _PAGE_OF.replace("{s}", service).encode(), 0
            head = conn.execute(_HEAD_OF.replace("{s}", service).encode()).fetchall()[0][0]
            while after < head * share // shares:
                page = cursor.execute(text, (after, _PAGE), prepare=True).fetchall()
                count, after = count + len(page), page[-1][0]
    return count / (time.perf_counter() - began)

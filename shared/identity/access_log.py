"""The one access log: who asked for what, when, what for, and what they were answered.

Written before the answer leaves: refused identifications, refusals because of who asks, each read
of one case, and tokens made or revoked. It holds ids and codes: no value, no personal data, no
address. Lines that arrive together are stored in one statement, as the facts of a log are, and
those that are alike in one row with their number, so that a flood costs no transaction a request.

A line that cannot be written raises ``AccessLogAway``, and what it was about MUST NOT be shown.
Refused identifications alone are bounded otherwise: whoever is nobody could fill the log. Beyond
``SINGLY`` in a ``WINDOW`` they are counted, and told in one line for each kind when it ends.
"""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

import psycopg
from psycopg import Connection, Cursor

from shared.eventstore.batcher import Batcher, Promise
from shared.eventstore.recorder import GapFreeRecorder
from shared.kernel.purposes import ADMINISTRATION
from shared.kernel.value import Value
from shared.postgres.attempts import Attempts

SHOWN, MADE, REVOKED = "shown", "made", "revoked"
"""What came of a request that was not refused."""
SINGLY = 20
WINDOW = timedelta(seconds=10)


class AccessLogAway(Exception):
    """The access log cannot be written, so nothing is shown. Try again later."""


class Access(Value):
    """One line. route: ``SERVICE.NAME`` of what was asked. outcome: see ``SHOWN``, or a refusal.

    subject, institution: None if nobody was identified. token: the public name of one.
    """

    route: str
    outcome: str
    subject: str | None = None
    institution: str | None = None
    purpose: str | None = None
    case_id: UUID | None = None
    referral_id: UUID | None = None
    token: str | None = None
    document_id: UUID | None = None


class Accesses(Protocol):
    """Where accesses are written: ``AccessLog``, or a list in a test."""

    async def write(self, access: Access) -> None:
        """Store a line. Raises AccessLogAway: then nothing may be shown."""

    async def refused(self, access: Access) -> None:
        """Store, or count, that somebody was not identified; never raises."""


class AccessLog:
    """The access log of one process, with a thread that stores what waits."""

    def __init__(
        self,
        recorder: GapFreeRecorder,
        window: timedelta = WINDOW,
        attempts: Attempts | None = None,
    ) -> None:
        """Write over a service's own recorder, whose role may add to the log.

        attempts: hears how each went.
        """
        self._recorder = recorder
        self._attempts = attempts or Attempts("-", "access-log")
        self._batcher: Batcher[Access, None] = Batcher("access-log", self._serve)
        self._window = window.total_seconds()
        self._gate = threading.Lock()
        self._singly = SINGLY
        self._counted: Counter[Access] = Counter()
        self._timer: threading.Timer | None = None
        self._closed = False

    async def write(self, access: Access) -> None:
        try:
            await self._batcher.submit_from_loop(access)
        except psycopg.Error as error:
            raise AccessLogAway from error

    async def refused(self, access: Access) -> None:
        if not self._takes_singly():
            self._count({access: 1})
            return
        try:
            await self._batcher.submit_from_loop(access)
        except asyncio.CancelledError:
            raise
        except Exception:  # noqa: BLE001 - nothing is shown: counted, it is told once the log is back
            self._count({access: 1})

    def close(self) -> None:
        """Store what waits and what was counted, then end the thread."""
        with self._gate:
            self._closed = True
            timer, self._timer = self._timer, None
        if timer is not None:
            timer.cancel()
        self.tell()
        self._batcher.close()

    def _takes_singly(self) -> bool:
        """Whether one more refused identification of this window gets a line of its own."""
        with self._gate:
            self._start_window()
            self._singly -= 1
            return self._singly >= 0

    def _count(self, accesses: Mapping[Access, int]) -> None:
        with self._gate:
            self._counted.update(accesses)
            self._start_window()

    def _start_window(self) -> None:
        if self._timer is None and not self._closed:
            self._timer = threading.Timer(self._window, self._end_window)
            self._timer.daemon = True
            self._timer.start()

    def _end_window(self) -> None:
        with self._gate:
            self._timer, self._singly = None, SINGLY
        self.tell()

    def tell(self) -> None:
        """Store the counts; those that cannot be stored now are told with the next."""
        with self._gate:
            counted, self._counted = self._counted, Counter()
        if not counted:
            return
        try:
            self._store(counted.items())
        except psycopg.Error:
            self._count(counted)

    def _serve(self, batch: Sequence[tuple[Access, Promise]]) -> None:
        self._store(Counter(access for access, _ in batch).items())
        for _, promise in batch:
            promise.set_result(None)

    def _store(self, counted: Iterable[tuple[Access, int]]) -> None:
        try:
            with self._recorder.cursor() as curs:
                curs.execute(_INSERT, _values(counted), prepare=True)
        except psycopg.Error as error:
            self._attempts.failed(error)
            raise
        self._attempts.succeeded()


def by_operator(outcome: str, command: str, **about: Any) -> Access:
    """Make the line of what the operator did on the command line, through no token."""
    return Access(f"operator.{command}", outcome, "cli", "operator", ADMINISTRATION, **about)


def write_with(conn: Connection[Any] | Cursor[Any], access: Access) -> None:
    """Write a line in somebody's transaction: it is stored with what it tells, or not at all."""
    conn.execute(_INSERT, _values([(access, 1)]))


def _values(counted: Iterable[tuple[Access, int]]) -> list[list[Any]]:
    """Return the columns of these lines, as the statement takes them."""
    rows = [(*_columns(access), times) for access, times in counted]
    return [list(column) for column in zip(*rows, strict=True)]


def _columns(access: Access) -> tuple[str, ...]:
    """Return the values of a line as texts: one prepared statement serves all."""
    return (
        access.route,
        access.outcome,
        access.subject or "",
        access.institution or "",
        access.purpose or "",
        str(access.case_id or ""),
        str(access.referral_id or ""),
        access.token or "",
        str(access.document_id or ""),
    )


_INSERT = (
    b"INSERT INTO identity.access"
    b" (route, outcome, subject, institution, purpose, case_id, referral_id, token, document_id,"
    b" times)"
    b" SELECT route, outcome, nullif(subject, ''), nullif(institution, ''), nullif(purpose, ''),"
    b" nullif(case_id, '')::uuid, nullif(referral_id, '')::uuid, nullif(token, ''),"
    b" nullif(document_id, '')::uuid, times"
    b" FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[], %b::text[],"
    b" %b::text[], %b::text[], %b::text[], %b::integer[]) AS"
    b" line(route, outcome, subject, institution, purpose, case_id, referral_id, token,"
    b" document_id, times)"
)

"""A name that one process at a time holds, for as long as its own connection lives.

A session lock in PostgreSQL: nobody has to break it after a crash. It can be lost unnoticed (a
process that slept, a database that restarted), so it only avoids double work; what must not happen
twice is fenced where it is written.
"""

import time
from contextlib import ExitStack, suppress
from typing import Any, Protocol

from shared.postgres.database import OUTAGES, DatabaseAddress

_LOOK_AGAIN = 1.0
_TRY_AGAIN = 0.2
"""Seconds. A waiting process opens a connection for each attempt: five a second are enough."""


def got(connection: Any, name: str) -> bool:
    """Try to get a name for as long as this connection lives; return whether it is held now."""
    row = connection.execute(
        "SELECT pg_try_advisory_lock(hashtextextended('lease ' || %s, 0))", (name,)
    ).fetchone()
    return bool(row[0])


class HeldName(Protocol):
    """A name that one process at a time holds, for as long as it lives."""

    @property
    def held(self) -> bool:
        """Whether this process held the name when it last looked."""

    def hold(self) -> bool:
        """Get the name, or make sure that it is still held."""

    def release(self) -> None:
        """Let the name go."""


class Leases(Protocol):
    """Where those meet who compete for names."""

    def lease(self, name: str) -> HeldName:
        """Return a name to hold."""


class Lease:
    """One name, held or not, by a session lock in PostgreSQL."""

    def __init__(self, name: str, address: DatabaseAddress) -> None:
        """address: any role of the database that all competing processes share."""
        self._name = name
        self._address = address
        self._stack: ExitStack | None = None
        self._connection: Any = None
        self._looked = 0.0
        self._tried = -_TRY_AGAIN

    @property
    def held(self) -> bool:
        """Whether this process held the name when it last checked."""
        return self._stack is not None

    def hold(self) -> bool:
        """Get the name, or check (once a second) that it is still held.

        Raises an outage if the connection broke.
        """
        if self._stack is None:
            return self._get()
        if time.monotonic() - self._looked > _LOOK_AGAIN:
            try:
                self._connection.execute("SELECT 1")
            except OUTAGES:
                self.release()
                raise
            self._looked = time.monotonic()
        return True

    def release(self) -> None:
        """Release the name; a connection that broke has released it already."""
        stack, self._stack = self._stack, None
        if stack is not None:
            with suppress(*OUTAGES):
                stack.close()

    def _get(self) -> bool:
        if time.monotonic() - self._tried < _TRY_AGAIN:
            return False
        with ExitStack() as stack:
            self._connection = stack.enter_context(self._address.connection())
            if not got(self._connection, self._name):
                self._tried = time.monotonic()
                return False
            self._stack = stack.pop_all()
            self._looked = time.monotonic()
            return True

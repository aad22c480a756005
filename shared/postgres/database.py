"""The address of a service's schema, and connections to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.errors import DiskFull, ProgramLimitExceeded

from shared.postgres.encryption import Encryption

OUTAGES = (psycopg.OperationalError, psycopg.InterfaceError)
"""Raised while the database is away: back off and try again.

A command whose outcome is unknown is submitted again.
"""


def is_outage(error: BaseException) -> bool:
    """Whether an error means that the database is away.

    psycopg files under the same class what PostgreSQL refuses because it is too large, such as a
    text in an index: asked again, it refuses again.
    """
    return isinstance(error, OUTAGES) and not isinstance(error, ProgramLimitExceeded)


def is_disk_full(error: BaseException) -> bool:
    """Whether the database answers that its disk has no space left."""
    return isinstance(error, DiskFull)


NOTICES_A_DEAD_PEER: dict[str, Any] = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""Over TCP: a database that went silent is an outage after ten seconds, not after two hours."""
_HEARS_OF_A_DEAD_CLIENT = " ".join(
    f"-c tcp_keepalives_{name}={NOTICES_A_DEAD_PEER[f'keepalives_{name}']}"
    for name in ("idle", "interval", "count")
)
"""The same at the server: the locks of a client machine that vanished are released as soon."""


@dataclass(frozen=True, slots=True)
class DatabaseAddress:
    """How one role reaches one schema. host: a socket folder or a host name."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    schema: str
    dbname: str = "canaliza"
    pool: int = 1
    encryption: Encryption = field(default_factory=Encryption)

    def conninfo(self) -> str:
        """Return the libpq connection string, password included: never log it."""
        return psycopg.conninfo.make_conninfo(
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password,
            dbname=self.dbname,
            **self.encryption.words(),
        )

    @contextmanager
    def connection(self) -> Iterator[Connection[Any]]:
        """Connect outside the pool, in autocommit mode, for locks that last as long as this."""
        with psycopg.connect(
            self.conninfo(),
            autocommit=True,
            connect_timeout=5,
            options=_HEARS_OF_A_DEAD_CLIENT,
            **NOTICES_A_DEAD_PEER,
        ) as conn:
            yield conn

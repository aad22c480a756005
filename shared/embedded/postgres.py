"""PostgreSQL 18 from a wheel, on a private Unix socket, durable, and small when idle."""

import os
import secrets
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from shared.embedded import cluster, sockets
from shared.embedded.cluster import SUPERUSER
from shared.embedded.errors import DatabasePasswordLost, ServerDidNotStart
from shared.embedded.folder import DataFolder
from shared.embedded.process import TAG, Guarded, Plan, last_line, log_of, start, stop_leftovers
from shared.kernel.text import Text

NAME = "postgres"
PORT = 5432  # only the socket's file name: nothing listens on TCP
_START_SECONDS = 60.0
_ATTEMPTS = 10
_NOT_THE_PASSWORD = "password authentication failed"  # noqa: S105 - what PostgreSQL says

# Speed comes from the group commit, not from unsafe settings: every commit is on disk before its
# answer. The log must hold no personal data: no statements, no row values in error details.
# Errors of statements go to the client that made them, and not to the log as well.
_SETTINGS = """\
listen_addresses = ''
max_connections = 100
shared_buffers = 64MB
fsync = on
synchronous_commit = on
full_page_writes = on
max_wal_size = 1GB
min_wal_size = 80MB
checkpoint_timeout = 15min
wal_level = replica
max_wal_senders = 2
max_logical_replication_workers = 0
io_method = sync
jit = off
autovacuum_max_workers = 2
max_parallel_workers = 2
max_worker_processes = 4
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = log
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off
logging_collector = off
"""


@dataclass(frozen=True)
class PostgresAddress:
    """The address of a PostgreSQL server: socket folder (or host name), port, and a login.

    ``repr`` leaves the password out.
    """

    host: str
    port: int
    user: str
    password: str = field(repr=False)

    def conninfo(
        self, *, user: str | None = None, password: str | None = None, dbname: str = "postgres"
    ) -> str:
        """Return a libpq connection string, for this login or another. It holds the password."""
        parts = {
            "host": self.host,
            "port": str(self.port),
            "user": user if user is not None else self.user,
            "password": password if password is not None else self.password,
            "dbname": dbname,
        }
        return " ".join(f"{key}={_quoted(value)}" for key, value in parts.items())


class EmbeddedPostgres:
    """The cluster of one data folder. Only the folder's owner may start it."""

    def __init__(self, folder: DataFolder, progress: Callable[[Text], None]) -> None:
        """progress: called with a short text before each step that takes long."""
        self._folder = folder
        self._progress = progress
        self._programs = Path()
        self._server: Guarded | None = None
        self._address: PostgresAddress | None = None

    def start(self, *, make: bool = True) -> PostgresAddress:
        """Start the cluster unless it runs; return its address once ``SELECT 1`` is answered.

        make: make one if there is none; one that served a moment ago and is gone is a loss.
        A server that was killed under us is started again. Raises ServerDidNotStart,
        DatabasePasswordLost.
        """
        if self._address and self._server and self._server.alive and _is_one(self._asked()):
            return self._address
        self.stop()
        stop_leftovers(self._folder, NAME)
        if not make and not cluster.is_there(self._folder):
            raise ServerDidNotStart("PostgreSQL", log_of(self._folder, NAME), "postgres/cluster?")
        password = self._password()
        self._programs = cluster.programs(self._folder)
        data = cluster.make(self._folder, self._programs, password, self._progress)
        cluster.clear_stale_pid(data)
        socket_folder = sockets.make(self._folder)
        self._address = PostgresAddress(str(socket_folder), PORT, SUPERUSER, password)
        self._run(self._plan(data, socket_folder))
        psql = str(self._programs / "psql")
        self._folder.note(NAME, {"host": str(socket_folder), "port": str(PORT), "psql": psql})
        return self._address

    @property
    def ended(self) -> bool:
        """Whether it was started and runs no longer, though nobody stopped it."""
        return self._server is not None and not self._server.alive

    def stop(self) -> None:
        """Stop the cluster fast (open transactions are rolled back); return when it is gone."""
        self._folder.drop_note(NAME)
        if self._server is not None:
            self._server.stop()
            self._server = None
        if self._address is not None:
            sockets.remove(self._folder, Path(self._address.host))
            self._address = None

    def _asked(self) -> str:
        return "" if self._address is None else asked(self._programs / "psql", self._address)

    def _password(self) -> str:
        """Return the superuser's password; make it before the cluster, never after."""
        known = self._folder.read("secret/postgres")
        if known:
            return known
        if cluster.is_there(self._folder):
            raise DatabasePasswordLost(self._folder.path / "secret/postgres")
        made = secrets.token_urlsafe(32)
        self._folder.write("secret/postgres", made)
        return made

    def _plan(self, data: Path, socket_folder: Path) -> Plan:
        extra = self._folder.path / "postgres.conf.d"
        quoted_folder = str(extra).replace("'", "''")
        include = f"include_dir = '{quoted_folder}'\n" if extra.is_dir() else ""
        conf = self._folder.write_for_servers("conf/postgresql.conf", _SETTINGS + include)
        settings = {
            "config_file": str(conf),
            "hba_file": str(data / "pg_hba.conf"),
            "ident_file": str(data / "pg_ident.conf"),
            "unix_socket_directories": str(socket_folder),
            "unix_socket_permissions": "0700",
            "canaliza.instance": TAG,
        }
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return Plan(
            NAME,
            [str(self._programs / "postgres"), "-D", str(data), "-p", str(PORT), *options],
            cluster.environment(),
            # fast, then immediate (recovers from its log at the next start), then kill
            stages=((signal.SIGINT, 20), (signal.SIGQUIT, 5), (signal.SIGKILL, 5)),
        )

    def _run(self, plan: Plan) -> None:
        """Start the server and wait until it answers."""
        for attempt in range(_ATTEMPTS):
            self._server = start(self._folder, plan)
            deadline = time.monotonic() + _START_SECONDS
            while self._server.alive and time.monotonic() < deadline:
                said = self._asked()
                if _is_one(said):
                    return
                if _NOT_THE_PASSWORD in said:
                    self._server.stop()
                    raise DatabasePasswordLost(self._folder.path / "secret/postgres")
                time.sleep(0.01)
            self._server.stop()
            if "shared memory" not in last_line(self._folder, NAME):
                break
            time.sleep(0.1 * (attempt + 1))  # the children of a killed postmaster still end
        why = last_line(self._folder, NAME)
        raise ServerDidNotStart("PostgreSQL", log_of(self._folder, NAME), why)


def attach(folder: DataFolder) -> PostgresAddress | None:
    """Return the address that the folder's owner wrote, if the server answers now; else None."""
    noted, password = folder.noted(NAME), folder.read("secret/postgres")
    if noted is None or password is None:
        return None
    address = PostgresAddress(noted["host"], int(noted["port"]), SUPERUSER, password)
    return address if _is_one(asked(Path(noted["psql"]), address)) else None


def asked(psql: Path, address: PostgresAddress) -> str:
    """Return what the wheel's own ``psql`` says to ``SELECT 1``: the answer, or why not."""
    if not (Path(address.host) / f".s.PGSQL.{address.port}").exists():
        return ""
    done = subprocess.run(  # noqa: S603 - the wheel's own program
        [psql, "-X", "-A", "-t", "-q", "-c", "SELECT 1", "--no-password", "-d", "postgres"],
        env={
            "PGHOST": address.host,
            "PGPORT": str(address.port),
            "PGUSER": address.user,
            "PGPASSWORD": address.password,
            "PGCONNECT_TIMEOUT": "5",
            "PATH": os.defpath,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return (done.stdout or done.stderr).strip()


def _is_one(said: str) -> bool:
    return said == "1"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"

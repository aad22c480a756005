"""A PostgreSQL and a Kafka of the harness's own, which it may kill, starve and start again."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psycopg

from services.installation import ALL, schemas
from services.operator.topics import ensure_rights, ensure_topics
from services.referral.reach import tell_reach
from services.referral.wiring import SERVICE as REFERRAL
from shared.embedded.errors import EmbeddedProblem
from shared.embedded.supervisor import PostgresAddress, Supervisor
from shared.identity.tokens import SCHEMA as IDENTITY
from shared.identity.tokens import TokenOffice
from shared.kernel.clock import now
from shared.postgres.migrations import migrate, prepare_server
from shared.service.service import Service
from shared.service.settings import VAULT, Settings, role_of
from tests.brokers import know, settings_at
from tests.faults.actors import ADMINISTRATION, ROLES
from tests.faults.checker.rows import SECRET, client_of
from tests.ports import broker_comes_back_to, hold

PARTITIONS = 3
SESSION_SECONDS = 6
"""The least that a broker lets a consumer ask for."""
PASSWORD = "chaos"  # noqa: S105 - of a database that lives for minutes
_FOR_THE_CHECKER = "track_commit_timestamp = on\n"
_TRIES = 20
DISK = {"postgres": "1600m", "kafka": "800m"}


class Server:
    """One server in a folder of its own, that dies and comes back."""

    def __init__(self, name: str, folder: Path, disk: str | None = None) -> None:
        """disk: the size of a file system for it alone; None where it shares this machine's."""
        self.name, self.folder, self.disk, self._held = name, folder, disk, ExitStack()
        folder.mkdir(mode=0o711)
        if disk is not None:
            options = f"size={disk},mode=0711"
            _run("mount", "-t", "tmpfs", "-o", options, f"canaliza-{name}", str(folder))
        extra = folder / "postgres.conf.d"
        extra.mkdir(mode=0o755)
        (extra / "faults.conf").write_text(_FOR_THE_CHECKER, encoding="utf-8")
        if name == "kafka":
            broker_comes_back_to(hold(self._held, 2), folder)
        self.supervisor = Supervisor(folder)
        self.start()

    @property
    def pid(self) -> int:
        """The postmaster, or the broker."""
        server = getattr(self.supervisor, f"_{self.name}")._server
        assert server is not None
        return int(server.pid)

    @property
    def alive(self) -> bool:
        """Whether its process runs."""
        server = getattr(self.supervisor, f"_{self.name}")._server
        return server is not None and bool(server.alive)

    def start(self) -> None:
        """Start it, or see that it answers; as often as it takes within a minute."""
        until = time.monotonic() + 60
        while True:
            try:
                (self.supervisor.kafka if self.name == "kafka" else self.supervisor.postgres)()
            except EmbeddedProblem:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
            else:
                return

    def fill_disk(self) -> None:
        """Leave no room on its disk. A file system in memory is made as small as what is in it."""
        for _ in range(_TRIES):
            used = int(_run("df", "--output=used", "-k", str(self.folder)).split()[-1])
            with suppress(subprocess.CalledProcessError):  # it grew meanwhile
                _run("mount", "-o", f"remount,size={max(used, 4)}k", str(self.folder))
                return
        raise AssertionError(self.name)

    def clear_disk(self) -> None:
        """Give the room back."""
        _run("mount", "-o", f"remount,size={self.disk}", str(self.folder))

    def stop(self) -> None:
        """Stop it, and let its ports and its disk go."""
        self.supervisor.stop()
        self._held.close()
        if self.disk is not None:
            with suppress(subprocess.CalledProcessError):
                _run("umount", "-l", str(self.folder))


@dataclass
class Servers:
    """Both of them."""

    postgres: Server
    kafka: Server

    @property
    def address(self) -> PostgresAddress:
        """The superuser's way in, whether it answers just now or not."""
        address = self.postgres.supervisor._postgres._address
        assert address is not None
        return address

    @property
    def bootstrap(self) -> str:
        """Where the broker is, whether it answers just now or not: it comes back where it was."""
        return self.kafka.supervisor._kafka._bootstrap


@contextmanager
def servers(folder: Path, *, own_disks: bool = False) -> Iterator[Servers]:
    """Both servers, started, and stopped on leaving.

    folder: short, and passable for the user that root's servers run as. own_disks: a small file
    system for each, to fill; needs root and a mount namespace of our own.
    """
    started: list[Server] = []
    try:
        for name, short in (("postgres", "pg"), ("kafka", "ka")):
            started.append(Server(name, folder / short, DISK[name] if own_disks else None))
        both = Servers(*started)
        know(both.bootstrap, both.kafka.supervisor.kafka_passwords())
        yield both
    finally:
        for server in started:
            server.stop()


@dataclass
class InstallationUnderTest:
    """A fresh installation on both servers.

    admin: the superuser's way into its database. secrets: an access token of each institution.
    ahead: by how much its services' clocks are.
    """

    dbname: str
    settings: Settings
    secrets: dict[str, str]
    ahead: timedelta = timedelta()

    @property
    def admin(self) -> str:
        assert self.settings.database_admin is not None
        return self.settings.database_admin.get_secret_value()


def lay(servers: Servers, name: str) -> InstallationUnderTest:
    """Make database, schemas, topics and tokens.

    name: of the database, and the first word of its topics; letters, digits and underscores.
    """
    address = servers.address
    prepare_server(address.conninfo(), name)
    admin = address.conninfo(dbname=name)
    migrate(admin, schemas(PASSWORDS, name))
    settings = Settings(
        database_host=address.host,
        database_name=name,
        database_passwords=PASSWORDS,
        database_admin=admin,
        installation_secret=SECRET,
        bus="kafka",
        **settings_at(servers.bootstrap),
        kafka_prefix=name.replace("_", "-"),
        kafka_partitions=PARTITIONS,
        kafka_session_seconds=SESSION_SECONDS,
    )
    ensure_topics(settings)
    ensure_rights(settings)
    office, until = TokenOffice(admin), now() + timedelta(days=30)
    everybody = {**ROLES, ADMINISTRATION: ("steward",)}
    secrets = {
        one: office.create(one, roles, until, client_of(one))[1] for one, roles in everybody.items()
    }
    return InstallationUnderTest(name, settings, secrets)


def let_them_answer(installation: InstallationUnderTest) -> None:
    """Tell the directory that the institutions can answer, as ``canaliza token create`` does."""
    referral = Service(REFERRAL, installation.settings)
    try:
        tell_reach(referral, TokenOffice(installation.admin).all())
    finally:
        referral.close()


PASSWORDS = dict.fromkeys((*(parts.name for parts in ALL), VAULT, IDENTITY), PASSWORD)


def backends(installation: InstallationUnderTest, service: str) -> list[int]:
    """The processes of PostgreSQL that serve a service."""
    with psycopg.connect(installation.admin, autocommit=True, connect_timeout=5) as conn:
        rows = conn.execute(
            "SELECT pid FROM pg_stat_activity WHERE usename = %s AND datname = %s",
            (role_of(service, installation.dbname), installation.dbname),
        )
        return [row[0] for row in rows]


def _run(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout

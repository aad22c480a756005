"""Reporting's own schema in a real PostgreSQL, as tests handle it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from pydantic import SecretStr

from services.reporting.projections import project
from services.reporting.searching.kept import forget
from services.reporting.views import Reports
from services.reporting.wiring import SERVICE
from shared.contracts.envelope import Event
from shared.embedded.supervisor import PostgresAddress
from shared.kernel.ids import new_id
from shared.postgres.migrations import Right, Schema, migrate, migrations_of, prepare_server
from shared.service.service import Service
from shared.service.settings import Settings
from tests.installation_secret import SECRET_TEXT

ROLE = "reporting_under_test"
PROJECTIONS = (
    "history",
    "institutions",
    "profiles",
    "focal_points",
    "stakes",
    "networks",
    "network_members",
    "regions",
    "commissions",
    "commission_members",
    "services",
    "reminders",
    "cases",
    "previews",
    "referrals",
    "follow_ups",
    "outcomes",
    "parties",
    "tallies",
    "norms",
    "norm_citations",
    "commitments",
    "proposals",
    "proposal_remarks",
    "activities",
    "agreements",
    "agreement_signatures",
    "agreement_policies",
    "consents",
    "referral_clocks",
    "custody_notices",
)


class Counting:
    """A cursor that counts its statements."""

    def __init__(self, cursor: Any) -> None:
        self._cursor, self.statements = cursor, 0

    def __getattr__(self, name: str) -> Any:
        self.statements += name in {"execute", "executemany", "copy"}
        return getattr(self._cursor, name)


class Store:
    """Reporting's schema: facts go in, tables can be looked at and emptied."""

    def __init__(self, admin: str, service: Service) -> None:
        self.admin, self.service, self.log = admin, service, service.log

    @property
    def reports(self) -> Reports:
        """What reporting answers."""
        return Reports(self.log)

    def take(self, events: Sequence[Event]) -> None:
        """Project one batch in one transaction, as the consumer does."""
        with (
            self.log.database.connection() as conn,
            conn.transaction(),
            conn.cursor() as cursor,
        ):
            project(cursor, events)

    def statements(self, events: Sequence[Event]) -> int:
        """Project one batch, and tell how many statements that took."""
        with (
            self.log.database.connection() as conn,
            conn.transaction(),
            conn.cursor() as cursor,
        ):
            counting = Counting(cursor)
            project(counting, events)
            return counting.statements

    def rows(self, table: str) -> list[tuple[object, ...]]:
        """Everything in a table, in one order."""
        with psycopg.connect(self.admin) as conn:
            return sorted(conn.execute(f"SELECT * FROM reporting.{table}").fetchall(), key=str)  # noqa: S608

    def tracked(self, source: str, position: int) -> None:
        """Say that a source was consumed up to there."""
        with psycopg.connect(self.admin) as conn:
            conn.execute("DELETE FROM reporting.tracking WHERE application_name = %s", (source,))
            conn.execute(
                "INSERT INTO reporting.tracking (application_name, notification_id)"
                " VALUES (%s, %s)",
                (source, position),
            )

    def empty(self) -> None:
        """Forget everything."""
        with psycopg.connect(self.admin) as conn:
            conn.execute("SET session_replication_role = replica")
            for table in (*PROJECTIONS, "tracking"):
                conn.execute(f"DELETE FROM reporting.{table}")  # noqa: S608
        forget(self.log)


@contextmanager
def reporting_store(server: PostgresAddress) -> Iterator[Store]:
    """Reporting's schema in a new database of this server."""
    dbname = f"reporting_{new_id().hex[:8]}"
    admin = server.conninfo(dbname=dbname)
    prepare_server(server.conninfo(), dbname)
    identity = migrations_of("shared.identity", "identity")
    migrate(
        admin,
        [
            Schema("reporting", ROLE, "secret", SERVICE.all_migrations),
            Schema(
                "identity",
                f"{ROLE}_identity",
                "secret",
                identity,
                readers=[ROLE],
                rights=[Right("INSERT", "access", [ROLE])],
            ),
        ],
    )
    service = Service(
        SERVICE,
        Settings(
            database_host=server.host,
            database_port=server.port,
            database_name=dbname,
            database_user=ROLE,
            database_password=SecretStr("secret"),
            installation_secret=SecretStr(SECRET_TEXT),
        ),
    )
    try:
        yield Store(admin, service)
    finally:
        service.close()

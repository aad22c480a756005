"""Schemas come from numbered SQL files, each applied once, under a lock.

A service refuses a schema that it does not know.

Own code, because the same log is created in four schemas with four roles, and because a lock that
outlives a killed migration (a row in a table) would need a person to break it: the advisory lock
ends with its connection.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, LiteralString

import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Identifier, Literal

from shared.kernel.text import Text, UserError

_LOCK = 0x63616E616C697A61 & 0x7FFFFFFFFFFFFFFF


class SchemaNotKnown(UserError):
    """The database has a schema that this program does not know, or lacks one that it needs."""

    def __init__(self, schema: str, says: Text) -> None:
        """says: what is wrong and the next step."""
        super().__init__(Text(f"{schema}: {says.es}", f"{schema}: {says.en}"), 2)
        self.schema = schema


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered step.

    name: such as ``0001-log.sql``. text: its SQL, with {schema} and {role} to be filled in.
    """

    name: str
    text: str

    @property
    def digest(self) -> str:
        """SHA-256 of the text, by which a step that was changed after it was applied is found."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def migrations_of(package: str, *suffixes: str) -> list[Migration]:
    """Return the steps in a package's ``sql`` folder in order, or only those of ``suffixes``."""
    folder = files(package).joinpath("sql")
    names = sorted(f.name for f in folder.iterdir() if f.name.endswith(".sql"))
    chosen = [n for n in names if not suffixes or n.endswith(tuple(f"{s}.sql" for s in suffixes))]
    return [Migration(n, folder.joinpath(n).read_text(encoding="utf-8")) for n in chosen]


@dataclass(frozen=True, slots=True)
class Right:
    """What other roles may do with one table beyond reading it, such as ``INSERT``.

    privilege: as GRANT writes it.
    """

    privilege: LiteralString
    table: str
    roles: Sequence[str]


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema with its steps, and the role that works in it.

    readers: other roles that may read its tables. rights: what others may do beyond that.
    """

    name: str
    role: str
    password: str
    migrations: Sequence[Migration]
    readers: Sequence[str] = ()
    rights: Sequence[Right] = ()


def prepare_server(admin: str, dbname: str = "canaliza") -> None:
    """Create the database unless it exists.

    admin: a connection string of a role that may create databases.
    """
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        if not conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (dbname,)).fetchone():
            conn.execute(
                SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(
                    Identifier(dbname)
                )
            )


def migrate(admin: str, schemas: Sequence[Schema]) -> list[str]:
    """Create roles and schemas, apply every missing step, and return those as ``schema/step``.

    Safe to call from several processes at once and at every start. Raises SchemaNotKnown if the
    database is ahead of this program.
    """
    applied: list[str] = []
    with psycopg.connect(admin) as conn, conn.transaction():
        conn.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        for schema in schemas:
            _ensure_role(conn, schema)
        for schema in schemas:
            applied += _migrate_one(conn, schema)
    return applied


def check(conn: Connection[Any], schema: str, migrations: Sequence[Migration]) -> None:
    """Raise SchemaNotKnown unless the schema is exactly at this program's steps."""
    try:
        rows = conn.execute(
            SQL('SELECT name, digest FROM {}.migrations ORDER BY name COLLATE "C"').format(
                Identifier(schema)
            )
        )
        there = [
            (r[0], r[1]) if not isinstance(r, dict) else (r["name"], r["digest"]) for r in rows
        ]
    except (
        psycopg.errors.UndefinedTable,
        psycopg.errors.InvalidSchemaName,
        psycopg.errors.InsufficientPrivilege,
    ):
        there = []
    _compare(schema, there, migrations)
    if len(there) < len(migrations):
        missing = migrations[len(there)].name
        raise SchemaNotKnown(
            schema,
            Text(
                f"falta la migración {missing}. Ejecute «canaliza migrate».",
                f"migration {missing} is missing. Run “canaliza migrate”.",
            ),
        )


def _ensure_role(conn: Connection[Any], schema: Schema) -> None:
    """Have the role log in with its password, of which the server is told a verifier only.

    A server may log its statements; a verifier (SCRAM-SHA-256, RFC 5803) lets nobody log in.
    """
    exists = conn.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (schema.role,)).fetchone()
    verb = SQL("ALTER ROLE") if exists else SQL("CREATE ROLE")
    verifier = conn.pgconn.encrypt_password(
        schema.password.encode(), schema.role.encode(), b"scram-sha-256"
    ).decode()
    conn.execute(
        SQL("{} {} LOGIN PASSWORD {}").format(verb, Identifier(schema.role), Literal(verifier))
    )


def _migrate_one(conn: Connection[Any], schema: Schema) -> list[str]:
    name, role = Identifier(schema.name), Identifier(schema.role)
    conn.execute(SQL("CREATE SCHEMA IF NOT EXISTS {}").format(name))
    conn.execute(
        SQL(
            "CREATE TABLE IF NOT EXISTS {}.migrations"
            " (name text PRIMARY KEY, digest text NOT NULL, applied_at timestamptz NOT "
            "NULL DEFAULT now())"
        ).format(name)
    )
    rows = conn.execute(
        SQL('SELECT name, digest FROM {}.migrations ORDER BY name COLLATE "C"').format(name)
    ).fetchall()
    _compare(schema.name, [(r[0], r[1]) for r in rows], schema.migrations)
    applied = []
    for step in schema.migrations[len(rows) :]:
        conn.execute(SQL(step.text).format(schema=name, role=role))
        conn.execute(
            SQL("INSERT INTO {}.migrations (name, digest) VALUES (%s, %s)").format(name),
            (step.name, step.digest),
        )
        applied.append(f"{schema.name}/{step.name}")
    for reader in (schema.role, *schema.readers):
        conn.execute(SQL("GRANT USAGE ON SCHEMA {} TO {}").format(name, Identifier(reader)))
        conn.execute(SQL("GRANT SELECT ON {}.migrations TO {}").format(name, Identifier(reader)))
    for reader in schema.readers:
        conn.execute(
            SQL("GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}").format(name, Identifier(reader))
        )
    for right in schema.rights:
        table, roles = Identifier(schema.name, right.table), map(Identifier, right.roles)
        granted = SQL("GRANT {} ON {} TO {}").format(
            SQL(right.privilege), table, SQL(", ").join(roles)
        )
        conn.execute(granted)
    return applied


def _compare(schema: str, there: Sequence[tuple[str, str]], known: Sequence[Migration]) -> None:
    """Raise SchemaNotKnown unless the applied steps are the first of the known ones, unchanged."""
    for i, (name, digest) in enumerate(there):
        if i >= len(known) or known[i].name != name:
            raise SchemaNotKnown(schema, _AHEAD.filled(name=name))
        if known[i].digest != digest:
            raise SchemaNotKnown(schema, _OTHERWISE.filled(name=name))


_AHEAD = Text(
    "la base tiene la migración {name}, que este programa no conoce. Instale la versión que la"
    " trae.",
    "the database has migration {name}, which this program does not know. Install the version that"
    " has it.",
)
_OTHERWISE = Text(
    "la migración {name} es otra aquí que en la base, que viene de una versión anterior a la 0.2.0"
    " y no se convierte (ADR 26). Siga con la versión que la hizo, o empiece en una carpeta o base"
    " nueva: DATA=…, --data o CANALIZA_DATABASE_NAME.",
    "migration {name} is another here than in the database, which comes from a version before"
    " 0.2.0 and is not converted (ADR 26). Go on with the version that made it, or begin in a new"
    " folder or database: DATA=…, --data or CANALIZA_DATABASE_NAME.",
)

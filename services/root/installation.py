"""One installation: its database with all schemas and roles, its services, its operator's way in.

Embedded: a data folder, whose PostgreSQL is started here or attached to. Standard: what the
settings say.
"""

import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.followup.wiring import PARTS as FOLLOWUP
from services.intake.wiring import PARTS as INTAKE
from services.referral.wiring import PARTS as REFERRAL
from services.reporting.wiring import PARTS as REPORTING
from shared.embedded.privileges import default_data_directory
from shared.embedded.supervisor import Supervisor
from shared.eventstore.migrations import Schema, migrate, migrations_of, prepare_server
from shared.eventstore.tokens import SCHEMA as IDENTITY
from shared.eventstore.tokens import TokenOffice
from shared.settings import Settings, role_of
from shared.web.service import Parts, Service

ALL: tuple[Parts, ...] = (INTAKE, REFERRAL, FOLLOWUP, REPORTING)
"""The four services, in the order in which a case meets them."""

DATABASE = "canaliza"


@dataclass(frozen=True)
class Installation:
    """What is needed to act for all services at once.

    admin: a connection string to the canaliza database that may migrate and keep tokens. settings:
    all of the services'. supervisor: of the embedded servers; None in standard mode.
    """

    admin: str
    settings: Settings
    supervisor: Supervisor | None

    def service(self, name: str) -> Service:
        """Connect one service; the caller stops it."""
        return Service(next(p for p in ALL if p.name == name), self.settings)

    def tokens(self) -> TokenOffice:
        """Where tokens are made and revoked."""
        return TokenOffice(self.admin)


@contextmanager
def open_installation(
    data: Path | None,
    *,
    claim: bool = False,
    progress: Callable[[str], None] | None = None,
    **overrides: Any,
) -> Iterator[Installation]:
    """Open an installation, with its schemas in order.

    data: the embedded installation's folder; None: the standard mode's if
    ``CANALIZA_DATABASE_HOST`` or ``CANALIZA_SETTINGS`` is set, else the default folder. claim: be
    the folder's owner or raise AlreadyRunning. overrides: settings given on the command line.
    """
    if data is None and (
        os.environ.get("CANALIZA_DATABASE_HOST") or os.environ.get("CANALIZA_SETTINGS")
    ):
        settings = Settings(**overrides)
        admin = settings.database_admin.get_secret_value() if settings.database_admin else ""
        yield Installation(admin, settings, None)
        return
    with Supervisor(data or default_data_directory(), progress=progress) as supervisor:
        if claim:
            supervisor.claim()
        address = supervisor.postgres()
        passwords = _passwords(supervisor.data)
        admin = address.conninfo(dbname=DATABASE)
        prepare_server(address.conninfo(), DATABASE)
        migrate(admin, schemas(passwords))
        settings = Settings(
            **{
                "database_host": address.host,
                "database_port": address.port,
                "database_name": DATABASE,
                "database_passwords": passwords,
                "database_admin": admin,
                "bus": "log",
                **overrides,
            }
        )
        yield Installation(admin, settings, supervisor)


def schemas(passwords: dict[str, str]) -> list[Schema]:
    """Every schema there is, with its role and its steps.

    The tokens' schema is read by all services, written by none.
    """
    services = [Schema(p.name, role_of(p.name), passwords[p.name], p.all_migrations) for p in ALL]
    identity = Schema(
        IDENTITY,
        role_of(IDENTITY),
        passwords[IDENTITY],
        migrations_of("shared.eventstore", "identity"),
        readers=[s.role for s in services],
    )
    return [*services, identity]


def _passwords(data: Path) -> dict[str, str]:
    """The roles' passwords, made once, readable by the owner of the folder only."""
    path = data / "roles.json"
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        made = {name: secrets.token_urlsafe(24) for name in (*(p.name for p in ALL), IDENTITY)}
        partial = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(made, file)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(partial, path)
        except FileExistsError:
            return _passwords(data)
        finally:
            partial.unlink()
        return made

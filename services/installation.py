"""One installation: its database with schemas and roles, its services, the operator's connection.

Embedded: a data folder, whose PostgreSQL is started here or attached to. Standard: as the settings
say.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any

from pydantic import SecretStr

from services.folder_secrets import (
    kept_message_keys,
    message_keys,
    passwords_of_roles,
    secret_of,
    vault_keys,
)
from services.followup.wiring import SERVICE as FOLLOWUP
from services.intake.wiring import SERVICE as INTAKE
from services.intake.wiring import VAULT_MIGRATIONS, is_sealed
from services.referral.wiring import SERVICE as REFERRAL
from services.reporting.wiring import SERVICE as REPORTING
from shared.embedded import kafka_logins
from shared.embedded.folder import DataFolder
from shared.embedded.permissions import require_private
from shared.embedded.privileges import default_data_directory
from shared.embedded.supervisor import Supervisor
from shared.identity.tokens import SCHEMA as IDENTITY
from shared.identity.tokens import TokenOffice
from shared.kernel.broker_users import SCRAM
from shared.kernel.text import Text, UserError
from shared.postgres.migrations import Right, Schema, migrate, migrations_of, prepare_server
from shared.service.service import Service, ServiceDefinition
from shared.service.settings import VAULT, Settings, role_of

ALL: tuple[ServiceDefinition, ...] = (INTAKE, REFERRAL, FOLLOWUP, REPORTING)
"""The four services, in the order in which a case meets them."""

_NAMES = tuple(definition.name for definition in ALL)

DATABASE = "canaliza"
_BUS = "bus"
_OF_ANY_BUS = {
    "kafka_prefix",
    "kafka_partitions",
    "kafka_replication",
    "kafka_session_seconds",
}
"""Settings that say how messages are laid out, and name no server."""
_BUS_SETTINGS = {
    "bus",
    "kafka_bootstrap",
    "kafka_prefix",
    "kafka_partitions",
    "kafka_replication",
}


@dataclass(frozen=True)
class Installation:
    """What is needed to act for all services at once.

    admin: a connection string to the canaliza database that may migrate and keep tokens. settings:
    those that all services share. supervisor: of the embedded servers; None in standard mode.
    """

    admin: str
    settings: Settings
    supervisor: Supervisor | None

    def service(self, name: str) -> Service:
        """Connect one service; the caller closes it."""
        return Service(next(p for p in ALL if p.name == name), self.settings)

    def tokens(self) -> TokenOffice:
        return TokenOffice(self.admin)


class NoInstallation(UserError):
    """The folder holds no installation, and what reads one makes none. data: the folder."""

    def __init__(self, data: Path) -> None:
        super().__init__(
            Text(
                f"En {data} no hay ninguna instalación. Corrija --data, o arranque una ahí: "
                f"canaliza run --data {quote(str(data))}",
                f"There is no installation in {data}. Correct --data, or start one there: "
                f"canaliza run --data {quote(str(data))}",
            ),
            2,
        )


def holds_installation(data: Path) -> bool:
    """Tell whether a folder holds an embedded installation. Creates nothing."""
    try:
        return (data / "postgres/cluster").is_dir()
    except PermissionError:  # it is somebody else's; who opens it is told so
        return True


@contextmanager
def open_installation(
    data: Path | None,
    *,
    own: bool = False,
    must_exist: bool = False,
    progress: Callable[[Text], None] = lambda _: None,
    **overrides: Any,
) -> Iterator[Installation]:
    """Open an installation, with its schemas up to date if it is embedded.

    data: the embedded installation's folder; None: the standard mode's if
    ``CANALIZA_DATABASE_HOST`` or ``CANALIZA_SETTINGS`` is set, else the default folder. own: become
    the folder's owner or raise AlreadyRunning. must_exist: raise NoInstallation instead of making
    one; for whoever reads. progress: hears of each step that takes long. overrides: settings given
    on the command line.
    """
    settings = Settings(**overrides)  # before any server starts, so that a mistake is said at once
    if data is None and settings_name_a_server():
        yield Installation(settings.admin() or "", settings, None)
        return
    folder = data or default_data_directory()
    if must_exist and not holds_installation(folder):
        raise NoInstallation(folder)
    with Supervisor(folder, progress=progress) as supervisor:
        if own:
            supervisor.own()
        yield embedded_installation(supervisor, **overrides)


def embedded_installation(supervisor: Supervisor, **overrides: Any) -> Installation:
    """Return the installation of a data folder, its PostgreSQL running, its schemas up to date.

    It is reached with the folder's own logins: what the settings say of another database is not
    for it.
    """
    require_private(supervisor.data)
    address = supervisor.postgres()
    passwords = passwords_of_roles(supervisor.data, [*_NAMES, IDENTITY], added=[VAULT])
    admin = address.conninfo(dbname=DATABASE)
    prepare_server(address.conninfo(), DATABASE)
    migrate(admin, schemas(passwords, DATABASE))
    secret = secret_of(supervisor.data, _NAMES, admin)
    settings = Settings(
        **{
            "database_host": address.host,
            "database_port": address.port,
            "database_name": DATABASE,
            "database_user": None,
            "database_password": None,
            "database_sslmode": None,
            "database_sslrootcert": None,
            "database_passwords": passwords,
            "database_admin": admin,
            "installation_secret": secret,
            **message_keys(supervisor.data),
            **vault_keys(supervisor.data, lambda: is_sealed(admin)),
            "bus": "log",
            **overrides,
        }
    )
    return Installation(admin, settings, supervisor)


def refuse_servers_of_the_settings() -> None:
    """Raise ServersNamed if the environment or the file of settings names a server."""
    settings = Settings()
    named = sorted(
        name
        for name in settings.model_fields_set
        if name.startswith(("database_", "kafka_")) and name not in _OF_ANY_BUS
        if getattr(settings, name)  # an empty one names nothing
    )
    if named:
        raise ServersNamed(named)


class ServersNamed(UserError):
    """The settings name a server, and what is asked for uses its own servers alone."""

    def __init__(self, fields: Iterable[str]) -> None:
        """Name the settings after these fields."""
        listed = ", ".join(f"CANALIZA_{name.upper()}" for name in fields)
        super().__init__(
            Text(
                "canaliza run usa solo los servidores de su carpeta, y los ajustes nombran otros: "
                f"{listed}. Quítelos del entorno y de CANALIZA_SETTINGS; o, para usarlos, "
                "arranque cada servicio: python -m services.NOMBRE (vea el README).",
                "canaliza run uses the servers of its folder alone, and the settings name others: "
                f"{listed}. Remove them from the environment and from CANALIZA_SETTINGS; or, to "
                "use them, start each service: python -m services.NAME (see the README).",
            ),
            2,
        )


def settings_name_a_server() -> bool:
    """Whether the environment names a standard installation."""
    return bool(os.environ.get("CANALIZA_DATABASE_HOST") or os.environ.get("CANALIZA_SETTINGS"))


def running_kafka(data: Path) -> str | None:
    """Return the address of the broker that runs in this data folder, or None."""
    return _noted(data, "kafka").get("bootstrap")


def own_broker(data: Path) -> dict[str, Any]:
    """Return the settings that reach the broker that runs in this data folder; none if none does.

    Only the folder's owner may read the passwords.
    """
    bootstrap = running_kafka(data)
    if bootstrap is None:
        return {}
    made = kafka_logins.passwords(DataFolder(data))
    return {
        "kafka_bootstrap": bootstrap,
        "kafka_security_protocol": "SASL_PLAINTEXT",
        "kafka_sasl_mechanism": SCRAM,
        "kafka_sasl_username": None,
        "kafka_sasl_password": None,
        "kafka_sasl_passwords": {who: SecretStr(password) for who, password in made.items()},
    }


def note_bus(data: Path, settings: Settings) -> None:
    """Write down which bus the owner of a data folder runs, for other processes to read.

    ``run/bus.json``: the bus, the installation's prefix, partitions and replication, and the
    address of a broker that is not the folder's own; no secret.
    """
    theirs = settings.kafka_bootstrap != running_kafka(data) and settings.bus == "kafka"
    DataFolder(data).note(
        _BUS,
        {
            "bus": settings.bus,
            "kafka_bootstrap": settings.kafka_bootstrap if theirs else "",
            "kafka_prefix": settings.kafka_prefix,
            "kafka_partitions": str(settings.kafka_partitions),
            "kafka_replication": str(settings.kafka_replication),
        },
    )


def noted_bus(data: Path) -> dict[str, Any]:
    """Return the bus settings of the folder's last owner, to make Settings of; secrets too.

    kafka_bootstrap is empty if the broker is the folder's own and does not run. Without a note, a
    broker that runs in the folder means that the bus is Kafka.
    """
    noted = {key: value for key, value in _noted(data, _BUS).items() if key in _BUS_SETTINGS}
    own, keys = own_broker(data), kept_message_keys(data)
    bus = "kafka" if own else "log"
    if noted.get("kafka_bootstrap"):
        return {"bus": bus, **noted, **keys}
    return {"bus": bus, **noted, "kafka_bootstrap": "", **own, **keys}


def endings_of(data: Path) -> dict[str, dict[str, str]]:
    """Return, for each server of a folder that ended since its owner started, how often and when.

    By the server's name in the folder: ``count``, and ``at``, the last time.
    """
    found = {name: _noted(data, f"{name}.endings") for name in ("postgres", "kafka")}
    return {name: noted for name, noted in found.items() if noted}


def schemas(passwords: dict[str, str], database: str) -> list[Schema]:
    """Return every schema of this database, with its role and its steps.

    The vault's is intake's alone, by a login of its own: no other role has any right in it. The
    tokens' schema is read by all services. All add to the access log; referral, where the
    directory is, makes and revokes tokens as far as the schema's own policies let it.
    """
    services = [
        Schema(p.name, role_of(p.name, database), passwords[p.name], p.all_migrations) for p in ALL
    ]
    identity = Schema(
        IDENTITY,
        role_of(IDENTITY, database),
        passwords[IDENTITY],
        migrations_of("shared.identity", "identity"),
        readers=[s.role for s in services],
        rights=[
            Right("INSERT", "access", [s.role for s in services]),
            Right("INSERT", "tokens", [role_of(REFERRAL.name, database)]),
            Right("UPDATE (revoked_at, revoked_by)", "tokens", [role_of(REFERRAL.name, database)]),
        ],
    )
    vault = Schema(VAULT, role_of(VAULT, database), passwords[VAULT], VAULT_MIGRATIONS)
    return [*services, vault, identity]


def _noted(data: Path, name: str) -> dict[str, str]:
    """Return what ``run/NAME.json`` says without creating anything; empty if it says nothing."""
    try:
        noted = json.loads((data / f"run/{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in noted.items()} if isinstance(noted, dict) else {}

"""All checks of an installation, and how to mend what is wrong. Nothing is changed.

Nothing is migrated or created, so that what is missing is found missing. Only an embedded database
that nobody runs is started, until the checks end.
"""

import json
import platform
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from shlex import quote

from services.folder_secrets import SecretNotUsable, kept_secret
from services.installation import DATABASE, holds_installation, noted_bus
from services.operator.cli.access import without_admin
from services.operator.doctor import (
    document_checks,
    folder_checks,
    history_checks,
    messaging_checks,
    storage_checks,
    timer_checks,
)
from services.operator.doctor.findings import (
    Finding,
    FindingStatus,
    Surroundings,
    fine,
    warning,
    wrong,
)
from shared.embedded.errors import AlreadyRunning, EmbeddedProblem
from shared.embedded.privileges import default_data_directory
from shared.embedded.supervisor import Supervisor
from shared.kernel.clock import Clock, now
from shared.kernel.text import Text
from shared.maintenance.inspection import DatabaseAway, Inspection, in_database, looking
from shared.postgres.database import DatabaseAddress
from shared.service.settings import SERVICES, VAULT, Settings, role_of

__all__ = ["Finding", "FindingStatus", "examine"]

LITTLE_SPACE = 1 << 30
TOO_LITTLE_SPACE = 100 << 20


@dataclass(frozen=True, slots=True)
class _Access:
    """How to inspect: the operator's connection, and what is around the database."""

    admin: str
    around: Surroundings
    addresses: tuple[DatabaseAddress, ...]


def examine(data: Path | None, *, standard: bool, clock: Clock = now) -> list[Finding]:
    """Run all checks, in the order in which to mend what they find.

    data: the embedded installation's folder, None for the default one. standard: check the
    installation that the settings name instead.
    """
    findings: list[Finding] = []
    with ExitStack() as stack:
        if standard:
            access = _standard(findings)
        else:
            access = _embedded(data or default_data_directory(), stack, findings)
        if access is not None:
            findings += _inside(access, clock)
    return [*findings, _versions()]


def _standard(findings: list[Finding]) -> _Access | None:
    settings = Settings()
    findings += folder_checks.permissions_of_settings()
    admin = settings.admin()
    if admin is None:
        findings.append(wrong("installation", without_admin().text))
        return None
    passwords = settings.database_passwords
    return _Access(
        in_database(admin, settings.database_name),
        Surroundings(running=True, settings=settings),
        tuple(settings.address(name) for name in (*SERVICES, VAULT) if name in passwords),
    )


def _embedded(data: Path, stack: ExitStack, findings: list[Finding]) -> _Access | None:
    if not holds_installation(data):
        findings.append(
            wrong(
                "installation",
                Text(
                    f"en {data} no hay ninguna instalación", f"there is no installation in {data}"
                ),
                mend=Text(
                    f"arranque una: canaliza run --data {quote(str(data))}",
                    f"start one: canaliza run --data {quote(str(data))}",
                ),
            )
        )
        return None
    findings.append(_disk(data))
    findings += folder_checks.permissions(data)
    try:
        return _attached(data, stack, findings)
    except EmbeddedProblem as problem:
        findings.append(wrong("database", problem.text))
        return None
    except SecretNotUsable as problem:
        findings.append(wrong("secret", problem.text))
        return None


def _attached(data: Path, stack: ExitStack, findings: list[Finding]) -> _Access:
    supervisor = stack.enter_context(Supervisor(data))
    running = False
    try:
        supervisor.own()
    except AlreadyRunning as owner:
        running = True
        findings.append(
            fine("system", Text(f"corre (proceso {owner.pid})", f"it runs (process {owner.pid})"))
        )
        findings += folder_checks.servers(data)
    else:
        findings.append(
            fine(
                "system",
                Text("no corre; se mira con la base sola", "stopped; looking at the database"),
            )
        )
    address = supervisor.postgres()
    settings = Settings(
        database_host=address.host,
        database_port=address.port,
        installation_secret=kept_secret(data),
        **noted_bus(supervisor.data),  # texts, as in the environment
    )
    return _Access(
        address.conninfo(dbname=DATABASE),
        Surroundings(running=running, settings=settings),
        tuple(_addresses(data, address.host, address.port)),
    )


def _addresses(data: Path, host: str, port: int) -> Iterator[DatabaseAddress]:
    """Return the services' and the vault's logins in the folder's file; none if unreadable."""
    try:
        passwords = json.loads((data / "roles.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    for name in (*SERVICES, VAULT):
        password = str(passwords.get(name, ""))
        yield DatabaseAddress(host, port, role_of(name, DATABASE), password, name, DATABASE)


def _disk(data: Path) -> Finding:
    free = shutil.disk_usage(data).free
    es, en = f"{free >> 20} MiB libres en {data}", f"{free >> 20} MiB free in {data}"
    if free < TOO_LITTLE_SPACE:
        mend_es, mend_en = "libere espacio ya: sin él no se guarda nada", "free space now"
        return wrong("disk", Text(es, en), mend=Text(mend_es, mend_en))
    if free < LITTLE_SPACE:
        mend_es, mend_en = "libere espacio pronto", "free some space soon"
        return warning("disk", Text(es, en), mend=Text(mend_es, mend_en))
    return fine("disk", Text(es, en))


def _inside(access: _Access, clock: Clock) -> list[Finding]:
    try:
        with looking(access.admin) as inspection:
            return _all(inspection, access, clock)
    except DatabaseAway as away:
        return [
            wrong(
                "database",
                away.text,
                mend=Text(
                    "arranque con canaliza run, o revise CANALIZA_DATABASE_…",
                    "start with canaliza run, or see to CANALIZA_DATABASE_…",
                ),
            )
        ]


def _all(inspection: Inspection, access: _Access, clock: Clock) -> list[Finding]:
    """Run every check of a database that answers, or only the first if a schema is unknown."""
    found = storage_checks.server_checks(inspection, clock)
    if any(
        finding.check == "schema" and finding.status is FindingStatus.WRONG for finding in found
    ):
        return found
    return [
        *found,
        storage_checks.secret_check(inspection, access.around.settings),
        *storage_checks.log_checks(inspection, access.addresses),
        *messaging_checks.all_of(inspection, access.around, clock),
        *timer_checks.all_of(inspection, access.around, clock),
        *history_checks.one_history(inspection, access.around),
        *document_checks.all_of(inspection),
        *storage_checks.operator_checks(inspection, access.admin, clock),
    ]


def _versions() -> Finding:
    text = f"canaliza {version('canaliza')}, Python {platform.python_version()}"
    return fine("versions", Text(text, text))

"""The operator's access to an installation: its own connection, and services by name."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from services.installation import Installation, open_installation
from services.operator.cli.language import language
from services.operator.cli.output import aside
from shared.kernel.decider import Actor
from shared.kernel.text import Text, UserError
from shared.service.service import Service

OPERATOR = Actor(institution="operator", role="operator", subject="cli")
"""The actor on the command line: anybody who may read the installation's secrets; no token."""


def without_admin() -> UserError:
    """Make the error for a missing connection of the operator's own."""
    return UserError(
        Text(
            "Falta CANALIZA_DATABASE_ADMIN: una conexión que pueda migrar y llevar tokens.",
            "CANALIZA_DATABASE_ADMIN is missing: a connection that may migrate and keep tokens.",
        ),
        2,
    )


@contextmanager
def operators_installation(data: Path | None) -> Iterator[Installation]:
    """Open the installation for an operator. Raises UserError without the operator's connection."""
    with open_installation(data, progress=aside, lang=language()) as installation:
        if not installation.admin:
            raise without_admin()
        yield installation


@contextmanager
def connected(installation: Installation, *names: str) -> Iterator[tuple[Service, ...]]:
    """Connect services, without starting their runners, until the block ends."""
    with ExitStack() as stack:
        services = []
        for name in names:
            service = installation.service(name)
            stack.callback(service.close)
            services.append(service)
        yield tuple(services)

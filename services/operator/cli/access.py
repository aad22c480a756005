"""The operator's way into an installation, with its own connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from services.installation import Installation, open_installation
from services.operator.cli.output import aside
from shared.kernel import roles
from shared.kernel.decider import Actor
from shared.kernel.text import Text, UserError

OPERATOR = Actor(institution="operator", role=roles.OPERATOR, subject="cli")
"""Who acts on the command line: whoever may read the installation's secrets, through no token."""


def without_admin() -> UserError:
    """Make the error for a command without the operator's own connection."""
    return UserError(
        Text(
            "Falta CANALIZA_DATABASE_ADMIN: una conexión que pueda migrar y llevar tokens.",
            "CANALIZA_DATABASE_ADMIN is missing: a connection that may migrate and keep tokens.",
        ),
        2,
    )


@contextmanager
def operators_installation(
    data: Path | None, *, must_exist: bool = False
) -> Iterator[Installation]:
    """Open the installation for an operator. Raises UserError if it lacks an admin.

    must_exist: raise NoInstallation instead of making one; for whoever reads.
    """
    with open_installation(data, must_exist=must_exist, progress=aside) as installation:
        if not installation.admin:
            raise without_admin()
        yield installation

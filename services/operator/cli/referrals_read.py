"""Reading a referral from the installation's own command line, as its commands need it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import typer

from services.operator.cli.language import say
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from services.reporting.lives import ReferralLife
    from shared.eventstore.log import Log
    from shared.service.service import Service

EXAMPLE = "2f1c0a52-7f0e-4e0a-9d0c-000000000001"


def which_referral() -> Any:
    """Make the argument that names a referral."""
    text = Text("Id de la canalización.", "The referral's id.")
    return typer.Argument(metavar="ID", help=say(text))


def life_of(reporting: "Service", referral: UUID, command: str) -> "ReferralLife":
    """Return a referral's life; that the operator was shown it is in the access log first.

    Raises UserError (1) if there is none.
    """
    from services.reporting.lives import Lives
    from shared.kernel.clock import now

    life = Lives(reporting.log, reporting.secret).life(referral, None, now())
    if life is None:
        raise UserError(Text("No hay tal canalización.", "There is no such referral."), 1)
    write_shown(reporting.log, command, life.referral.case_id, referral)
    return life


@contextmanager
def reporting_of(data: Path | None) -> "Iterator[Service]":
    """Open the installation's reporting."""
    from services.installation import open_installation
    from services.operator.connecting import connected

    with (
        open_installation(data, must_exist=True) as installation,
        connected(installation, "reporting") as (reporting,),
    ):
        yield reporting


def write_shown(log: "Log", command: str, case_id: UUID, referral_id: UUID) -> None:
    """Write into the access log that the operator is shown this referral."""
    from shared.identity.access_log import SHOWN, by_operator, write_with

    shown = by_operator(SHOWN, command, case_id=case_id, referral_id=referral_id)
    with log.database.connection() as conn:
        write_with(conn, shown)

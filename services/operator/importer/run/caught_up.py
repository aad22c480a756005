"""Whether the reports have heard of what was imported, or taken back."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from services.operator.importer.errors import ImportCutShort
from shared.kernel.text import Text
from shared.service.command_client import NotCaughtUp, wait_until_read
from shared.service.service import Service
from shared.service.settings import SERVICES


def reported(services: Mapping[str, Service], stop: threading.Event) -> bool:
    """Wait until reporting has read all that was imported; return whether it has."""
    reporting = services["reporting"]

    def going_on() -> bool:
        return not stop.is_set()

    try:
        # A closed follow-up closes its referral, which reporting is told as well.
        wait_until_read(services["referral"], services["followup"], alive=going_on)
        for name in SERVICES:
            if name != reporting.name:
                wait_until_read(reporting, services[name], alive=going_on)
    except NotCaughtUp:
        return False
    return True


@contextmanager
def cut_short_if_not_read() -> Iterator[None]:
    """Raise ImportCutShort if a service stops reading."""
    try:
        yield
    except NotCaughtUp as error:
        raise ImportCutShort(_not_read(str(error))) from None


def _not_read(service: str) -> Text:
    return Text(
        f"Un servicio dejó de leer ({service}). Lo ya hecho está a salvo. Vea «canaliza doctor» y"
        " repita la misma orden: sigue donde quedó.",
        f"A service stopped reading ({service}). What was done is safe. See “canaliza doctor” and"
        " give the same command again: it goes on where it was.",
    )

"""Reporting consumes everything that is published, and acts on nothing of it."""

from collections.abc import Iterable

from services.reporting.projections import project
from shared.contracts.envelope import Event
from shared.messaging.consumer import Reaction, Reader


def react(event: Event) -> Iterable[Reaction]:
    """Reporting owns no case: no fact leads to a command here."""
    del event
    return ()


READER = Reader(sources=("intake", "referral", "followup"), react=react, project=project)

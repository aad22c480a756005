"""Reporting consumes everything that is published, and reacts to none of it."""

from collections.abc import Iterable

from services.reporting.projections import project
from shared.contracts.envelope import Event
from shared.messaging.reacting import Reaction, Reader


def react(event: Event) -> Iterable[Reaction]:
    """Return no reaction: reporting has no commands."""
    del event
    return ()


READER = Reader(sources=("intake", "referral", "followup"), react=react, project=project)

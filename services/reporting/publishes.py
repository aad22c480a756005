"""Reporting publishes nothing: all that it knows comes from other services."""

from shared.contracts.publishing import same_fields

FACTS: dict[str, type] = {}
"""Reporting records only what happened to parked messages."""

publish = same_fields(FACTS, {})

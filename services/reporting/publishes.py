"""Reporting publishes nothing: what it knows, it was told."""

from shared.contracts.publishing import same_fields

FACTS: dict[str, type] = {}
"""Reporting records only what happened to parked messages."""

publish = same_fields(FACTS, {})

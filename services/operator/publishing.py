"""The services that publish: those that record facts of their own."""

from services.installation import ALL
from services.reporting.sources import Source

SOURCES = tuple(
    Source(parts.name, frozenset(parts.facts), parts.vocabulary, parts.publish)
    for parts in ALL
    if parts.facts
)
"""As reporting needs them to read their logs from outside, in the order in which a case meets them.
"""
PUBLISHING = tuple(source.name for source in SOURCES)
"""Their names."""

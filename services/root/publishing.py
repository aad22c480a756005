"""The services that publish, as reporting needs them to read their logs from outside."""

from services.reporting.sources import Source
from services.root.installation import ALL

PUBLISHING = tuple(
    Source(parts.name, frozenset(parts.facts), parts.vocabulary, parts.publish)
    for parts in ALL
    if parts.facts
)
"""Those that record facts of their own, in the order in which a case meets them."""

"""Looking at a Kafka cluster from outside, and changing nothing in it."""

from collections.abc import Sequence

from shared.messaging.cluster import KafkaAway, administration
from shared.messaging.topics import TopicSeen, seen, topic_of

__all__ = ["KafkaAway", "TopicSeen", "look"]


def look(bootstrap: str, sources: Sequence[str], prefix: str) -> dict[str, TopicSeen]:
    """The topics of these sources that are there, by source.

    prefix: this installation's. Raises KafkaAway.
    """
    wanted = {source: topic_of(source, prefix) for source in sources}
    with administration(bootstrap) as client:
        there = seen(client, list(wanted.values()))
    return {source: there[name] for source, name in wanted.items() if name in there}

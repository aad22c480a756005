"""The Kafka topics of an installation, as its settings want them."""

from services.root.installation import ALL
from shared.messaging.topics import Topic, ensure
from shared.settings import Settings

PUBLISHING = tuple(parts.name for parts in ALL if parts.facts)
"""The services that publish: those that record facts of their own."""


def ensure_topics(settings: Settings) -> list[Topic]:
    """Create the topics that are missing and check all. Raises TopicDiffers, KafkaTrouble."""
    return ensure(
        settings.kafka_bootstrap,
        PUBLISHING,
        settings.kafka_partitions,
        settings.kafka_replication,
        settings.kafka_prefix,
    )

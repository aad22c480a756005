"""The Kafka topics of an installation, as its settings want them."""

from services.operator.publishing import PUBLISHING
from shared.messaging.topics import Topic, ensure
from shared.service.settings import Settings


def ensure_topics(settings: Settings) -> list[Topic]:
    """Create the topics that are missing and check all. Raises TopicDiffers, KafkaTrouble."""
    return ensure(
        settings.kafka_bootstrap,
        PUBLISHING,
        settings.kafka_partitions,
        settings.kafka_replication,
        settings.kafka_prefix,
    )

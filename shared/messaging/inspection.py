"""A Kafka cluster seen from outside, without changing anything in it."""

from collections.abc import Sequence

from shared.contracts.envelope import FactHeader
from shared.messaging.cluster import KafkaAway, administration, listens, translated_errors
from shared.messaging.kafka_settings import KafkaSettings
from shared.messaging.topic_names import topic_of
from shared.messaging.topic_tail import last_messages
from shared.messaging.topics import TopicSeen, seen


def look(settings: KafkaSettings, sources: Sequence[str]) -> dict[str, TopicSeen]:
    """Return the topics of these sources that exist, by source.

    Raises KafkaTrouble.
    """
    wanted = {source: topic_of(source, settings.prefix) for source in sources}
    with administration(settings) as client:
        there = seen(client, list(wanted.values()))
    return {source: there[name] for source, name in wanted.items() if name in there}


def last_facts(settings: KafkaSettings, source: str) -> list[FactHeader]:
    """Return the last fact in each partition of a source's topic that has any.

    Raises KafkaTrouble, also if there is no such topic.
    """
    if not listens(settings.bootstrap):
        raise KafkaAway(settings.bootstrap)
    with translated_errors(settings.bootstrap):
        tails = last_messages(settings, source)
    return [tail.furthest for tail in tails.values() if tail.furthest is not None]

"""A service on Kafka; a module of its own, so that others load no Kafka client."""

from shared.messaging.kafka_bus import KafkaBus
from shared.messaging.relay import Relay
from shared.service.service import Service


def on_kafka(service: Service) -> None:
    """Make a service read from Kafka and publish its facts there.

    Raises HistoryForked before anything is started, if the topic can be read and the log is older
    than what it has published: such a service must not record new facts.
    """
    settings = service.settings
    service.join(KafkaBus(settings.kafka()))
    if service.definition.facts:
        relay = Relay(
            service.publication, service.inbox, settings.kafka(), settings.kafka_partitions
        )
        relay.check()
        service.runners.append(relay)

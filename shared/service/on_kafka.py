"""A service's way over Kafka: apart, so that whoever needs no broker loads no client."""

from shared.messaging.kafka_bus import KafkaBus
from shared.messaging.relay import Relay
from shared.service.service import Service


def on_kafka(service: Service) -> None:
    """Have a service read from Kafka, and publish there what it has to publish: its own facts.

    Raises HistoryForked, where the topic is there to be asked, before anything was started: a
    service whose log is older than what it told takes no new facts.
    """
    settings = service.settings
    service.join(KafkaBus(settings.kafka()))
    if service.definition.facts:
        relay = Relay(
            service.publication, service.inbox, settings.kafka(), settings.kafka_partitions
        )
        relay.check()
        service.runners.append(relay)

"""A service on Kafka; a module of its own, so that others load no Kafka client."""

from shared.messaging.kafka_bus import KafkaBus
from shared.messaging.relay import Relay
from shared.service.service import Service
from shared.service.setting_names import SettingsProblem


class MessageKeysMissing(SettingsProblem):
    """Messages are to travel over Kafka, and there is nothing to seal them with."""

    def __init__(self) -> None:
        super().__init__(
            "Faltan las llaves de los mensajes: ponga en CANALIZA_MESSAGE_KEYS el mismo secreto, de"
            " 32 caracteres o más, para los cuatro servicios.",
            "The messages' keys are missing: set CANALIZA_MESSAGE_KEYS to the same secret, of 32"
            " characters or more, for all four services.",
        )


def on_kafka(service: Service) -> None:
    """Make a service read from Kafka and publish its facts there.

    Raises HistoryForked before anything is started, if the topic can be read and the log is older
    than what it has published: such a service must not record new facts. Raises SettingsProblem.
    """
    settings = service.settings
    if not settings.message_secrets:
        raise MessageKeysMissing
    kafka = settings.kafka(service.name)
    service.join(KafkaBus(kafka))
    if service.definition.facts:
        relay = Relay(service.publication, service.inbox, kafka, settings.kafka_partitions)
        relay.check()
        service.runners.append(relay)

"""The topics: one per publishing service and version, created from code, never changed in shape.

A partition count is for ever: with another one the letters of a case would move to another
partition and overtake each other. A service that needs more gets a new topic version instead.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from shared.messaging.kafka_settings import MOST_BYTES, PREFIX

VERSION = "v1"
_CONFIGS = {
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "cleanup.policy": "delete",
    "message.timestamp.type": "CreateTime",
    "max.message.bytes": str(MOST_BYTES),
}


class TopicDiffers(Exception):
    """A topic is there in another shape than the code's. es, en: what differs and the next step."""

    def __init__(self, topic: str, es: str, en: str) -> None:
        """Keep what differs, in both languages."""
        super().__init__(f"{topic}: {es} / {en}")
        self.topic, self.es, self.en = topic, es, en


@dataclass(frozen=True, slots=True)
class Topic:
    """What there is of one topic. state: created, or there."""

    name: str
    partitions: int
    replication: int
    state: str


def topic_of(source: str, prefix: str = PREFIX) -> str:
    """The topic in which a service publishes. prefix: one for each installation in a cluster."""
    return f"{prefix}.{source}.{VERSION}"


def source_of(topic: str) -> str:
    """The service that publishes in a topic."""
    return topic.removesuffix(f".{VERSION}").rpartition(".")[2]


def ensure(
    bootstrap: str,
    sources: Sequence[str],
    partitions: int,
    replication: int,
    prefix: str = PREFIX,
) -> list[Topic]:
    """Create what is missing and check what is there.

    Raises TopicDiffers before anything is changed.
    """
    admin = KafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        wanted = [topic_of(s, prefix) for s in sources]
        existing = {t["name"]: t for t in admin.describe_topics() if t["name"] in wanted}
        for name, found in existing.items():
            _check_partitions(name, len(found["partitions"]), partitions)
        _check_configs(admin, sorted(existing))
        missing = {
            name: {
                "num_partitions": partitions,
                "replication_factor": replication,
                "configs": _CONFIGS,
            }
            for name in wanted
            if name not in existing
        }
        if missing:
            admin.create_topics(missing, wait_for_metadata=True)
        return [
            Topic(
                name,
                partitions,
                replication
                if name in missing
                else len(existing[name]["partitions"][0]["replica_nodes"]),
                "created" if name in missing else "there",
            )
            for name in wanted
        ]
    finally:
        admin.close()


def _check_partitions(name: str, found: int, wanted: int) -> None:
    if found != wanted:
        raise TopicDiffers(
            name,
            f"tiene {found} particiones y la configuración dice {wanted}. El número no "
            f"puede cambiar: ponga"
            f" CANALIZA_KAFKA_PARTITIONS={found}, o cree una versión nueva del tema.",
            f"it has {found} partitions and the settings say {wanted}. The number "
            f"cannot change: set"
            f" CANALIZA_KAFKA_PARTITIONS={found}, or create a new version of the topic.",
        )


def _check_configs(admin: KafkaAdminClient, names: Sequence[str]) -> None:
    if not names:
        return
    resources = [ConfigResource(ConfigResourceType.TOPIC, n, configs=None) for n in names]
    described = admin.describe_configs(resources, config_filter="all")
    for per_topic in described.values():
        for name, configs in per_topic.items():
            for key in ("retention.ms", "cleanup.policy"):
                value = configs[key]["value"]
                if value != _CONFIGS[key]:
                    raise TopicDiffers(
                        name,
                        f"{key} es {value} y debe ser {_CONFIGS[key]}: los hechos se "
                        f"perderían. Corríjalo con"
                        " «python -m kafka.admin».",
                        f"{key} is {value} and must be {_CONFIGS[key]}: facts would be "
                        f"lost. Mend it with"
                        " “python -m kafka.admin”.",
                    )

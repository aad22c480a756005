"""The topics: one for each publishing service and version, created by code, never reconfigured.

The number of partitions never changes: with another one the messages of a case would move to
another partition and overtake each other. A service that needs more gets a new topic version.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import (
    InvalidReplicationFactorError,
    NoError,
    TopicAlreadyExistsError,
    for_code,
)

from shared.kernel.text import Text, UserError
from shared.messaging.cluster import administration
from shared.messaging.kafka_settings import MOST_BYTES, KafkaSettings
from shared.messaging.topic_names import topic_of

_CONFIGS = {
    "retention.ms": "-1",
    "retention.bytes": "-1",
    "cleanup.policy": "delete",
    "message.timestamp.type": "CreateTime",
    "max.message.bytes": str(MOST_BYTES),
}


class TopicDiffers(UserError):
    """A topic has another configuration than the code's."""

    def __init__(self, topic: str, differs: Text) -> None:
        """Describe the difference. differs: what it is, and the next step."""
        super().__init__(Text(f"{topic}: {differs.es}", f"{topic}: {differs.en}"))
        self.topic = topic


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic after ``ensure``. status: ``created`` now, or ``there`` before."""

    name: str
    partitions: int
    replication: int
    status: str


@dataclass(frozen=True, slots=True)
class TopicSeen:
    """A topic as the cluster has it.

    replication: copies of the partition that has the fewest. configs: values by name, as Kafka
    reports them.
    """

    name: str
    partitions: int
    replication: int
    configs: Mapping[str, str | None]


def ensure(
    settings: KafkaSettings, sources: Sequence[str], partitions: int, replication: int
) -> list[Topic]:
    """Create the topics that are missing and check all; several processes may do so at once.

    Raises TopicDiffers, before anything is created if a topic differed before; KafkaAway within
    seconds if no broker answers; KafkaRefused if one refuses.
    """
    wanted = [topic_of(source, settings.prefix) for source in sources]
    with administration(settings) as client:
        before = seen(client, wanted)
        for topic in before.values():
            check(topic, partitions, replication)
        made = _create(client, [n for n in wanted if n not in before], partitions, replication)
        after = seen(client, wanted)
        for topic in after.values():
            check(topic, partitions, replication)
    return [
        Topic(name, at.partitions, at.replication, "created" if name in made else "there")
        for name, at in ((name, after[name]) for name in wanted)
    ]


def seen(client: Any, names: Sequence[str]) -> dict[str, TopicSeen]:
    """Return those of these topics that exist, by name. client: Kafka's admin client."""
    there = {t["name"]: t["partitions"] for t in client.describe_topics() if t["name"] in names}
    if not there:
        return {}
    resources = [ConfigResource(ConfigResourceType.TOPIC, n, configs=None) for n in sorted(there)]
    described = client.describe_configs(resources, config_filter="all")
    configs = {name: values for each in described.values() for name, values in each.items()}
    return {
        name: TopicSeen(
            name,
            len(partitions),
            min(len(partition["replica_nodes"]) for partition in partitions),
            {key: value["value"] for key, value in configs[name].items()},
        )
        for name, partitions in there.items()
    }


def check(topic: TopicSeen, partitions: int, replication: int) -> None:
    """Raise TopicDiffers unless the topic is configured as the code says; more copies are fine."""
    if topic.partitions != partitions:
        raise TopicDiffers(
            topic.name,
            Text(
                f"tiene {topic.partitions} particiones y la configuración dice {partitions}. El "
                "número no puede cambiar: ponga"
                f" CANALIZA_KAFKA_PARTITIONS={topic.partitions}, o cree una versión nueva del"
                " tema.",
                f"it has {topic.partitions} partitions and the settings say {partitions}. The"
                " number cannot change: set"
                f" CANALIZA_KAFKA_PARTITIONS={topic.partitions}, or create a new version of the"
                " topic.",
            ),
        )
    if topic.replication < replication:
        raise TopicDiffers(
            topic.name,
            Text(
                f"tiene {topic.replication} copias y la configuración pide {replication}. Agregue"
                " las que faltan con kafka-reassign-partitions, o ponga"
                f" CANALIZA_KAFKA_REPLICATION={topic.replication}.",
                f"it has {topic.replication} copies and the settings ask for {replication}. Add"
                " those that are missing with kafka-reassign-partitions, or set"
                f" CANALIZA_KAFKA_REPLICATION={topic.replication}.",
            ),
        )
    for key, must in _CONFIGS.items():
        if (value := topic.configs.get(key)) != must:
            mend = f"python -m kafka.admin configs alter -r topic -n {topic.name} -c {key}={must}"
            raise TopicDiffers(
                topic.name,
                Text(
                    f"{key} es {value} y debe ser {must}. Corríjalo: {mend}",
                    f"{key} is {value} and must be {must}. Mend it: {mend}",
                ),
            )


def _create(client: Any, names: Sequence[str], partitions: int, replication: int) -> set[str]:
    """Create topics, and return those that were not created by another process meanwhile."""
    if not names:
        return set()
    shape = {
        "num_partitions": partitions,
        "replication_factor": replication,
        "configs": _CONFIGS,
    }
    answered = client.create_topics(dict.fromkeys(names, shape), raise_errors=False)
    outcomes = {topic["name"]: for_code(topic["error_code"]) for topic in answered["topics"]}
    for name, outcome in outcomes.items():
        if outcome is InvalidReplicationFactorError:
            raise TopicDiffers(
                name,
                Text(
                    f"el clúster no tiene nodos para {replication} copias. Agregue nodos, o pida"
                    " menos con CANALIZA_KAFKA_REPLICATION.",
                    f"the cluster has not the nodes for {replication} copies. Add nodes, or ask for"
                    " fewer with CANALIZA_KAFKA_REPLICATION.",
                ),
            )
        if outcome not in {NoError, TopicAlreadyExistsError}:
            raise outcome(name)
    client.wait_for_topics(names)
    return {name for name, outcome in outcomes.items() if outcome is NoError}

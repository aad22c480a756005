"""Topics have the code's shape or are refused, whoever starts first and whatever is there."""

import socket
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from kafka.admin import ConfigResource, ConfigResourceType

from shared.kernel.ids import new_id
from shared.messaging import cluster, topics
from shared.messaging.cluster import KafkaAway, KafkaRefused, administration
from shared.messaging.topic_names import topic_of
from shared.messaging.topics import Topic, TopicDiffers, ensure
from tests.brokers import kafka_at
from tests.waiting import soon

pytestmark = pytest.mark.integration

SOURCES = ("teller", "other")


@pytest.fixture
def prefix() -> str:
    """A prefix that no other test has."""
    return f"topics-{new_id().hex[:8]}"


def change(bootstrap: str, topic: str, key: str, value: str) -> None:
    with administration(kafka_at(bootstrap, "")) as client:
        client.alter_configs(
            [ConfigResource(ConfigResourceType.TOPIC, topic, configs={key: value})]
        )
        # The controller has it; the broker that answers hears of it a moment later.
        soon(lambda: topics.seen(client, [topic])[topic].configs[key] == value)


def test_topics_are_made_once_and_found_the_next_time(kafka_bootstrap: str, prefix: str) -> None:
    made = ensure(kafka_at(kafka_bootstrap, prefix), SOURCES, 2, 1)
    names = [topic_of(source, prefix) for source in SOURCES]
    assert made == [Topic(name, 2, 1, "created") for name in names]
    again = ensure(kafka_at(kafka_bootstrap, prefix), SOURCES, 2, 1)
    assert again == [Topic(name, 2, 1, "there") for name in names]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("retention.ms", "1000"),
        ("retention.bytes", "1000000"),
        ("cleanup.policy", "compact"),
        ("message.timestamp.type", "LogAppendTime"),
        ("max.message.bytes", "1000"),
    ],
)
def test_a_topic_that_would_lose_or_refuse_messages_is_refused_with_how_to_mend_it(
    kafka_bootstrap: str, prefix: str, key: str, value: str
) -> None:
    ensure(kafka_at(kafka_bootstrap, prefix), ["teller"], 1, 1)
    topic = topic_of("teller", prefix)
    change(kafka_bootstrap, topic, key, value)
    with pytest.raises(TopicDiffers, match=f"{key} is {value}") as refused:
        ensure(kafka_at(kafka_bootstrap, prefix), SOURCES, 1, 1)
    assert f"-n {topic} -c {key}=" in refused.value.text.en
    # Nothing was created on the way to the no.
    with administration(kafka_at(kafka_bootstrap, prefix)) as client:
        assert topic_of("other", prefix) not in client.list_topics()


def test_another_partition_count_or_fewer_copies_than_configured_are_refused(
    kafka_bootstrap: str, prefix: str
) -> None:
    ensure(kafka_at(kafka_bootstrap, prefix), ["teller"], 1, 1)
    with pytest.raises(TopicDiffers, match="1 partitions"):
        ensure(kafka_at(kafka_bootstrap, prefix), ["teller"], 2, 1)
    with pytest.raises(TopicDiffers, match="1 copies"):
        ensure(kafka_at(kafka_bootstrap, prefix), ["teller"], 1, 2)


def test_more_copies_than_the_cluster_has_nodes_are_a_no_in_words(
    kafka_bootstrap: str, prefix: str
) -> None:
    with pytest.raises(TopicDiffers, match="CANALIZA_KAFKA_REPLICATION"):
        ensure(kafka_at(kafka_bootstrap, prefix), ["teller"], 1, 7)


def test_a_topic_that_another_starter_made_meanwhile_is_as_good_as_ours(
    kafka_bootstrap: str, prefix: str
) -> None:
    names = [topic_of(source, prefix) for source in SOURCES]
    with administration(kafka_at(kafka_bootstrap, prefix)) as client:
        assert topics._create(client, names[:1], 1, 1) == {names[0]}
        assert topics._create(client, names, 1, 1) == {names[1]}


def test_several_starters_at_once_all_end_well(kafka_bootstrap: str, prefix: str) -> None:
    starters = 3
    barrier = Barrier(starters)

    def start(_: int) -> list[Topic]:
        barrier.wait(60)
        return ensure(kafka_at(kafka_bootstrap, prefix), SOURCES, 2, 1)

    with ThreadPoolExecutor(starters) as pool:
        found = list(pool.map(start, range(starters)))
    made = [t.name for each in found for t in each if t.status == "created"]
    assert sorted(made) == sorted(topic_of(source, prefix) for source in SOURCES)


@pytest.mark.parametrize(
    ("partitions", "name", "reason"),
    [(1, "no topic's name", "InvalidTopicError"), (0, "no-partition", "InvalidPartitionsError")],
)
def test_what_a_broker_refuses_is_named_and_not_taken_for_a_broker_away(
    kafka_bootstrap: str, partitions: int, name: str, reason: str
) -> None:
    with pytest.raises(KafkaRefused, match=f"Kafka answers at .*: {reason}"):
        ensure(kafka_at(kafka_bootstrap, name), ["teller"], partitions, 1)


def test_whoever_listens_and_never_answers_is_a_broker_away() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(KafkaAway),
    ):
        ensure(kafka_at(f"127.0.0.1:{silent.getsockname()[1]}", "nobody"), ["teller"], 1, 1)


def test_where_nobody_listens_no_client_is_made_that_would_try_for_half_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delattr(cluster, "KafkaAdminClient")
    with pytest.raises(KafkaAway, match=r"127\.0\.0\.1:1"):
        ensure(kafka_at("127.0.0.1:1", "nobody"), ["teller"], 1, 1)

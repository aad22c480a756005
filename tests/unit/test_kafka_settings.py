"""The settings of every Kafka client of ours."""

from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer

from shared.messaging.kafka_settings import KafkaSettings

CLIENT = KafkaSettings("localhost:9092").client


@pytest.mark.parametrize("kind", [KafkaConsumer, KafkaProducer])
def test_a_client_knows_every_setting_that_it_is_given(kind: Any) -> None:
    assert CLIENT.keys() <= kind.DEFAULT_CONFIG.keys()


def test_a_broker_that_was_away_for_long_is_looked_for_again_within_a_second() -> None:
    assert CLIENT["reconnect_backoff_max_ms"] <= 1_000


def test_no_client_makes_a_topic_by_mistake() -> None:
    assert CLIENT["allow_auto_create_topics"] is False

"""Where no broker is, a client cannot be made, and nothing of it stays behind."""

import threading
from typing import Any

import pytest
from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient
from kafka.errors import KafkaError

from shared.messaging.cluster import made

NOBODY = "127.0.0.1:9"


@pytest.mark.parametrize("kind", [KafkaProducer, KafkaConsumer, KafkaAdminClient])
def test_of_a_client_that_finds_no_broker_no_thread_stays(kind: Any) -> None:
    before = set(threading.enumerate())
    with pytest.raises(KafkaError):
        made(kind, bootstrap_servers=NOBODY, bootstrap_timeout_ms=200)
    assert set(threading.enumerate()) <= before

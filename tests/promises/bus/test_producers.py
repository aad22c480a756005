"""What a relay's producer leaves behind."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from kafka import KafkaProducer
from kafka.admin import NewTopic

from shared.kernel.ids import new_id
from shared.messaging.cluster import administration, close_producer, create_client
from tests.brokers import client_at, kafka_at

pytestmark = pytest.mark.integration


@contextmanager
def stopped(folder: Path) -> Iterator[None]:
    """The broker of this folder does nothing meanwhile."""
    (broker,) = (
        process.pid
        for process in psutil.process_iter()
        if process.name() == "java" and any(str(folder) in word for word in process.cmdline())
    )
    os.kill(broker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(broker, signal.SIGCONT)


def test_a_producer_whose_records_nobody_takes_is_closed_and_leaves_no_thread(
    kafka_bootstrap: str, run_folder: Path
) -> None:
    topic = f"test-{new_id()}"
    with administration(kafka_at(kafka_bootstrap, "")) as admin:
        admin.create_topics([NewTopic(topic, 1, 1)])
    before = set(threading.enumerate())
    producer = create_client(KafkaProducer, **client_at(kafka_bootstrap), acks="all")
    producer.send(topic, b"taken").get(10)
    with stopped(run_folder):
        sent = producer.send(topic, b"not taken")
        close_producer(producer)
        assert sent.failed()
        assert set(threading.enumerate()) <= before
    producer.close()  # as whoever collects it does once more

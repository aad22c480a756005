"""What stands in topics, for whoever counts or writes it down; the checker reads for itself."""

from collections.abc import Iterator
from contextlib import closing
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from tests.brokers import client_at


def messages(bootstrap: str, prefix: str) -> Iterator[Any]:
    """Every record in the topics whose names begin so, partition by partition.

    Up to the end of each as it is when reached.
    """
    consumer = KafkaConsumer(
        **client_at(bootstrap), enable_auto_commit=False, metrics_enabled=False
    )
    with closing(consumer):
        for topic in sorted(name for name in consumer.topics() if name.startswith(prefix)):
            for number in sorted(consumer.partitions_for_topic(topic) or ()):
                partition = TopicPartition(topic, number)
                consumer.assign([partition])
                consumer.seek_to_beginning(partition)
                end = consumer.end_offsets([partition])[partition]
                while consumer.position(partition) < end:
                    for records in consumer.poll(timeout_ms=500, max_records=5_000).values():
                        yield from records

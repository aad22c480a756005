"""Reads the topics from their first message to their last with a plain consumer of its own."""

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any

from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from tests.faults.checker.rows import Message

Ends = dict[tuple[str, int], int]
_EMPTY_POLLS = 30


class Silent(Exception):
    """No broker answers, or a topic's messages stopped coming before its end."""


def messages(bootstrap: str, prefix: str, sources: Sequence[str]) -> tuple[list[Message], Ends]:
    """Every message of these services' topics, and where each partition ends. Raises Silent."""
    try:
        return _read(bootstrap, {f"{prefix}.{source}.v1": source for source in sources})
    except KafkaError as error:
        raise Silent(f"{bootstrap}: {type(error).__name__}") from error


def _read(bootstrap: str, names: Mapping[str, str]) -> tuple[list[Message], Ends]:
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap,
        **_login(bootstrap),
        bootstrap_timeout_ms=10_000,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        allow_auto_create_topics=False,
        metrics_enabled=False,
    )
    try:
        partitions = [
            TopicPartition(name, partition)
            for name in names
            for partition in consumer.partitions_for_topic(name) or ()
        ]
        consumer.assign(partitions)
        consumer.seek_to_beginning(*partitions)
        ends = consumer.end_offsets(partitions)
        found: list[Message] = []
        empty = 0
        while any(consumer.position(partition) < ends[partition] for partition in partitions):
            polled = consumer.poll(timeout_ms=1_000, max_records=5_000)
            found += [
                _message(names[partition.topic], record)
                for partition, records in polled.items()
                for record in records
            ]
            empty = 0 if polled else empty + 1
            if empty > _EMPTY_POLLS:
                raise Silent(", ".join(names))
        return found, {(names[p.topic], p.partition): end for p, end in ends.items()}
    finally:
        consumer.close(autocommit=False)


def _login(bootstrap: str) -> dict[str, str]:
    """How the administrator of a broker that the run started logs in; nothing for any other."""
    password = json.loads(os.environ.get("TEST_CANALIZA_BROKERS", "{}")).get(bootstrap)
    if password is None:
        return {}
    return {
        "security_protocol": "SASL_PLAINTEXT",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "canaliza-administrator",
        "sasl_plain_password": password["administrator"],
    }


def _message(source: str, record: Any) -> Message:
    headers = dict(record.headers or ())
    return Message(
        source,
        record.partition,
        record.offset,
        record.timestamp / 1000,
        (record.key or b"").decode(errors="replace"),
        _number(headers.get("position")),
        _number(headers.get("previous")),
        record.value or b"",
    )


def _number(raw: bytes | None) -> int | None:
    return int(raw) if raw is not None and raw.isdigit() else None

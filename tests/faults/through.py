"""Whether all that was recorded has arrived: relays at the end of logs, readers of topics.

And whether all was done whose time has come.
"""

import time
from typing import Any

import psycopg
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError
from psycopg.sql import SQL, Identifier

from services.installation import ALL
from services.operator.publishing import PUBLISHING
from shared.messaging.topic_names import source_of, topic_of
from tests.brokers import client_at
from tests.faults.installation import InstallationUnderTest

_LOOK_SECONDS = 0.2
_READ = {parts.name: parts.reader.sources for parts in ALL if parts.reader is not None}


def wait(installation: InstallationUnderTest, seconds: float) -> float | None:
    """Seconds until nothing lags; None where something still does at the end of ``seconds``."""
    began = time.monotonic()
    before: Any = None
    while time.monotonic() - began < seconds:
        ends = _ends(installation)
        if ends is not None and ends == before and not lag(installation):
            return time.monotonic() - began
        before = ends
        time.sleep(_LOOK_SECONDS)
    return None


def lag(installation: InstallationUnderTest) -> dict[str, int]:
    """By relay and reader, how many positions or messages are still to come; without those at 0."""
    try:
        heads, positions = logs(installation), _positions(installation)
        offsets = _offsets(installation)
        behind = _timers(installation)
    except (psycopg.Error, KafkaError):
        return {"a server is away": 1}
    behind |= {
        f"relay of {name}": heads[name] - positions[name].get("relay/-1", (0, 0))[0]
        for name in PUBLISHING
    }
    for reader, sources in _READ.items():
        for partition, end in offsets.items():
            source = source_of(partition.topic)
            if source in sources:
                position = positions[reader].get(f"{source}/{partition.partition}", (0, 0))
                behind[f"{reader} in {source}/{partition.partition}"] = end - position[1]
    return {name: count for name, count in behind.items() if count}


def _ends(installation: InstallationUnderTest) -> dict[str, int] | None:
    """The same as ``logs``; None while the database is away."""
    try:
        return logs(installation)
    except psycopg.Error:
        return None


def logs(installation: InstallationUnderTest) -> dict[str, int]:
    """The last position of each log."""
    with psycopg.connect(installation.admin, connect_timeout=5) as conn:
        found = {}
        for parts in ALL:
            head = SQL("SELECT position FROM {}.head").format(Identifier(parts.name))
            row = conn.execute(head).fetchone()
            assert row is not None
            found[parts.name] = int(row[0])
        return found


def _timers(installation: InstallationUnderTest) -> dict[str, int]:
    """How many timers of each service are due, by its clock, or not set yet."""
    found = {}
    with psycopg.connect(installation.admin, connect_timeout=5) as conn:
        for parts in (each for each in ALL if each.timers is not None):
            query = SQL(
                "SELECT (SELECT count(*) FROM {s}.timers WHERE next_at <= now() + %s)"
                " + (SELECT position FROM {s}.head) - (SELECT position FROM {s}.timers_read)"
            ).format(s=Identifier(parts.name))
            row = conn.execute(query, (installation.ahead,)).fetchone()
            found[f"timers of {parts.name}"] = int(row[0]) if row else 0
    return found


def _positions(installation: InstallationUnderTest) -> dict[str, dict[str, tuple[int, int]]]:
    with psycopg.connect(installation.admin, connect_timeout=5) as conn:
        return {
            parts.name: {
                row[0]: (row[1], row[2])
                for row in conn.execute(
                    SQL(
                        "SELECT application_name, notification_id, bus_offset FROM {}.tracking"
                    ).format(Identifier(parts.name))
                )
            }
            for parts in ALL
        }


def _offsets(installation: InstallationUnderTest) -> dict[TopicPartition, int]:
    settings = installation.settings
    consumer = KafkaConsumer(
        **client_at(settings.kafka_bootstrap), enable_auto_commit=False, metrics_enabled=False
    )
    try:
        partitions = [
            TopicPartition(topic_of(name, settings.kafka_prefix), n)
            for name in PUBLISHING
            for n in range(settings.kafka_partitions)
        ]
        return dict(consumer.end_offsets(partitions))
    finally:
        consumer.close()

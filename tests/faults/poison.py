"""Messages that no relay of ours wrote, put into a topic by hand, one of each kind."""

import base64
import hashlib
import json
import threading
from types import MappingProxyType
from typing import Any

from kafka import KafkaProducer

from shared.contracts.contract import PREFIX
from shared.messaging.kafka_settings import MOST_BYTES
from shared.messaging.port import partition_of
from shared.messaging.topic_names import topic_of
from tests.brokers import client_at
from tests.faults.installation import InstallationUnderTest
from tests.faults.ledger import Ledger
from tests.faults.plans import Poison

_FACTS = MappingProxyType(
    {
        "intake": "case-registered",
        "referral": "referral-accepted",
        "followup": "contact-recorded",
    }
)
_PATIENCE = 3_600
MOST = 40
"""In one run: a reader stops at a hundred cases that wait, and that is another test's matter."""
_HUGE = 1 << 20


def message(kind: str, source: str, case_id: str) -> bytes:
    """The bytes of a poison message. case_id: whose it says it is."""
    match kind:
        case "bad-json":
            return b'{"specversion": "1.0", "id": '
        case "huge":
            seed = hashlib.sha256(case_id.encode()).digest()
            return seed * (_HUGE // len(seed))
        case "unknown-type":
            return _event(f"{PREFIX}.{source}.no-such-fact.v1", source, case_id, {})
        case "unknown-version":
            return _event(f"{PREFIX}.{source}.{_FACTS[source]}.v99", source, case_id, {})
        case "schema-violating":
            return _event(
                f"{PREFIX}.{source}.{_FACTS[source]}.v1", source, case_id, {"case_id": 17}
            )
        case _:
            raise ValueError(kind)


def _event(name: str, source: str, case_id: str, payload: dict[str, Any]) -> bytes:
    moment = "2026-05-04T21:30:00-06:00"
    event = {
        "specversion": "1.0",
        "id": f"{source}:{case_id}:999999",
        "source": f"/canaliza/{source}",
        "type": name,
        "subject": case_id,
        "time": moment,
        "datacontenttype": "application/json",
        "dataschema": f"urn:canaliza:schema:{name.removeprefix(PREFIX + '.')}",
        "position": "999999",
        "recordedat": moment,
        "institution": "nobody",
        "role": "system",
        "actor": "nobody",
        "correlationid": case_id,
        "causationid": "nothing",
        "data": payload,
    }
    return json.dumps(event).encode()


class Poisoner:
    """Puts messages into topics with a plain producer, and writes each into the ledger."""

    def __init__(self, installation: InstallationUnderTest, ledger: Ledger) -> None:
        self._settings = installation.settings
        self._ledger = ledger
        self._guard = threading.Lock()
        self._producer = KafkaProducer(
            **client_at(installation.settings.kafka_bootstrap),
            acks="all",
            max_request_size=MOST_BYTES,
            max_block_ms=_PATIENCE * 1000,
            delivery_timeout_ms=_PATIENCE * 1000,
            allow_auto_create_topics=False,
            metrics_enabled=False,
        )
        for source in _FACTS:  # while the broker is there: what is known now needs no look-up later
            self._producer.partitions_for(topic_of(source, installation.settings.kafka_prefix))
        self.count = 0

    def __call__(self, poison: Poison, case_id: str) -> None:
        """Put one there, unless there are enough; returns when broker and ledger have it."""
        if self.count >= MOST:
            return
        if poison.own:
            case_id = _other(case_id)
        value = message(poison.kind, poison.source, case_id)
        topic = topic_of(poison.source, self._settings.kafka_prefix)
        partition = partition_of(case_id, self._settings.kafka_partitions)
        with self._guard:
            future = self._producer.send(topic, value, case_id.encode(), partition=partition)
            offset = future.get(timeout=_PATIENCE + 10).offset
            self.count += 1
        self._ledger.write(
            "poison",
            kind=poison.kind,
            topic=topic,
            source=poison.source,
            partition=partition,
            offset=offset,
            key=case_id,
            value=base64.b64encode(value).decode(),
        )

    def close(self) -> None:
        self._producer.close(timeout=1)


def _other(case_id: str) -> str:
    """A case that does not exist, the same for the same case."""
    digest = hashlib.sha256(case_id.encode()).hexdigest()
    return "-".join(
        (digest[:8], digest[8:12], "4" + digest[13:16], "8" + digest[17:20], digest[20:32])
    )

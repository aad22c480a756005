"""Checks of what travels between services: who reads, who sends, who is behind."""

import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from services.installation import ALL
from services.operator.doctor import access_checks
from services.operator.doctor.findings import (
    Finding,
    FindingStatus,
    Surroundings,
    fine,
    warning,
    wrong,
)
from services.operator.publishing import PUBLISHING
from shared.contracts import CONTRACTS
from shared.contracts.contract import PREFIX
from shared.kernel.broker_users import ADMINISTRATOR
from shared.kernel.clock import Clock
from shared.kernel.text import Text
from shared.maintenance.inspection import Inspection, Waiting
from shared.messaging.inbox import RELAY, SCANNED, ReaderPosition
from shared.messaging.port import partition_of
from shared.service.service import ServiceDefinition

if TYPE_CHECKING:
    from shared.messaging.topics import TopicSeen

BEHIND = timedelta(seconds=60)
"""How long a fact may be in transit before a person has to look."""
_STARTING = 3.0
_MOST = 10_000


def all_of(inspection: Inspection, around: Surroundings, clock: Clock) -> list[Finding]:
    """Check the bus, then how far behind each reader is."""
    kafka = around.settings.bus == "kafka"
    found = _on_kafka(inspection, around) if kafka else _on_the_logs(inspection, around)
    if kafka and all(finding.status is not FindingStatus.WRONG for finding in found):
        found = [*found, *access_checks.all_of(around)]
    return [*found, *_judged(list(_lags(inspection, around)), around, clock)]


# --- the bus --------------------------------------------------------------------------------


def _on_the_logs(inspection: Inspection, around: Surroundings) -> list[Finding]:
    if not around.running:
        return [
            fine("bus", Text("las bitácoras mismas; nadie lee ahora", "the logs; nobody reads now"))
        ]
    readers = {
        f"reader {definition.name}": definition.name for definition in ALL if definition.reader
    }
    idle = _still_free(inspection, readers)
    if not idle:
        says = Text(
            "las bitácoras mismas; todos los lectores trabajan", "the logs; all readers work"
        )
        return [fine("bus", says)]
    return [
        wrong(
            "bus",
            Text(f"nadie lee para {', '.join(idle)}", f"nobody reads for {', '.join(idle)}"),
            mend=Text(
                "vea /readyz y los mensajes de error; reinicie",
                "see /readyz and the error messages; restart",
            ),
        )
    ]


def _still_free(inspection: Inspection, leases: dict[str, str]) -> list[str]:
    """Return whose leases are free, also after the time that a start or a takeover needs."""
    deadline = time.monotonic() + _STARTING
    while free := leases.keys() - inspection.held(leases):
        if time.monotonic() > deadline:
            break
        time.sleep(0.1)
    return sorted(leases[name] for name in free)


def _on_kafka(inspection: Inspection, around: Surroundings) -> list[Finding]:
    from shared.messaging.cluster import KafkaTrouble
    from shared.messaging.inspection import look

    settings = around.settings
    if not around.running and not settings.kafka_bootstrap:
        return [fine("bus", Text("Kafka; no corre ahora", "Kafka; it does not run now"))]
    try:
        topics = look(settings.kafka(ADMINISTRATOR), PUBLISHING)
    except KafkaTrouble as error:
        return [wrong("bus", error.text)]
    troubles = [
        trouble
        for source in PUBLISHING
        if (trouble := _topic(topics.get(source), source, inspection, around)) is not None
    ]
    if troubles or not around.running:
        return troubles or [
            fine("bus", Text("Kafka responde; no se usa ahora", "Kafka answers; idle"))
        ]
    return [_relays(inspection, PUBLISHING)]


def _topic(
    topic: "TopicSeen | None", source: str, inspection: Inspection, around: Surroundings
) -> Finding | None:
    from shared.messaging.topic_names import topic_of
    from shared.messaging.topics import TopicDiffers, check

    if topic is None:
        name = topic_of(source, around.settings.kafka_prefix)
        return wrong(
            "bus",
            Text(f"falta el tema {name}", f"the topic {name} is missing"),
            mend=Text("corra canaliza kafka topics", "run canaliza kafka topics"),
        )
    try:
        expected = _partitions(inspection, source, around)
        check(topic, expected, around.settings.kafka_replication)
    except TopicDiffers as differs:
        return wrong("bus", differs.text)
    return None


def _partitions(inspection: Inspection, service: str, around: Surroundings) -> int:
    """Return the number of partitions that the service has noted, else the one in the settings."""
    return inspection.partitions(service) or around.settings.kafka_partitions


def _relays(inspection: Inspection, sources: Sequence[str]) -> Finding:
    idle = _still_free(inspection, {f"relay {name}": name for name in sources})
    if idle:
        return warning(
            "bus",
            Text(
                f"Kafka responde; nadie envía lo de {', '.join(idle)}",
                f"Kafka answers; nobody sends for {', '.join(idle)}",
            ),
            mend=Text("arranque esos servicios", "start those services"),
        )
    return fine(
        "bus", Text("Kafka responde; temas y envíos en orden", "Kafka answers; all is in order")
    )


# --- who is behind --------------------------------------------------------------------------

_Lag = tuple[str, str, list[Waiting]]
"""The reader, its source, and the facts that wait."""


def published_names(definition: ServiceDefinition) -> list[str]:
    """Return the stored names that a service publishes: those with a contract of the same name."""
    return [
        name
        for name in definition.facts
        if any(c.startswith(f"{PREFIX}.{definition.name}.{name}.v") for c in CONTRACTS)
    ]


def _lags(inspection: Inspection, around: Surroundings) -> Iterator[_Lag]:
    by_name = {definition.name: definition for definition in ALL}
    for definition in ALL:
        if around.settings.bus == "kafka" and definition.facts:
            yield definition.name, "Kafka", _unsent(inspection, definition)
        positions = inspection.reader_positions(definition.name)
        partitions = _partitions(inspection, definition.name, around)
        for source in definition.reader.sources if definition.reader else ():
            mine = {p.partition: p for p in positions if p.source == source}
            yield definition.name, source, _unread(inspection, by_name[source], mine, partitions)


def _unsent(inspection: Inspection, definition: ServiceDefinition) -> list[Waiting]:
    """Return the facts that a relay has not sent yet."""
    sent = {
        p.partition: p.position
        for p in inspection.reader_positions(definition.name)
        if p.source == RELAY
    }
    partitions = len(sent.keys() - {SCANNED}) or 1
    names = published_names(definition)
    found = inspection.waiting(definition.name, sent.get(SCANNED, 0), names, _MOST)
    # Beyond a fact that cannot be published, the other partitions have gone on.
    return [f for f in found if f.position > sent.get(partition_of(f.key, partitions), 0)]


def _unread(
    inspection: Inspection,
    source: ServiceDefinition,
    mine: dict[int, ReaderPosition],
    partitions: int,
) -> list[Waiting]:
    """Return the published facts of a source that a reader has not consumed yet."""
    at = {n: mine[n].position if n in mine else 0 for n in range(partitions)}
    found = inspection.waiting(source.name, min(at.values()), published_names(source), _MOST)
    return [fact for fact in found if fact.position > at[partition_of(fact.key, partitions)]]


def _judged(lags: list[_Lag], around: Surroundings, clock: Clock) -> list[Finding]:
    moment = clock()
    found = [
        _one(who, whom, waiting, moment - waiting[0].recorded_at, around)
        for who, whom, waiting in lags
        if waiting
    ]
    troubles = [finding for finding in found if finding.status is not FindingStatus.FINE]
    return troubles or [fine("lag", Text("nadie va atrasado", "nobody is behind"))]


def _one(
    who: str, whom: str, waiting: list[Waiting], age: timedelta, around: Surroundings
) -> Finding:
    count = f"{len(waiting)}{'+' if len(waiting) >= _MOST else ''}"
    since = timedelta(seconds=max(0, round(age.total_seconds())))
    es = f"{who} ← {whom}: {count} hechos por procesar, desde hace {since}"
    en = f"{who} ← {whom}: {count} facts to process, for {since}"
    if not around.running:
        mend_es, mend_en = "se procesan al arrancar: canaliza run", "they will be: canaliza run"
        return warning("lag", Text(es, en), mend=Text(mend_es, mend_en))
    if age <= BEHIND:
        return fine("lag", Text(es, en))
    return wrong(
        "lag",
        Text(es, en),
        mend=Text(
            f"vea /{who}/readyz y los mensajes apartados; si no avanza, reinicie {who}",
            f"see /{who}/readyz and the parked messages; if nothing changes, restart {who}",
        ),
    )

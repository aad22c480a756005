"""The doctor's looks at what travels between services: who reads, who sends, who is behind."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

from services.root.doctor.findings import Finding, State, Surroundings, fine, warning, wrong
from services.root.installation import ALL
from shared.contracts import CONTRACTS
from shared.contracts.contract import PREFIX
from shared.eventstore.inbox import Place
from shared.eventstore.inspection import Inspection, Waiting
from shared.kernel.clock import Clock
from shared.web.service import Parts

BEHIND = timedelta(seconds=60)
"""How long a fact may be on its way before somebody has to look."""
_STARTING = 3.0
_SCANNED = -1
_MOST = 10_000


def all_of(inspection: Inspection, around: Surroundings, clock: Clock) -> list[Finding]:
    """The bus, then how far behind each reader is."""
    kafka = around.settings.bus == "kafka"
    found = _on_kafka(inspection, around) if kafka else _on_the_logs(inspection, around)
    behind = list(_lags(inspection, kafka=kafka))
    return [*found, *_judged(behind, around, clock)]


# --- the bus --------------------------------------------------------------------------------


def _on_the_logs(inspection: Inspection, around: Surroundings) -> list[Finding]:
    if not around.running:
        return [fine("bus", "los registros mismos; nadie lee ahora", "the logs; nobody reads now")]
    readers = {f"reader {parts.name}": parts.name for parts in ALL if parts.reader}
    idle = _still_free(inspection, readers)
    if not idle:
        words = "los registros mismos; todos los lectores trabajan", "the logs; all readers work"
        return [fine("bus", *words)]
    return [
        wrong(
            "bus",
            f"nadie lee para {', '.join(idle)}",
            f"nobody reads for {', '.join(idle)}",
            mend_es="vea /readyz y los mensajes de error; reinicie",
            mend_en="see /readyz and the error messages; restart",
        )
    ]


def _still_free(inspection: Inspection, leases: dict[str, str]) -> list[str]:
    """Whose leases nobody took, also after the moment that a start or a takeover needs."""
    deadline = time.monotonic() + _STARTING
    while free := leases.keys() - inspection.held(leases):
        if time.monotonic() > deadline:
            break
        time.sleep(0.1)
    return sorted(leases[name] for name in free)


def _on_kafka(inspection: Inspection, around: Surroundings) -> list[Finding]:
    from shared.messaging.inspection import KafkaAway, look
    from shared.messaging.topics import topic_of

    settings = around.settings
    sources = [parts.name for parts in ALL if parts.facts]
    try:
        topics = {topic.name: topic for topic in look(settings.kafka_bootstrap, sources)}
    except KafkaAway as away:
        return [wrong("bus", away.es, away.en, mend_es="", mend_en="")]
    troubles: list[str] = []
    for source in sources:
        topic = topics.get(topic_of(source))
        if topic is None:
            troubles.append(f"{topic_of(source)}: —")
            continue
        expected = _partitions(inspection, source, around)
        if topic.partitions != expected:
            troubles.append(f"{topic.name}: {topic.partitions} ≠ {expected}")
        if (topic.retention, topic.cleanup) != ("-1", "delete"):
            troubles.append(f"{topic.name}: retention.ms={topic.retention} {topic.cleanup}")
    if troubles:
        words = "; ".join(troubles)
        return [
            wrong(
                "bus",
                f"temas de Kafka: {words}",
                f"Kafka topics: {words}",
                mend_es="corra canaliza kafka topics",
                mend_en="run canaliza kafka topics",
            )
        ]
    return [_relays(inspection, sources)]


def _partitions(inspection: Inspection, source: str, around: Surroundings) -> int:
    """How many partitions a topic must have: as its relay has spread the log over, else as set."""
    spread = [p.partition for p in inspection.places(source) if p.source == "relay"]
    return max(spread) + 1 if spread else around.settings.kafka_partitions


def _relays(inspection: Inspection, sources: Sequence[str]) -> Finding:
    idle = _still_free(inspection, {f"relay {name}": name for name in sources})
    if idle:
        return warning(
            "bus",
            f"Kafka responde; nadie envía lo de {', '.join(idle)}",
            f"Kafka answers; nobody sends for {', '.join(idle)}",
            mend_es="arranque esos servicios",
            mend_en="start those services",
        )
    return fine("bus", "Kafka responde; temas y envíos en orden", "Kafka answers; all is in order")


# --- who is behind --------------------------------------------------------------------------

_Lag = tuple[str, str, list[Waiting]]
"""Who is behind, behind whom, and the facts that wait."""


def published_names(parts: Parts) -> list[str]:
    """The stored names that this service publishes: those with a contract of the same name."""
    return [
        name
        for name in parts.facts
        if any(c.startswith(f"{PREFIX}.{parts.name}.{name}.v") for c in CONTRACTS)
    ]


def _lags(inspection: Inspection, *, kafka: bool) -> Iterator[_Lag]:
    by_name = {parts.name: parts for parts in ALL}
    for parts in ALL:
        if kafka and parts.facts:
            yield parts.name, "Kafka", _unsent(inspection, parts)
        places = inspection.places(parts.name)
        for source in parts.reader.sources if parts.reader else ():
            mine = {p.partition: p for p in places if p.source == source}
            yield parts.name, source, _unread(inspection, by_name[source], mine, kafka=kafka)


def _unsent(inspection: Inspection, parts: Parts) -> list[Waiting]:
    """What a relay has not sent yet."""
    sent = {p.partition: p for p in inspection.places(parts.name) if p.source == "relay"}
    after = sent[_SCANNED].position if _SCANNED in sent else 0
    return inspection.waiting(parts.name, after, published_names(parts), _MOST)


def _unread(
    inspection: Inspection, source: Parts, mine: dict[int, Place], *, kafka: bool
) -> list[Waiting]:
    """What a reader has not taken in yet, of all that its source ever published."""
    names = published_names(source)
    if not kafka:
        after = mine[0].position if 0 in mine else 0
        return inspection.waiting(source.name, after, names, _MOST)
    relays = [p.partition for p in inspection.places(source.name) if p.source == "relay"]
    if not relays:
        return inspection.waiting(source.name, 0, names, _MOST)
    where = _partitioner(max(relays) + 1)
    at = {n: mine[n].position if n in mine else 0 for n in range(max(relays) + 1)}
    found = inspection.waiting(source.name, min(at.values()), names, _MOST)
    return [fact for fact in found if fact.position > at[where(fact.key)]]


def _partitioner(partitions: int) -> Callable[[str], int]:
    from shared.messaging.relay import partition_of

    return lambda key: partition_of(key, partitions)


def _judged(lags: list[_Lag], around: Surroundings, clock: Clock) -> list[Finding]:
    moment = clock()
    found = [
        _one(who, whom, waiting, moment - waiting[0].recorded_at, around)
        for who, whom, waiting in lags
        if waiting
    ]
    troubles = [finding for finding in found if finding.state is not State.FINE]
    return troubles or [fine("lag", "nadie va atrasado", "nobody is behind")]


def _one(
    who: str, whom: str, waiting: list[Waiting], age: timedelta, around: Surroundings
) -> Finding:
    count = f"{len(waiting)}{'+' if len(waiting) >= _MOST else ''}"
    since = timedelta(seconds=max(0, round(age.total_seconds())))
    es = f"{who} ← {whom}: {count} hechos por procesar, desde hace {since}"
    en = f"{who} ← {whom}: {count} facts to take in, for {since}"
    if not around.running:
        mend_es, mend_en = "se procesan al arrancar: canaliza run", "they will be: canaliza run"
        return warning("lag", es, en, mend_es=mend_es, mend_en=mend_en)
    if age <= BEHIND:
        return fine("lag", es, en)
    return wrong(
        "lag",
        es,
        en,
        mend_es=f"vea /{who}/readyz y las cartas apartadas; si no avanza, reinicie {who}",
        mend_en=f"see /{who}/readyz and the parked letters; if it stands still, restart {who}",
    )

"""What travelled: the topics held against the logs they come from."""

from collections.abc import Iterator, Mapping
from typing import Any
from zlib import crc32

from tests.faults.checker import consent_words
from tests.faults.checker.contracts import Contracts
from tests.faults.checker.evidence import PUBLISHERS, Evidence
from tests.faults.checker.reading import opened
from tests.faults.checker.rows import Broken, Fact, Fault, Message

_ADDED: Mapping[tuple[str, str], tuple[str, str]] = {
    ("outcome-recorded", "measures"): ("outcome_kinds", "outcome"),
    ("outcome-corrected", "measures"): ("outcome_kinds", "outcome"),
}
"""The fields that a message has beyond its fact: what a list says of the code in another field."""
WAKE_SECONDS = 60.0
"""How long after a fault was mended a relay may still send again what it was not sure of."""


def every_message_tells_a_fact(evidence: Evidence) -> Iterator[Broken]:
    """A message in a topic repeats a recorded fact word for word, or was put there by hand."""
    by_position = {(fact.service, fact.position): fact for fact in evidence.facts.values()}
    by_hand = {(each.source, each.partition, each.offset) for each in evidence.ledger.poisons}
    for message in evidence.messages:
        if (message.source, message.partition, message.offset) in by_hand:
            continue
        fact = by_position.get((message.source, message.position or 0))
        if fact is None:
            yield _at(message, "a message tells of nothing that is on the log")
            continue
        differing = _differing(message, fact, evidence)
        if differing:
            yield _at(message, "a message does not tell what is on the log", fields=differing)


def every_published_fact_arrives_once(evidence: Evidence) -> Iterator[Broken]:
    """A reader who skips repeats and waits at gaps gets every published fact once, in order."""
    for source in PUBLISHERS:
        read = {event.position for event in evidence.reading.events.get(source, ())}
        for fact in evidence.published(source):
            if fact.position not in read:
                details = {"fact": fact.id, "name": fact.name, "position": fact.position}
                yield Broken(fact.correlation, "a published fact never arrived", details)
    for message in evidence.reading.early:
        yield _at(message, "the message before this one never came", previous=message.previous)


def messages_stand_in_their_partition(evidence: Evidence) -> Iterator[Broken]:
    """All messages of a case are in the partition that its id gives, each naming the one before."""
    last: dict[tuple[str, int], int] = {}
    for source in PUBLISHERS:
        for event in evidence.reading.events.get(source, ()):
            message = event.message
            partition = (source, message.partition)
            if message.partition != partition_of(message.key, evidence.ledger.partitions):
                yield _at(message, "a message stands in another partition than its case's")
            if message.previous != last.get(partition, 0):
                yield _at(message, "a message names another before it", previous=message.previous)
            last[partition] = event.position


def messages_say_only_what_is_agreed(evidence: Evidence) -> Iterator[Broken]:
    """A published fact has its contract's fields and no other, in codes: nobody is named."""
    for source in PUBLISHERS:
        for event in evidence.reading.events.get(source, ()):
            if not evidence.contracts.publishes(source, event.name):
                yield _at(event.message, "a message's type is not among the contracts")
                continue
            subject = (source, event.name, event.message.key, event.data)
            for objection in evidence.contracts.objections(*subject):
                yield _at(event.message, "a message says what was not agreed", field=objection)


def messages_repeat_only_after_a_fault(evidence: Evidence) -> Iterator[Broken]:
    """A relay that is sure sends once: a message comes again in the wake of a fault only."""
    for message in evidence.reading.repeats:
        if not any(_in_the_wake(message, fault) for fault in evidence.ledger.faults):
            yield _at(message, "a message was sent again for no reason")


SOURCE = {"importmapping": "mapping", "importfile": "file", "legalbasis": "legal_basis"}
"""The attributes that give the source of imported history, by its name in the log."""


def partition_of(key: str, partitions: int) -> int:
    """The partition in which a case's messages stand."""
    return crc32(key.encode()) % partitions


_WITHHELD = {
    "correction-proposed": ("parties_version",),
    "void-requested": ("parties_version",),
    "agreement-overridden": ("subject",),
    "link-issued": ("digest",),
    "link-opened": ("session",),
}
"""What a fact keeps to itself: versions of the log that it stands on, and who said it."""


def published(fact: Fact, contracts: Contracts) -> dict[str, Any]:
    """What a message says of a fact: its own words, and what is added to them on publishing."""
    if consent_words.is_of_consent(fact.name):
        return consent_words.told(fact.name, fact.payload)
    added = {
        field: contracts.says(code_list, str(fact.payload[of]), field)
        for (name, field), (code_list, of) in _ADDED.items()
        if name == fact.name
    }
    kept = {name: v for name, v in fact.payload.items() if name not in _WITHHELD.get(fact.name, ())}
    return {**kept, **added}


def _in_the_wake(message: Message, fault: Fault) -> bool:
    if message.sent < fault.since - 1:
        return False
    return fault.until is None or message.sent <= fault.until + WAKE_SECONDS


def _differing(message: Message, fact: Fact, evidence: Evidence) -> list[str]:
    """Name what a message says otherwise than its fact."""
    envelope = opened(message)
    expected: dict[str, Any] = {
        "specversion": "1.0",
        "id": fact.id,
        "source": f"/canaliza/{fact.service}",
        "type": f"mx.canaliza.{fact.service}.{fact.name}.v1",
        "dataschema": f"urn:canaliza:schema:{fact.service}.{fact.name}.v1",
        "datacontenttype": "application/json",
        "subject": fact.correlation,
        "time": fact.happened_at,
        "recordedat": fact.recorded_at,
        "institution": fact.institution,
        "role": fact.role,
        "actor": fact.subject,
        "correlationid": fact.correlation,
        "causationid": fact.causation,
        "position": str(fact.position),
    }
    imported = fact.imported or {}
    source = {attribute: imported.get(name) for attribute, name in SOURCE.items()}
    expected |= {attribute: value for attribute, value in source.items() if value is not None}
    differing = [name for name, value in expected.items() if envelope.get(name) != value]
    differing += sorted(envelope.keys() - expected.keys() - {"data"})
    sent = envelope.get("data")
    sent = sent if isinstance(sent, dict) else {}
    data = published(fact, evidence.contracts)
    differing += [f"data.{n}" for n, v in sent.items() if n not in data or data[n] != v]
    if message.key != fact.correlation:
        differing.append("key")
    if not evidence.contracts.publishes(fact.service, fact.name):
        differing.append("a private fact")
    return differing


def _at(message: Message, sentence: str, **evidence: Any) -> Broken:
    location = f"{message.source}/{message.partition}@{message.offset}"
    return Broken(
        message.key, sentence, {"message": location, "position": message.position, **evidence}
    )

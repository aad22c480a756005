"""What a small run leaves behind, open to be broken: ledger, logs, topics, parked messages."""

import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.faults.checker import booking
from tests.faults.checker.contracts import Contracts, committed
from tests.faults.checker.evidence import PUBLISHERS, READS, Evidence
from tests.faults.checker.projections import FOLDS
from tests.faults.checker.rows import Fact, Message, Parked, Service
from tests.faults.checker.tallies import tallies_of
from tests.faults.checker.travel import partition_of, published

OFFICE, COMMISSION, STRANGER = "stps-chihuahua", "cedh-chihuahua", "albergue-juarez"
PARTITIONS = 3
BEGIN = datetime(2026, 5, 4, 15, 0, tzinfo=UTC)
CONTRACTS: Contracts = committed()


def named(name: str) -> str:
    """An id that the same word always gives."""
    return str(uuid5(NAMESPACE_URL, name))


CASE, OTHER, REFERRAL, SECOND, THIRD = map(named, ("case", "other", "first", "second", "third"))
REVOKED, FALLEN, TRANSFERRED, AGAIN = map(named, ("revoked", "fallen", "transferred", "again"))
POISON = b'{"specversion": "1.0", "id": '


@dataclass
class World:
    """What a run left behind, each part open to be broken."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    facts: dict[str, list[Fact]] = field(default_factory=lambda: {n: [] for n in READS})
    heads: dict[str, int] = field(default_factory=dict)
    commands: dict[str, dict[str, Any]] = field(default_factory=lambda: {n: {} for n in READS})
    positions: dict[str, dict[str, tuple[int, int]]] = field(default_factory=dict)
    parked: dict[str, list[Parked]] = field(default_factory=lambda: {n: [] for n in READS})
    messages: list[Message] = field(default_factory=list)
    ends: dict[tuple[str, int], int] = field(default_factory=dict)
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    documents: set[str] = field(default_factory=set)

    def evidence(self) -> Evidence:
        """The world as the checker sees it."""
        numbered = [{"n": n, **line} for n, line in enumerate(self.lines, 1)]
        services = {
            name: Service(
                name,
                self.facts[name],
                self.heads[name],
                self.commands[name],
                self.positions[name],
                self.parked[name],
                frozenset(self.documents if name == "referral" else ()),
            )
            for name in READS
        }
        return Evidence(
            booking.of_lines(numbered), services, self.messages, self.ends, self.tables, CONTRACTS
        )

    def line(self, what: str, **members: Any) -> None:
        """Write a line into the ledger."""
        self.lines.append({"t": 1000.0 + len(self.lines), "what": what, **members})

    def change(self, identity: str, **members: Any) -> None:
        """Have a fact say something else than it did."""
        facts = self.facts[identity.partition(":")[0]]
        n = next(n for n, fact in enumerate(facts) if fact.id == identity)
        facts[n] = replace(facts[n], **members)

    def change_payload(self, identity: str, **payload: Any) -> None:
        """Have a fact's own words say something else."""
        fact = next(f for f in self.facts[identity.partition(":")[0]] if f.id == identity)
        self.change(identity, payload={**fact.payload, **payload})

    def message(self, identity: str) -> Message:
        """The message that tells of a fact."""
        return next(each for each in self.messages if f'"id": "{identity}"'.encode() in each.value)

    def rewrite(self, message: Message, **members: Any) -> None:
        """Replace a message by one that differs from it."""
        self.messages[self.messages.index(message)] = replace(message, **members)


def send(world: World) -> None:
    """Carry every published fact into its topic, one poisoned message among them, and read on."""
    world.positions = {name: {} for name in READS}
    for source in PUBLISHERS:
        for fact in world.facts[source]:
            if CONTRACTS.publishes(source, fact.name):
                _carry(world, fact)
    _set_aside(world)
    for source in PUBLISHERS:
        world.positions[source]["relay/-1"] = (world.heads[source], 0)
    for (source, partition), end in world.ends.items():
        position = world.positions[source][f"relay/{partition}"][0]
        for reader in (name for name, sources in READS.items() if source in sources):
            world.positions[reader][f"{source}/{partition}"] = (position, end)


def _carry(world: World, fact: Fact) -> None:
    """One fact, as a relay does it."""
    if fact.payload.get("referral_id") == THIRD:
        _poison(world)
    source, partition = fact.service, partition_of(fact.correlation, PARTITIONS)
    previous = world.positions[source].get(f"relay/{partition}", (0, 0))[0]
    offset = world.ends.get((source, partition), 0)
    world.ends[source, partition] = offset + 1
    sent = fact.committed.timestamp() if fact.committed else 0.0
    location = (source, partition, offset, sent, fact.correlation, fact.position, previous)
    world.messages.append(Message(*location, json.dumps(envelope(fact)).encode()))
    world.positions[source][f"relay/{partition}"] = (fact.position, 0)


def _poison(world: World) -> None:
    """Somebody puts a message of the other case into referral's topic by hand."""
    partition = partition_of(OTHER, PARTITIONS)
    offset = world.ends.get(("referral", partition), 0)
    world.ends["referral", partition] = offset + 1
    world.messages.append(Message("referral", partition, offset, 0.0, OTHER, None, None, POISON))
    location = {"source": "referral", "partition": partition, "offset": offset}
    world.line("poison", kind="bad-json", **location, key=OTHER, value=b64encode(POISON).decode())


def _set_aside(world: World) -> None:
    """The readers of referral park the poisoned message, and the one behind it."""
    for reader in ("intake", "followup", "reporting"):
        for message in list(_waiting(world)):
            fact_id = f"referral:{OTHER}:6"
            message_name = f"message:referral/{message.partition}/@{message.offset}"
            reason = "behind-a-parked-message" if message.position else "not-json"
            identity = named(f"{reader} {message.offset}")
            row = (message.source, message.partition, message.offset, message.position or 0)
            parked = world.parked[reader]
            parked.append(Parked(identity, len(parked) + 1, *row, OTHER, message.value, reason))
            location = dict(zip(("source", "partition", "offset", "position"), row, strict=True))
            cause = fact_id if message.position else message_name
            moment = BEGIN.isoformat()
            who = (reader, "system", "system", moment, moment, OTHER, cause)
            position = world.heads.get(reader, 0) + 1
            whole = {"message_id": identity, **location, "reason": reason}
            at = BEGIN + timedelta(minutes=2)
            fact = Fact(reader, position, identity, 1, "message-parked", *who, whole, at)
            world.facts[reader].append(fact)
            world.heads[reader] = position


def _waiting(world: World) -> Iterator[Message]:
    third = THIRD.encode()
    return (each for each in world.messages if each.position is None or third in each.value)


def project(world: World) -> None:
    """Reporting's rows, as the checker's own fold has them: tests break them afterwards."""
    world.tables = {"tallies": []}
    evidence = world.evidence()
    events = evidence.heard("reporting")
    world.tables = {
        **{name: list(fold(events, CONTRACTS).values()) for name, fold in FOLDS.items()},
        "tallies": list(tallies_of(events, CONTRACTS).values()),
    }
    for row in world.tables["history"]:
        row["committed"] = BEGIN + timedelta(minutes=2)


def envelope(fact: Fact) -> dict[str, Any]:
    """The CloudEvent that tells of a fact."""
    return {
        "specversion": "1.0",
        "id": fact.id,
        "source": f"/canaliza/{fact.service}",
        "type": f"mx.canaliza.{fact.service}.{fact.name}.v1",
        "subject": fact.correlation,
        "time": fact.happened_at,
        "datacontenttype": "application/json",
        "dataschema": f"urn:canaliza:schema:{fact.service}.{fact.name}.v1",
        "position": str(fact.position),
        "recordedat": fact.recorded_at,
        "institution": fact.institution,
        "role": fact.role,
        "actor": fact.subject,
        "correlationid": fact.correlation,
        "causationid": fact.causation,
        "data": published(fact, CONTRACTS),
    }

"""What was set aside: the poisoned messages, and behind them their cases' later messages only.

A message that a reader's own program failed on is set aside as well, and its case waits; that is a
mistake of the program's, and named, unless the driver had made it.
"""

import re
from collections.abc import Iterator, Mapping

from tests.faults.checker.evidence import READS, Evidence
from tests.faults.checker.rows import Broken, Parked, Poison, Service

BEHIND, FAILED_ON = "behind-a-parked-message", "not-projectable"
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Location = tuple[str, int, int]


def every_poisoned_message_was_set_aside(evidence: Evidence) -> Iterator[Broken]:
    """Each reader of a topic parked each message put there by hand, with its very bytes."""
    for service in evidence.services.values():
        rows = {_location(row): row for row in service.parked}
        for location, poison in _poisons(evidence, service).items():
            row = rows.get(location)
            details = {"service": service.name, "kind": poison.kind, "message": _name(location)}
            if row is None:
                yield Broken(poison.key, "a poisoned message was not set aside", details)
            elif row.value != poison.value or row.key != _key(poison):
                yield Broken(poison.key, "a message was set aside with other bytes", details)


def only_poisoned_cases_wait(evidence: Evidence) -> Iterator[Broken]:
    """Besides the poisoned messages only later ones of their cases were set aside, as they came."""
    written = {(e.source, e.partition, e.offset): e for e in evidence.messages}
    made = {
        (fault.target, fact.service, fact.position)
        for fault in evidence.ledger.faults
        if (fact := evidence.facts.get(fault.fact)) is not None
    }
    for service in evidence.services.values():
        poisons = _poisons(evidence, service)
        held = {_key(poison) for poison in poisons.values()} - {""}
        held |= {row.key for row in service.parked if row.reason == FAILED_ON}
        seen: set[Location] = set()
        for row in service.parked:
            details = {
                "service": service.name,
                "message": _name(_location(row)),
                "reason": row.reason,
            }
            if _location(row) in seen:
                yield Broken(row.key, "a message was set aside twice", details)
            seen.add(_location(row))
            if _location(row) in poisons:
                continue
            on_purpose = (service.name, row.source, row.position) in made
            if not on_purpose and (wrong := _set_aside_wrongly(row, held)) is not None:
                yield Broken(row.key, wrong, details)
            message = written.get(_location(row))
            if message is None or message.value != row.value:
                yield Broken(row.key, "what waits is not what stands in the topic", details)


def _set_aside_wrongly(row: Parked, held: set[str]) -> str | None:
    if row.reason == FAILED_ON:
        return "the program failed on a message"
    if row.reason != BEHIND:
        return "a message was set aside that nobody had poisoned"
    return None if row.key in held else "a case waits that nobody had poisoned"


def nothing_overtakes_a_parked_message(evidence: Evidence) -> Iterator[Broken]:
    """Behind a message that waits, every later one of its case in that partition waits as well."""
    for service in evidence.services.values():
        first: dict[tuple[str, int, str], int] = {}
        for row in service.parked:
            if not row.resolved and row.key:
                location = (row.source, row.partition, row.key)
                first[location] = min(first.get(location, row.offset), row.offset)
        aside = service.set_aside
        for source in READS[service.name]:
            for event in evidence.reading.events.get(source, ()):
                message = event.message
                since = first.get((source, message.partition, message.key))
                if (
                    since is not None
                    and message.offset > since
                    and (source, event.position) not in aside
                ):
                    details = {
                        "service": service.name,
                        "message": _name((source, message.partition, message.offset)),
                    }
                    yield Broken(message.key, "a message overtook one that waits", details)


def parking_is_on_the_log(evidence: Evidence) -> Iterator[Broken]:
    """Each message that was set aside is a fact on its reader's log, and the other way round."""
    for service in evidence.services.values():
        facts = {fact.stream: fact for fact in service.facts if fact.name == "message-parked"}
        rows = {row.id: row for row in service.parked}
        for identity in facts.keys() ^ rows.keys():
            details = {"service": service.name, "message": identity}
            yield Broken("", "a message is set aside on the log or in the table only", details)
        for identity in facts.keys() & rows.keys():
            row, fact = rows[identity], facts[identity].payload
            logged = (fact["source"], fact["partition"], fact["offset"], fact["reason"])
            if logged != (*_location(row), row.reason):
                details = {"service": service.name, "message": identity}
                yield Broken(row.key, "the log tells of another message than the table", details)


def _poisons(evidence: Evidence, service: Service) -> Mapping[Location, Poison]:
    return {
        (poison.source, poison.partition, poison.offset): poison
        for poison in evidence.ledger.poisons
        if poison.source in READS[service.name]
    }


def _location(row: Parked) -> Location:
    return row.source, row.partition, row.offset


def _key(poison: Poison) -> str:
    """An id; any other key is kept nowhere, because it could be a person's name."""
    return poison.key if _ID.fullmatch(poison.key) else ""


def _name(location: Location) -> str:
    return "{}/{}@{}".format(*location)

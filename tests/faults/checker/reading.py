"""What a careful reader makes of the topics: each message once, in order, whatever came again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.faults.checker.rows import Event, Json, Message, Poison


@dataclass(frozen=True, slots=True)
class Reading:
    """What a careful reader makes of the topics.

    events: by source, taken in. repeats: had before. strays: no message of a relay, though nobody
    poisoned it. early: a message before it was missing, and it never came again.
    """

    events: Mapping[str, Sequence[Event]]
    repeats: Sequence[Message]
    strays: Sequence[Message]
    early: Sequence[Message]


def read_carefully(messages: Sequence[Message], poisons: Sequence[Poison]) -> Reading:
    """Read every partition in order: skip what was had, wait where the one before is missing."""
    by_hand = {(each.source, each.partition, each.offset) for each in poisons}
    positions: dict[tuple[str, int], int] = {}
    events: dict[str, list[Event]] = {}
    repeats: list[Message] = []
    strays: list[Message] = []
    early: dict[tuple[str, int | None], Message] = {}
    for message in sorted(messages, key=lambda each: (each.source, each.partition, each.offset)):
        if (message.source, message.partition, message.offset) in by_hand:
            continue
        envelope = opened(message)
        if message.position is None or message.previous is None or not _ours(envelope):
            strays.append(message)
            continue
        last = positions.get((message.source, message.partition), 0)
        if message.position <= last:
            repeats.append(message)
        elif message.previous > last:
            early[message.source, message.position] = message
        else:
            if early.pop((message.source, message.position), None):
                repeats.append(message)
            positions[message.source, message.partition] = message.position
            events.setdefault(message.source, []).append(Event(message, envelope))
    return Reading(events, repeats, strays, list(early.values()))


def opened(message: Message) -> Mapping[str, Json]:
    """The CloudEvent's members; empty where the bytes are none."""
    try:
        read = json.loads(message.value)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _ours(envelope: Mapping[str, Json]) -> bool:
    """Whether it has what the rules read: a type of ours, a position, and data."""
    return (
        len(str(envelope.get("type")).split(".")) == 5
        and str(envelope.get("position")).isdecimal()
        and isinstance(envelope.get("data"), dict)
    )

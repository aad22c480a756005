"""What a careful reader makes of the topics: each letter once, in order, whatever came again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.faults.checker.rows import Event, Json, Letter, Poison


@dataclass(frozen=True, slots=True)
class Reading:
    """What a careful reader makes of the topics.

    events: by source, taken in. repeats: had before. strays: no letter of a relay, though nobody
    poisoned it. early: a letter before it was missing, and it never came again.
    """

    events: Mapping[str, Sequence[Event]]
    repeats: Sequence[Letter]
    strays: Sequence[Letter]
    early: Sequence[Letter]


def read_carefully(letters: Sequence[Letter], poisons: Sequence[Poison]) -> Reading:
    """Read every partition in order: skip what was had, wait where the one before is missing."""
    by_hand = {(each.source, each.partition, each.offset) for each in poisons}
    places: dict[tuple[str, int], int] = {}
    events: dict[str, list[Event]] = {}
    repeats: list[Letter] = []
    strays: list[Letter] = []
    early: dict[tuple[str, int | None], Letter] = {}
    for letter in sorted(letters, key=lambda each: (each.source, each.partition, each.offset)):
        if (letter.source, letter.partition, letter.offset) in by_hand:
            continue
        envelope = opened(letter)
        if letter.position is None or letter.previous is None or not _ours(envelope):
            strays.append(letter)
            continue
        place = places.get((letter.source, letter.partition), 0)
        if letter.position <= place:
            repeats.append(letter)
        elif letter.previous > place:
            early[letter.source, letter.position] = letter
        else:
            if early.pop((letter.source, letter.position), None):
                repeats.append(letter)
            places[letter.source, letter.partition] = letter.position
            events.setdefault(letter.source, []).append(Event(letter, envelope))
    return Reading(events, repeats, strays, list(early.values()))


def opened(letter: Letter) -> Mapping[str, Json]:
    """The CloudEvent's members; empty where the bytes are none."""
    try:
        read = json.loads(letter.value)
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

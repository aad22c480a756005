"""The rule of the two axes says of random cases what looking back from each fact says.

And a rule that is planted wrong is caught.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from random import Random
from typing import Any

import msgspec
import pytest

from services.reporting import axes as rule
from services.reporting.axes import Axes
from services.reporting.history import Placed
from services.reporting.telling import Brief, Line
from shared.contracts.contract import parts_of
from shared.contracts.envelope import Event
from tests.places_in_time import counting, scattered, some_place

SEEDS = range(60)


def line(event: Event) -> Line:
    meta = event.meta
    return Line(
        event.id, meta.causation, meta.happened_at, meta.recorded_at, event.service, event.position
    )


def brief(event: Event) -> Brief:
    meta, name = event.meta, parts_of(event.type).name
    data = msgspec.json.decode(event.raw)
    return Brief(event.id, name, event.service, meta.happened_at, meta.recorded_at, data)


def chosen(events: list[Event], axes: Axes) -> set[str]:
    telling = {event.id: brief(event) for event in events}
    return {fact.id for fact in axes.counting([line(event) for event in events], telling)}


def agrees(seed: int) -> bool:
    """Whether the rule chooses the same facts of a random case as looking back does."""
    chance = Random(seed)  # noqa: S311 - reproducible, no secret
    events = scattered(chance, 1)
    places = [some_place(events, chance) for _ in range(5)]
    return all(
        chosen(events, axes) == {event.id for event in counting(events, axes.as_of, axes.as_known)}
        for axes in places
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_the_facts_that_count_are_those_that_looking_back_finds(seed: int) -> None:
    assert agrees(seed)


def mends_nothing(plant: pytest.MonkeyPatch) -> None:
    """A correction of a case would count from the day on which it was made."""
    plant.setattr(rule, "MENDS", {})


def outcomes_as_recorded(plant: pytest.MonkeyPatch) -> None:
    """A corrected award would count from the day of its correction."""
    plant.setattr(rule, "mended_version", lambda _: None)


def known_when_it_happened(plant: pytest.MonkeyPatch) -> None:
    """What was recorded late would be known before."""

    def knows(self: Axes, fact: Any) -> bool:
        known = self.as_known
        return not isinstance(known, datetime) or fact.happened_at <= known

    plant.setattr(Axes, "_knows", knows)


def up_to_but_not_including(plant: pytest.MonkeyPatch) -> None:
    """The fact at the position that is asked for would not be known."""

    def knows(self: Axes, fact: Placed) -> bool:
        known = self.as_known
        if isinstance(known, Mapping):
            return fact.position < known.get(fact.service, 10**9)
        return known is None or fact.recorded_at <= known

    plant.setattr(Axes, "_knows", knows)


@pytest.mark.parametrize(
    "mistake",
    [mends_nothing, outcomes_as_recorded, known_when_it_happened, up_to_but_not_including],
)
def test_a_rule_that_is_planted_wrong_is_caught(
    mistake: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    mistake(monkeypatch)
    assert not all(agrees(seed) for seed in SEEDS)

"""Every bug still has a place to be planted at, and one that has none is told of."""

import pytest

from tests.faults.bugs import BUGS, NoSuchPlace, found, plant


@pytest.mark.parametrize("bug", BUGS)
def test_a_bugs_places_are_in_production_code(bug: str) -> None:
    for place in BUGS[bug]:
        owner, name = found(place)
        assert callable(getattr(owner, name)) or name.isupper()


@pytest.mark.parametrize(
    "place",
    ["shared.messaging.relay:Relay._no_such_step", "shared.messaging.relay:NoSuchRelay.run"],
)
def test_a_place_that_has_moved_is_told_of(place: str) -> None:
    with pytest.raises(NoSuchPlace):
        found(place)


def test_a_bug_that_nobody_knows_is_not_planted() -> None:
    with pytest.raises(KeyError):
        plant("no-such-bug")

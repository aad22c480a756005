"""What takes a moment to make is made off the event loop, which answers all others meanwhile."""

from collections.abc import Callable
from inspect import iscoroutinefunction

import pytest

from shared.web import codelists, places


@pytest.mark.parametrize("endpoint", [codelists.one_list, places.places])
def test_thousands_of_places_are_read_and_compared_off_the_event_loop(
    endpoint: Callable[..., object],
) -> None:
    assert not iscoroutinefunction(endpoint)

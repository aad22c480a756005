"""A stream whose facts are recorded beside those of others takes no commands."""

import pytest

from shared.kernel.decider import takes_no_commands


def test_nobody_asks_anything_of_such_a_stream() -> None:
    with pytest.raises(TypeError, match="takes no commands"):
        takes_no_commands()

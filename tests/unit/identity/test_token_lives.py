"""How long a token may be in force."""

from datetime import timedelta

import pytest

from shared.identity.token_lives import LONGEST, LivesTooLong, require_life
from shared.kernel.roles import ADMINISTRATOR, AUDITOR, CASEWORKER, ROLES, STEWARD


@pytest.mark.parametrize("role", ROLES)
def test_each_role_has_a_longest_life_of_a_year_or_less(role: str) -> None:
    assert LONGEST[role] <= timedelta(days=366)
    require_life([role], LONGEST[role])
    with pytest.raises(LivesTooLong):
        require_life([role], LONGEST[role] + timedelta(seconds=1))


def test_who_sees_or_changes_more_is_let_in_for_a_shorter_time() -> None:
    assert LONGEST[STEWARD] < LONGEST[AUDITOR] < LONGEST[CASEWORKER]


def test_of_several_roles_the_shortest_life_counts() -> None:
    with pytest.raises(LivesTooLong, match="administrator"):
        require_life([CASEWORKER, ADMINISTRATOR], timedelta(days=93))

"""For which purpose somebody reads or commands."""

import pytest

from shared.kernel.codes import codes
from shared.kernel.purposes import CODE_LIST, PURPOSES, default_purpose, purpose_in, purpose_of
from shared.kernel.roles import ADMINISTRATOR, AUDITOR, CASEWORKER, ROLES


def test_every_role_has_purposes_and_every_purpose_a_role() -> None:
    assert PURPOSES.keys() == set(ROLES)
    assert {code for of_role in PURPOSES.values() for code in of_role} == set(codes(CODE_LIST))


@pytest.mark.parametrize("role", ROLES)
def test_who_says_none_has_the_default_of_the_first_role(role: str) -> None:
    assert purpose_in(role, "") == PURPOSES[role][0] == default_purpose([role])


def test_a_purpose_is_said_in_whatever_role_may_have_it() -> None:
    both = (ADMINISTRATOR, CASEWORKER)
    assert purpose_of(both, "administration") == "administration"
    assert purpose_of(both, "case-handling") == "case-handling"


def test_nobody_says_a_purpose_that_none_of_their_roles_has() -> None:
    assert purpose_of((AUDITOR,), "case-handling") is None
    assert purpose_of((CASEWORKER,), "curiosity") is None

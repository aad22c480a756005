"""Whoever asks: the institution's own sight, or every case by role."""

import pytest

from shared.identity import scope
from shared.identity.caller import Caller
from shared.identity.scope import NoSuchCase
from shared.kernel.refusals import Refused
from shared.kernel.roles import AUDITOR, CASEWORKER, MONITOR

A, B = "office", "commission"


def caller(*roles: str) -> Caller:
    return Caller(institution=A, roles=roles, subject="token-1")


@pytest.mark.parametrize("role", [AUDITOR, MONITOR])
def test_auditors_and_monitors_see_every_case(role: str) -> None:
    assert scope.limited_to(caller(role)) is None
    scope.require(caller(role), ())


def test_everybody_else_is_limited_to_what_the_institution_sees() -> None:
    assert scope.limited_to(caller(CASEWORKER)) == A
    scope.require(caller(CASEWORKER), {A})
    with pytest.raises(Refused) as refused:
        scope.require(caller(CASEWORKER), {B})
    assert isinstance(refused.value.refusal, NoSuchCase)

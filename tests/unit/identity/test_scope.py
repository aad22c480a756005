"""Whoever asks: the institution's own sight, or every case by role."""

import pytest

from shared.identity import scope
from shared.identity.caller import Caller
from shared.identity.scope import NoSuchCase
from shared.kernel.codes import codes
from shared.kernel.refusals import Refused
from shared.kernel.roles import (
    ADMINISTRATOR,
    AUDITOR,
    CASEWORKER,
    COORDINATOR,
    DELEGATE,
    MONITOR,
    ROLES,
    STEWARD,
    SUPERVISOR,
)
from shared.kernel.value import replace

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


HANDLING, SUPERVISING = "case-handling", "supervision"
PURPOSES_OF = {
    CASEWORKER: {HANDLING, "subject-request"},
    SUPERVISOR: {HANDLING, SUPERVISING, "subject-request"},
    COORDINATOR: {HANDLING, SUPERVISING},
    DELEGATE: {HANDLING},
    ADMINISTRATOR: {"administration", "subject-request"},
    STEWARD: {"administration"},
    AUDITOR: {"audit"},
    MONITOR: {"monitoring"},
}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_shown_what_its_institution_is_involved_in_for_its_own_purposes(
    role: str,
) -> None:
    def allowed(involved: set[str]) -> set[str]:
        return {p for p in codes("purposes") if scope.allows(role, A, involved, p)}

    assert allowed({A, B}) == PURPOSES_OF[role]
    watches = role in {AUDITOR, MONITOR}
    assert allowed({B}) == allowed(set()) == (PURPOSES_OF[role] if watches else set())


@pytest.mark.parametrize(
    ("roles", "said", "involved", "purpose"),
    [
        ((CASEWORKER,), "", {A}, HANDLING),
        ((CASEWORKER,), "subject-request", {A}, "subject-request"),
        ((CASEWORKER,), "audit", {A}, None),
        ((CASEWORKER, MONITOR), "", {A}, HANDLING),
        ((CASEWORKER, MONITOR), "", {B}, "monitoring"),
        ((CASEWORKER, MONITOR), HANDLING, {B}, None),
        ((MONITOR,), "", {A}, "monitoring"),
    ],
)
def test_the_purpose_is_of_the_first_role_that_may(
    roles: tuple[str, ...], said: str, involved: set[str], purpose: str | None
) -> None:
    assert scope.seen_for(replace(caller(*roles), stated_purpose=said), involved) == purpose


def test_auditors_alone_see_the_whole_access_log() -> None:
    assert scope.accesses_limited_to(caller(CASEWORKER, AUDITOR)) is None
    assert scope.accesses_limited_to(caller(MONITOR)) == A
    said = replace(caller(CASEWORKER, AUDITOR), stated_purpose=HANDLING)
    assert scope.accesses_limited_to(said) == A

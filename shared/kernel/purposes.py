"""For which purposes each role may read and command. The codes are those of the list ``purposes``.

A purpose narrows, it never widens: who says one acts in those of their roles alone that have it.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType

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

CODE_LIST = "purposes"
CASE_HANDLING = "case-handling"
SUPERVISION = "supervision"
SUBJECT_REQUEST = "subject-request"
ADMINISTRATION = "administration"
AUDIT = "audit"
MONITORING = "monitoring"

PURPOSES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        CASEWORKER: (CASE_HANDLING, SUBJECT_REQUEST),
        SUPERVISOR: (SUPERVISION, CASE_HANDLING, SUBJECT_REQUEST),
        COORDINATOR: (CASE_HANDLING, SUPERVISION),
        DELEGATE: (CASE_HANDLING,),
        ADMINISTRATOR: (ADMINISTRATION, SUBJECT_REQUEST),
        STEWARD: (ADMINISTRATION,),
        AUDITOR: (AUDIT,),
        MONITOR: (MONITORING,),
    }
)
"""By role; the first one is its default."""


def purpose_in(role: str, said: str) -> str | None:
    """Return the purpose of somebody in this role; None if the role may not have the one said.

    said: a purpose, or nothing for the role's default.
    """
    if not said:
        return PURPOSES[role][0]
    return said if said in PURPOSES[role] else None


def default_purpose(roles: Collection[str]) -> str:
    """Return the default of the first of these roles."""
    return next(PURPOSES[role][0] for role in ROLES if role in roles)


def purpose_of(roles: Collection[str], said: str) -> str | None:
    """Return the purpose of somebody in the first of these roles that may have it."""
    found = (purpose_in(role, said) for role in ROLES if role in roles)
    return next((purpose for purpose in found if purpose), None)

"""For how long a token may be in force: the more its role may see or change, the shorter."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final

from shared.kernel import roles
from shared.kernel.text import Text, UserError

LONGEST: Final[Mapping[str, timedelta]] = {
    roles.CASEWORKER: timedelta(days=366),
    roles.SUPERVISOR: timedelta(days=366),
    roles.COORDINATOR: timedelta(days=366),
    roles.DELEGATE: timedelta(days=366),
    roles.ADMINISTRATOR: timedelta(days=92),
    roles.AUDITOR: timedelta(days=92),
    roles.MONITOR: timedelta(days=92),
    roles.STEWARD: timedelta(days=31),
}
"""A year for those who work on cases, a quarter for who sees all of them or makes tokens, a month
for who runs the platform."""


class LivesTooLong(UserError):
    """A token would be in force for longer than one of its roles may be."""

    def __init__(self, role: str) -> None:
        days = LONGEST[role].days
        super().__init__(
            Text(
                f"Un token con el rol {role} vale a lo más {days} días; cree otro antes de que "
                "venza.",
                f"A token with the role {role} is in force for at most {days} days; make another "
                "before it expires.",
            ),
            2,
        )
        self.role = role


def strictest(token_roles: Iterable[str]) -> str:
    """Return the one of these roles whose tokens may be in force for the shortest time."""
    return min(token_roles, key=lambda role: LONGEST[role])


def require_life(token_roles: Iterable[str], life: timedelta) -> None:
    """Raise LivesTooLong, for the role with the shortest life, if ``life`` is longer.

    token_roles: one or more of ``roles.ROLES``.
    """
    shortest = strictest(token_roles)
    if life > LONGEST[shortest]:
        raise LivesTooLong(shortest)

"""Who calls: one institution, in the roles of its token."""

from typing import ClassVar

from shared.eventstore.writer import Precondition
from shared.identity.tokens import TokenFound, Tokens
from shared.kernel.clock import now
from shared.kernel.decider import Actor
from shared.kernel.refusals import Forbidden, Refused
from shared.kernel.text import Text
from shared.kernel.value import Value

CASEWORKER = "caseworker"
"""Registers, refers, follows up."""
ADMINISTRATOR = "administrator"
"""Keeps the directory of institutions."""
AUDITOR = "auditor"
"""May see every case's history, and change nothing."""
MONITOR = "monitor"
"""May see every case's coded facts for indicators, and change nothing."""
ROLES = (CASEWORKER, ADMINISTRATOR, AUDITOR, MONITOR)


class NotIdentified(Forbidden):
    """No token, or one that is not, or no longer, in force.

    presented: whether there was one at all.
    """

    presented: bool
    code: ClassVar[str] = "not-identified"
    text: ClassVar[Text] = Text(
        "Falta un token vigente. Envíe «Authorization: Bearer …»; quien opera el "
        "sistema los crea con «canaliza token create».",
        "A token in force is missing. Send “Authorization: Bearer …”; whoever runs the "
        "system makes them with"
        " “canaliza token create”.",
    )


class RoleNeeded(Forbidden):
    """The token lacks the role that this takes."""

    role: str
    code: ClassVar[str] = "role-needed"
    text: ClassVar[Text] = Text(
        "Esto requiere el rol «{role}» y su token no lo tiene.",
        "This takes the role “{role}”, which your token does not have.",
    )


class Caller(Value):
    """Who asks, as the token says."""

    subject: str
    institution: str
    roles: tuple[str, ...]

    def acting_as(self, role: str) -> Actor:
        """The caller in one of its roles, for the facts.

        Refused if the token does not carry that role.
        """
        if role not in self.roles:
            raise Refused(RoleNeeded(role))
        return Actor(self.institution, role, self.subject)


def known_caller(tokens: Tokens, secret: str) -> tuple[Caller, Precondition] | None:
    """The caller as last known here, for as long as that holds; None where it must be read."""
    found = tokens.known(secret)
    try:
        return (in_force(found), found.unchanged) if found else None
    except Refused:
        return None


def in_force(found: TokenFound) -> Caller:
    """Whom a token stands for. Refused (401) unless it is in force at this moment."""
    token = found.token
    if token is None or token.revoked_at is not None or token.expires_at <= now():
        raise Refused(NotIdentified(presented=True))
    return Caller(token.subject, token.institution, token.roles)

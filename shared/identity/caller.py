"""The caller of a request: one institution, in the roles of its token."""

from collections.abc import Collection
from typing import ClassVar

from shared.eventstore.writer import Precondition
from shared.identity.tokens import TokenFound, Tokens
from shared.kernel.clock import now
from shared.kernel.decider import Actor
from shared.kernel.refusals import Forbidden, Refused
from shared.kernel.roles import ACTING, AUDITOR
from shared.kernel.text import Text
from shared.kernel.value import Value


class NotIdentified(Forbidden):
    """No token was sent, or one that is not, or no longer, in force.

    presented: whether one was sent at all.
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
    """The token lacks a role that is needed here."""

    role: str
    code: ClassVar[str] = "role-needed"
    text: ClassVar[Text] = Text(
        "Esto requiere el rol «{role}» y su token no lo tiene.",
        "This takes the role “{role}”, which your token does not have.",
    )


class Caller(Value):
    """The institution that calls, with the roles of its token.

    subject: the pseudonymous id of the person behind the token: two tokens of one person have one.
    """

    subject: str
    institution: str
    roles: tuple[str, ...]

    def acting_as(self, *roles: str) -> Actor:
        """Return the caller as an actor in the first of these roles that it has, for the facts.

        Refused unless the token carries one of them.
        """
        for role in roles:
            if role in self.roles:
                return Actor(self.institution, role, self.subject)
        raise Refused(RoleNeeded(roles[-1]))


def audits_itself(roles: Collection[str]) -> bool:
    """Whether these roles are not for one person: nobody audits what they may do themselves."""
    return AUDITOR in roles and not ACTING.isdisjoint(roles)


def known_caller(tokens: Tokens, secret: str) -> tuple[Caller, Precondition] | None:
    """Return the caller as last read, with the check that this still holds.

    None if the token must be read (again).
    """
    found = tokens.known(secret)
    try:
        return (in_force(found), found.unchanged) if found else None
    except Refused:
        return None


def in_force(found: TokenFound) -> Caller:
    """Return the caller that a token identifies.

    Refused (401) unless it is in force at this moment.
    """
    token = found.token
    if token is None or token.revoked_at is not None or token.expires_at <= now():
        raise Refused(NotIdentified(presented=True))
    return Caller(token.subject, token.institution, _kept_apart(token.roles))


def _kept_apart(roles: tuple[str, ...]) -> tuple[str, ...]:
    """Return the roles without the auditor's, if an older token has it beside one that acts."""
    return tuple(role for role in roles if role != AUDITOR) if audits_itself(roles) else roles

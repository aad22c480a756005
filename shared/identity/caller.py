"""The caller of a request: one institution, in the roles of its token."""

from collections.abc import Collection
from typing import ClassVar

from shared.eventstore.writer import Precondition
from shared.identity.tokens import TokenFound, Tokens
from shared.kernel.clock import now
from shared.kernel.coded_fields import not_known
from shared.kernel.decider import Actor
from shared.kernel.purposes import CODE_LIST, default_purpose, purpose_in, purpose_of
from shared.kernel.refusals import Forbidden, Refused
from shared.kernel.roles import ACTING, AUDITOR
from shared.kernel.text import Text
from shared.kernel.value import Value, replace

PURPOSE_HEADER = "Canaliza-Purpose"


class NotIdentified(Forbidden):
    """No token was sent, or one that is not, or no longer, in force.

    presented: whether one was sent at all.
    """

    presented: bool
    code: ClassVar[str] = "not-identified"
    text: ClassVar[Text] = Text(
        "Falta un token vigente. Envíe «Authorization: Bearer …»; los crea quien administra su"
        " institución, y el primero quien opera el sistema, con «canaliza token create».",
        "A token in force is missing. Send “Authorization: Bearer …”; your institution's"
        " administrator makes them, and whoever runs the system the first one, with"
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


class PurposeNotYours(Forbidden):
    """None of the caller's roles may read or command for this purpose."""

    purpose: str
    code: ClassVar[str] = "purpose-not-yours"
    text: ClassVar[Text] = Text(
        "Ningún rol de su token sirve aquí para la finalidad «{purpose}». Omita Canaliza-Purpose o"
        " diga otra.",
        "No role of your token serves the purpose “{purpose}” here. Leave Canaliza-Purpose out or"
        " say another.",
    )


class Caller(Value):
    """The institution that calls, with the roles of its token.

    subject: the pseudonymous id of the person behind the token: two tokens of one person have one.
    stated_purpose: what the caller says it asks for; empty: each role's default.
    """

    subject: str
    institution: str
    roles: tuple[str, ...]
    stated_purpose: str = ""

    @property
    def purpose(self) -> str:
        """What the caller asks for: as stated, or the default of the first of its roles."""
        return self.stated_purpose or default_purpose(self.roles)

    def asking_for(self, purpose: str | None) -> "Caller":
        """Return the caller with the purpose that it says; None: it says none.

        Refused if that is no purpose, or if none of the caller's roles may have it.
        """
        if purpose is None:
            return self
        if refusal := not_known(PURPOSE_HEADER, CODE_LIST, purpose):
            raise Refused(refusal)
        if purpose_of(self.roles, purpose) is None:
            raise Refused(PurposeNotYours(purpose))
        return replace(self, stated_purpose=purpose)

    def acting_as(self, *roles: str) -> Actor:
        """Return the caller as an actor in the first of these roles that it has, for the facts.

        Refused unless the token carries one of them, and that serves the purpose that was said.
        """
        held = [role for role in roles if role in self.roles]
        for role in held:
            if purpose_in(role, self.stated_purpose):
                return Actor(self.institution, role, self.subject)
        if held:
            raise Refused(PurposeNotYours(self.stated_purpose))
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
    if token is None or token.status(now()) != "in-force":
        raise Refused(NotIdentified(presented=True))
    return Caller(token.subject, token.institution, _kept_apart(token.roles))


def _kept_apart(roles: tuple[str, ...]) -> tuple[str, ...]:
    """Return the roles without the auditor's, if an older token has it beside one that acts."""
    return tuple(role for role in roles if role != AUDITOR) if audits_itself(roles) else roles

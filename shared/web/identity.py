"""Who calls: a bearer token, bound to one institution and its roles."""

from typing import Annotated, ClassVar

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from shared.eventstore.tokens import Identified as Found
from shared.eventstore.tokens import Tokens
from shared.kernel.clock import now
from shared.kernel.decider import Actor
from shared.kernel.refusals import Forbidden
from shared.kernel.value import Value
from shared.web.problems import NotIdentified, Refused

CASEWORKER = "caseworker"
"""Registers, refers, follows up."""
ADMINISTRATOR = "administrator"
"""Keeps the directory of institutions."""
AUDITOR = "auditor"
"""May see every case's history, and change nothing."""
MONITOR = "monitor"
"""May see every case's coded facts for indicators, and change nothing."""
ROLES = (CASEWORKER, ADMINISTRATOR, AUDITOR, MONITOR)


class RoleNeeded(Forbidden):
    """The token lacks the role that this takes."""

    role: str
    code: ClassVar[str] = "role-needed"
    es: ClassVar[str] = "Esto requiere el rol «{role}» y su token no lo tiene."
    en: ClassVar[str] = "This takes the role “{role}”, which your token does not have."


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


BEARER = "Bearer "
_SCHEME = HTTPBearer(auto_error=False, description="canaliza token create")


async def caller(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_SCHEME)]
) -> Caller:
    """The caller of a request. Refused (401) unless its token is in force at this moment."""
    if credentials is None:
        raise Refused(NotIdentified(), {"WWW-Authenticate": "Bearer"})
    return in_force(await request.app.state.tokens.find_from_loop(credentials.credentials))


def known_caller(tokens: Tokens, secret: str) -> tuple[Caller, int] | None:
    """The caller as last known here, and as of which revision; None where that must be read."""
    found = tokens.known(secret)
    try:
        return (in_force(found), found.revision) if found else None
    except Refused:
        return None


def in_force(found: Found) -> Caller:
    """Whom a token stands for. Refused (401) unless it is in force at this moment."""
    token = found.token
    if token is None or token.revoked_at is not None or token.expires_at <= now():
        raise Refused(NotIdentified(), {"WWW-Authenticate": 'Bearer error="invalid_token"'})
    return Caller(token.subject, token.institution, token.roles)


async def identified_again(request: Request) -> Caller:
    """The caller of a request that has been identified before, as its token says now."""
    secret = request.headers["Authorization"].removeprefix(BEARER)
    return in_force(await request.app.state.tokens.find_from_loop(secret))


Identified = Annotated[Caller, Depends(caller)]

"""The caller of a request, from its bearer token."""

from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from shared.identity.caller import Caller, NotIdentified, in_force
from shared.kernel.refusals import Refused

BEARER = "Bearer "
_SCHEME = HTTPBearer(auto_error=False, description="canaliza token create")


async def caller(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_SCHEME)]
) -> Caller:
    """Identify the caller of a request. Refused (401) unless its token is in force now."""
    if credentials is None:
        raise Refused(NotIdentified(presented=False))
    return in_force(await request.app.state.tokens.find_from_loop(credentials.credentials))


async def identified_again(request: Request) -> Caller:
    """Read the token of an already identified caller anew. Refused (401) if no longer in force."""
    secret = request.headers["Authorization"].removeprefix(BEARER)
    return in_force(await request.app.state.tokens.find_from_loop(secret))


Identified = Annotated[Caller, Depends(caller)]

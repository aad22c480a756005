"""The caller of a request, from its bearer token."""

from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from shared.identity.caller import Caller, NotIdentified, in_force
from shared.kernel.refusals import Refused
from shared.web.rate_limits import count

BEARER = "Bearer "
_SCHEME = HTTPBearer(auto_error=False, description="canaliza token create")


async def caller(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_SCHEME)]
) -> Caller:
    """Identify the caller of a request, and count the request as its institution's.

    Refused (401) unless its token is in force now; HTTPException (429) if it asks for too much.
    """
    if credentials is None:
        raise Refused(NotIdentified(presented=False))
    found = in_force(await request.app.state.tokens.find_from_loop(credentials.credentials))
    await count(request.scope, found.institution)
    return found


async def identified_again(request: Request) -> Caller:
    """Read the token of an already identified caller anew. Refused (401) if no longer in force."""
    secret = request.headers["Authorization"].removeprefix(BEARER)
    return in_force(await request.app.state.tokens.find_from_loop(secret))


Identified = Annotated[Caller, Depends(caller)]

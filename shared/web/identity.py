"""The caller of a request, from its bearer token, and what for it asks."""

from typing import Annotated

from fastapi import Depends, Header
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from shared.identity.caller import PURPOSE_HEADER, Caller, NotIdentified
from shared.identity.credentials import Credentials
from shared.kernel.purposes import CODE_LIST
from shared.kernel.refusals import Refused
from shared.kernel.text import Text
from shared.web.access import CALLER
from shared.web.rate_limits import count

BEARER = "Bearer "
_SCHEME = HTTPBearer(auto_error=False, description="canaliza token create")

Purpose = Annotated[
    str | None,
    Header(
        alias=PURPOSE_HEADER,
        description=Text(
            f"Para qué se pide: un código de {CODE_LIST}. Si se omite: el de su rol.",
            f"What it is asked for: a code of {CODE_LIST}. Left out: the role's own.",
        ).both,
        json_schema_extra={"x-code-list": CODE_LIST},
    ),
]


async def caller(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_SCHEME)],
    purpose: Purpose = None,
) -> Caller:
    """Identify the caller of a request, and count the request as its institution's.

    Refused (401) unless its token is in force now, and (422, 403) if the purpose it says is none,
    or not one of its roles'; HTTPException (429) if it asks for too much.
    """
    if credentials is None:
        raise Refused(NotIdentified(presented=False))
    found = await _credentials(request).caller(credentials.credentials, shown_certificate(request))
    request.scope[CALLER] = found
    await count(request.scope, found.institution)
    return found.asking_for(purpose)


async def identified_again(request: Request) -> Caller:
    """Read the token of an already identified caller anew. Refused (401) if no longer in force."""
    secret = request.headers["Authorization"].removeprefix(BEARER)
    return await _credentials(request).caller(secret, shown_certificate(request))


def shown_certificate(request: Request) -> str | None:
    """Return the SHA-256 thumbprint of the certificate that the client has shown, if any."""
    shown = request.scope.get("state", {}).get("client_certificate")
    return shown if isinstance(shown, str) else None


def _credentials(request: Request) -> Credentials:
    credentials: Credentials = request.app.state.credentials
    return credentials


Identified = Annotated[Caller, Depends(caller)]

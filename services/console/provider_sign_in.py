"""Signing in and out with the identity provider: the addresses that a browser or it comes to."""

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from services.console.request_context import (
    RequestContext,
    body_fields,
    cookie_name,
    is_secure,
    own_page,
    request_context,
    sign_in_with_provider,
)
from services.console.sessions import Sessions
from services.console.texts import text
from shared.identity.caller import NotIdentified
from shared.identity.oidc_provider import ProviderAway
from shared.identity.oidc_sign_in import ATTEMPT, NotSignedIn, SignIn
from shared.identity.oidc_tokens import NotVerified
from shared.web import access

_COOKIE = "sign-in"
_LOGOUT = 16 * 1024  # bytes; a logout token is a signed one

log = structlog.get_logger()


async def _begin(request: Request) -> Response:
    going, sealed = await _sign_in(request).begin(own_page(request.query_params.get("next", "/")))
    response = RedirectResponse(going, 303)
    response.set_cookie(
        cookie_name(request, _COOKIE),
        sealed,
        max_age=int(ATTEMPT.total_seconds()),
        httponly=True,
        samesite="lax",  # it must come back with whoever comes from the provider
        secure=is_secure(request),
    )
    return response


async def _return(request: Request) -> Response:
    """Begin a session for whoever comes back from the provider.

    The answer is a page that goes on by itself: a redirect would still belong to the provider's
    navigation, and browsers would keep the strict cookie of the session from it.
    """
    name = cookie_name(request, _COOKIE)
    context = await request_context(request)
    try:
        found = await _sign_in(request).finish(
            request.cookies.get(name, ""), dict(request.query_params)
        )
    except NotSignedIn as error:
        log.debug("sign_in_refused", wrong=error.reason)
        await access.refused(request, NotIdentified(presented=True))
        title, sentence = (text(f"not_signed_in{more}", context.lang) for more in ("", "_more"))
        response = context.error(403, title, sentence, "/")
    else:
        going = await context.answer(
            "going.html", title=text("signed_in", context.lang), going=found.next_page
        )
        response = await sign_in_with_provider(request, found, going)
    response.delete_cookie(name, httponly=True, samesite="lax", secure=is_secure(request))
    return response


async def _back_channel_logout(request: Request) -> Response:
    """End the sessions that the provider says have ended (Back-Channel Logout)."""
    fields = await body_fields(request, _LOGOUT)
    try:
        ended = await _sign_in(request).ended(fields.get("logout_token", ""))
    except NotVerified as error:
        log.info("back_channel_logout_refused", wrong=error.reason)
        await access.refused(request, NotIdentified(presented=True))
        return JSONResponse({"error": "invalid_request"}, 400)
    except ProviderAway:
        return JSONResponse({"error": "temporarily_unavailable"}, 503)
    sessions: Sessions = request.app.state.sessions
    sessions.end_of(ended)
    return Response(status_code=200)


async def signed_out_page(context: RequestContext) -> Response:
    """Return a page that goes on to the provider, where the session may go on; else the first."""
    going = await _sign_in(context.request).signing_out()
    if going is None:
        return RedirectResponse("/", 303)
    return await context.answer("going.html", title=text("signed_out", context.lang), going=going)


def _sign_in(request: Request) -> SignIn:
    sign_in: SignIn | None = request.app.state.sign_in
    if sign_in is None:
        raise HTTPException(404)
    return sign_in


ROUTES = [
    Route("/entrar/proveedor", _begin),
    Route("/entrar/regreso", _return),
    Route("/salir/proveedor", _back_channel_logout, methods=["POST"]),
]

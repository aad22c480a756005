"""The pages on which an institution's administrator makes, lists and revokes its tokens."""

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.console.ports import Source
from services.console.request_context import RequestContext, form, request_context
from shared.identity.caller import Caller, NotIdentified
from shared.identity.token_keeping import GIVEN, WantedToken
from shared.identity.token_lives import LONGEST
from shared.kernel.clock import now
from shared.kernel.ids import new_id
from shared.kernel.refusals import Forbidden, Refusal, Refused
from shared.kernel.roles import CASEWORKER
from shared.web.access import route_of
from shared.web.problems import status_of

_SHOWN = 200
_DAYS = 30


async def _list_tokens(request: Request) -> Response:
    context, caller = await _signed_in(request)
    return await _page(context, caller)


async def _make_token(request: Request) -> Response:
    """Make a token, and show its secret on the page that answers: it is nowhere else."""
    context, caller = await _signed_in(request)
    fields = await form(request)
    try:
        _, secret = await asyncio.to_thread(
            _source(request).token_keeper.make,
            caller,
            request.path_params["institution"],
            _wanted(fields),
            route_of(request),
        )
    except Refused as error:
        if isinstance(error.refusal, Forbidden):
            raise
        return await _page(context, caller, refusal=error.refusal)
    return await _page(context, caller, secret=secret)


def _wanted(fields: Mapping[str, str]) -> WantedToken:
    days = fields.get("days", "")
    return WantedToken(
        tuple(role for role in GIVEN if role in fields),
        int(days) if re.fullmatch(r"[0-9]{1,3}", days) else 0,
        fields.get("subject", "").strip() or None,
        fields.get("key", ""),
    )


async def _revoke_token(request: Request) -> Response:
    _, caller = await _signed_in(request)
    await form(request)
    institution, token = request.path_params["institution"], request.path_params["token"]
    await asyncio.to_thread(
        _source(request).token_keeper.revoke, caller, institution, token, route_of(request)
    )
    return RedirectResponse(f"/instituciones/{caller.institution}/tokens", 303)


async def _page(
    context: RequestContext,
    caller: Caller,
    *,
    secret: str | None = None,
    refusal: Refusal | None = None,
) -> Response:
    request = context.request
    institution: str = request.path_params["institution"]
    tokens = await asyncio.to_thread(
        _source(request).token_keeper.of, caller, institution, _SHOWN, None
    )
    return await context.answer(
        "tokens.html",
        200 if refusal is None else status_of(refusal),
        institution=institution,
        rows=[_row(token) for token in tokens],
        roles=[(role, LONGEST[role].days) for role in GIVEN],
        checked=CASEWORKER,
        days=_DAYS,
        key=str(new_id()),
        secret=secret,
        refusal=None if refusal is None else refusal.sentence(context.lang),
    )


def _row(token: Any) -> Mapping[str, Any]:
    if token.revoked_at is not None:
        status = "revoked"
    else:
        status = "expired" if token.expires_at <= now() else "in_force"
    return {"token": token, "status": status}


async def _signed_in(request: Request) -> tuple[RequestContext, Caller]:
    """Return the context and who is signed in. Refused (401) if nobody is."""
    context = await request_context(request)
    if context.caller is None:
        raise Refused(NotIdentified(presented=False))
    return context, context.caller


def _source(request: Request) -> Source:
    source: Source = request.app.state.source
    return source


_ADDRESS = "/instituciones/{institution}/tokens"
ROUTES = (
    Route(_ADDRESS, _list_tokens),
    Route(_ADDRESS, _make_token, methods=["POST"]),
    Route(f"{_ADDRESS}/{{token}}/revocar", _revoke_token, methods=["POST"]),
)

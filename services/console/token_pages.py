"""The pages on which an institution's administrator makes, lists and revokes its tokens."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.console import addresses
from services.console.request_context import (
    RequestContext,
    beside,
    form,
    request_context,
    source_of,
)
from services.console.texts import text
from shared.identity.caller import Caller, NotIdentified
from shared.identity.token_keeping import (
    GIVEN,
    LifeTooLong,
    RoleNotGiven,
    SubjectNotYours,
    TokenMadeAlready,
    WantedToken,
)
from shared.identity.token_lives import LONGEST
from shared.identity.tokens import Token
from shared.kernel.clock import now
from shared.kernel.ids import new_id
from shared.kernel.refusals import Forbidden, Refusal, Refused
from shared.kernel.roles import CASEWORKER
from shared.web.access import route_of
from shared.web.command_request import Key
from shared.web.problems import status_of

_SHOWN = 200
_KEY: TypeAdapter[str] = TypeAdapter(Key)
"""The form's key is an Idempotency-Key like any other."""


@dataclass(frozen=True, slots=True)
class _Typed:
    """What the form has in its fields: at first, or as it was typed before it was refused."""

    roles: tuple[str, ...] = (CASEWORKER,)
    days: str = "30"
    subject: str = ""


async def _list_tokens(request: Request) -> Response:
    context, caller = await _signed_in(request)
    return await _page(context, caller)


async def _make_token(request: Request) -> Response:
    """Make a token, and show its secret on the page that answers: it is nowhere else.

    It is made and its page is drawn in one go: nothing is between the two that could be refused.
    """
    context, caller = await _signed_in(request)
    fields = await form(request)
    wanted = _wanted(fields)
    try:
        return await beside(request, _made, context, caller, wanted)
    except Refused as error:
        if isinstance(error.refusal, Forbidden):
            raise
        typed = _Typed(wanted.roles, fields.get("days", ""), wanted.subject or "")
        return await _page(context, caller, typed, refusal=error.refusal)


def _made(context: RequestContext, caller: Caller, wanted: WantedToken) -> Response:
    request = context.request
    institution: str = request.path_params["institution"]
    token, secret = source_of(request).token_keeper.make(
        caller, institution, wanted, route_of(request)
    )
    return context.drawn(
        "token_made.html", institution=institution, rows=[_row(token)], secret=secret
    )


def _wanted(fields: Mapping[str, str]) -> WantedToken:
    """Return what the form asks for. Raises HTTPException (422) if its key is none."""
    days, key = fields.get("days", ""), fields.get("key", "")
    try:
        _KEY.validate_python(key)
    except ValidationError:
        raise HTTPException(422) from None
    return WantedToken(
        tuple(role for role in GIVEN if role in fields),
        int(days) if re.fullmatch(r"[0-9]{1,3}", days) else 0,
        fields.get("subject", "").strip() or None,
        key,
    )


async def _revoke_token(request: Request) -> Response:
    _, caller = await _signed_in(request)
    await form(request)
    institution, token = request.path_params["institution"], request.path_params["token"]
    revoke = source_of(request).token_keeper.revoke
    await beside(request, revoke, caller, institution, token, route_of(request))
    return RedirectResponse(f"/instituciones/{caller.institution}/tokens", 303)


async def _page(
    context: RequestContext,
    caller: Caller,
    typed: _Typed = _Typed(),
    *,
    refusal: Refusal | None = None,
) -> Response:
    request = context.request
    institution: str = request.path_params["institution"]
    tokens = await beside(request, source_of(request).token_keeper.of, caller, institution, _SHOWN)
    return await context.answer(
        "tokens.html",
        200 if refusal is None else status_of(refusal),
        institution=institution,
        rows=[_row(token) for token in tokens],
        roles=[(role, LONGEST[role].days) for role in GIVEN],
        typed=typed,
        key=str(new_id()),
        refusal=None if refusal is None else _said(refusal, context.lang),
    )


def _said(refusal: Refusal, lang: str) -> str:
    """Return a refusal's sentence; in the form's own words where that speaks of a body's fields."""
    match refusal:
        case RoleNotGiven():
            return text("no_role", lang)
        case LifeTooLong():
            return text("life_too_long", lang).format(refusal.days)
        case SubjectNotYours():
            return text("nobody_of_yours", lang)
        case TokenMadeAlready():
            return text("made_already", lang).format(refusal.token)
        case _:
            return refusal.sentence(lang)


def _row(token: Token) -> Mapping[str, object]:
    return {"token": token, "status": token.status(now())}


async def _signed_in(request: Request) -> tuple[RequestContext, Caller]:
    """Return the context and who is signed in. Refused (401) if nobody is."""
    context = await request_context(request)
    if context.caller is None:
        raise Refused(NotIdentified(presented=False))
    return context, context.caller


ROUTES = (
    Route(addresses.TOKENS, _list_tokens),
    Route(addresses.TOKENS, _make_token, methods=["POST"]),
    Route(f"{addresses.TOKEN}/revocar", _revoke_token, methods=["POST"]),
)

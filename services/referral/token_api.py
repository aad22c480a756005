"""The tokens of an institution over HTTP, for its own administrator."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from services.referral.reach import token_keeping
from shared.identity.token_keeping import GIVEN, TokenKeeping, WantedToken
from shared.identity.tokens import Status, Token
from shared.kernel.clock import now
from shared.kernel.ids import INSTITUTION_CODE, TOKEN_NAME, TOKEN_SUBJECT
from shared.kernel.refusals import Refused
from shared.kernel.text import Text
from shared.web.access import route_of
from shared.web.command_request import Key
from shared.web.identity import Identified
from shared.web.json_body import JsonRoute
from shared.web.openapi import described
from shared.web.paging import Cursor, CursorNotOurs, Limit, Page, cursor_of, keys_of

TOKENS = Text("tokens", "tokens")
ADDRESS = "/institutions/{institution}/tokens"
InstitutionCode = Annotated[str, Path(pattern=f"^{INSTITUTION_CODE}$")]
TokenName = Annotated[str, Path(pattern=f"^{TOKEN_NAME}$")]
router = APIRouter(tags=[TOKENS.both], route_class=JsonRoute)


class TokenOut(BaseModel):
    """A token, without its secret."""

    token: str
    subject: str = Field(
        description=Text(
            "De quién es, bajo seudónimo: lo llevan los hechos.",
            "Whose it is, by a pseudonym: facts carry it.",
        ).both
    )
    institution: str
    roles: list[str]
    created_at: datetime | None
    expires_at: datetime
    status: Status
    made_by: str | None = Field(
        description=Text(
            "Quién lo creó; null: quien opera el sistema.",
            "Who made it; null: whoever runs the system.",
        ).both
    )
    revoked_by: str | None = Field(
        description=Text(
            "Quién lo revocó; null: nadie, o quien opera el sistema.",
            "Who revoked it; null: nobody, or whoever runs the system.",
        ).both
    )


class TokenMadeOut(TokenOut):
    """A token that was made, with its secret, which is shown this once."""

    secret: str


class TokenRevokedOut(BaseModel):
    """A token that is refused from now on."""

    token: str
    status: Status


class MakeToken(BaseModel):
    """What a token is to be."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    roles: list[Annotated[str, Field(max_length=40, pattern="^[a-z-]+$")]] = Field(
        min_length=1,
        max_length=len(GIVEN),
        description=Text(f"Algunos de {', '.join(GIVEN)}.", f"Some of {', '.join(GIVEN)}.").both,
    )
    days: int = Field(
        30,
        ge=1,
        le=366,
        description=Text(
            "Días de vigencia; según el rol, menos.", "Days it is in force; fewer for some roles."
        ).both,
    )
    subject: str | None = Field(
        None,
        pattern=f"^{TOKEN_SUBJECT}$",
        description=Text(
            "De quién es, si ya tiene otro token; si falta: alguien nuevo.",
            "Whose it is, if that person has another token; left out: somebody new.",
        ).both,
    )


def _keeping(request: Request) -> TokenKeeping:
    """Return what keeps the tokens, over this process's service."""
    return token_keeping(request.app.state.service)


@router.get(
    ADDRESS,
    **described(
        Text("Ver los tokens de la institución", "See the institution's tokens"),
        Text(
            "Lista los tokens de una institución, del último al primero, para quien la administra.",
            "List an institution's tokens, newest first, for its administrator.",
        ),
    ),
)
async def list_tokens(
    request: Request,
    caller: Identified,
    institution: InstitutionCode,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[TokenOut]:
    """List an institution's tokens, newest first, for its administrator."""
    found = await asyncio.to_thread(
        _keeping(request).of, caller, institution, limit + 1, _after(cursor)
    )
    shown = [_shown(each) for each in found[:limit]]
    if len(found) <= limit:
        return Page(items=shown, next=None)
    return Page(items=shown, next=cursor_of(str(found[limit - 1].created_at), shown[-1].token))


@router.post(
    ADDRESS,
    status_code=201,
    **described(
        Text("Crear un token", "Make a token"),
        Text(
            "Crea un token para alguien de la institución. El secreto se muestra esta única vez.",
            "Make a token for somebody of the institution. The secret is shown this once.",
        ),
    ),
)
async def make_token(
    request: Request,
    caller: Identified,
    institution: InstitutionCode,
    key: Key,
    body: MakeToken,
) -> TokenMadeOut:
    """Make a token for somebody of the institution. The secret is shown this once."""
    token, secret = await asyncio.to_thread(
        _keeping(request).make,
        caller,
        institution,
        WantedToken(tuple(body.roles), body.days, body.subject, key),
        route_of(request),
    )
    return TokenMadeOut(**dict(_shown(token)), secret=secret)


@router.post(
    ADDRESS + "/{token}/revocation",
    **described(
        Text("Revocar un token", "Revoke a token"),
        Text(
            "Revoca un token de la institución: se rechaza desde la siguiente llamada. Se puede"
            " repetir: la respuesta es la misma.",
            "Revoke a token of the institution: it is refused from the next call on. It may be"
            " repeated: the answer is the same.",
        ),
    ),
)
async def revoke_token(
    request: Request, caller: Identified, institution: InstitutionCode, token: TokenName
) -> TokenRevokedOut:
    """Revoke a token of the institution: it is refused from the next call on."""
    await asyncio.to_thread(_keeping(request).revoke, caller, institution, token, route_of(request))
    return TokenRevokedOut(token=token, status="revoked")


def _shown(token: Token) -> TokenOut:
    return TokenOut(
        token=token.id,
        subject=token.subject,
        institution=token.institution,
        roles=list(token.roles),
        created_at=token.created_at,
        expires_at=token.expires_at,
        status=token.status(now()),
        made_by=token.made_by,
        revoked_by=token.revoked_by,
    )


def _after(cursor: str | None) -> tuple[datetime, str] | None:
    keys: Sequence[str] | None = keys_of(cursor, 2)
    if keys is None:
        return None
    try:
        at = datetime.fromisoformat(keys[0])
    except ValueError:
        raise Refused(CursorNotOurs(field="cursor")) from None
    if at.tzinfo is None:
        raise Refused(CursorNotOurs(field="cursor"))
    return at, keys[1]

"""How to be refused when an institution's tokens are kept."""

from collections.abc import Mapping
from datetime import timedelta

from shared.identity import token_keeping as tokens
from shared.kernel import refusals
from shared.kernel.clock import now
from shared.kernel.ids import new_id
from shared.kernel.roles import ADMINISTRATOR, AUDITOR, CASEWORKER, STEWARD
from tests.integration.http.api_client import OWN, PARTY, ApiClient
from tests.integration.http.many_tokens import with_many_tokens
from tests.integration.http.sent import Provocation, Sent

TOKENS = f"/referral/institutions/{PARTY}/tokens"
GIVEN = {"roles": [CASEWORKER]}
_KEEPER = (PARTY, ADMINISTRATOR)


def _made_twice(api: ApiClient) -> Sent:
    key = {"Idempotency-Key": str(new_id())}
    assert api.send(_KEEPER, "POST", TOKENS, GIVEN, key).status_code == 201
    return Sent(_KEEPER, TOKENS, GIVEN, key)


def _audits_themselves(api: ApiClient) -> Sent:
    until = now() + timedelta(hours=1)
    token, _ = api.running.tokens.create(PARTY, (AUDITOR,), until)
    return Sent(_KEEPER, TOKENS, {**GIVEN, "subject": token.subject})


def _too_many(api: ApiClient) -> Sent:
    code = with_many_tokens(api)
    return Sent((code, ADMINISTRATOR), f"/referral/institutions/{code}/tokens", GIVEN)


KEEPING: Mapping[type[refusals.Refusal], tuple[int, Provocation] | str] = {
    tokens.NotYourTokens: (403, lambda _: Sent((OWN, ADMINISTRATOR), TOKENS, GIVEN)),
    tokens.RoleNotGiven: (422, lambda _: Sent(_KEEPER, TOKENS, {"roles": [STEWARD]})),
    tokens.LifeTooLong: (
        422,
        lambda _: Sent(_KEEPER, TOKENS, {"roles": [ADMINISTRATOR], "days": 93}),
    ),
    tokens.SubjectNotYours: (
        422,
        lambda _: Sent(_KEEPER, TOKENS, {**GIVEN, "subject": "subject-0123456789ab"}),
    ),
    tokens.AuditsThemselves: (409, _audits_themselves),
    tokens.TokenMadeAlready: (409, _made_twice),
    tokens.TooManyTokens: (409, _too_many),
    tokens.NoSuchToken: (
        404,
        lambda _: Sent(_KEEPER, f"{TOKENS}/token-0123456789ab/revocation", {}),
    ),
}

"""An institution with as many tokens in force as one may have, or some fewer."""

import psycopg

from shared.identity.token_keeping import MOST_IN_FORCE
from shared.kernel.roles import ADMINISTRATOR
from tests.integration.http.api_client import ApiClient

_INSERT = (
    "INSERT INTO identity.tokens (token, subject, hash, institution, roles, expires_at, made_by)"
    " SELECT 'token-' || md5(%(code)s || n), 'subject-' || md5(%(code)s || n),"
    " sha256((%(code)s || n)::bytea), %(code)s, ARRAY['caseworker'], now() + %(life)s::interval,"
    " 'subject-0' FROM generate_series(1, %(count)s) n"
)


def with_many_tokens(api: ApiClient, left: int = 0) -> str:
    """Return the code of a new institution that may make so many tokens more.

    Its administrator's token is one of those in force; ten others have expired.
    """
    code = api.listed().institution
    api.secret(code, ADMINISTRATOR)
    count = MOST_IN_FORCE - 1 - left
    with psycopg.connect(api.running.services["referral"].log.address.conninfo()) as conn:
        conn.execute(_INSERT, {"code": code, "life": "1 hour", "count": count})
        conn.execute(_INSERT, {"code": f"{code}x", "life": "1 hour", "count": 10})
    with psycopg.connect(api.running.tokens._admin) as conn:
        conn.execute(
            "UPDATE identity.tokens SET institution = %s, expires_at = now()"
            " WHERE institution = %s",
            (code, f"{code}x"),
        )
    return code

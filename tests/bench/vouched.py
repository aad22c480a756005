"""What a provider's access tokens cost: commands with them, over commands with tokens of ours."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey
from typing_extensions import override

from shared.kernel.clock import now
from shared.kernel.ids import new_id
from tests.bench.figures import Measured, ratios
from tests.bench.handing import INSTITUTIONS, Handing
from tests.bench.stage import Stage, progress

SECONDS = 3
CASES, WARM = 1_500, 128
AUDIENCE = "https://canaliza.example"
_CLAIMS = """
persons:
  institution: {claim: institution, codes: {%s}}
  roles: {claim: [realm_access, roles], names: {canaliza-caseworker: caseworker}}
"""


def measure(stage: Stage) -> Measured:
    """Hand cases over with either kind of token at the same process, in turns."""
    seconds, rounds = stage.effort.seconds(SECONDS), stage.effort.more_rounds
    cases = stage.effort.count(CASES)
    vouched: list[float] = []
    ours: list[float] = []
    key = RSAKey.generate_key(2048, {"kid": "bench", "alg": "RS256", "use": "sig"})
    claims = stage.folder / "claims.yaml"
    claims.write_text(_CLAIMS % ", ".join(f"{code}: {code}" for code in INSTITUTIONS))
    with ExitStack() as stack:
        issuer = stack.enter_context(_provider(key))
        settings = {
            "CANALIZA_OIDC_ISSUER": issuer,
            "CANALIZA_OIDC_AUDIENCE": AUDIENCE,
            "CANALIZA_OIDC_CLAIMS": str(claims),
        }
        referral = stack.enter_context(stage.service("referral", more=settings))
        with stage.service("intake") as intake:
            handing = Handing.prepared(stage, referral, intake, 2 * (WARM + rounds * cases))
        first, second = (_token(key, issuer, code) for code in INSTITUTIONS)
        with_theirs = Handing((first, second), handing.cases[::2])
        handing.cases = handing.cases[1::2]
        for kind in (handing, with_theirs):
            kind.flood(referral, WARM, seconds)
        for number in range(1, rounds + 1):
            for kind, found in ((handing, ours), (with_theirs, vouched)):
                stage.relayed()
                done = kind.flood(referral, cases, seconds)
                found.append(done.accepted / done.seconds)
            progress(f"vouched: round {number}: {vouched[-1]:,.0f}, ours {ours[-1]:,.0f}")
    return {"jwt_to_token_requests": ratios(vouched, ours)}


def _token(key: RSAKey, issuer: str, institution: str) -> str:
    """An access token as large as providers make them."""
    at = int(now().timestamp())
    claims = {
        "iss": issuer,
        "aud": [AUDIENCE, "account"],
        "sub": str(new_id()),
        "client_id": "an-app",
        "jti": str(new_id()),
        "sid": str(new_id()),
        "iat": at,
        "exp": at + 3_600,
        "scope": "openid email profile",
        "institution": institution,
        "realm_access": {"roles": ["canaliza-caseworker"]},
    }
    header = {"alg": "RS256", "kid": key.kid, "typ": "at+jwt"}
    return jwt.encode(header, claims, key, algorithms=["RS256"], default_type=None)


@contextmanager
def _provider(key: RSAKey) -> Iterator[str]:
    """The two documents of a provider that are asked for, on loopback; gives its issuer."""
    documents: dict[str, Mapping[str, Any]] = {}

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = json.dumps(documents.get(self.path, {})).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(found)))
            self.end_headers()
            self.wfile.write(found)

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        issuer = f"http://127.0.0.1:{server.server_port}"
        documents["/.well-known/openid-configuration"] = {
            "issuer": issuer,
            "jwks_uri": f"{issuer}/jwks",
        }
        documents["/jwks"] = {"keys": [key.as_dict(private=False)]}
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield issuer
        finally:
            server.shutdown()

"""Tokens that somebody made up: each is refused, and would be taken but for what its row says."""

import asyncio
import base64
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import ECKey, Key, OctKey, RSAKey
from joserfc.jws import JWSRegistry
from typing_extensions import override

from shared.identity.caller import Caller, NotIdentified
from shared.identity.oidc import VouchedCallers
from shared.identity.oidc_tokens import LONGEST, SKEW
from shared.kernel.clock import now
from shared.kernel.ids import new_id
from shared.kernel.refusals import Refused
from tests.oidc.real_provider import AUDIENCE, PAGES, SYSTEM, RealProvider, new_key

pytestmark = pytest.mark.integration

STRANGERS = new_key("first")
ALL = tuple(JWSRegistry.algorithms)


class AnyHeader(JWSRegistry):
    """Signs whatever header it is given, with whatever algorithm there is."""

    @override
    def check_header(self, header: dict[str, Any]) -> None:
        del header

    @override
    def get_alg(self, name: str) -> JWSAlgModel:
        return self.algorithms[name]


def good_claims(issuer: str) -> dict[str, Any]:
    at = int(now().timestamp())
    return {
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": "ana",
        "client_id": "an-app",
        "jti": str(new_id()),
        "iat": at,
        "exp": at + 300,
        "institution": "Oficina",
        "roles": ["caso"],
    }


@dataclass(frozen=True)
class Maker:
    """Makes tokens with the provider's own key, or with another."""

    provider: RealProvider

    def claims(self, **otherwise: Any) -> dict[str, Any]:
        """The claims of a good access token; None leaves one out."""
        said = good_claims(self.provider.issuer) | otherwise
        return {k: v for k, v in said.items() if v is not None}

    def header(self, **otherwise: Any) -> dict[str, Any]:
        good = {"alg": "RS256", "typ": "at+jwt", "kid": self.provider.key.kid}
        return {k: v for k, v in {**good, **otherwise}.items() if v is not None}

    def signed(
        self,
        claims: Mapping[str, Any] | None = None,
        header: Mapping[str, Any] | None = None,
        key: Key | None = None,
    ) -> str:
        return jwt.encode(
            self.header(**(header or {})),
            self.claims(**(claims or {})),
            key or self.provider.key,
            registry=AnyHeader(algorithms=ALL),
            default_type=None,
        )


def ago(**much: float) -> int:
    return int((now() - timedelta(**much)).timestamp())


def ahead(**much: float) -> int:
    return int((now() + timedelta(**much)).timestamp())


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def tampered(make: Maker) -> str:
    header, payload, signature = make.signed().split(".")
    said = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return f"{header}.{part(said | {'roles': ['audita']})}.{signature}"


def public_key_as_secret(make: Maker) -> str:
    """The classic: the verifier's own public key is taken for the secret of an HMAC."""
    said = f"{part(make.header(alg='HS256'))}.{part(make.claims())}"
    public = make.provider.key.as_pem(private=False)  # joserfc itself would not lend a hand here
    signature = base64.urlsafe_b64encode(hmac.digest(public, said.encode(), "sha256"))
    return f"{said}.{signature.rstrip(b'=').decode()}"


def another_algorithm(make: Maker) -> str:
    key = make.provider.key.as_dict(private=True)
    key.pop("alg")
    return make.signed(header={"alg": "PS256"}, key=RSAKey.import_key(key))


def own_key_in_header(make: Maker) -> str:
    public = STRANGERS.as_dict(private=False)
    return make.signed(header={"jwk": public, "kid": "mine"}, key=STRANGERS)


def told(**claims: Any) -> Callable[[Maker], str]:
    return lambda make: make.signed(claims)


def headed(key: Key | None = None, **header: Any) -> Callable[[Maker], str]:
    return lambda make: make.signed(header=header, key=key)


def made_of(header: Any, claims: Any) -> str:
    return f"{part(header)}.{part(claims)}.eHg"


def headed_by_hand(**header: Any) -> Callable[[Maker], str]:
    """With a header that no library would sign."""
    return lambda make: made_of(make.header() | header, make.claims())


def nested() -> Any:
    return json.loads('{"a":' * 90 + "1" + "}" * 90)


def payload(said: bytes) -> Callable[[Maker], str]:
    """Signed by the provider, whatever it says."""
    return lambda make: jws.serialize_compact(
        make.header(), said, make.provider.key, registry=AnyHeader(algorithms=ALL)
    )


Forge = Callable[[Maker], str]
FORGED: Mapping[str, Forge] = {
    # how it is signed
    "not signed": lambda make: f"{part(make.header(alg='none'))}.{part(make.claims())}.",
    "not signed, written otherwise": lambda make: (
        f"{part(make.header(alg='nOnE'))}.{part(make.claims())}."
    ),
    "no algorithm": lambda make: f"{part(make.header(alg=None))}.{part(make.claims())}.eHg",
    "the signature left out": lambda make: make.signed().rpartition(".")[0] + ".",
    "signed with the public key as a secret": public_key_as_secret,
    "signed with an empty secret": lambda make: make.signed(
        header={"alg": "HS256"}, key=OctKey.import_key("0" * 32)
    ),
    "signed by a stranger under the provider's key's name": headed(STRANGERS),
    "signed by a stranger under a name of its own": headed(STRANGERS, kid="mine"),
    "without a key's name": headed(kid=None),
    "a key's name that is a path": headed(kid="../../../dev/null"),
    "another algorithm than the key's": another_algorithm,
    "an algorithm of another kind of key": headed(
        ECKey.generate_key("P-256", {"kid": "first"}), alg="ES256"
    ),
    "the payload changed": tampered,
    "the signature of another token": lambda make: (
        make.signed().rpartition(".")[0] + "." + make.signed({"sub": "eva"}).rpartition(".")[2]
    ),
    "a part too many": lambda make: make.signed() + ".eHg",
    "a part too few": lambda make: make.signed().rpartition(".")[0],
    "blanks in it": lambda make: make.signed().replace(".", " ."),
    "too long": told(more="x" * LONGEST),
    "a header that is a list": lambda make: made_of([], make.claims()),
    "a header that is a text": lambda make: made_of("RS256", make.claims()),
    "a header of bytes that are no text": lambda make: "eyJ_-A." + make.signed().split(".", 1)[1],
    "an algorithm that is a list": headed_by_hand(alg=["RS256"]),
    "an algorithm that is nothing": headed_by_hand(alg=None),
    "a key's name that is an object": headed_by_hand(kid={"first": "first"}),
    "a type that is a list": headed_by_hand(typ=["at+jwt"]),
    "a header within headers": lambda make: f"{part(nested())}.{part(make.claims())}.eHg",
    "claims that are a list": payload(b"[]"),
    "claims that are no JSON": payload(b"{"),
    "claims that are no text": payload(b"\xff\xfe"),
    "claims within claims": payload(b"[" * 4_000),
    "a number longer than any": payload(b'{"exp":' + b"9" * 5_000 + b"}"),
    "no claims": payload(b""),
    # keys that it brings itself
    "its own key": own_key_in_header,
    "its own key beside the provider's name": headed(
        STRANGERS, jwk=STRANGERS.as_dict(private=False)
    ),
    "the address of its own keys": headed(jku="http://127.0.0.1:1/jwks"),
    "the address of its own certificate": headed(x5u="http://127.0.0.1:1/x5u"),
    "its own certificate": headed(x5c=["MIIB"]),
    "a header that it says must be understood": headed(crit=["exp"], exp=1),
    "a payload that is not encoded": headed(b64=False, crit=["b64"]),
    "a header that nobody knows": headed(more="more"),
    # what it is
    "an ID token's type": headed(typ="JWT"),
    "no type": headed(typ=None),
    "a logout token's type": headed(typ="logout+jwt"),
    # whose and for whom
    "another issuer": told(iss="https://elsewhere.example"),
    "the issuer with a slash": lambda make: make.signed({"iss": make.provider.issuer + "/"}),
    "no issuer": told(iss=None),
    "another audience": told(aud="https://elsewhere.example"),
    "another audience that begins like ours": told(aud=AUDIENCE + ".elsewhere"),
    "no audience": told(aud=None),
    "an empty list of audiences": told(aud=[]),
    "an audience that is an object": told(aud={AUDIENCE: True}),
    "no subject": told(sub=None),
    "an empty subject": told(sub=""),
    "a subject that is a number": told(sub=7),
    "no client": told(client_id=None),
    "no id": told(jti=None),
    # when
    "expired": lambda make: make.signed({"exp": ago(seconds=61), "iat": ago(hours=1)}),
    "no expiry": told(exp=None),
    "an expiry in words": told(exp="9999999999"),
    "an expiry that is true": told(exp=True),
    "an expiry beyond all years": told(exp=10**300),
    "an expiry that is no number": told(exp=float("nan")),
    "not valid yet": lambda make: make.signed({"nbf": ahead(seconds=65)}),
    "valid from no moment": told(nbf="now"),
    "issued in the future": lambda make: make.signed({"iat": ahead(seconds=65)}),
    "issued at no moment": told(iat=None),
    "issued after it expires": lambda make: make.signed({"iat": ahead(seconds=50), "exp": ago()}),
    # bound to what the caller has not shown
    "bound to another certificate": told(cnf={"x5t#S256": "bm90IHlvdXJz"}),
    "bound to a key that we do not check": told(cnf={"jkt": "bm90IHlvdXJz"}),
    "bound to both": told(cnf={"x5t#S256": "eW91cnM", "jkt": "bm90IHlvdXJz"}),
    "bound to nothing in particular": told(cnf={}),
    "bound in no known way": told(cnf="x5t#S256"),
}
CERTIFICATE = "eW91cnM"


def caller(vouched: VouchedCallers, token: str, certificate: str | None = CERTIFICATE) -> Caller:
    return asyncio.run(vouched.caller(token, certificate))


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_is_refused(
    vouched: VouchedCallers, provider: RealProvider, name: str
) -> None:
    make = Maker(provider)
    assert (
        caller(vouched, make.signed()).institution == "oficina-laboral"
    )  # or the row says nothing
    forged = FORGED[name](make)
    for _ in range(2):  # nothing is remembered of it either
        with pytest.raises(Refused) as refused:
            caller(vouched, forged)
        assert refused.value.refusal == NotIdentified(presented=True)
    assert vouched.known(forged, CERTIFICATE) is None


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"aud": ["https://elsewhere.example", AUDIENCE]},
        {"exp": "just expired"},
        {"iat": "just ahead"},
        {"nbf": "just ahead"},
        {"cnf": {"x5t#S256": CERTIFICATE}},
        {"iat": 1.5, "exp": 4_102_444_800.5},
    ],
    ids=str,
)
def test_a_good_token_is_taken_also_by_a_clock_that_is_a_little_off(
    vouched: VouchedCallers, provider: RealProvider, claims: dict[str, Any]
) -> None:
    little = SKEW.total_seconds() - 5
    moments = {"just expired": ago(seconds=little), "just ahead": ahead(seconds=little)}
    said = {k: moments.get(v, v) if isinstance(v, str) else v for k, v in claims.items()}
    if claims.get("exp") == "just expired":
        said["iat"] = ago(hours=1)
    token = Maker(provider).signed(said)
    assert caller(vouched, token).roles == ("caseworker",)
    assert vouched.known(token, CERTIFICATE) == caller(vouched, token)


def test_a_system_of_the_real_provider_is_who_the_file_says(
    vouched: VouchedCallers, provider: RealProvider
) -> None:
    found = caller(vouched, provider.client_credentials(SYSTEM))
    assert (found.institution, found.roles) == ("comision-ddhh", ("caseworker",))
    assert found.subject == f"{provider.issuer}/{SYSTEM}"


def test_a_token_issued_for_another_service_is_not_for_us(
    vouched: VouchedCallers, provider: RealProvider
) -> None:
    token = provider.client_credentials(SYSTEM, resource="https://elsewhere.example")
    with pytest.raises(Refused):
        caller(vouched, token)


def test_the_client_of_a_system_speaks_for_no_person(
    vouched: VouchedCallers, provider: RealProvider
) -> None:
    token = Maker(provider).signed({"client_id": SYSTEM, "sub": "ana"})
    with pytest.raises(Refused, match="not-assigned"):
        caller(vouched, token)


def test_the_pages_client_is_no_system(vouched: VouchedCallers) -> None:
    assert PAGES not in vouched.claims.systems

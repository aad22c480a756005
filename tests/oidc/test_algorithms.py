"""Each kind of key that a provider may sign with, and no other use of it."""

import asyncio
from collections.abc import Mapping

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, JWKRegistry, Key, OKPKey, RSAKey

from shared.identity.caller import NotIdentified
from shared.identity.oidc import VouchedCallers
from shared.identity.oidc_claims import CLAIMS as KIND
from shared.identity.oidc_provider import Described, Provider
from shared.identity.oidc_tokens import ALGORITHMS, Verifier
from shared.kernel.refusals import Refused
from tests.oidc.real_provider import AUDIENCE, CLAIMS
from tests.oidc.test_forged import AnyHeader, good_claims, part

ISSUER = "https://provider.example"
KINDS: Mapping[str, tuple[Key, tuple[str, ...]]] = {
    "rsa": (
        RSAKey.generate_key(2048, {"kid": "rsa"}),
        ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    ),
    "p256": (ECKey.generate_key("P-256", {"kid": "p256"}), ("ES256",)),
    "p384": (ECKey.generate_key("P-384", {"kid": "p384"}), ("ES384",)),
    "p521": (ECKey.generate_key("P-521", {"kid": "p521"}), ("ES512",)),
    "ed25519": (OKPKey.generate_key("Ed25519", {"kid": "ed25519"}), ("EdDSA", "Ed25519")),
}
NOT_FOR_KEYS_OF_ITS_KIND = [
    (name, algorithm)
    for name, (_, own) in KINDS.items()
    for algorithm in (*ALGORITHMS, "HS256", "none")
    if algorithm not in own
]


@pytest.fixture(scope="module")
def callers() -> VouchedCallers:
    """A provider that published a key of each kind, and does not say for which algorithm."""
    keys = {name: key.as_dict(private=False) for name, (key, _) in KINDS.items()}
    known = Described({}, {name: JWKRegistry.import_key(key) for name, key in keys.items()}, 0.0)
    provider = Provider(ISSUER, lambda: 0.0, None, known)
    claims = KIND.read(CLAIMS, "claims.yaml")
    return VouchedCallers(Verifier(provider), AUDIENCE, claims, lambda *of: "/".join(of))


def signed(name: str, algorithm: str) -> str:
    header = {"alg": algorithm, "kid": name, "typ": "at+jwt"}
    claims = good_claims(ISSUER)
    registry = AnyHeader(algorithms=ALGORITHMS)
    return jwt.encode(header, claims, KINDS[name][0], registry=registry, default_type=None)


def test_every_algorithm_has_a_kind_of_key() -> None:
    assert sorted(one for _, own in KINDS.values() for one in own) == sorted(ALGORITHMS)


@pytest.mark.parametrize("name", KINDS)
def test_a_token_is_taken_with_each_algorithm_of_its_key(
    callers: VouchedCallers, name: str
) -> None:
    for algorithm in KINDS[name][1]:
        found = asyncio.run(callers.caller(signed(name, algorithm), None))
        assert found.institution == "oficina-laboral"


@pytest.mark.parametrize(("name", "algorithm"), NOT_FOR_KEYS_OF_ITS_KIND)
def test_a_key_is_good_for_no_algorithm_of_another_kind(
    callers: VouchedCallers, name: str, algorithm: str
) -> None:
    _, claims, signature = signed(name, KINDS[name][1][0]).split(".")
    header = part({"alg": algorithm, "kid": name, "typ": "at+jwt"})
    with pytest.raises(Refused) as refused:
        asyncio.run(callers.caller(f"{header}.{claims}.{signature}", None))
    assert refused.value.refusal == NotIdentified(presented=True)

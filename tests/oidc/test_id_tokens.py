"""ID tokens that do not say that this person signed in, here and now: each begins no session."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from shared.identity.oidc_provider import Provider
from shared.identity.oidc_tokens import LOGOUT, Claims, NotVerified, Verifier
from tests.oidc.real_provider import PAGES, RealProvider, new_key
from tests.oidc.test_forged import Maker, ago, ahead, public_key_as_secret

pytestmark = pytest.mark.integration

NONCE = "of-this-attempt"
Changed = tuple[Mapping[str, Any], Mapping[str, Any]]

FORGED: Mapping[str, Changed] = {
    "of another attempt": ({"nonce": "of-another"}, {}),
    "of no attempt": ({"nonce": None}, {}),
    "a nonce that is a list": ({"nonce": [NONCE]}, {}),
    "for another client": ({"aud": "another"}, {}),
    "for us among others, and nobody says who asked": ({"aud": [PAGES, "another"]}, {}),
    "asked for by another client": ({"aud": [PAGES, "another"], "azp": "another"}, {}),
    "asked for by another client, for us alone": ({"azp": "another"}, {}),
    "for nobody": ({"aud": None}, {}),
    "of another issuer": ({"iss": "https://elsewhere.example"}, {}),
    "of nobody": ({"sub": None}, {}),
    "expired": ({"exp": "ago", "iat": 1_700_000_000}, {}),
    "without an end": ({"exp": None}, {}),
    "issued in the future": ({"iat": "ahead"}, {}),
    "an access token": ({}, {"typ": "at+jwt"}),
    "a logout token": ({"events": {LOGOUT: {}}}, {}),
    "a logout token by its type": ({}, {"typ": "logout+jwt"}),
    "a key of nobody": ({}, {"kid": "nobody"}),
}


@pytest.fixture(scope="module")
def verifier(provider: RealProvider) -> Verifier:
    return Verifier(Provider(provider.issuer))


def made(provider: RealProvider, changed: Changed, **more: Any) -> str:
    claims, header = changed
    moments = {"ago": ago(seconds=61), "ahead": ahead(seconds=65)}
    said = {"aud": PAGES, "nonce": NONCE, "client_id": None, **claims}
    said = {k: moments.get(v, v) if isinstance(v, str) else v for k, v in said.items()}
    return Maker(provider).signed(said, {"typ": "JWT", **header}, **more)


def read(verifier: Verifier, token: str) -> Claims:
    return asyncio.run(verifier.id_token(token, PAGES, NONCE))


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_id_token_says_nothing(
    verifier: Verifier, provider: RealProvider, name: str
) -> None:
    with pytest.raises(NotVerified):
        read(verifier, made(provider, FORGED[name]))


@pytest.mark.parametrize(
    "changed",
    [
        ({}, {}),
        ({}, {"typ": None}),
        ({"azp": PAGES}, {}),
        ({"aud": [PAGES, "another"], "azp": PAGES}, {}),
    ],
    ids=str,
)
def test_a_good_one_says_who_signed_in(
    verifier: Verifier, provider: RealProvider, changed: Changed
) -> None:
    assert read(verifier, made(provider, changed)).subject == "ana"


def test_one_that_a_stranger_signed_says_nothing(
    verifier: Verifier, provider: RealProvider
) -> None:
    strangers = new_key("first")
    for token in (made(provider, ({}, {}), key=strangers), public_key_as_secret(Maker(provider))):
        with pytest.raises(NotVerified):
            read(verifier, token)

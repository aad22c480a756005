"""The provider's keys: read, kept, read anew; never because strangers ask for it."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from shared.identity import oidc_provider
from shared.identity.caller import Caller, NotIdentified
from shared.identity.oidc import VouchedCallers
from shared.identity.oidc_claims import read_claims
from shared.identity.oidc_provider import (
    AT_MOST_EVERY,
    KEPT,
    REFRESH,
    IssuerNotUsable,
    Provider,
    ProviderAway,
)
from shared.identity.oidc_tokens import Verifier
from shared.kernel.refusals import Refused
from tests.certificates import Authority
from tests.oidc.real_provider import AUDIENCE, RealProvider, new_key, real_provider
from tests.oidc.test_forged import Maker, ahead
from tests.waiting import soon

pytestmark = pytest.mark.integration


class Reading:
    """Who identifies callers, on a clock of its own."""

    def __init__(self, issuer: str, claims: Path, trusting: ssl.SSLContext | None) -> None:
        self.at = 0.0
        self.provider = Provider(issuer, lambda: self.at, trusting)
        self.callers = VouchedCallers(
            Verifier(self.provider), AUDIENCE, read_claims(claims), lambda *parts: "/".join(parts)
        )

    def caller(self, token: str) -> Caller:
        return asyncio.run(self.callers.caller(token, None))

    def takes(self, token: str) -> bool:
        try:
            return self.caller(token).institution == "oficina-laboral"
        except Refused as refused:
            if refused.refusal != NotIdentified(presented=True):
                raise
            return False

    def keys(self) -> set[str]:
        described = self.provider.described()
        return set(described.keys) if described is not None else set()

    def read_at(self) -> float | None:
        described = self.provider.described()
        return described.read_at if described is not None else None


@contextmanager
def reading(issuer: str, claims: Path, trusting: ssl.SSLContext | None = None) -> Iterator[Reading]:
    """trusting: who vouches for the provider."""
    there = Reading(issuer, claims, trusting)
    try:
        yield there
    finally:
        there.callers.close()


@pytest.fixture
def own() -> Iterator[RealProvider]:
    """A provider that this test may change and end."""
    with real_provider() as running:
        yield running


def test_a_new_key_is_known_with_the_first_token_that_it_signs(
    own: RealProvider, claims_path: Path
) -> None:
    with reading(own.issuer, claims_path) as there:
        assert there.takes(Maker(own).signed())
        own.sign_with(new_key("second"), own.key)
        there.at += AT_MOST_EVERY
        assert there.takes(Maker(own).signed())
        assert there.keys() == {"first", "second"}


def test_a_key_that_the_provider_took_back_is_good_for_nothing_more(
    own: RealProvider, claims_path: Path
) -> None:
    with reading(own.issuer, claims_path) as there:
        token = Maker(own).signed({"exp": ahead(days=2)})
        assert there.takes(token)
        own.sign_with(new_key("second"))
        there.at += REFRESH
        soon(lambda: there.keys() == {"second"}, "the keys are read anew, beside the requests")
        assert there.callers.known(token, None) is None
        assert not there.takes(token)


def test_another_key_under_the_same_name_does_not_inherit_what_the_first_had_signed(
    own: RealProvider, claims_path: Path
) -> None:
    with reading(own.issuer, claims_path) as there:
        token = Maker(own).signed()
        assert there.takes(token)
        there.at += REFRESH
        soon(lambda: there.read_at() == there.at, "the keys are read anew")
        assert there.callers.known(token, None) is not None  # the same key as before
        own.sign_with(new_key("first"))
        there.at += REFRESH
        soon(lambda: there.read_at() == there.at, "the keys are read anew")
        assert there.callers.known(token, None) is None
        assert not there.takes(token)


def test_strangers_have_the_provider_asked_no_more_often_than_so(
    own: RealProvider, claims_path: Path
) -> None:
    with reading(own.issuer, claims_path) as there:
        assert there.takes(Maker(own).signed())
        for number in range(50):
            assert not there.takes(Maker(own).signed(header={"kid": f"made-up-{number}"}))
        assert there.read_at() == 0.0
        there.at += AT_MOST_EVERY
        assert not there.takes(Maker(own).signed(header={"kid": "made-up"}))
        assert there.read_at() == AT_MOST_EVERY


def test_many_who_come_with_a_new_key_at_once_wait_for_one_reading(
    own: RealProvider, claims_path: Path
) -> None:
    with reading(own.issuer, claims_path) as there:
        tokens = [Maker(own).signed() for _ in range(20)]

        async def all_at_once() -> list[Any]:
            return await asyncio.gather(*(there.callers.caller(one, None) for one in tokens))

        assert {one.institution for one in asyncio.run(all_at_once())} == {"oficina-laboral"}


def test_while_the_provider_is_away_its_keys_stay_good_for_a_day_and_no_longer(
    own: RealProvider, claims_path: Path
) -> None:
    with reading(own.issuer, claims_path) as there:
        make = Maker(own)
        assert there.takes(make.signed())
        own.process.kill()
        own.process.wait()
        there.at = KEPT - 1
        assert there.takes(make.signed())
        assert not there.takes(make.signed(header={"kid": "new"}))
        there.at = KEPT
        with pytest.raises(ProviderAway):
            there.caller(make.signed())


def test_a_provider_that_was_never_there_vouches_for_nobody(
    own: RealProvider, claims_path: Path
) -> None:
    with reading(own.issuer + "/nowhere", claims_path) as there:
        for _ in range(2):
            with pytest.raises(ProviderAway):
                there.caller(Maker(own).signed())


@dataclass
class Dripping:
    """A provider that begins an answer and goes on with it a blank at a time."""

    issuer: str
    given_up: threading.Event  # the other end has closed the connection
    at_its_end: threading.Event


@contextmanager
def dripping() -> Iterator[Dripping]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        found = Dripping(f"http://127.0.0.1:{port}", threading.Event(), threading.Event())

        def answer() -> None:
            client, _ = listening.accept()
            with client:
                client.recv(65_536)
                client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\n\r\n")
                for _ in range(400):
                    try:
                        client.sendall(b" ")
                    except OSError:
                        found.given_up.set()
                        return
                    found.at_its_end.wait(0.05)
                found.at_its_end.set()

        thread = threading.Thread(target=answer)
        thread.start()
        yield found
        found.at_its_end.set()
        thread.join()


def test_a_provider_that_answers_without_end_is_away(
    claims_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oidc_provider, "PATIENCE", 0.3)
    with dripping() as slow, reading(slow.issuer, claims_path) as there:
        with pytest.raises(ProviderAway):
            asyncio.run(there.provider.now_described())
        assert not slow.at_its_end.is_set(), "no request waits for it"
        assert slow.given_up.wait(10), "nor does the thread that reads"


def test_over_tls_it_is_believed_only_if_somebody_vouches_for_it(
    claims_path: Path, tmp_path: Path
) -> None:
    authority = Authority(tmp_path)
    (tmp_path / "other").mkdir()
    strangers = Authority(tmp_path / "other", "stranger")
    with real_provider(authority=authority) as provider:
        token = Maker(provider).signed()
        for other in (None, ssl.create_default_context(cafile=strangers.file)):
            with (
                reading(provider.issuer, claims_path, other) as there,
                pytest.raises(ProviderAway),
            ):
                there.caller(token)
        trusting = ssl.create_default_context(cafile=authority.file)
        with reading(provider.issuer, claims_path, trusting) as there:
            assert there.takes(token)


@pytest.mark.parametrize(
    "issuer",
    ["http://provider.example", "ftp://127.0.0.1", "https://", "provider", "https://p.example/?x"],
)
def test_an_issuer_whose_keys_could_be_changed_on_the_way_is_none(issuer: str) -> None:
    with pytest.raises(IssuerNotUsable):
        Provider(issuer)

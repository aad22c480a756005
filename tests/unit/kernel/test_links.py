"""Secrets of links: long, legible, and kept as digests alone."""

import re

from shared.kernel.links import DIGEST, digest_of, new_secret, same_digest


def test_a_secret_has_256_bits_in_letters_that_are_not_mistaken_for_others() -> None:
    secrets = {new_secret() for _ in range(50)}
    assert len(secrets) == 50
    assert all(re.fullmatch("[0-9a-hjkmnp-tv-z]{52}", each) for each in secrets)


def test_a_digest_shows_nothing_of_its_secret() -> None:
    secret = new_secret()
    assert re.fullmatch(DIGEST, digest_of(secret))
    assert secret not in digest_of(secret)
    assert digest_of(secret) != digest_of(new_secret())


def test_it_is_the_same_secret_however_it_is_written() -> None:
    secret = "01abc" + new_secret()
    for written in (
        secret.upper(),
        f" {secret[:4]}-{secret[4:9]} {secret[9:]}\n",
        secret.replace("0", "O").replace("1", "l"),
        f"https://canaliza.example/enlace/9#{secret}",
    ):
        assert same_digest(digest_of(written), digest_of(secret))
    assert not same_digest(digest_of(secret[1:]), digest_of(secret))

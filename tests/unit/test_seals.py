"""A seal holds for the very message that it was made for, and for no other."""

from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.messaging.seals import NoKey, Sealable, Seals, derived_key

OLD, NEW = "an-old-secret-of-the-installation", "a-new-secret-of-the-installation!"
MESSAGE = Sealable("canaliza.intake.v1", 3, 17, 9, b"4f0c", b'{"specversion":"1.0"}')


def test_a_key_is_what_the_standard_derives() -> None:
    standard = HKDF(SHA256(), 32, b"canaliza message keys 1", b"intake")
    assert derived_key(OLD.encode(), "intake") == standard.derive(OLD.encode())


def test_a_seal_holds_for_its_message() -> None:
    seals = Seals([OLD])
    assert seals.holds(seals.seal(MESSAGE), MESSAGE)


@pytest.mark.parametrize(
    "change",
    [
        {"topic": "canaliza.referral.v1"},
        {"topic": "canaliza-2.intake.v1"},
        {"partition": 4},
        {"position": 18},
        {"previous": 8},
        {"key": b"4f0d"},
        {"value": b'{"specversion":"1.1"}'},
        {"key": b"4f0", "value": b'c{"specversion":"1.0"}'},
    ],
    ids=str,
)
def test_whatever_is_changed_breaks_it(change: dict[str, Any]) -> None:
    seals = Seals([OLD])
    assert not seals.holds(seals.seal(MESSAGE), MESSAGE._replace(**change))


def test_who_has_another_secret_seals_nothing_that_holds() -> None:
    assert not Seals([OLD]).holds(Seals([NEW]).seal(MESSAGE), MESSAGE)


def test_after_a_change_of_secrets_old_messages_hold_and_new_ones_are_sealed_anew() -> None:
    before, changed, after = Seals([OLD]), Seals([NEW, OLD]), Seals([NEW])
    assert changed.holds(before.seal(MESSAGE), MESSAGE)
    assert after.holds(changed.seal(MESSAGE), MESSAGE)
    assert not after.holds(before.seal(MESSAGE), MESSAGE)


@pytest.mark.parametrize("seal", [b"", b"short", b"\x00" * 32])
def test_no_seal_and_any_bytes_do_not_hold(seal: bytes) -> None:
    assert not Seals([OLD]).holds(seal, MESSAGE)


def test_without_a_secret_nothing_is_sealed_and_nothing_holds() -> None:
    assert not Seals().holds(Seals([OLD]).seal(MESSAGE), MESSAGE)
    with pytest.raises(NoKey):
        Seals().seal(MESSAGE)

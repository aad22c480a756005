"""What an installation keeps in its folder: made once, and never in place of what is lost."""

import json
import os
from base64 import b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.folder_secrets import (
    RolesNotUsable,
    SecretNotUsable,
    VaultKeysLost,
    passwords_of_roles,
    vault_keys,
)
from services.intake.vault.opening import master_keys_of
from shared.embedded.folder import DataFolder
from shared.service.settings import Settings
from tests.embedded_processes import temporary_folder

NAMES = ["intake", "referral"]


@pytest.fixture
def data() -> Iterator[Path]:
    with temporary_folder() as folder:
        yield DataFolder(folder / "data").path


def nothing() -> bool:
    return False


def something() -> bool:
    return True


# --- passwords -------------------------------------------------------------------------------


def test_passwords_are_made_once_for_all(data: Path) -> None:
    made = passwords_of_roles(data, NAMES, ["vault"])
    assert made.keys() == {*NAMES, "vault"}
    assert len({*made.values()}) == 3
    assert passwords_of_roles(data, NAMES, ["vault"]) == made


def test_a_file_of_before_is_completed_and_keeps_what_it_has(data: Path) -> None:
    before = passwords_of_roles(data, NAMES)
    path = data / "roles.json"
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: passwords_of_roles(data, NAMES, ["vault"]), range(40)))
    assert all(each == found[0] for each in found)
    assert found[0] == before | {"vault": found[0]["vault"]}
    assert json.loads(path.read_text()) == found[0]
    assert path.stat().st_mode & 0o777 == 0o600
    assert not list(data.glob("roles.[0-9]*"))


def test_what_was_always_there_is_not_made_again(data: Path) -> None:
    path = data / "roles.json"
    for text in ('{"intake": "x"}', "[]", '{"intake": ', '{"intake": "x", "referral": 1}'):
        path.write_text(text)
        with pytest.raises(RolesNotUsable):
            passwords_of_roles(data, NAMES, ["vault"])
        assert path.read_text() == text


# --- the vault's master keys ------------------------------------------------------------------


def test_master_keys_are_made_once_in_a_file_of_the_folders_owner(data: Path) -> None:
    first = vault_keys(data, nothing)
    path = data / "secret/vault"
    text = path.read_text()
    assert len(b64decode(text)) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert vault_keys(data, something) == first
    assert path.read_text() == text
    dropped = os.geteuid() == 0
    assert first == {
        "vault_keys": text if dropped else None,
        "vault_keys_file": None if dropped else path,
    }
    assert master_keys_of(Settings(**first)).current.startswith("key-")


def test_lost_master_keys_are_never_replaced_by_others(data: Path) -> None:
    vault_keys(data, nothing)
    (data / "secret/vault").unlink()
    with pytest.raises(VaultKeysLost) as told:
        vault_keys(data, something)
    assert str(data / "secret/vault") in told.value.text.en
    assert "backup" in told.value.text.en
    assert not (data / "secret/vault").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="somebody else's services read the file themselves")
def test_master_keys_that_are_no_text_are_named(data: Path) -> None:
    (data / "secret/vault").write_bytes(b"\xff")
    with pytest.raises(SecretNotUsable):
        vault_keys(data, something)


def test_what_the_settings_say_of_them_goes_first(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANALIZA_VAULT_KEYS", "x")
    assert vault_keys(data, nothing) == {}
    assert not (data / "secret/vault").exists()

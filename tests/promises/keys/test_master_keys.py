"""The promises of master keys, kept by each of their homes: file, environment, KMS."""

import base64
import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

import pytest
from typing_extensions import override

from services.intake.vault.kms import KmsAway, KmsMasterKeys
from services.intake.vault.master_keys import (
    MasterKeyFile,
    MasterKeyFileMissing,
    MasterKeyFileOpen,
    MasterKeyNotKnown,
    MasterKeys,
    MasterKeysMissing,
    MasterKeysNotUsable,
    WrappedKey,
    from_environment,
    keys_in,
)
from services.intake.vault.memory import MemoryKms
from services.intake.vault.opening import master_keys_of
from shared.ciphers.aes import NotSealedHere, new_key
from shared.service.setting_names import SecretGivenTwice
from shared.service.settings import Settings
from tests.persons import PEDRO, ROSA

SECRET = new_key()


class KeyHome(ABC):
    """Where master keys are, as whoever keeps them sees it."""

    @abstractmethod
    def opened(self) -> MasterKeys:
        """What a process that starts now has."""

    @abstractmethod
    def add(self) -> None:
        """Make a new master key, the current one from now on."""

    @abstractmethod
    def lose_the_older(self) -> None:
        """Take away all but the current one."""


class FileHome(KeyHome):
    def __init__(self, folder: Path) -> None:
        self.path = folder / "keys"
        self.keys: list[str] = []
        self.add()

    @override
    def opened(self) -> MasterKeys:
        return MasterKeyFile(self.path)

    @override
    def add(self) -> None:
        self.keys.insert(0, written_key())
        self.write()

    @override
    def lose_the_older(self) -> None:
        del self.keys[1:]
        self.write()

    def write(self) -> None:
        partial = self.path.with_suffix(".new")
        partial.write_text("\n".join(self.keys) + "\n")
        partial.chmod(0o600)
        partial.replace(self.path)


class EnvironmentHome(FileHome):
    @override
    def opened(self) -> MasterKeys:
        return from_environment(" ".join(self.keys), "CANALIZA_VAULT_KEYS")


class KmsHome(KeyHome):
    def __init__(self, _: Path) -> None:
        self.kms, self.names = MemoryKms(), ["master-0"]
        self.kms.make("master-0")

    @override
    def opened(self) -> MasterKeys:
        return KmsMasterKeys(self.kms, self.names[0])

    @override
    def add(self) -> None:
        self.names.insert(0, f"master-{len(self.names)}")
        self.kms.make(self.names[0])

    @override
    def lose_the_older(self) -> None:
        while len(self.names) > 1:
            self.kms.disable(self.names.pop())


def written_key() -> str:
    return base64.b64encode(new_key()).decode()


@pytest.fixture(params=[FileHome, EnvironmentHome, KmsHome])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> KeyHome:
    made: Callable[[Path], KeyHome] = request.param
    return made(tmp_path)


def test_what_was_wrapped_is_unwrapped_as_it_was(home: KeyHome) -> None:
    wrapped = home.opened().wrap(ROSA, 1, SECRET)
    assert wrapped.version == 1
    assert SECRET not in wrapped.wrapped
    assert home.opened().unwrap(ROSA, 1, wrapped) == SECRET
    assert home.opened().wrap(ROSA, 1, SECRET).wrapped != wrapped.wrapped


def test_the_wrapped_key_of_somebody_else_is_refused(home: KeyHome) -> None:
    keys = home.opened()
    wrapped = keys.wrap(ROSA, 1, SECRET)
    with pytest.raises(NotSealedHere):
        keys.unwrap(PEDRO, 1, wrapped)


def test_the_wrapped_key_of_before_a_rotation_is_refused(home: KeyHome) -> None:
    keys = home.opened()
    before = keys.wrap(ROSA, 1, SECRET)
    assert keys.unwrap(ROSA, 2, keys.wrap(ROSA, 2, new_key())) != SECRET
    with pytest.raises(NotSealedHere):
        keys.unwrap(ROSA, 2, before._replace(version=2))


def test_a_changed_wrapping_is_refused(home: KeyHome) -> None:
    keys = home.opened()
    wrapped = keys.wrap(ROSA, 1, SECRET)
    changed = wrapped.wrapped[:-1] + bytes([wrapped.wrapped[-1] ^ 1])
    for other in (changed, b"", SECRET):
        with pytest.raises(NotSealedHere):
            keys.unwrap(ROSA, 1, wrapped._replace(wrapped=other))


def test_a_new_master_key_wraps_and_those_of_before_still_unwrap(home: KeyHome) -> None:
    old = home.opened()
    before = old.wrap(ROSA, 1, SECRET)
    home.add()
    keys = home.opened()
    assert keys.current != before.master_key
    assert keys.unwrap(ROSA, 1, before) == SECRET
    after = keys.wrap(ROSA, 1, SECRET)
    assert after.master_key == keys.current
    home.lose_the_older()
    keys = home.opened()
    assert keys.unwrap(ROSA, 1, after) == SECRET
    with pytest.raises(MasterKeyNotKnown) as told:
        keys.unwrap(ROSA, 1, before)
    assert before.master_key in told.value.text.es
    assert "Add it, from the backup" in told.value.text.en
    assert told.value.code == 2


def test_a_key_that_never_was_here_is_told_with_the_next_step(home: KeyHome) -> None:
    with pytest.raises(MasterKeyNotKnown, match="key-of-somebody"):
        home.opened().unwrap(ROSA, 1, WrappedKey(1, "key-of-somebody", b"x"))


def test_the_name_of_one_master_key_does_not_serve_another(home: KeyHome) -> None:
    before = home.opened().wrap(ROSA, 1, SECRET)
    home.add()
    keys = home.opened()
    with pytest.raises(NotSealedHere):
        keys.unwrap(ROSA, 1, before._replace(master_key=keys.current))


# --- what each home promises beside these ---------------------------------------------------


def test_a_running_process_follows_the_file(tmp_path: Path) -> None:
    home = FileHome(tmp_path)
    running = home.opened()
    before = running.wrap(ROSA, 1, SECRET)
    home.add()
    assert running.current == home.opened().current != before.master_key
    assert running.unwrap(ROSA, 1, before) == SECRET


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o700 | 0o001])
def test_a_file_that_others_can_read_is_refused_from_then_on(mode: int, tmp_path: Path) -> None:
    home = FileHome(tmp_path)
    running = home.opened()
    home.path.chmod(mode)
    for use in (home.opened, lambda: running.wrap(ROSA, 1, SECRET)):
        with pytest.raises(MasterKeyFileOpen, match="chmod 600"):
            use()
    home.path.chmod(0o400)
    assert running.current


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyFileMissing, match="nowhere"):
        MasterKeyFile(tmp_path / "nowhere")
    with pytest.raises(MasterKeyFileMissing):
        MasterKeyFile(tmp_path)


GOOD = written_key()


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "hunter2",
        f"{GOOD} hunter2==",
        f"{GOOD} {GOOD}",
        GOOD[:-8],
        "é",
        os.urandom(8).hex(),
    ],
)
def test_what_are_no_master_keys_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(MasterKeysNotUsable) as told:
        keys_in(text, "CANALIZA_VAULT_KEYS")
    assert "CANALIZA_VAULT_KEYS" in told.value.text.en
    assert "hunter2" not in str(told.value)
    assert GOOD not in str(told.value)


def test_the_settings_give_them_as_a_secret_or_name_a_file_never_both(tmp_path: Path) -> None:
    home = FileHome(tmp_path)
    (text,) = home.keys
    by_secret = master_keys_of(Settings(vault_keys=text))
    by_file = master_keys_of(Settings(vault_keys_file=home.path))
    assert by_secret.current == by_file.current
    assert isinstance(by_file, MasterKeyFile)
    with pytest.raises(MasterKeysMissing, match="CANALIZA_VAULT_KEYS_FILE"):
        master_keys_of(Settings())
    with pytest.raises(SecretGivenTwice):
        master_keys_of(Settings(vault_keys=text, vault_keys_file=home.path))


def test_the_file_that_the_environment_names_is_followed_and_not_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = FileHome(tmp_path)
    monkeypatch.setenv("CANALIZA_VAULT_KEYS_FILE", str(home.path))
    settings = Settings()
    assert (settings.vault_keys, settings.vault_keys_file) == (None, home.path)


def test_an_id_follows_from_the_key_and_tells_nothing_of_it() -> None:
    one = from_environment(GOOD, "x")
    assert one.current == from_environment(f"{GOOD} {written_key()}", "x").current
    assert one.current.removeprefix("key-") not in base64.b64decode(GOOD).hex()


def test_a_kms_that_is_away_is_no_lost_key() -> None:
    kms = MemoryKms()
    kms.make("one")
    keys = KmsMasterKeys(kms, "one")
    wrapped = keys.wrap(ROSA, 1, SECRET)
    kms.away = True
    with pytest.raises(KmsAway):
        keys.wrap(ROSA, 1, SECRET)
    with pytest.raises(KmsAway):
        keys.unwrap(ROSA, 1, wrapped)
    kms.away = False
    assert keys.unwrap(ROSA, 1, wrapped) == SECRET


def test_a_kms_without_the_current_key_is_told_when_it_wraps() -> None:
    with pytest.raises(MasterKeyNotKnown, match="one"):
        KmsMasterKeys(MemoryKms(), "one").wrap(ROSA, 1, SECRET)

"""A service whose settings cannot be used does not start, and says which they are."""

import re
import sys
from pathlib import Path

import pytest

from services.intake.wiring import SERVICE
from shared.service.run import main
from shared.service.setting_names import (
    SecretFileNotUsable,
    SecretGivenTwice,
    known_names,
    secret_fields,
)
from shared.service.settings import Settings, SettingsNotKnown, SettingsNotUsable
from tests.certificates import Authority

TYPED = "hunter2"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KAFKA_PARTITIONS", TYPED),
        ("DATABASE_PASSWORDS", f'{{"intake": ["{TYPED}"]}}'),
        ("DATABASE_PASSWORDS", TYPED),
        ("LOG_LEVEL", TYPED),
        ("INSTALLATION_SECRET", TYPED),
    ],
)
def test_a_service_ends_with_2_and_names_the_setting_without_its_value(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(f"CANALIZA_{name}", value)
    monkeypatch.setattr(sys, "argv", ["intake"])
    with pytest.raises(SystemExit) as ended:
        main(SERVICE)
    captured = capsys.readouterr()
    assert (ended.value.code, captured.out) == (2, "")
    assert captured.err.count("\n") == 1
    assert captured.err.startswith(f"Ajustes que no sirven: CANALIZA_{name}.")
    assert f"Settings that cannot be used: CANALIZA_{name}." in captured.err
    assert TYPED not in captured.err


@pytest.mark.parametrize("content", [b"port = ", b"host = '\xff'", None])
def test_a_file_that_cannot_be_read_as_settings_is_named(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings.toml"
    if content is not None:  # else there is no such file
        file.write_bytes(content)
    monkeypatch.setenv("CANALIZA_SETTINGS", str(file))
    with pytest.raises(SettingsNotUsable, match=r"cannot be used: CANALIZA_SETTINGS\."):
        Settings()


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_a_setting_that_cannot_be_used_is_named_with_what_was_expected(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in (f"{TYPED} ?", ""):
        said = refusal_of(name, value, monkeypatch)
        if said is not None:  # else any text will do
            assert f"CANALIZA_{name.upper()}: se espera " in said
            assert f"CANALIZA_{name.upper()}: expected " in said
            assert TYPED not in said


def refusal_of(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> str | None:
    monkeypatch.setenv(f"CANALIZA_{name.upper()}", value)
    try:
        Settings()
    except SettingsNotUsable as refusal:
        return str(refusal)
    return None


def test_what_is_missing_beside_another_is_named_with_what_was_expected() -> None:
    with pytest.raises(SettingsNotUsable, match="CANALIZA_TLS_KEY: expected the key's file"):
        Settings(tls_certificate=Path("certificate.pem")).tls()


def test_a_file_of_settings_that_is_not_there_is_not_said_to_be_mended_in_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANALIZA_SETTINGS", str(tmp_path / "none.toml"))
    with pytest.raises(SettingsNotUsable) as refusal:
        Settings()
    assert "CANALIZA_SETTINGS: expected a TOML file that is there" in refusal.value.text.en
    assert "or in CANALIZA_SETTINGS" not in refusal.value.text.en


DOCUMENT = Path(__file__).parents[3] / "docs/settings.md"


def test_the_document_lists_every_setting_and_no_other() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    table = text[text.index("<!-- settings -->") : text.index("<!-- /settings -->")]
    listed = re.findall(r"^\| `(CANALIZA_\w+)` ", table, re.MULTILINE)
    secrets = {f"CANALIZA_{name.upper()}_FILE" for name in secret_fields(Settings)}
    assert set(listed) == known_names(Settings) - secrets
    assert len(listed) == len(set(listed))


def test_a_name_that_nobody_knows_is_refused_with_the_nearest_known_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CANALIZA_KAFKA_BOTSTRAP", TYPED)
    monkeypatch.setenv("CANALIZA_XYZ", TYPED)
    monkeypatch.setattr(sys, "argv", ["intake"])
    with pytest.raises(SystemExit) as ended:
        main(SERVICE)
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert "CANALIZA_KAFKA_BOTSTRAP (CANALIZA_KAFKA_BOOTSTRAP?), CANALIZA_XYZ." in said
    assert TYPED not in said


def test_names_that_are_read_elsewhere_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LANG", "DATA", "RUN_AS", "TRACEBACK", "PYTHON"):
        monkeypatch.setenv(f"CANALIZA_{name}", "x")
    assert Settings().port == 8080


@pytest.mark.parametrize("line", ['kafka_botstrap = "x"', "[canaliza]", 'CANALIZA_PORT = "1"'])
def test_a_file_with_a_name_that_nobody_knows_is_refused(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_settings(tmp_path, line, monkeypatch)
    with pytest.raises(SettingsNotKnown, match=r"kafka_botstrap \(kafka_|canaliza|CANALIZA_PORT"):
        Settings()


def test_an_argument_that_nobody_knows_is_refused() -> None:
    with pytest.raises(SettingsNotUsable, match="KAFKA_BOTSTRAP"):
        Settings(kafka_botstrap="x")


def test_a_secret_may_stand_in_a_file_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANALIZA_DATABASE_PASSWORD_FILE", str(secret(tmp_path, f"{TYPED}\n")))
    settings = Settings()
    assert settings.database_password is not None
    assert settings.database_password.get_secret_value() == TYPED


def test_a_file_may_hold_the_passwords_of_all_services(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = secret(tmp_path, f'{{"intake": "{TYPED}"}}')
    write_settings(tmp_path, f'database_passwords_file = "{file}"', monkeypatch)
    assert Settings().database_passwords["intake"].get_secret_value() == TYPED


def test_what_the_environment_says_goes_before_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_settings(tmp_path, 'database_password = "another"\nport = 1', monkeypatch)
    monkeypatch.setenv("CANALIZA_DATABASE_PASSWORD_FILE", str(secret(tmp_path, TYPED)))
    monkeypatch.setenv("CANALIZA_PORT", "2")
    settings = Settings()
    assert settings.database_password is not None
    assert (settings.database_password.get_secret_value(), settings.port) == (TYPED, 2)


@pytest.mark.parametrize("content", [b"", b" \n\n", b"\xff", None])
def test_a_secret_file_that_is_blank_or_cannot_be_read_is_refused(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "secret"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.setenv("CANALIZA_DATABASE_PASSWORD_FILE", str(file))
    with pytest.raises(SecretFileNotUsable, match="of CANALIZA_DATABASE_PASSWORD_FILE") as refusal:
        Settings()
    assert refusal.value.code == 2


def test_a_secret_that_is_given_twice_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANALIZA_DATABASE_PASSWORD_FILE", str(secret(tmp_path, TYPED)))
    monkeypatch.setenv("CANALIZA_DATABASE_PASSWORD", TYPED)
    with pytest.raises(SecretGivenTwice, match="CANALIZA_DATABASE_PASSWORD_FILE, not both"):
        Settings()


def test_only_a_secret_may_stand_in_a_file_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CANALIZA_DATABASE_HOST_FILE", str(secret(tmp_path, "x")))
    with pytest.raises(SettingsNotKnown, match="CANALIZA_DATABASE_HOST_FILE"):
        Settings()


def write_settings(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = folder / "settings.toml"
    file.write_text(text, encoding="utf-8")
    monkeypatch.setenv("CANALIZA_SETTINGS", str(file))


def secret(folder: Path, text: str) -> Path:
    file = folder / "secret"
    file.write_text(text, encoding="utf-8")
    return file


def test_each_service_logs_in_to_the_cluster_as_itself(tmp_path: Path) -> None:
    authority = str(Authority(tmp_path).file)
    settings = Settings(
        kafka_security_protocol="SASL_SSL",
        kafka_sasl_passwords={"intake": TYPED},
        kafka_ssl_cafile=authority,
    )
    client = settings.kafka("intake").client
    assert {name: client[name] for name in client if name.startswith(("sasl", "s"))} == {
        "security_protocol": "SASL_SSL",
        "sasl_mechanism": "SCRAM-SHA-512",
        "sasl_plain_username": "canaliza-intake",
        "sasl_plain_password": TYPED,
        "ssl_cafile": authority,
        "ssl_certfile": None,
        "ssl_keyfile": None,
    }
    assert TYPED not in repr(settings.kafka("intake"))
    with pytest.raises(SettingsNotUsable, match="CANALIZA_KAFKA_SASL_PASSWORD"):
        settings.kafka("referral")


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"kafka_ssl_cafile": "not-there.pem"}, "CAFILE"),
        ({"kafka_ssl_cafile": "empty.pem"}, "CAFILE"),
        ({"kafka_ssl_certfile": "intake.crt"}, "CERTFILE"),
        ({"kafka_ssl_certfile": "intake.crt", "kafka_ssl_keyfile": "other.key"}, "CERTFILE"),
        ({"kafka_ssl_certfile": "shut.crt", "kafka_ssl_keyfile": "shut.key"}, "CERTFILE"),
    ],
    ids=["no such file", "nothing in it", "no key", "another's key", "a key with a passphrase"],
)
def test_files_for_encryption_that_cannot_be_used_are_named(
    given: dict[str, str], named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.pem").touch()
    authority = Authority(tmp_path)
    authority.client("intake")
    authority.client("other")
    authority.server("shut", passphrase=b"sesame")
    settings = Settings(kafka_security_protocol="SSL", **given)
    with pytest.raises(SettingsNotUsable, match=f"CANALIZA_KAFKA_SSL_{named}"):
        settings.kafka("intake")


def test_without_a_protocol_nobody_logs_in() -> None:
    client = Settings().kafka("intake").client
    assert client["security_protocol"] == "PLAINTEXT"
    assert not any(name.startswith(("sasl", "ssl")) for name in client)


def test_the_installations_secret_seals_no_message() -> None:
    settings = Settings(installation_secret="a" * 32)
    assert settings.message_secrets == []


@pytest.mark.parametrize("keys", ["", "short", f"{'a' * 32} short"])
def test_a_message_key_that_could_be_guessed_is_refused(keys: str) -> None:
    with pytest.raises(SettingsNotUsable, match="CANALIZA_MESSAGE_KEYS"):
        Settings(message_keys=keys)


def test_the_first_message_key_is_the_current_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = secret(tmp_path, f"{'b' * 32}\n{'a' * 32}\n")
    monkeypatch.setenv("CANALIZA_MESSAGE_KEYS_FILE", str(file))
    assert Settings().message_secrets == ["b" * 32, "a" * 32]

"""Each service that ``canaliza standard`` starts gets the operator's settings that concern it."""

import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from services.operator.standard.environment import NOT_A_SERVICES, service_environment
from shared.service.settings import SERVICES, Settings
from tests.installation_secret import SECRET_TEXT

METRICS_PORT = 9_555
EVERYTHING: dict[str, Any] = {
    "database_host": "db.example",
    "database_port": 5_433,
    "database_name": "another",
    "database_user": "one-role",
    "database_password": "hers",
    "database_passwords": {name: f"database-of-{name}" for name in SERVICES},
    "database_admin": "user=postgres password=the-operators",
    "database_sslmode": "verify-full",
    "database_sslrootcert": "root.pem",
    "installation_secret": SECRET_TEXT,
    "vault_database_password": "the-vaults",
    "vault_keys": "the-masters",
    "vault_keys_file": "masters",
    "bus": "kafka",
    "kafka_bootstrap": "kafka.example:9093",
    "kafka_prefix": "another",
    "kafka_partitions": 9,
    "kafka_replication": 3,
    "kafka_session_seconds": 12.5,
    "kafka_security_protocol": "SASL_PLAINTEXT",
    "kafka_sasl_mechanism": "SCRAM-SHA-256",
    "kafka_sasl_username": "one-user",
    "kafka_sasl_password": "his",
    "kafka_sasl_passwords": {name: f"kafka-of-{name}" for name in SERVICES},
    "kafka_users": {"intake": "in", "referral": "out"},
    "kafka_ssl_cafile": "ca.pem",
    "kafka_ssl_certfile": "our.pem",
    "kafka_ssl_keyfile": "our.key",
    "message_keys": f"{'a' * 32} {'b' * 32}",
    "oidc_issuer": "https://provider.example",
    "oidc_audience": "canaliza",
    "oidc_claims": "claims.yaml",
    "oidc_ca": "provider.pem",
    "oidc_client_id": "pages",
    "oidc_client_secret": "the-pages-own",
    "oidc_scope": "openid email",
    "host": "127.0.0.2",
    "port": 8_999,
    "metrics_host": "::1",
    "metrics_port": METRICS_PORT,
    "requests_per_second": 17.5,
    "requests_at_once": 3,
    "document_mib": 25,
    "public_url": "https://canaliza.example:8443",
    "trusted_proxy": "10.0.0.1,10.1.0.0/16",
    "tls_certificate": "tls.pem",
    "tls_key": "tls.key",
    "tls_client_ca": "clients.pem",
    "log_level": "DEBUG",
}
"""Every setting, with another value than it has where nobody says anything."""
FILES = (
    *("database_sslrootcert", "kafka_ssl_cafile", "kafka_ssl_certfile", "kafka_ssl_keyfile"),
    *("vault_keys_file", "oidc_claims", "oidc_ca", "tls_certificate", "tls_key", "tls_client_ca"),
)


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("CANALIZA_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def read_by(service: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """What a service reads of the environment that it is started in."""
    with monkeypatch.context() as there:
        for name, value in service_environment(settings, service, METRICS_PORT).items():
            there.setenv(name, value)
        return Settings()


def told_to(service: str, settings: Settings) -> dict[str, str]:
    return service_environment(settings, service, METRICS_PORT)


def test_every_setting_is_a_services_or_is_named_as_none() -> None:
    settings, left_open = Settings(**EVERYTHING), Settings()
    assert all(
        getattr(settings, name) != getattr(left_open, name)
        for name in Settings.model_fields
        if name != "bus"  # Kafka's, for whoever is alone
    )
    told = {name.removeprefix("CANALIZA_").lower() for name in told_to("intake", settings)}
    assert told == Settings.model_fields.keys() - NOT_A_SERVICES


def test_a_service_reads_what_the_operator_has_set(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(**EVERYTHING)
    read, here = read_by("intake", settings, monkeypatch), Path.cwd()
    of_files = {name: type(getattr(settings, name))(here / EVERYTHING[name]) for name in FILES}
    expected = {name: getattr(settings, name) for name in Settings.model_fields} | of_files
    for name in Settings.model_fields.keys() - NOT_A_SERVICES:
        assert getattr(read, name) == expected[name], name


@pytest.mark.parametrize("service", SERVICES)
def test_it_has_its_own_passwords_and_nobody_elses(
    service: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    of_all: dict[str, Any] = dict.fromkeys(("database_user", "database_password"))
    of_all |= dict.fromkeys(("kafka_sasl_username", "kafka_sasl_password"))
    of_all |= {name: str(tmp_path / EVERYTHING[name]) for name in FILES}
    settings = Settings(**EVERYTHING | of_all)
    read = read_by(service, settings, monkeypatch)
    assert read.address(service) == settings.address(service)
    assert read.kafka(service).login == settings.kafka(service).login
    written = "\n".join(told_to(service, settings).values())
    for secret in (
        *("the-operators", "the-pages-own"),
        *(f"{kind}-of-{other}" for other in SERVICES for kind in ("database", "kafka")),
    ):
        assert (secret in written) == (secret in {f"database-of-{service}", f"kafka-of-{service}"})


@pytest.mark.parametrize("service", SERVICES)
def test_the_vault_is_open_to_its_keeper_alone(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(**EVERYTHING | {"vault_database_password": None})
    settings.database_passwords["vault"] = SecretStr("the-vaults")
    read = read_by(service, settings, monkeypatch)
    told = "\n".join(told_to(service, settings).values())
    reached = read.address("vault")
    assert reached.user == "another_vault"
    if service == "intake":
        assert (reached.password, "the-masters" in told) == ("the-vaults", True)
    else:
        assert reached.password == ""
        assert not any(word in told for word in ("the-vaults", "the-masters", "/masters"))


def test_what_nobody_says_stays_open(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(installation_secret=SECRET_TEXT)
    read = read_by("intake", settings, monkeypatch)
    assert read == settings.model_copy(
        update={
            "database_user": "canaliza_intake",
            "kafka_sasl_username": "canaliza-intake",
            "metrics_port": METRICS_PORT,
        }
    )


def test_root_certificates_of_the_system_are_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(**EVERYTHING | {"database_sslrootcert": "system"})
    assert read_by("intake", settings, monkeypatch).database_sslrootcert == "system"

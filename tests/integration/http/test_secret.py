"""A service works with the secret that its log was begun with, and with no other."""

import os
import subprocess
import sys

import pytest

from shared.eventstore.begun_with import OtherSecret, SecretMissing
from shared.service.service import Service
from shared.service.settings import Settings
from tests.installation_secret import ANOTHER_TEXT, SECRET_TEXT
from tests.integration.http.api_client import ApiClient

pytestmark = pytest.mark.integration


def with_secret(settings: Settings, secret: str | None) -> Settings:
    given = settings.model_dump()
    return Settings(**{**given, "installation_secret": secret})


def test_the_first_secret_is_the_secret(api: ApiClient) -> None:
    for there in api.running.services.values():
        Service(there.definition, with_secret(there.settings, SECRET_TEXT)).close()
        with pytest.raises(OtherSecret, match=f"the log of {there.name} was begun with another"):
            Service(there.definition, with_secret(there.settings, ANOTHER_TEXT))
        with pytest.raises(SecretMissing, match="CANALIZA_INSTALLATION_SECRET"):
            Service(there.definition, with_secret(there.settings, None))
        Service(there.definition, with_secret(there.settings, SECRET_TEXT)).close()


@pytest.mark.parametrize(
    ("secret", "told"),
    [
        ({"CANALIZA_INSTALLATION_SECRET": ANOTHER_TEXT}, "begun with another secret"),
        ({}, "secret is missing"),
        ({"CANALIZA_INSTALLATION_SECRET": "too short"}, "CANALIZA_INSTALLATION_SECRET."),
    ],
    ids=["another", "none", "too short"],
)
def test_a_service_ends_with_2_and_says_what_to_set(
    api: ApiClient, secret: dict[str, str], told: str
) -> None:
    settings = api.running.services["intake"].settings
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CANALIZA_")},
        "CANALIZA_BUS": "kafka",
        "CANALIZA_PORT": "0",
        "CANALIZA_KAFKA_PARTITIONS": str(settings.kafka_partitions),
        "CANALIZA_DATABASE_HOST": settings.database_host,
        "CANALIZA_DATABASE_PORT": str(settings.database_port),
        "CANALIZA_DATABASE_NAME": settings.database_name,
        "CANALIZA_DATABASE_PASSWORD": "story",
        **secret,
    }
    ended = subprocess.run(
        [sys.executable, "-m", "services.intake"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 2
    assert told in ended.stderr
    assert not any(value in ended.stderr for value in secret.values())


def test_no_secret_is_kept_beside_a_log_but_what_tells_it_from_another(api: ApiClient) -> None:
    for there in api.running.services.values():
        with there.log.database.cursor() as curs:
            (row,) = curs.execute(
                f"SELECT proof FROM {there.name}.secret"  # noqa: S608 - a service's name
            ).fetchall()
        assert bytes(row[0]) == there.secret.proof
        assert SECRET_TEXT.encode() not in bytes(row[0])

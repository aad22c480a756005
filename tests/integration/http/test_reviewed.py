"""What a review found at the services' doors, and what holds there since."""

import asyncio
import os
import subprocess
import sys
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.followup import api as followup_routes
from services.installation import ALL, schemas
from services.referral import directory
from shared.embedded.supervisor import PostgresAddress
from shared.eventstore.writer import Receipt
from shared.identity.tokens import SCHEMA, Tokens
from shared.kernel.clock import now
from shared.kernel.decider import Actor
from shared.kernel.ids import new_id
from shared.kernel.refusals import KeyUsedForAnother
from shared.kernel.roles import CASEWORKER
from shared.messaging.inbox import PartitionsDiffer
from shared.postgres.migrations import migrate, prepare_server
from shared.service.command_client import KeyedCommand, submit
from shared.service.service import Service
from shared.service.settings import VAULT
from tests.installation_secret import SECRET_TEXT
from tests.integration.http.api_client import OWN, PARTY, REFERRAL, ApiClient, code_like
from tests.whole_logs import history_of

pytestmark = pytest.mark.integration


def entering(code: str, kind: str = "labour-office", **other: Any) -> directory.RegisterInstitution:
    values: dict[str, Any] = {
        "by": Actor("adm", "steward", "t"),
        "at": now(),
        "name": f"Oficina {code}",
    } | other
    return directory.RegisterInstitution(
        institution=code, kind=kind, subdivision=None, programmes=(), **values
    )


def enter(service: Service, command: directory.RegisterInstitution, key: str) -> Any:
    code = command.institution
    stream = directory.stream_of(code)
    keyed = KeyedCommand(
        service.name, directory.DECIDER, stream, command, code, key, service.secret
    )
    return submit({service.name: service}, keyed).result(20)


def a_code() -> str:
    return code_like("oficina")


def test_a_command_before_the_follow_up_is_opened_finds_no_case(
    api: ApiClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = api.accepted()
    path = f"/followup/follow-ups/{scenario.referral_id}/contacts"
    log = api.running.services["followup"].log
    with monkeypatch.context() as before:  # what was read a moment before the opening came
        before.setattr(followup_routes, "opening_known", lambda *_: None)
        before.setattr(followup_routes, "opening_of", lambda *_: None)
        early = api.send((PARTY, CASEWORKER), "POST", path, {"channel": "in-person"})
    assert early.status_code == 404
    late = api.send((PARTY, CASEWORKER), "POST", path, {"channel": "in-person"})
    assert late.status_code == 200
    facts = history_of(log, UUID(scenario.referral_id))
    assert {fact.meta.correlation for fact in facts} == {str(scenario.case_id)}


def test_an_institution_that_another_process_entered_a_moment_ago_can_be_addressed(
    api: ApiClient,
) -> None:
    here, code, scenario = api.running.services["referral"], a_code(), api.registered()
    path, to_it = f"/referral/cases/{scenario.case_id}/referrals", {**REFERRAL, "to": code}
    early = api.send((OWN, CASEWORKER), "POST", path, to_it)
    assert early.json()["code"] == "addressee-not-registered"
    there = Service(here.definition, here.settings)
    try:
        assert isinstance(enter(there, entering(code), str(new_id())), Receipt)
    finally:
        there.close()
    api.secret(code)  # so that it has a way to answer
    assert api.send((OWN, CASEWORKER), "POST", path, to_it).status_code == 201


def test_another_installation_on_the_same_server_changes_nobodys_password(
    api: ApiClient, postgres_server: PostgresAddress
) -> None:
    here, name = api.running.services["intake"], f"another_{new_id().hex[:8]}"
    passwords = dict.fromkeys((*(parts.name for parts in ALL), VAULT, SCHEMA), "another")
    prepare_server(postgres_server.conninfo(), name)
    migrate(postgres_server.conninfo(dbname=name), schemas(passwords, name))
    there = Service(here.definition, here.settings)
    there.close()


def test_a_service_does_not_start_with_another_number_of_partitions(
    api: ApiClient,
) -> None:
    there = api.running.services["intake"]
    more = there.settings.kafka_partitions + 1
    other = there.settings.model_copy(update={"kafka_partitions": more})
    with pytest.raises(PartitionsDiffer):
        Service(there.definition, other)
    environment = {
        "CANALIZA_BUS": "kafka",
        "CANALIZA_PORT": "0",
        "CANALIZA_KAFKA_PARTITIONS": str(more),
        "CANALIZA_DATABASE_HOST": other.database_host,
        "CANALIZA_DATABASE_PORT": str(other.database_port),
        "CANALIZA_DATABASE_NAME": other.database_name,
        "CANALIZA_DATABASE_PASSWORD": "story",
        "CANALIZA_INSTALLATION_SECRET": SECRET_TEXT,
    }
    ended = subprocess.run(
        [sys.executable, "-m", "services.intake"],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 2, ended.stderr
    assert f"CANALIZA_KAFKA_PARTITIONS={there.settings.kafka_partitions}" in ended.stderr


def test_a_token_is_known_however_many_were_guessed(api: ApiClient) -> None:
    tokens = Tokens(api.running.services["intake"].log.database)
    secret = api.secret(OWN)

    async def known(*secrets: str) -> list[bool]:
        found = await asyncio.gather(*(tokens.find_from_loop(each) for each in secrets))
        return [each.token is not None for each in found]

    try:
        assert asyncio.run(known(secret)) == [True]
        for start in range(0, 9_500, 500):
            guesses = (f"guess {start + n}" for n in range(500))
            assert not any(asyncio.run(known(*guesses)))
        late = [each for n in range(400) for each in (secret, f"late {n}")]
        assert asyncio.run(known(*late)) == [True, False] * 400
    finally:
        tokens.close()


def test_the_client_tells_another_command_under_a_key_from_the_same_one_later(
    api: ApiClient,
) -> None:
    service, code, key = api.running.services["referral"], a_code(), str(new_id())
    first = enter(service, entering(code), key)
    later = enter(service, entering(code, at=now() - timedelta(hours=1)), key)
    assert isinstance(first, Receipt)
    assert later == first
    assert isinstance(enter(service, entering(code, name="Otra"), key), KeyUsedForAnother)

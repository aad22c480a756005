"""The three publishing services' logs, filled by hand, and the real reporting that reads them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.persistence import StoredEvent

from services.installation import ALL, schemas
from services.operator.publishing import SOURCES
from services.operator.topics import ensure_rights
from services.referral.names import NameFact
from services.reporting.rebuild import Rebuilt, check, rebuild
from services.reporting.views import Reports
from shared.contracts import CONTRACTS
from shared.contracts.contract import Key, parts_of
from shared.embedded.supervisor import PostgresAddress
from shared.identity.tokens import SCHEMA
from shared.kernel.broker_users import ADMINISTRATOR
from shared.kernel.fields import kebab
from shared.kernel.ids import new_id
from shared.kernel.record import Meta
from shared.kernel.value import fields_of, replace
from shared.messaging.log_bus import LogBus
from shared.messaging.topics import ensure
from shared.postgres.migrations import migrate, prepare_server
from shared.service.command_client import wait_until_read
from shared.service.on_kafka import on_kafka
from shared.service.service import Service
from shared.service.settings import VAULT, Settings, role_of
from tests.brokers import settings_at
from tests.examples import FACTS, SUBJECTS
from tests.installation_secret import SECRET_TEXT
from tests.personas import AT
from tests.reporting_store import PROJECTIONS

PARTITIONS = 3
AMOUNTS = (None, "0", "560", "560.00", "99.99", "4835.886")
_CONTRACTS = {parts_of(name).name: contract for name, contract in CONTRACTS.items()}
"""The contracts by the names of their facts; of two services' facts of one name either will do."""
Rows = dict[str, list[tuple[object, ...]]]


@dataclass
class Logs:
    """What a test needs of an installation whose only reader is reporting."""

    admin: str
    settings: Settings
    services: dict[str, Service]
    chance: Random
    versions: dict[UUID, int] = field(default_factory=lambda: defaultdict(int))
    appended: int = 0

    @property
    def reporting(self) -> Service:
        return self.services["reporting"]

    @property
    def reports(self) -> Reports:
        return Reports(self.reporting.log)

    def append(self, service: str, keyed: Sequence[tuple[Any, str]], stream: UUID) -> None:
        """Put facts on a service's log, each with its key, as if one command had led to them."""
        log = self.services[service].log
        stored = []
        for fact, key in keyed:
            self.appended += 1
            self.versions[stream] += 1
            name, data = log.vocabulary.name_of(fact), log.vocabulary.encode(self._meta(key), fact)
            stored.append(StoredEvent(stream, self.versions[stream], name, data))
        with log.recorder.transaction() as curs:
            log.recorder.append(curs, stored)

    def append_story(self, case_id: UUID, facts: int = 12) -> None:
        """Append facts of a case, of any kind, in any order: a log's reader judges none of it."""
        referrals = [UUID(int=self.chance.getrandbits(128), version=4) for _ in range(2)]
        for service in FACTS:
            stream = UUID(int=self.chance.getrandbits(128), version=4)
            examples = [each for name in FACTS[service].values() for each in name]
            chosen = self.chance.choices(examples, k=facts)
            keyed = [self._about(fact, case_id, self.chance.choice(referrals)) for fact in chosen]
            self.append(service, keyed, stream)

    def append_examples(self, case_id: UUID) -> None:
        """Append each example of each fact once."""
        referral, stream = UUID(int=case_id.int + 1), UUID(int=case_id.int + 2)
        for service, facts in FACTS.items():
            examples = [each for name in facts.values() for each in name]
            self.append(
                service, [self._about(fact, case_id, referral) for fact in examples], stream
            )

    def _meta(self, key: str) -> Meta:
        at = AT + timedelta(hours=self.chance.randrange(5000))
        recorded = AT + timedelta(self.appended)
        return Meta("oficina-laboral-chih", "caseworker", "token-1", at, recorded, key, "-")

    def _about(self, fact: Any, case_id: UUID, referral_id: UUID) -> tuple[Any, str]:
        known = fields_of(fact)
        if isinstance(fact, NameFact):  # private, in its institution's name
            return fact, fact.institution
        contract = _CONTRACTS.get(kebab(type(fact).__name__))
        if contract is not None and contract.key is not Key.CASE:
            return fact, SUBJECTS[contract.key]
        consent_id = UUID(int=(case_id.int + 3) % 2**128)
        about: dict[str, Any] = {"case_id": case_id, "referral_id": referral_id}
        about["consent_id"] = consent_id  # each is of one case
        if "amount" in known:
            about["amount"] = amount = self.chance.choice(AMOUNTS)
            about["amount"] = None if amount is None else Decimal(amount)
            about["currency"] = None if amount is None else self.chance.choice(["MXN", "USD"])
        return replace(fact, **{k: v for k, v in about.items() if k in known}), str(case_id)

    def taken_in(self) -> None:
        """Wait until reporting has taken in all that stands on the logs."""
        for name in FACTS:
            wait_until_read(self.reporting, self.services[name])

    def rows(self) -> Rows:
        """Every row of every projection."""
        with psycopg.connect(self.admin) as conn:
            return {
                table: sorted(conn.execute(f"SELECT * FROM reporting.{table}").fetchall(), key=str)  # noqa: S608
                for table in PROJECTIONS
            }

    def execute(self, statement: str) -> None:
        """Run a statement as the owner of the tables."""
        with psycopg.connect(self.admin, autocommit=True) as conn:
            conn.execute(statement.encode())

    def query(self, query: str) -> list[tuple[object, ...]]:
        """Run a query as the owner of the tables."""
        with psycopg.connect(self.admin) as conn:
            return conn.execute(query.encode()).fetchall()

    @property
    def _role(self) -> str:
        return role_of("reporting", self.settings.database_name)

    def rebuild(self, **how: Any) -> Rebuilt:
        return rebuild(self.admin, self._role, SOURCES, **how)

    def check(self, **how: Any) -> Rebuilt:
        return check(self.admin, self._role, SOURCES, **how)

    @property
    def environment(self) -> dict[str, str]:
        """What a command of the standard mode finds in its environment."""
        passwords = ", ".join(f'"{parts.name}": "logs"' for parts in ALL)
        return {
            "CANALIZA_DATABASE_HOST": self.settings.database_host,
            "CANALIZA_DATABASE_PORT": str(self.settings.database_port),
            "CANALIZA_DATABASE_NAME": self.settings.database_name,
            "CANALIZA_DATABASE_PASSWORDS": f"{{{passwords}}}",
            "CANALIZA_DATABASE_ADMIN": self.admin,
            "CANALIZA_INSTALLATION_SECRET": SECRET_TEXT,
            "CANALIZA_KAFKA_PARTITIONS": str(PARTITIONS),
        }


@contextmanager
def logs_of(server: PostgresAddress, bootstrap: str | None = None, seed: int = 7) -> Iterator[Logs]:
    """An installation of its own, over Kafka if a broker is given; reporting reads."""
    name = f"logs_{new_id().hex[:10]}"
    prepare_server(server.conninfo(), name)
    admin = server.conninfo(dbname=name)
    passwords = dict.fromkeys((*(parts.name for parts in ALL), VAULT, SCHEMA), "logs")
    migrate(admin, schemas(passwords, name))
    settings = Settings(
        database_host=server.host,
        database_port=server.port,
        database_name=name,
        database_passwords=passwords,
        installation_secret=SECRET_TEXT,
        bus="kafka" if bootstrap else "log",
        **settings_at(bootstrap),
        kafka_prefix=name.replace("_", "-"),
        kafka_partitions=PARTITIONS,
        kafka_session_seconds=6,
    )
    services = {parts.name: Service(parts, settings) for parts in ALL}
    runners = _runners(services, list(FACTS), bootstrap)
    for runner in runners:
        runner.start()
    try:
        yield Logs(admin, settings, services, Random(seed))  # noqa: S311 - reproducible, no secret
    finally:
        for runner in runners:
            runner.stop()
        for service in services.values():
            service.close()
        with psycopg.connect(server.conninfo(), autocommit=True) as conn:
            conn.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _runners(
    services: dict[str, Service], publishing: Sequence[str], bootstrap: str | None
) -> list[Any]:
    reporting = services["reporting"]
    if bootstrap is None:
        publications = [services[name].publication for name in publishing]
        reporting.join(LogBus(publications, reporting.log.address, PARTITIONS))
        return reporting.runners
    settings = reporting.settings
    ensure(settings.kafka(ADMINISTRATOR), publishing, PARTITIONS, 1)
    ensure_rights(settings)
    for service in services.values():
        on_kafka(service)
    return [*reporting.runners, *(services[name].runner("relay") for name in publishing)]

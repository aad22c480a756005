"""The operator of a long run: resolves parked messages with ``canaliza parked``, now and then."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from services.installation import ALL
from tests.faults.installation import PASSWORDS, InstallationUnderTest
from tests.faults.ledger import Ledger

_COMMAND_SECONDS = 60
_BEHIND = "behind-a-parked-message"
_REPOSITORY = Path(__file__).resolve().parents[2]
_READERS = tuple(parts.name for parts in ALL if parts.reader is not None)


class Operator:
    """Discards the oldest message of each service, and writes into the ledger what is resolved."""

    def __init__(self, installation: InstallationUnderTest, ledger: Ledger, every: float) -> None:
        """every: seconds between two rounds."""
        self._installation, self._ledger, self._every = installation, ledger, every
        self._stopping = threading.Event()
        self._discarded: set[tuple[str, str]] = set()
        self._noted: set[tuple[str, str]] = set()
        self._thread = threading.Thread(target=self._run, name="operator", daemon=True)
        self.resolved = 0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End after the round at hand; what is resolved by then stands in the ledger."""
        self._stopping.set()
        self._thread.join()
        self._note()

    def _run(self) -> None:
        while not self._stopping.wait(self._every):
            try:
                self._round()
            except psycopg.Error:
                continue  # the database is away: another time

    def _round(self) -> None:
        waiting = [found for found in self._parked(resolved=False) if found[2] != _BEHIND]
        oldest = {service: message_id for service, message_id, _ in reversed(waiting)}
        for service, message_id in oldest.items():
            if self._stopping.is_set():
                break
            self._discarded.add((service, message_id))
            self._discard(service, message_id)
        self._note()

    def _discard(self, service: str, message_id: str) -> None:
        """Discard it as an operator does. In doubt, the tables show what became of it."""
        words = ["discard", message_id, "--service", service, "--reason", "test-data"]
        parked(self._installation, *words)

    def _note(self) -> None:
        for service, message_id, _ in self._parked(resolved=True):
            one = (service, message_id)
            if one not in self._noted:
                self._noted.add(one)
                how = "discard" if one in self._discarded else "replay"
                self._ledger.write("resolved", service=service, message_id=message_id, how=how)
                self.resolved += 1

    def _parked(self, *, resolved: bool) -> list[tuple[str, str, str]]:
        """Service, id and reason of those that are resolved, or wait; oldest first."""
        found = []
        with psycopg.connect(self._installation.admin, connect_timeout=5) as conn:
            for service in _READERS:
                query = SQL(
                    "SELECT id::text, reason FROM {}.parked WHERE (resolved_at IS NULL) = %s"
                    " ORDER BY n"
                ).format(Identifier(service))
                found += [(service, *row) for row in conn.execute(query, (not resolved,))]
        return found


def parked(installation: InstallationUnderTest, *words: str) -> None:
    """Run ``canaliza parked`` with these words, whatever comes of it."""
    settings = installation.settings
    subprocess.run(
        [sys.executable, "-m", "services.cli", "parked", *words],
        cwd=_REPOSITORY,
        env={
            **{k: v for k, v in os.environ.items() if not k.startswith("CANALIZA_")},
            "CANALIZA_DATABASE_HOST": settings.database_host,
            "CANALIZA_DATABASE_NAME": settings.database_name,
            "CANALIZA_DATABASE_ADMIN": installation.admin,
            "CANALIZA_DATABASE_PASSWORDS": json.dumps(PASSWORDS),
            "CANALIZA_INSTALLATION_SECRET": settings.secret_text(),
            "CANALIZA_KAFKA_PARTITIONS": str(settings.kafka_partitions),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_COMMAND_SECONDS,
        start_new_session=True,
        check=False,
    )


def failed_on(installation: InstallationUnderTest, service: str) -> list[str]:
    """The messages that wait because the service's program failed on them."""
    query = SQL(
        "SELECT id::text FROM {}.parked WHERE resolved_at IS NULL AND reason = 'not-projectable'"
    ).format(Identifier(service))
    with psycopg.connect(installation.admin, connect_timeout=5) as conn:
        return [row[0] for row in conn.execute(query)]

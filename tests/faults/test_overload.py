"""Far more at once than a service can carry: it says so, stays small, and loses nothing."""

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from tests.faults.actors import INSTITUTIONS
from tests.faults.installation import servers
from tests.faults.test_bed import Stage, stage

pytestmark = [
    pytest.mark.integration,
    pytest.mark.verify(minutes=1),
    pytest.mark.timeout(240),
]

CLIENTS, EACH = 3_000, 3
"""Many times what one process keeps waiting; each client submits that often, as fast as it can."""
MANY = 1_000
"""So many are turned away before PostgreSQL writes any more: however fast a machine is, the
load is more than it carries.
"""
MORE_MEMORY = 400 * 1024 * 1024
"""Bytes by which the process may grow: connections, their buffers, the states of new cases."""
BODY = b'{"programme":"mecal","subdivision":"MX-CHH","channel":"hotline"}'
CARRIED, LATER = 201, 503


@pytest.fixture
def crowded() -> Iterator[Stage]:
    folder = Path(tempfile.mkdtemp(prefix="over-", dir="/tmp"))
    folder.chmod(0o711)
    try:
        with servers(folder) as both, stage(both, folder / "run", 1) as one:
            yield one
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _submit(port: int, secret: str, key: str) -> tuple[int, bool]:
    """One command over a connection of its own: its status, and whether it says when to retry."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(
            b"POST /cases HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n"
            b"Authorization: Bearer %s\r\nIdempotency-Key: %s\r\n\r\n%s"
            % (len(BODY), secret.encode(), key.encode(), BODY)
        )
        answer = (await reader.read()).lower()
    finally:
        writer.close()
    return int(answer[9:12]), b"\r\nretry-after: 1\r\n" in answer


async def _crowd(
    port: int, secret: str, held: psycopg.Connection[Any]
) -> dict[str, tuple[int, bool]]:
    """Everybody at once; what each key was answered at last.

    held: what it has locked is let go when many have been turned away.
    """
    answers: dict[str, tuple[int, bool]] = {}
    later: list[str] = []

    async def client(number: int) -> None:
        for n in range(EACH):
            key = f"crowd-{number:05}-{n}"
            answers[key] = await _submit(port, secret, key)
            if answers[key][0] == LATER:
                later.append(key)
                if len(later) == MANY:
                    held.rollback()

    await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    return answers


async def _again(port: int, secret: str, keys: list[str]) -> list[int]:
    return [(await _submit(port, secret, key))[0] for key in keys]


def test_a_crowd_is_asked_to_retry_and_nothing_is_lost_or_doubled(crowded: Stage) -> None:
    slot = crowded.fleet.slots["intake-0"]
    assert slot.process is not None
    process = psutil.Process(slot.process.pid)
    secret = crowded.installation.secrets[INSTITUTIONS[0]]
    before = process.memory_info().rss
    with psycopg.connect(crowded.installation.admin) as held:
        held.execute("LOCK TABLE intake.events IN SHARE MODE")
        answers = asyncio.run(_crowd(slot.port, secret, held))
    grown = process.memory_info().rss - before

    statuses = Counter(status for status, _ in answers.values())
    assert set(statuses) == {CARRIED, LATER}, statuses
    assert all(when for status, when in answers.values() if status == LATER)
    assert grown < MORE_MEMORY, grown

    turned_away = sorted(key for key, (status, _) in answers.items() if status == LATER)
    assert set(asyncio.run(_again(slot.port, secret, turned_away[:500]))) == {CARRIED}
    with psycopg.connect(crowded.installation.admin) as conn:
        row = conn.execute(
            "SELECT (SELECT count(*) FROM intake.commands), (SELECT count(*) FROM intake.events"
            " WHERE topic = 'case-registered'), (SELECT position FROM intake.head)"
        ).fetchone()
    carried = statuses[CARRIED] + len(turned_away[:500])
    assert row is not None
    assert row[0] == row[1] == carried
    assert row[2] >= carried

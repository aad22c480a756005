"""Readiness answers within its bound, and remembers what failed for as long as that is news."""

import asyncio
import threading
from types import SimpleNamespace

import pytest
from psycopg import OperationalError, errors

from shared.postgres import attempts as attempts_module
from shared.postgres.attempts import Attempts
from shared.service import condition as condition_module
from shared.service.condition import Condition

FOR_EVER = 3_600
"""Seconds: whoever waits so long is ended by the time-out of its test."""


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(condition_module, "WITHIN", 0.2)


def test_a_database_that_does_not_answer_is_a_trouble_beside_the_others() -> None:
    frozen, asked = threading.Event(), []

    def ask() -> None:
        asked.append(threading.current_thread())
        frozen.wait(FOR_EVER)

    condition = Condition(ask, lambda: {"relay": "outage"})

    async def several() -> list[dict[str, str]]:
        return list(await asyncio.gather(*(condition.troubles_from_loop() for _ in range(50))))

    try:
        found = [condition.troubles(), *asyncio.run(several()), condition.troubles()]
    finally:
        frozen.set()
    assert found == [{"relay": "outage", "database": "no answer"}] * 52
    assert len(asked) == 1  # one thread waits, for all
    asked[0].join(FOR_EVER)
    assert condition.troubles() == {"relay": "outage"}


def test_several_that_do_not_answer_take_their_time_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = [0.0]
    monkeypatch.setattr(condition_module, "WITHIN", FOR_EVER)
    monkeypatch.setattr(condition_module, "time", SimpleNamespace(monotonic=lambda: at[0]))
    frozen = threading.Event()
    several = [Condition(lambda: frozen.wait(FOR_EVER), dict) for _ in range(8)]
    try:
        for condition in several:
            condition.ask()
        at[0] += FOR_EVER
        assert [condition.troubles() for condition in several] == [{"database": "no answer"}] * 8
    finally:
        frozen.set()


def test_a_database_that_is_away_is_named() -> None:
    def away() -> None:
        raise OperationalError

    assert Condition(away, dict).troubles() == {"database": "OperationalError"}


def test_what_was_refused_is_a_trouble_until_it_succeeds_or_grows_old(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    attempts = Attempts("intake", "commands")
    attempts.failed(errors.DiskFull())
    told = []
    for error in (errors.DiskFull(), None, errors.LockNotAvailable()):
        if error is None:
            attempts.succeeded()
        else:
            attempts.failed(error)
        told.append(attempts.trouble)
    assert told == ["DiskFull", None, "LockNotAvailable"]
    monkeypatch.setattr(attempts_module, "_KEPT_SECONDS", -1.0)
    assert attempts.trouble is None  # whoever is sent nothing cannot try again


@pytest.mark.parametrize(
    "error", [OperationalError(), errors.AdminShutdown(), errors.UntranslatableCharacter()]
)
def test_a_restart_or_a_wrong_value_is_no_refusal(error: Exception) -> None:
    attempts = Attempts("intake", "commands")
    attempts.failed(error)
    assert attempts.trouble is None

"""Timers of the toy service: a text such as ``600 s: 7`` has the number 7 recorded ten minutes on.

``never`` cancels the page's timer.
"""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.eventstore.log import Log
from shared.kernel.decider import Actor
from shared.kernel.ids import derived_id
from shared.kernel.record import Recorded
from shared.kernel.roles import SYSTEM
from shared.postgres.database import DatabaseAddress
from shared.timers.timer import CancelTimer, Change, SetTimer, TimedCommand, Timer, TimerRules
from shared.timers.timer_runner import TimerRunner
from tests.toy_service import (
    AT,
    DECIDER,
    QUOTER,
    TELLER,
    VOCABULARY,
    Quote,
    RecordNumber,
    Remembered,
)

UNUSABLE = 13
"""The number for which the rule of firing has a mistake."""
QUOTES = 77
"""The number instead of which the page is quoted elsewhere: a command that leans on the page."""


def changes(recorded: Recorded) -> Iterator[Change]:
    fact, key = recorded.fact, str(recorded.stream)
    assert isinstance(fact, Remembered)
    if fact.text == "never":
        yield CancelTimer("toy", key)
    elif fact.text:
        seconds, _, number = fact.text.partition(" s: ")
        yield SetTimer("toy", f"{key}/{number}", AT + timedelta(seconds=int(seconds)))
        yield SetTimer("toy", key, AT + timedelta(seconds=int(seconds)))
        yield CancelTimer("toy", f"{key}/{number}")


def fire(timer: Timer, at: datetime) -> TimedCommand:
    stream = UUID(timer.key)
    number = NUMBERS.get(timer.key, 100)
    by = Actor(timer.institution, SYSTEM, SYSTEM)
    if number == UNUSABLE:
        raise ZeroDivisionError("what the rule was given")
    if number == QUOTES:
        return TimedCommand(
            QUOTER, quotes_of(stream), Quote(by=by, at=at, source=stream), timer.key
        )
    return TimedCommand(DECIDER, stream, RecordNumber(by=by, at=at, number=number), timer.key)


NUMBERS: dict[str, int] = {}
"""The numbers that are recorded, by page, if not 100."""
RULES = TimerRules(facts=("told",), changes=changes, fire=fire)


def quotes_of(stream: UUID) -> UUID:
    return derived_id("quotes", str(stream))


def fire_all(address: DatabaseAddress, moment: datetime) -> None:
    """Fire what is due, in a process of its own."""
    log = Log(TELLER, address, VOCABULARY)
    runner = TimerRunner(log, RULES, clock=lambda: moment)
    while runner.step():
        pass
    log.close()


def die_firing(address: DatabaseAddress, moment: datetime, *, committed: bool) -> None:
    """Fire what is due, and be killed just before or just after it is committed."""
    log = Log(TELLER, address, VOCABULARY)
    append = log.recorder.append

    def die(*given: Any, **named: Any) -> None:
        append(*given, **named)
        os._exit(9)

    if committed:
        log.writer.on_append(lambda: os._exit(9))
    else:
        log.recorder.append = die  # type: ignore[method-assign]
    TimerRunner(log, RULES, clock=lambda: moment).step()

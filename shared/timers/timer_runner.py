"""Fires the timers of one service, in a thread of its own.

Promises (tests/promises/timers):
- a timer MUST fire once it is due, whatever was killed meanwhile, and its facts MUST be recorded
  once: they are appended in the transaction that removes the timer;
- any number of processes MAY work at once: each claims its own timers, and none waits for another;
- a timer whose command is refused, or whose rule raises, MUST keep no other from firing: it is
  tried again, ever later, and stays overdue until it has fired or is cancelled.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from shared.eventstore.log import Log
from shared.eventstore.port import RACES
from shared.eventstore.session import CommandEnvelope, NotRead, Session
from shared.kernel.clock import Clock, now
from shared.kernel.decider import Decider
from shared.kernel.refusals import Refusal
from shared.postgres.database import OUTAGES
from shared.telemetry import metrics
from shared.timers.timer import TimedCommand, Timer, TimerRules
from shared.timers.timer_table import TimerTable

log = structlog.get_logger(__name__)

AT_ONCE = 100
"""The most timers that are fired in one transaction."""
IDLE = 1.0
"""Seconds between two looks: nobody waits for a timer by the second."""
_ATTEMPTS = 5
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 10.0


class KeepsLosing(Exception):
    """A batch of timers lost the race for its streams too often. Try again later."""


@dataclass
class _Firing:
    """One attempt at a batch. failed: each with a code or the name of an error."""

    fired: list[Timer] = field(default_factory=list)
    failed: list[tuple[Timer, str]] = field(default_factory=list)
    unread: bool = False


class TimerRunner:
    """The timers of one service in this process; other processes may have theirs."""

    name = "timers"

    def __init__(
        self, log: Log, rules: TimerRules, *, clock: Clock = now, idle: float = IDLE
    ) -> None:
        """Prepare the thread; ``start`` starts it. idle: seconds between two looks.

        While it is ``held`` it neither sets nor fires any.
        """
        self._log, self._rules, self._clock, self._idle = log, rules, clock, idle
        self.table = TimerTable(log, rules)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"{log.service}-timers", daemon=True)
        self._pause = _FIRST_PAUSE
        self.trouble: str | None = None
        self.held = False
        self.on_bug: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Start setting and firing."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the batch at hand, then end the thread."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def step(self) -> int:
        """Set what the log says, fire what is due, and return how many have fired."""
        if self.held:
            return 0
        while self.table.follow():
            if self._stop.is_set():
                return 0
        fired = 0
        while not self._stop.is_set():
            moment = self._clock()
            tried, done = self._log.alone(lambda at=moment: self._fire(at)).result()  # type: ignore[misc]
            fired += done
            if tried < AT_ONCE:
                break
        return fired

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.step()
            except (*OUTAGES, KeepsLosing) as error:
                self.trouble = "outage"
                log.warning(
                    "timers_back_off", service=self._log.service, error=type(error).__name__
                )
                self._stop.wait(self._pause)
                self._pause = min(self._pause * 2, _LONGEST_PAUSE)
            except Exception as error:
                log.exception("timers_stopped", service=self._log.service)
                self.trouble = f"bug: {type(error).__name__}"
                self.on_bug()
                return
            else:
                self.trouble, self._pause = None, _FIRST_PAUSE
                self._stop.wait(self._idle)

    def _fire(self, moment: datetime) -> tuple[int, int]:
        """Fire a batch of what is due, on the writer's thread; return how many were tried, fired.

        Raises KeepsLosing; then nothing was stored.
        """
        writer, recorder, states = self._log.writer, self._log.recorder, self._log.states
        leans: list[tuple[Decider[Any], UUID]] = []
        for _ in range(_ATTEMPTS):
            session: Session | None = None
            asked: list[tuple[Decider[Any], UUID]] = []
            try:
                with recorder.transaction() as curs:
                    due = self.table.claim(curs, moment, AT_ONCE)
                    if not due:
                        return 0, 0
                    commands = [self._command(timer, moment) for timer in due]
                    asked = [(c.decider, c.stream) for c in commands if c is not None]
                    broken = states.refresh([*asked, *leans]).broken
                    session = writer.session({*asked, *leans})
                    firing = self._decided(session, due, commands, broken)
                    self.table.remove(curs, firing.fired)
                    self.table.put_off(curs, firing.failed, moment)
                    recorder.append(curs, session.events, leans=session.versions)
            except (*RACES, NotRead):
                leans += [(each.decider, each.stream) for each in session.leans] if session else []
                states.forget([*asked, *leans])
                continue
            writer.committed(session)
            self._count(firing)
            return len(due), len(firing.fired)
        raise KeepsLosing

    def _command(self, timer: Timer, moment: datetime) -> TimedCommand | None:
        """Return what a timer does; None if its rule raises."""
        try:
            return self._rules.fire(timer, moment)
        except Exception as error:  # noqa: BLE001 - one timer's mistake is no other's
            log.error(  # noqa: TRY400 - a traceback may quote what the rule was given
                "timer_failed",
                service=self._log.service,
                kind=timer.kind,
                error=type(error).__name__,
            )
            return None

    def _decided(
        self,
        session: Session,
        due: Sequence[Timer],
        commands: Sequence[TimedCommand | None],
        broken: dict[tuple[Decider[Any], UUID], Exception],
    ) -> _Firing:
        """Decide all in one session. Raises NotRead after all were tried."""
        firing = _Firing()
        for timer, command in zip(due, commands, strict=True):
            if command is None:
                firing.failed.append((timer, "raised"))
            elif error := broken.get((command.decider, command.stream)):
                firing.failed.append((timer, type(error).__name__))
            else:
                self._decide(session, timer, command, firing)
        if firing.unread:
            raise NotRead
        return firing

    def _decide(self, session: Session, timer: Timer, timed: TimedCommand, firing: _Firing) -> None:
        envelope = CommandEnvelope(
            timed.decider, timed.stream, timed.command, timed.correlation, timer.cause
        )
        savepoint = session.savepoint()
        try:
            decision = session.decide(envelope)
        except NotRead:
            firing.unread = True
        except Exception as error:  # noqa: BLE001 - one timer's mistake is no other's
            session.rollback_to(savepoint)
            firing.failed.append((timer, type(error).__name__))
        else:
            if isinstance(decision, Refusal):
                firing.failed.append((timer, decision.code))
            else:
                firing.fired.append(timer)

    def _count(self, firing: _Firing) -> None:
        for timer in firing.fired:
            metrics.TIMERS_FIRED.labels(self._log.service, timer.kind).inc()
        for timer, why in firing.failed:
            metrics.TIMERS_FAILED.labels(self._log.service, timer.kind).inc()
            log.warning("timer_failed", service=self._log.service, kind=timer.kind, why=why)

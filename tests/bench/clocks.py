"""Clocks of referrals: how many timers fire in a second, over how many commands are appended."""

import time
from datetime import timedelta

from services.referral import custody, decisions
from services.referral.timers import TIMERS
from services.referral.wiring import SERVICE
from shared.eventstore.log import Log
from shared.kernel.clock import now
from shared.kernel.ids import new_id
from shared.kernel.value import replace
from shared.service.command_client import accepted
from shared.timers.timer_runner import TimerRunner
from tests.bench.commands import COMMISSION, OFFICE, custody_command, enter_in_directory, submitted
from tests.bench.figures import Measured, ratios
from tests.bench.log import SECONDS, Appending
from tests.bench.stage import Stage, progress

REFERRALS = 500
STEPS = 4
"""How often the clock of a referral that nobody answers fires until it expires."""
_LONG_AGO = timedelta(hours=40)
"""So long ago that all steps of an emergency are due."""


def measure(stage: Stage) -> Measured:
    """Let all clocks run out, and append commands, in turns."""
    fired, appended = [], []
    with Appending.opened(stage) as appending:
        for _ in range(stage.effort.rounds):
            fired.append(_firings(stage))
            appended.append(appending.per_second(stage.effort.seconds(SECONDS)))
    progress(f"clocks: {max(fired):,.0f} firings, {max(appended):,.0f} commands per second")
    return {"clock_firings_to_appends": ratios(fired, appended)}


def _firings(stage: Stage) -> float:
    """Firings per second, setting the timers of what they do included."""
    with stage.database("clocks") as database:
        address = database.address("referral", steps=SERVICE.all_migrations)
        log = database.log(address, "referral", SERVICE.vocabulary)
        enter_in_directory(log)
        expected = STEPS * _unanswered(log, stage.effort.count(REFERRALS))
        runner = TimerRunner(log, TIMERS)
        while runner.table.follow():
            pass
        began, count = time.perf_counter(), 0
        while count < expected:
            count += runner.step()
        return count / (time.perf_counter() - began)


def _unanswered(log: Log, count: int) -> int:
    """Refer so many cases, long ago; return how many."""
    cases, at = [new_id() for _ in range(count)], now() - _LONG_AGO
    taken = [replace(custody_command(each), at=at) for each in cases]
    accepted(
        [submitted(log, custody.DECIDER, each, one) for each, one in zip(cases, taken, strict=True)]
    )
    asked = [
        submitted(
            log,
            custody.DECIDER,
            each,
            decisions.ReferCase(
                by=OFFICE,
                at=at,
                referral_id=new_id(),
                to=COMMISSION.institution,
                kind="share",
                services=("legal-advice",),
                priority="emergency",
            ),
        )
        for each in cases
    ]
    accepted(asked)
    return count

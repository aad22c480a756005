"""Checks of what services do by themselves at a moment, and whether it is overdue."""

from datetime import timedelta

from services.installation import ALL
from services.operator.doctor.findings import (
    Finding,
    Surroundings,
    fine,
    one_or_each,
    warning,
    wrong,
)
from shared.kernel.clock import Clock
from shared.kernel.text import Text
from shared.maintenance.inspection import Inspection, Timers

LATE = timedelta(seconds=60)
"""How long a timer may be overdue before a person has to look."""


def all_of(inspection: Inspection, around: Surroundings, clock: Clock) -> list[Finding]:
    """Check the timers of every service that has any."""
    moment = clock()
    found = {
        definition.name: inspection.timers(definition.name, moment)
        for definition in ALL
        if definition.timers is not None
    }
    waiting = sum(timers.waiting - timers.overdue for timers in found.values())
    says = Text(
        f"ninguno vencido; {waiting} esperan su momento",
        f"none is overdue; {waiting} wait for their moment",
    )
    troubles = [
        _overdue(name, timers, moment - timers.since, around)
        for name, timers in found.items()
        if timers.since is not None
    ]
    return one_or_each("timers", says, troubles)


def _overdue(service: str, timers: Timers, age: timedelta, around: Surroundings) -> Finding:
    since = timedelta(seconds=max(0, round(age.total_seconds())))
    says = Text(
        f"{service}: {timers.overdue} temporizadores vencidos, desde hace {since};"
        f" {timers.failing} fallaron",
        f"{service}: {timers.overdue} timers overdue, for {since}; {timers.failing} failed",
    )
    if not around.running:
        mend = Text("se disparan al arrancar: canaliza run", "they fire at the start: canaliza run")
        return warning("timers", says, mend=mend)
    if age <= LATE:
        return fine("timers", says)
    return wrong(
        "timers",
        says,
        mend=Text(
            f"busque timer_failed en la bitácora de {service}; si no hay, reinícielo",
            f"look for timer_failed in the log of {service}; if there is none, restart it",
        ),
    )

"""Liveness and readiness of a service, and the metrics that come from its database.

Whether it is alive and ready is open to anybody who can reach the port. So nothing here counts
facts or messages: whoever watched such a number would see each step of somebody's case. Numbers are
metrics, on a port of their own (``metrics_port``).
"""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import JSONResponse

from shared.kernel.clock import now
from shared.kernel.text import Text
from shared.messaging.inbox import RELAY, SCANNED
from shared.messaging.parked_message import NOT_AUTHENTIC, NOT_PROJECTABLE
from shared.postgres.database import OUTAGES
from shared.telemetry import metrics
from shared.timers.timer_runner import TimerRunner

router = APIRouter(tags=["operación / operation"])


class Readiness(BaseModel):
    """Whether a service can do its work now."""

    service: str
    ready: bool
    troubles: dict[str, str] = Field(description="What stands in the way, by part.")


@router.get("/livez", summary=Text("Vive", "Alive").both, description="The process answers.")
async def livez() -> dict[str, str]:
    return {"status": "ok"}


@router.get(
    "/readyz",
    summary=Text("Listo", "Ready").both,
    description="The database answers and stores, the reader and the relay are well.\n\n"
    "503 and what is not, otherwise; within two seconds.",
    responses={503: {"model": Readiness}},
)
async def readyz(request: Request) -> Readiness:
    service = request.app.state.service
    troubles = await service.condition.troubles_from_loop()
    readiness = Readiness(service=service.name, ready=not troubles, troubles=troubles)
    return readiness if readiness.ready else _not_ready(readiness)


def refresh(service: Any) -> None:
    """Set the gauges that come from the database; they keep their values while it is away."""
    stuck = metrics.FACTS_NOT_PUBLISHABLE.labels(service.name)
    stuck.set(len(service.publication.not_publishable))
    try:
        metrics.LOG_POSITION.labels(service.name).set(service.log.position())
        for reader in service.inbox.reader_positions():
            if reader.source != RELAY:  # what it has published is no reading
                metrics.READER_POSITION.labels(service.name, reader.source, reader.partition).set(
                    reader.position
                )
        unsent = metrics.OLDEST_UNSENT_SECONDS.labels(service.name)
        unsent.set(_seconds_since(unsent_since(service)))
        oldest = metrics.OLDEST_PARKED_SECONDS.labels(service.name)
        oldest.set(_seconds_since(service.inbox.waits_since()))
        parked = service.inbox.reasons()
        metrics.MESSAGES_WAITING.labels(service.name).set(sum(parked.values()))
        _refresh_timers(service)
        failed = metrics.MESSAGES_NOT_PROJECTABLE.labels(service.name)
        failed.set(parked.get(NOT_PROJECTABLE, 0))
        forged = metrics.MESSAGES_NOT_AUTHENTIC.labels(service.name)
        forged.set(parked.get(NOT_AUTHENTIC, 0))
    except OUTAGES:
        metrics.DATABASE_ANSWERS.labels(service.name).set(0)
    else:
        metrics.DATABASE_ANSWERS.labels(service.name).set(1)


def _refresh_timers(service: Any) -> None:
    timers = service.runner(TimerRunner.name)
    if timers is not None:
        overdue = metrics.TIMER_OVERDUE_SECONDS.labels(service.name)
        overdue.set(_seconds_since(timers.table.overdue_since(now())))
        metrics.TIMERS_FAILING.labels(service.name).set(timers.table.failing())


def unsent_since(service: Any) -> datetime | None:
    """Return when the oldest fact was recorded that no relay has sent; None if there is none.

    None also where no relay sends: the log itself is the bus.
    """
    if service.runner(RELAY) is None:
        return None
    scanned = next(
        (p.position for p in service.inbox.reader_positions() if p.name == f"{RELAY}/{SCANNED}"), 0
    )
    following = service.log.page(scanned, 1)
    return following[0].meta.recorded_at if following else None


def _seconds_since(moment: datetime | None) -> float:
    return 0.0 if moment is None else max(0.0, (now() - moment).total_seconds())


def _not_ready(readiness: Readiness) -> Any:
    return JSONResponse(readiness.model_dump(mode="json"), 503, headers={"Retry-After": "1"})

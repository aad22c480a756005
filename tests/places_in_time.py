"""Which facts count at a place in time, found plainly: fact by fact, by looking back each time."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from typing_extensions import override

from services.reporting.axes import Axes
from shared.contracts import followup, intake
from shared.contracts.contract import Contract
from shared.contracts.envelope import Event
from tests.event_factory import BEGIN, OFFICE, EventFactory
from tests.integration.reporting.test_projections import random_story

Known = datetime | Mapping[str, int] | None


def counting(events: Iterable[Event], as_of: datetime | None, known: Known) -> list[Event]:
    """Return the facts that had happened by ``as_of``, as far as they were recorded by then."""
    recorded = [event for event in events if _recorded(event, known)]
    return [event for event in recorded if as_of is None or _about(event, recorded) <= as_of]


def _recorded(event: Event, known: Known) -> bool:
    if isinstance(known, datetime):
        return event.meta.recorded_at <= known
    return known is None or event.position <= known.get(event.service, event.position)


def _about(event: Event, events: Sequence[Event]) -> datetime:
    """Say of which time a fact speaks: of that of the one which it mends, if it mends one."""
    before = [
        each
        for each in events
        if each.service == event.service
        and each.position < event.position
        and _stream(each) == _stream(event)
    ]
    match event.data:
        case (
            followup.OutcomeCorrectedV1(replaces=version)
            | followup.OutcomeEnteredInErrorV1(replaces=version)
            | followup.ContactCorrectedV1(replaces=version)
            | followup.ContactEnteredInErrorV1(replaces=version)
            | followup.ServiceCorrectedV1(replaces=version)
            | followup.ServiceEnteredInErrorV1(replaces=version)
        ):
            mended = [each for each in before if each.id.endswith(f":{version}")]
        case (
            intake.CaseCorrectedV1()
            | intake.CorrectionTurnedIntoProposalV1()
            | intake.CaseEnteredInErrorV1()
            | intake.VoidTurnedIntoRequestV1()
        ):
            mended = [each for each in before if isinstance(each.data, intake.CaseRegisteredV1)]
        case followup.FollowUpEnteredInErrorV1():
            mended = [each for each in before if isinstance(each.data, followup.FollowUpOpenedV1)]
        case _:
            mended = []
    return _about(mended[-1], events) if mended else event.meta.happened_at


def _stream(event: Event) -> str:
    return event.id.rpartition(":")[0]


COMMAND = "command:00000000-0000-4000-8000-000000000001"


@dataclass
class Scattered(EventFactory):
    """Prints facts that happened at any time, in whatever order they are recorded."""

    chance: Random = field(default_factory=lambda: Random(1))  # noqa: S311 - no secret

    @override
    def publish(
        self,
        service: str,
        stream: UUID,
        key: str,
        data: Contract,
        *,
        at: datetime = BEGIN,
        by: str = OFFICE,
        cause: str = COMMAND,
    ) -> Event:
        at += timedelta(hours=self.chance.randrange(-9_000, 9_000))
        return super().publish(service, stream, key, data, at=at, by=by, cause=cause)


def scattered(chance: Random, cases: int) -> list[Event]:
    """Tell cases one after the other, as they may go."""
    factory = Scattered(chance=chance)
    return [event for _ in range(cases) for event in random_story(factory, chance)]


def some_place(events: list[Event], chance: Random) -> Axes:
    """Choose a place in time at which some of these facts count."""
    as_of = chance.choice([None, chance.choice(events).meta.happened_at])
    known: Any = chance.choice([None, chance.choice(events).meta.recorded_at])
    if chance.random() < 0.3:
        furthest = {each.service: each.position for each in events}
        known = {name: chance.randrange(position + 1) for name, position in furthest.items()}
    return Axes(as_of, known)

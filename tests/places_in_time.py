"""Which facts count at a place in time, found plainly: fact by fact, by looking back each time."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from shared.contracts import followup, intake
from shared.contracts.envelope import Event

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

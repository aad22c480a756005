"""The directory's services: what institutions offer, to whom, when, where, and if there is room.

The administrator of an institution keeps its services, and a steward anybody's. What the rules ask
of a description is in ``service_rules``.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, assert_never
from uuid import UUID

from services.referral import directory, institution
from services.referral.service import (
    CapacityStated,
    NoService,
    Offered,
    Service,
    ServiceAssured,
    ServiceDescribed,
    ServiceDescription,
    ServiceListed,
    ServiceResumed,
    ServiceState,
    ServiceSuspended,
    ServiceWithdrawn,
    Suspended,
    Withdrawn,
    evolve,
    place,
)
from services.referral.service_commands import (
    KIND,
    AssureService,
    CorrectService,
    ListService,
    ResumeService,
    ServiceCommand,
    ServiceOrder,
    StateCapacity,
    StatusChange,
    SuspendService,
    WithdrawService,
)
from services.referral.service_refusals import (
    AssuredTooLate,
    OffererNotListed,
    PlacesContradict,
    ServiceAlreadyListed,
    ServiceIsWithdrawn,
    ServiceNotKept,
    ServiceNotListed,
    ServiceOfAnother,
)
from services.referral.service_rules import not_usable, written
from shared.kernel.codes import code_list
from shared.kernel.decider import Decider, Decision, Known, Leans
from shared.kernel.fields import codes_not_known
from shared.kernel.freshness import day_in, day_told
from shared.kernel.ids import derived_id
from shared.kernel.refusals import Refusal
from shared.kernel.roles import ADMINISTRATOR, OPERATOR, STEWARD
from shared.kernel.value import fields_of


@lru_cache(maxsize=4096)
def stream_of(service_id: UUID) -> UUID:
    """Return the id of the stream of the service with this id."""
    return derived_id("service", str(service_id))


MOST_FREE = 1_000_000
"""The most places that are free in one service; more is a slip of the pen."""
OFFERER = "offerer"
"""The name under which the rules get the directory's entry of whoever offers a service."""

# --- decide ---------------------------------------------------------------------------------


def leans_on(command: ServiceOrder, _: ServiceState) -> Leans:
    """Return the stream of the institution that a new service is listed for."""
    if not isinstance(command, ListService):
        return {}
    return {OFFERER: (directory.DECIDER, directory.stream_of(command.institution))}


def decide(command: ServiceOrder, state: ServiceState, known: Mapping[str, Known]) -> Decision:
    if isinstance(command, ListService):
        return _not_theirs(command, command.institution) or _listing(command, state, known[OFFERER])
    if isinstance(state, NoService):
        return _not_theirs(command, command.by.institution) or ServiceNotListed()
    return _not_theirs(command, state.institution) or _followed(command, state)


def _followed(
    command: CorrectService | StateCapacity | AssureService | StatusChange,
    state: Offered | Suspended | Withdrawn,
) -> Decision:
    if isinstance(command, StatusChange):
        return codes_not_known(command) or _changed_status(command, state)
    if isinstance(state, Withdrawn):
        return ServiceIsWithdrawn()
    match command:
        case CorrectService():
            return _correction(command, state)
        case StateCapacity():
            return codes_not_known(command) or _capacity(command, state)
        case AssureService():
            return _assurance(command, state)
        case _:
            assert_never(command)


def _listing(command: ListService, state: ServiceState, offerer: Known) -> Decision:
    """Return the entry, for which whoever lists it vouches; none if it is listed so already."""
    described = _described(command, command.service_id, command.institution)
    if isinstance(state, Service):
        return () if state.described == described else ServiceAlreadyListed()
    if not isinstance(offerer.state, institution.Active | institution.Suspended):
        return OffererNotListed()
    if refusal := not_usable(command):
        return refusal
    listed = ServiceListed(**fields_of(described), institution_version=offerer.version)
    if command.imported is not None:
        return (listed,)
    about = command.service_id, command.institution
    return listed, ServiceAssured(*about, day_in(offerer.state.subdivision, command.at))


def _correction(command: CorrectService, state: Offered | Suspended) -> Decision:
    """Return one fact; none if nothing changes."""
    if refusal := not_usable(command):
        return refusal
    after = fields_of(_described(command, state.service_id, state.institution))
    before = fields_of(state.described)
    changed = tuple(name for name, value in after.items() if value != before[name])
    return (ServiceDescribed(**after, changed=changed),) if changed else ()


def _capacity(command: StateCapacity, state: Offered | Suspended) -> Decision:
    """Return one fact; none if the same was last stated, on the same day."""
    free = command.places_free
    if free is not None and not _fits(command.capacity, free):
        return PlacesContradict(field="places_free")
    about = state.service_id, state.institution
    stated = CapacityStated(*about, command.capacity, command.unit, free, day_told(command.at))
    return () if stated == state.capacity else (stated,)


def _fits(capacity: str, free: int) -> bool:
    if free > MOST_FREE:
        return False
    match capacity:
        case "has-capacity":
            return free > 0
        case "none" | "waiting-list":
            return free == 0
        case _:
            return free >= 0


def _assurance(command: AssureService, state: Offered | Suspended) -> Decision:
    """Return one fact; none if somebody vouched for it as of that day or a later one."""
    today = day_told(command.at)
    day = command.assured_on or today
    if day > today:
        return AssuredTooLate(field="assured_on")
    if state.assured_on is not None and day <= state.assured_on:
        return ()
    return (ServiceAssured(state.service_id, state.institution, day),)


def _changed_status(command: StatusChange, state: Offered | Suspended | Withdrawn) -> Decision:
    """Return one fact; none if that is its status already."""
    about = state.service_id, state.institution
    match command, state:
        case SuspendService(), Withdrawn():
            return ServiceIsWithdrawn()
        case SuspendService(reason=reason), Offered():
            return (ServiceSuspended(*about, reason),)
        case WithdrawService(reason=reason), Offered() | Suspended():
            return (ServiceWithdrawn(*about, reason),)
        case ResumeService(), Suspended() | Withdrawn():
            return (ServiceResumed(*about),)
        case _:
            return ()


def _described(command: ServiceCommand, service_id: UUID, owner: str) -> ServiceDescription:
    """Return what a command says of a service, as it is recorded."""
    said: dict[str, Any] = written(command)
    taxonomy = code_list(KIND).version
    return ServiceDescription(service_id=service_id, institution=owner, taxonomy=taxonomy, **said)


# --- rules ----------------------------------------------------------------------------------


def _not_theirs(command: ServiceOrder, owner: str) -> Refusal | None:
    """Refuse a command to whoever does not keep the services of this institution."""
    role = command.by.role
    if role in {OPERATOR, STEWARD}:
        return None
    if role != ADMINISTRATOR:
        return ServiceNotKept()
    return None if command.by.institution == owner else ServiceOfAnother()


DECIDER: Decider[ServiceState] = Decider(
    nothing=NoService(), decide=decide, evolve=evolve, leans_on=leans_on, place=place
)

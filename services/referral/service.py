"""A service's entry in the directory: what can happen to it, its status, and its capacity now.

What is written in words about a service is a document; here are its name, codes, numbers and days.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from shared.kernel.documents import DocumentRef
from shared.kernel.fields import Coded, stored_names
from shared.kernel.opening_hours import Hours
from shared.kernel.service_values import Cost, Coverage, EligibilityRule, Funding
from shared.kernel.times import MAIN, Place
from shared.kernel.value import Value, fields_of, replace

# --- facts ----------------------------------------------------------------------------------


class ServiceDescription(Value):
    """A service as it was described, in full.

    taxonomy: the version of ``service_kinds`` that ``kind`` is of. duration_days: for how long one
    person can use it; None: not stated. cost, hours, coverage: see the values' own modules.
    entries: of the register of norms on which it rests. texts: the document with all that there is
    to say in words.
    """

    service_id: UUID
    institution: str
    name: str
    kind: Annotated[str, Coded("service_kinds")]
    taxonomy: int
    programmes: Annotated[tuple[str, ...], Coded("programmes")]
    populations: Annotated[tuple[str, ...], Coded("populations")]
    eligibility: tuple[EligibilityRule, ...]
    required_documents: Annotated[tuple[str, ...], Coded("service_documents")]
    cost: Cost | None
    duration_days: int | None
    hours: tuple[Hours, ...]
    languages: Annotated[tuple[str, ...], Coded("languages")]
    accessibility: Annotated[tuple[str, ...], Coded("accessibilities")]
    coverage: Coverage
    funding: tuple[Funding, ...]
    entries: tuple[str, ...]
    texts: DocumentRef | None


class ServiceListed(ServiceDescription, kw_only=True):
    """A service was entered in the directory.

    institution_version: the version of its institution's entry.
    """

    institution_version: int


class ServiceDescribed(ServiceDescription, kw_only=True):
    """A service was described again: its values now, and the names of those that changed."""

    changed: tuple[str, ...]


class AboutService(Value):
    """A fact about one service. institution: whose it is."""

    service_id: UUID
    institution: str


class CapacityStated(AboutService):
    """Whether it has room, as of that day, and how much; None: it was not counted."""

    capacity: Annotated[str, Coded("capacities")]
    unit: Annotated[str, Coded("capacity_units")]
    places_free: int | None
    stated_on: date


class ServiceAssured(AboutService):
    """On that day somebody vouched for what the entry says."""

    assured_on: date


class ServiceSuspended(AboutService):
    """It is not offered for the time being."""

    reason: Annotated[str, Coded("service_suspension_reasons")]


class ServiceResumed(AboutService):
    """It is offered again."""


class ServiceWithdrawn(AboutService):
    """It is not offered any more."""

    reason: Annotated[str, Coded("service_suspension_reasons")]


ServiceFact = (
    ServiceListed
    | ServiceDescribed
    | CapacityStated
    | ServiceAssured
    | ServiceSuspended
    | ServiceResumed
    | ServiceWithdrawn
)

FACTS = stored_names(ServiceFact)


def place(fact: ServiceFact) -> Place:
    """Return a fact's place: capacity and assurance come late, and neither answers the other."""
    match fact:
        case CapacityStated():
            return Place(line="capacity")
        case ServiceAssured():
            return Place(line="assurance")
        case _:
            return MAIN


# --- states ---------------------------------------------------------------------------------


class NoService(Value):
    """The directory has no service under this id."""


class Service(Value):
    """A service as it was last described; each status is a subclass.

    status: of ``service_statuses``. capacity: what was last stated, None before. assured_on: the
    last day on which somebody vouched for the entry, None before.
    """

    described: ServiceDescription
    capacity: CapacityStated | None = None
    assured_on: date | None = None
    status: ClassVar[str]

    @property
    def service_id(self) -> UUID:
        """Its id."""
        return self.described.service_id

    @property
    def institution(self) -> str:
        """Whose it is."""
        return self.described.institution


class Offered(Service):
    """It is offered."""

    status: ClassVar[str] = "offered"


class Suspended(Service):
    """It is not offered for the time being."""

    status: ClassVar[str] = "suspended"


class Withdrawn(Service):
    """It is not offered any more."""

    status: ClassVar[str] = "withdrawn"


ServiceState = NoService | Offered | Suspended | Withdrawn

# --- evolve ---------------------------------------------------------------------------------

_STATUSES: Mapping[type[ServiceFact], Callable[..., Offered | Suspended | Withdrawn]] = {
    ServiceSuspended: Suspended,
    ServiceResumed: Offered,
    ServiceWithdrawn: Withdrawn,
}


def evolve(state: ServiceState, fact: ServiceFact) -> ServiceState:
    """Return the state after a fact. No rule is checked: the fact has happened."""
    if isinstance(fact, ServiceListed):
        return Offered(description_in(fact))
    return state if isinstance(state, NoService) else _go_on(state, fact)


def _go_on(state: Offered | Suspended | Withdrawn, fact: ServiceFact) -> ServiceState:
    match fact:
        case ServiceListed() | ServiceDescribed():
            return replace(state, described=description_in(fact))
        case CapacityStated():
            return replace(state, capacity=fact)
        case ServiceAssured(assured_on=assured_on):
            return replace(state, assured_on=assured_on)
        case _:
            return _STATUSES[type(fact)](**fields_of(state))


def description_in(fact: ServiceDescription) -> ServiceDescription:
    """Return the description in a fact, without what else the fact says."""
    values: dict[str, Any] = {
        name: getattr(fact, name) for name in ServiceDescription.__struct_fields__
    }
    return ServiceDescription(**values)

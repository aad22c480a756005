"""The directory's services: what institutions offer, to whom, when, where, and if there is room.

The administrator of an institution keeps its services, and a steward anybody's. What the rules ask
of a description is in ``service_rules``.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, ClassVar, assert_never
from uuid import UUID

from services.referral import directory, institution
from services.referral.service import (
    CapacityStated,
    NoService,
    Offered,
    Service,
    ServiceAssured,
    ServiceCorrected,
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
from services.referral.service_values import (
    EVERYWHERE,
    NAME_LENGTH,
    Cost,
    Coverage,
    EligibilityRule,
    Funding,
    Hours,
)
from shared.kernel.codes import code_list
from shared.kernel.decider import Command, Decider, Decision, Known, Leans
from shared.kernel.document_ref import DocumentRef
from shared.kernel.fields import Coded, Described, codes_not_known
from shared.kernel.ids import INSTITUTION_CODE, derived_id
from shared.kernel.refusals import Refusal
from shared.kernel.roles import ADMINISTRATOR, OPERATOR, STEWARD
from shared.kernel.text import Text
from shared.kernel.value import fields_of

KIND = "service_kinds"


@lru_cache(maxsize=4096)
def stream_of(service_id: UUID) -> UUID:
    """Return the id of the stream of the service with this id."""
    return derived_id("service", str(service_id))


# --- commands -------------------------------------------------------------------------------


class ServiceCommand(Command, kw_only=True):
    """The description of a service, in full."""

    name: Annotated[
        str,
        Described(
            Text("El del servicio, nunca el de una persona.", "The service's, never a person's."),
            least=1,
            most=NAME_LENGTH,
        ),
    ]
    kind: Annotated[
        str, Coded(KIND), Described(Text("Qué clase de servicio es.", "What kind of service it is."))
    ]
    programmes: Annotated[
        tuple[str, ...],
        Coded("programmes"),
        Described(
            Text(
                "Para qué programas; lista vacía: para cualquiera.",
                "For which programmes; an empty list: for any.",
            )
        ),
    ] = ()
    populations: Annotated[
        tuple[str, ...],
        Coded("populations"),
        Described(
            Text(
                "A quién está dirigido; lista vacía: a cualquier persona.",
                "Whom it is meant for; an empty list: anybody.",
            )
        ),
    ] = ()
    eligibility: Annotated[
        tuple[EligibilityRule, ...],
        Described(
            Text(
                "Qué debe cumplirse, todo; lista vacía: nada.",
                "What must hold, all of it; an empty list: nothing.",
            ),
            most=20,
        ),
    ] = ()
    required_documents: Annotated[
        tuple[str, ...],
        Coded("service_documents"),
        Described(
            Text(
                "Qué documentos pide a la persona; lista vacía: ninguno.",
                "Which documents it asks the person for; an empty list: none.",
            )
        ),
    ] = ()
    cost: Annotated[
        Cost | None,
        Described(Text("Qué paga la persona; null: no se dice.", "Its cost; null: not stated.")),
    ] = None
    duration_days: Annotated[
        int | None,
        Described(
            Text(
                "Por cuántos días lo usa una persona; null: no se dice.",
                "For how many days one person uses it; null: not stated.",
            )
        ),
    ] = None
    hours: Annotated[
        tuple[Hours, ...],
        Described(
            Text(
                "Cuándo abre; lista vacía: no se dice.",
                "When it is open; an empty list: not stated.",
            ),
            most=20,
        ),
    ] = ()
    languages: Annotated[
        tuple[str, ...],
        Coded("languages"),
        Described(Text("En qué lenguas se atiende.", "In which languages people are served."), most=40),
    ] = ()
    accessibility: Annotated[
        tuple[str, ...],
        Coded("accessibilities"),
        Described(Text("Qué lo hace accesible.", "What makes it accessible.")),
    ] = ()
    coverage: Annotated[
        Coverage,
        Described(
            Text(
                "Para personas en qué lugares; sin ninguno: en cualquiera.",
                "For people in which places; none: in any.",
            )
        ),
    ] = EVERYWHERE
    funding: Annotated[
        tuple[Funding, ...],
        Described(Text("Con qué se paga, y hasta cuándo.", "What pays for it, and until when."), most=20),
    ] = ()
    entries: Annotated[
        tuple[str, ...],
        Described(
            Text(
                "Las entradas del registro de normas en que se funda, por su id.",
                "The entries of the register of norms on which it rests, by id.",
            ),
            most=50,
        ),
    ] = ()
    texts: Annotated[
        DocumentRef | None,
        Described(
            Text(
                "El documento con lo que hay que decir en palabras.",
                "The document with what there is to say in words.",
            )
        ),
    ] = None


class ListService(ServiceCommand, kw_only=True):
    """Enter a service in the directory."""

    title: ClassVar[Text] = Text("Registrar un servicio", "List a service")
    description: ClassVar[Text] = Text(
        "Registra en el directorio un servicio que ofrece la institución: la propia con el rol"
        " administrator, cualquiera con el rol steward. Su id viene en Location.",
        "Enter in the directory a service that the institution offers: one's own with the role of"
        " administrator, any with the role of steward. Its id is in Location.",
    )

    service_id: Annotated[UUID, Described(Text("Su id, para siempre.", "Its id, for ever."))]
    institution: Annotated[
        str,
        Described(Text("Qué institución lo ofrece.", "Who offers it."), pattern=INSTITUTION_CODE),
    ]


class CorrectService(ServiceCommand, kw_only=True):
    """Describe the service again, in full."""

    title: ClassVar[Text] = Text("Corregir un servicio", "Correct a service")
    description: ClassVar[Text] = Text(
        "Describe de nuevo un servicio, completo: el propio con el rol administrator, cualquiera"
        " con el rol steward.",
        "Describe a service again, whole: one's own with the role of administrator, any with the"
        " role of steward.",
    )


class StateCapacity(Command, kw_only=True):
    """Say whether the service has room now."""

    title: ClassVar[Text] = Text("Decir si hay lugar", "State capacity")
    description: ClassVar[Text] = Text(
        "Dice si el servicio tiene lugar ahora, en qué se cuenta y cuánto queda libre.",
        "Say whether the service has room now, in what it is counted, and how much is free.",
    )

    capacity: Annotated[
        str, Coded("capacities"), Described(Text("Si tiene lugar.", "Whether it has room."))
    ]
    unit: Annotated[
        str,
        Coded("capacity_units"),
        Described(Text("En qué se cuenta.", "In what it is counted.")),
    ]
    places_free: Annotated[
        int | None,
        Described(
            Text(
                "Cuántos quedan libres; null: no se contaron.",
                "How many are free; null: they were not counted.",
            )
        ),
    ] = None


class AssureService(Command, kw_only=True):
    """Vouch for what the entry says, as of a day."""

    title: ClassVar[Text] = Text("Confirmar un servicio", "Vouch for a service")
    description: ClassVar[Text] = Text(
        "Dice que lo que el directorio dice del servicio es correcto, a partir de un día.",
        "Say that what the directory says of the service is right, as of a day.",
    )

    assured_on: Annotated[
        date | None,
        Described(Text("A qué día; null: el de la orden.", "As of which day; null: the command's.")),
    ] = None


_WHY = Described(Text("El motivo, como código.", "Why, as a code."))


class SuspendService(Command, kw_only=True):
    """It is not offered for the time being."""

    title: ClassVar[Text] = Text("Suspender un servicio", "Suspend a service")
    description: ClassVar[Text] = Text(
        "Dice que por ahora no se ofrece.", "Say that it is not offered for the time being."
    )

    reason: Annotated[str, Coded("service_suspension_reasons"), _WHY]


class ResumeService(Command, kw_only=True):
    """It is offered again, after a suspension or a withdrawal."""

    title: ClassVar[Text] = Text("Reanudar un servicio", "Resume a service")
    description: ClassVar[Text] = Text("Dice que vuelve a ofrecerse.", "Say that it is offered again.")


class WithdrawService(Command, kw_only=True):
    """It is not offered any more."""

    title: ClassVar[Text] = Text("Retirar un servicio", "Withdraw a service")
    description: ClassVar[Text] = Text(
        "Dice que ya no se ofrece.", "Say that it is not offered any more."
    )

    reason: Annotated[str, Coded("service_suspension_reasons"), _WHY]


StatusChange = SuspendService | ResumeService | WithdrawService
ServiceOrder = ListService | CorrectService | StateCapacity | AssureService | StatusChange

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
    return listed, ServiceAssured(*about, command.at.date())


def _correction(command: CorrectService, state: Offered | Suspended) -> Decision:
    """Return one fact; none if nothing changes."""
    if refusal := not_usable(command):
        return refusal
    after = fields_of(_described(command, state.service_id, state.institution))
    before = fields_of(state.described)
    changed = tuple(name for name, value in after.items() if value != before[name])
    return (ServiceCorrected(**after, changed=changed),) if changed else ()


def _capacity(command: StateCapacity, state: Offered | Suspended) -> Decision:
    """Return one fact; none if the same was last stated, on the same day."""
    free = command.places_free
    if free is not None and not _fits(command.capacity, free):
        return PlacesContradict(field="places_free")
    about = state.service_id, state.institution
    stated = CapacityStated(*about, command.capacity, command.unit, free, command.at.date())
    return () if stated == state.capacity else (stated,)


def _fits(capacity: str, free: int) -> bool:
    match capacity:
        case "has-capacity":
            return free > 0
        case "none" | "waiting-list":
            return free == 0
        case _:
            return free >= 0


def _assurance(command: AssureService, state: Offered | Suspended) -> Decision:
    """Return one fact; none if somebody vouched for it as of that day or a later one."""
    today = command.at.date()
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

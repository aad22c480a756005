"""The commands about services: describe them, say if there is room, vouch for what is said."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from shared.kernel.decider import Command
from shared.kernel.documents import DocumentRef
from shared.kernel.fields import Coded, Described
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.opening_hours import Hours
from shared.kernel.service_values import (
    EVERYWHERE,
    NAME_LENGTH,
    Cost,
    Coverage,
    EligibilityRule,
    Funding,
)
from shared.kernel.text import Text

KIND = "service_kinds"


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
        str,
        Coded(KIND),
        Described(Text("Qué clase de servicio es.", "What kind of service it is.")),
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
        Described(
            Text("En qué lenguas se atiende.", "In which languages people are served."), most=40
        ),
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
        Described(
            Text("Con qué se paga, y hasta cuándo.", "What pays for it, and until when."), most=20
        ),
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
        Described(
            Text("A qué día; null: el de la orden.", "As of which day; null: the command's.")
        ),
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
    description: ClassVar[Text] = Text(
        "Dice que vuelve a ofrecerse.", "Say that it is offered again."
    )


class WithdrawService(Command, kw_only=True):
    """It is not offered any more."""

    title: ClassVar[Text] = Text("Retirar un servicio", "Withdraw a service")
    description: ClassVar[Text] = Text(
        "Dice que ya no se ofrece.", "Say that it is not offered any more."
    )

    reason: Annotated[str, Coded("service_suspension_reasons"), _WHY]


StatusChange = SuspendService | ResumeService | WithdrawService
ServiceOrder = ListService | CorrectService | StateCapacity | AssureService | StatusChange

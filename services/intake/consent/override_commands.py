"""What can be asked of an override of consent."""

from typing import Annotated, ClassVar
from uuid import UUID

from shared.kernel.consenting.terms import Categories
from shared.kernel.decider import Command
from shared.kernel.fields import Coded, Described
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.text import Text

NORM = "[a-z0-9-]{3,40}"
"""How the register of norms writes an entry's id, as a regular expression."""


class RequestConsentOverride(Command, kw_only=True):
    """Ask that data go to an institution although no consent covers it."""

    title: ClassVar[Text] = Text("Pedir una dispensa del consentimiento", "Request an override")
    description: ClassVar[Text] = Text(
        "Pide que ciertos datos vayan a una institución sin consentimiento que lo cubra. Otra"
        " persona, con otro rol, la confirma.",
        "Ask that certain data go to an institution without a consent that covers it. Another"
        " person, in another role, confirms it.",
    )

    override_id: Annotated[UUID, Described(Text("La dispensa.", "The override."))]
    case_id: Annotated[UUID, Described(Text("El caso.", "The case."))]
    recipient: Annotated[
        str,
        Described(
            Text("La clave de quien recibe los datos.", "The code of who gets the data."),
            pattern=INSTITUTION_CODE,
        ),
    ]
    purpose: Annotated[
        str, Coded("consent_purposes"), Described(Text("Para qué finalidad.", "For which purpose."))
    ]
    services: Annotated[
        tuple[str, ...],
        Coded("service_kinds"),
        Described(Text("Para qué servicios.", "For which services."), most=40),
    ] = ()
    categories: Categories
    ground: Annotated[
        str,
        Coded("consent_override_grounds"),
        Described(Text("El supuesto, como código.", "The ground, as a code.")),
    ]
    basis: Annotated[
        str,
        Described(
            Text(
                "La ficha del registro de normas que lo permite.",
                "The entry of the register of norms that allows it.",
            ),
            pattern=NORM,
        ),
    ]
    notify: Annotated[
        tuple[str, ...],
        Coded("consent_notified"),
        Described(Text("A quién se avisará.", "Who is to be told."), least=1, most=10),
    ]


class ConfirmConsentOverride(Command, kw_only=True):
    """A second person, in another role, answers for it too."""

    title: ClassVar[Text] = Text("Confirmar una dispensa", "Confirm an override")
    description: ClassVar[Text] = Text(
        "Confirma la dispensa que pidió otra persona con otro rol. Vale 72 horas.",
        "Confirm the override that another person in another role asked for. It lasts 72 hours.",
    )


class RejectConsentOverride(Command, kw_only=True):
    """A second person, in another role, does not answer for it."""

    title: ClassVar[Text] = Text("Rechazar una dispensa", "Reject an override")
    description: ClassVar[Text] = Text(
        "No confirma la dispensa, y dice por qué.", "Do not confirm the override, and say why."
    )

    reason: Annotated[
        str,
        Coded("consent_override_rejections"),
        Described(Text("El motivo, como código.", "Why, as a code.")),
    ]


class RecordOverrideNotice(Command, kw_only=True):
    """Record that one of those who are to be told was told."""

    title: ClassVar[Text] = Text("Registrar el aviso de una dispensa", "Record a notice")
    description: ClassVar[Text] = Text(
        "Registra que se avisó de la dispensa a una de las personas que nombra.",
        "Record that one of those whom the override names was told of it.",
    )

    notified: Annotated[
        str,
        Coded("consent_notified"),
        Described(Text("A quién se avisó.", "Who was told.")),
    ]


OverrideAnswering = ConfirmConsentOverride | RejectConsentOverride
OverrideCommand = RequestConsentOverride | OverrideAnswering | RecordOverrideNotice

"""What is said when a case is referred: the fields of a referral, of a draft of it too."""

from datetime import date
from typing import Annotated
from uuid import UUID

from shared.kernel.consents import REFERRING
from shared.kernel.decider import Command
from shared.kernel.fields import Coded, Described
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.text import Text

BY_CUSTODIAN, SELF, ASKED_FOR = "custodian", "self", "transfer-request"
"""Where a referral comes from, of the list ``referral_origins``."""
MOST_ALTERNATIVES = 5

ReferralId = Annotated[UUID, Described(Text("La canalización.", "The referral."))]
To = Annotated[
    str,
    Described(
        Text("La clave de la destinataria.", "The addressee's code."), pattern=INSTITUTION_CODE
    ),
]
Services = Annotated[
    tuple[str, ...],
    Coded("service_kinds"),
    Described(
        Text("Para qué: qué servicios se piden.", "What for: which services are asked for."),
        least=1,
        most=20,
    ),
]
Priority = Annotated[str, Coded("priorities"), Described(Text("Con qué urgencia.", "How soon."))]
ConsentUntil = Annotated[
    date | None,
    Described(
        Text(
            "El último día en que vale el consentimiento de la persona; si se omite: no tiene fin.",
            "The last day on which the person's consent holds; left out: it has no end.",
        )
    ),
]
ConsentId = Annotated[
    UUID | None,
    Described(
        Text(
            "El consentimiento registrado en que descansa; si se omite: vale lo que dice quien"
            " canaliza.",
            "The recorded consent that it leans on; left out: it is the sender's word.",
        )
    ),
]
OverrideId = Annotated[
    UUID | None,
    Described(
        Text(
            "La dispensa del consentimiento en que descansa, en lugar de uno.",
            "The override of consent that it leans on, in place of one.",
        )
    ),
]
Categories = Annotated[
    tuple[str, ...],
    Coded("data_categories"),
    Described(
        Text(
            "Qué datos se entregan; si se omite: los codificados del caso.",
            "Which data are disclosed; left out: the coded data of the case.",
        ),
        most=20,
    ),
]
Purpose = Annotated[
    str,
    Coded("consent_purposes"),
    Described(Text("Para qué se entregan.", "What they are disclosed for.")),
]


class Asking(Command, kw_only=True):
    """A referral to institution ``to``, as the custodian words it.

    replaces: the superseded one that is made again. alternatives: to whom the same consent extends,
    in the order in which they are to be asked if the addressee does not take the case. consent_id,
    override_id: what it leans on; neither: the sender's word.
    """

    referral_id: ReferralId
    to: To
    kind: Annotated[
        str,
        Coded("referral_kinds"),
        Described(Text("share, transfer o assessment.", "share, transfer or assessment.")),
    ]
    services: Services
    priority: Priority = "normal"
    replaces: Annotated[
        UUID | None,
        Described(
            Text(
                "La canalización sin efecto que se hace de nuevo, a la misma destinataria.",
                "The superseded referral that is made again, to the same addressee.",
            )
        ),
    ] = None
    alternatives: Annotated[
        tuple[str, ...],
        Described(
            Text(
                "A qué otras instituciones se extiende el consentimiento, en orden: se les"
                " ofrece el caso si la destinataria no lo toma.",
                "To which other institutions the consent extends, in order: they are offered the"
                " case if the addressee does not take it.",
            ),
            most=MOST_ALTERNATIVES,
        ),
    ] = ()
    consent_until: ConsentUntil = None
    by_link: Annotated[
        bool,
        Described(
            Text(
                "La destinataria no tiene cuenta y responde por un enlace que se le entrega.",
                "The addressee has no account and answers by a link that is handed over.",
            )
        ),
    ] = False
    origin: Annotated[
        str,
        Coded("referral_origins"),
        Described(
            Text(
                "De dónde viene: custodian, o self si la persona acudió por su cuenta.",
                "Where it comes from: custodian, or self if the person went there on their own.",
            )
        ),
    ] = BY_CUSTODIAN
    consent_id: ConsentId = None
    override_id: OverrideId = None
    categories: Categories = ()
    purpose: Purpose = REFERRING

"""How a person consented, in what way and through whom.

A person, a guardian and a witness are ids of the vault; what was signed or recorded is a document's
id and digest. Nothing of anybody stands here in words.
"""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from shared.kernel.documents import DocumentRef
from shared.kernel.fields import Coded, Described
from shared.kernel.text import Text
from shared.kernel.value import Value

WRITTEN: Final = "written"
WITH_WITNESS: Final = "oral-with-witness"
BY_GUARDIAN: Final = "guardian"
OPPOSES: Final = "opposes"
CHILD_PROTECTION: Final = "child-protection-authority"


class Guardianship(Value):
    """Somebody consents for the person.

    guardian: their id in the vault. proof: what they are guardian by; None: none was shown.
    of_age_from: where it ends at majority, the first day of the month after that birthday: the day
    itself would tell the date of birth to the log for ever.
    """

    kind: Annotated[
        str,
        Coded("guardian_kinds"),
        Described(Text("Quién consiente por la persona.", "Who consents for the person.")),
    ]
    guardian: Annotated[
        UUID, Described(Text("Su id en la bóveda.", "The guardian's id in the vault."))
    ]
    proof: Annotated[
        DocumentRef | None,
        Described(Text("Con qué lo acredita.", "What they are guardian by.")),
    ] = None
    of_age_from: Annotated[
        date | None,
        Described(
            Text(
                "El primer día del mes siguiente a aquel en que cumple 18 años.",
                "The first day of the month after the one in which the person turns 18.",
            )
        ),
    ] = None


class BestInterest(Value):
    """Why this is best for a child. assessment: the document. view: what the child says of it."""

    assessment: Annotated[
        DocumentRef,
        Described(
            Text("La valoración del interés superior.", "The assessment of the best interest.")
        ),
    ]
    view: Annotated[
        str, Coded("child_views"), Described(Text("Qué opina.", "What the child says."))
    ]


class ConsentManner(Value):
    """How consent was given.

    language: in which it was explained, of the list ``languages``. evidence: what was signed or
    recorded. witness: of an oral consent, their id in the vault.
    """

    language: Annotated[
        str,
        Coded("languages"),
        Described(Text("En qué lengua se le explicó.", "In which language it was explained.")),
    ]
    mode: Annotated[
        str, Coded("consent_modes"), Described(Text("Cómo consintió.", "How consent was given."))
    ]
    evidence: Annotated[
        DocumentRef | None,
        Described(Text("Lo firmado o grabado.", "What was signed or recorded.")),
    ] = None
    witness: Annotated[
        UUID | None,
        Described(Text("Id en la bóveda de quien fue testigo.", "The witness's id in the vault.")),
    ] = None
    guardianship: Annotated[
        Guardianship | None,
        Described(Text("Quién consiente por la persona.", "Who consents for the person.")),
    ] = None
    best_interest: Annotated[
        BestInterest | None,
        Described(Text("Por qué es lo mejor para la niñez.", "Why this is best for the child.")),
    ] = None

"""What can be asked of the register of norms and official tools."""

from datetime import date
from typing import Annotated, ClassVar

from services.referral.register_entry import (
    ENTRY_CODE,
    LONGEST_ARTICLE,
    LONGEST_NAME,
    MOST_ELEMENTS,
    Element,
    Provenance,
)
from shared.kernel.decider import Command
from shared.kernel.documents import DocumentRef
from shared.kernel.fields import Coded, Described
from shared.kernel.text import Text

CITING = "[a-z0-9-]{3,80}"
"""How what cites an entry is written: an institution's code, an id, a step's code."""


class EntryCommand(Command, kw_only=True):
    """The description of an entry."""

    kind: Annotated[
        str, Coded("entry_kinds"), Described(Text("Qué clase de ficha es.", "What kind it is."))
    ]
    name: Annotated[
        str,
        Described(
            Text("Cómo se llama la norma o herramienta.", "What the norm or tool is called."),
            least=1,
            most=LONGEST_NAME,
        ),
    ]
    level: Annotated[
        str, Coded("norm_levels"), Described(Text("En qué nivel rige.", "At which level it holds."))
    ]
    subdivision: Annotated[
        str | None,
        Coded("subdivisions"),
        Described(
            Text("ISO 3166-2; null: no es de una entidad.", "ISO 3166-2; null: of no subdivision.")
        ),
    ] = None
    article: Annotated[
        str | None,
        Described(
            Text("Qué artículo o apartado; null: toda.", "Which article or part; null: all of it."),
            least=1,
            most=LONGEST_ARTICLE,
        ),
    ] = None
    valid_from: Annotated[
        date | None,
        Described(Text("Desde cuándo rige; null: no consta.", "Valid from; null: not known.")),
    ] = None
    valid_until: Annotated[
        date | None,
        Described(
            Text("Último día en que rige; null: sin fin.", "Last day it is valid; null: no end.")
        ),
    ] = None
    provenance: Annotated[Provenance, Described(Text("De dónde sale.", "Where it comes from."))] = (
        Provenance()
    )
    programmes: Annotated[
        tuple[str, ...],
        Coded("programmes"),
        Described(
            Text(
                "A qué programas sirve; lista vacía: a cualquiera.",
                "Which programmes it serves; an empty list: any.",
            ),
            most=20,
        ),
    ] = ()
    elements: Annotated[
        tuple[Element, ...],
        Described(
            Text(
                "Sus elementos, en orden, si los tiene: cada uno se cita por su clave.",
                "Its elements in order, if it has any: each is cited by its code.",
            ),
            most=MOST_ELEMENTS,
        ),
    ] = ()
    texts: Annotated[
        DocumentRef | None,
        Described(
            Text(
                "El documento con lo que se escribió de ella; null: ninguno.",
                "The document with what was written of it; null: none.",
            )
        ),
    ] = None


class RegisterEntry(EntryCommand, kw_only=True):
    """Enter a norm, an official tool, a programme or an as-is route under an id for ever."""

    title: ClassVar[Text] = Text("Registrar una norma o herramienta", "Register a norm or tool")
    description: ClassVar[Text] = Text(
        "Registra una norma, un protocolo, un formulario, una guía, un programa existente o una"
        " ruta tal como opera hoy. Requiere el rol steward.",
        "Enter a norm, a protocol, a form, a guide, an existing programme or a route as it works"
        " today. Takes the role of steward.",
    )

    entry_id: Annotated[
        str, Described(Text("Su clave, para siempre.", "Its id, for ever."), pattern=ENTRY_CODE)
    ]


class CorrectEntry(EntryCommand, kw_only=True):
    """Describe the entry again, in full."""

    title: ClassVar[Text] = Text("Corregir una norma o herramienta", "Correct a norm or tool")
    description: ClassVar[Text] = Text(
        "Describe de nuevo una ficha del registro, completa. Un elemento que algo cita no se quita."
        " Requiere el rol steward.",
        "Describe an entry of the register again, whole. An element that something cites is not"
        " taken out. Takes the role of steward.",
    )


class WithdrawEntry(Command, kw_only=True):
    """The entry is not to be cited any more."""

    title: ClassVar[Text] = Text("Retirar una norma o herramienta", "Withdraw a norm or tool")
    description: ClassVar[Text] = Text(
        "Desde aquí nada nuevo cita la ficha; lo que la citaba queda. Requiere el rol steward.",
        "From here on nothing new cites the entry; what cited it stays. Takes the role of steward.",
    )

    reason: Annotated[
        str,
        Coded("entry_withdrawal_reasons"),
        Described(Text("El motivo, como código.", "Why, as a code.")),
    ]
    replaced_by: Annotated[
        str | None,
        Described(
            Text("La ficha que se cita en su lugar.", "The entry to cite instead."),
            pattern=ENTRY_CODE,
        ),
    ] = None


class CitationCommand(Command, kw_only=True):
    """What cites the entry, and which element of it."""

    citing_kind: Annotated[
        str,
        Coded("citing_kinds"),
        Described(Text("Qué clase de cosa la cita.", "What kind of thing cites it.")),
    ]
    citing: Annotated[
        str,
        Described(
            Text(
                "Cuál: la clave de la institución o del paso, o el id del servicio o del convenio.",
                "Which one: the code of the institution or step, or the id of the service or"
                " agreement.",
            ),
            pattern=CITING,
        ),
    ]
    element: Annotated[
        str | None,
        Described(
            Text(
                "La clave del elemento al que responde; null: la ficha entera.",
                "The code of the element that it answers; null: the entry as a whole.",
            ),
            pattern=ENTRY_CODE,
        ),
    ] = None


class Cite(CitationCommand, kw_only=True):
    """Say that something answers the entry, or an element of it."""

    title: ClassVar[Text] = Text("Citar una norma o herramienta", "Cite a norm or tool")
    description: ClassVar[Text] = Text(
        "Dice qué responde a una ficha o a uno de sus elementos: con el rol administrator o"
        " steward.",
        "Say what answers an entry, or one of its elements: in the role of administrator or"
        " steward.",
    )


class WithdrawCitation(CitationCommand, kw_only=True):
    """Say that it does not answer it any more."""

    title: ClassVar[Text] = Text("Retirar una cita", "Withdraw a citation")
    description: ClassVar[Text] = Text(
        "Dice que ya no responde a la ficha o al elemento: la institución que lo dijo, con el rol"
        " administrator, o quien tiene el rol steward.",
        "Say that it does not answer the entry or the element any more: the institution that said"
        " so, in the role of administrator, or a steward.",
    )


Keeping = RegisterEntry | CorrectEntry | WithdrawEntry
Citing = Cite | WithdrawCitation
RegisterCommand = Keeping | Citing

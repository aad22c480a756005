"""What a service is described with: whom it is for, what it costs, when it is open, and where."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Annotated

from shared.kernel.fields import Coded, Described
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.text import Text
from shared.kernel.value import Value

REFERENCE = INSTITUTION_CODE
"""How regions and the entries of the register of norms are named: as institutions are."""
NAME_LENGTH = 200
MOST_PLACES = 200
"""Of municipalities in one coverage; for more there are regions."""


class EligibilityRule(Value, omit_defaults=True):
    """What must hold of one coded value of the case; of several values, of one of them.

    is_one_of, is_none_of: codes of the list that belongs to the attribute; one of the two is empty.
    """

    attribute: Annotated[
        str,
        Coded("eligibility_attributes"),
        Described(Text("De qué dato del caso depende.", "On which value of the case it depends.")),
    ]
    is_one_of: Annotated[
        tuple[str, ...],
        Described(
            Text(
                "Procede si es uno de estos códigos de su lista.",
                "It may be used if it is one of these codes of its list.",
            ),
            most=50,
        ),
    ] = ()
    is_none_of: Annotated[
        tuple[str, ...],
        Described(
            Text(
                "Procede si no es ninguno de estos códigos.",
                "It may be used if it is none of these codes.",
            ),
            most=50,
        ),
    ] = ()

    def allows(self, values: Collection[str] | None) -> bool | None:
        """Whether the rule holds for these values of the attribute; None: they are not known.

        values: empty: it is known that there are none.
        """
        if values is None:
            return None
        if self.is_none_of:
            return not {*values} & {*self.is_none_of}
        return bool({*values} & {*self.is_one_of})


class Cost(Value, omit_defaults=True):
    """What the person pays. Zero: it is free, in no currency."""

    amount: Annotated[
        Decimal,
        Described(
            Text("Cuánto paga la persona; cero: nada.", "What the person pays; zero: nothing.")
        ),
    ]
    currency: Annotated[
        str | None,
        Coded("currencies"),
        Described(Text("En qué moneda; null si es gratuito.", "In which currency; null if free.")),
    ] = None


FREE = Cost(Decimal(0))


class Coverage(Value, omit_defaults=True):
    """For people in which places it is: all in any of these; nothing: wherever they are."""

    subdivisions: Annotated[
        tuple[str, ...],
        Coded("subdivisions"),
        Described(Text("Entidades enteras.", "Whole subdivisions."), most=64),
    ] = ()
    municipalities: Annotated[
        tuple[str, ...],
        Coded("municipalities"),
        Described(
            Text("Municipios, por clave oficial.", "Municipalities, by official code."),
            most=MOST_PLACES,
        ),
    ] = ()
    regions: Annotated[
        tuple[str, ...],
        Described(
            Text("Regiones del directorio, por su clave.", "Regions of the directory, by code."),
            most=20,
        ),
    ] = ()


EVERYWHERE = Coverage()


class Funding(Value, omit_defaults=True):
    """What pays for it, and from when until when; None: not stated."""

    source: Annotated[
        str,
        Coded("funding_sources"),
        Described(Text("De dónde viene el dinero.", "Where the money comes from.")),
    ]
    valid_from: Annotated[date | None, Described(Text("Desde qué día.", "From which day."))] = None
    valid_until: Annotated[
        date | None, Described(Text("Hasta qué día, incluido.", "Until which day, included."))
    ] = None

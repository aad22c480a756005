"""What a person consents to: for whom, which data, for which services, until when.

Nothing of anybody stands here in words.
"""

from datetime import date
from typing import Annotated, Final

from shared.kernel.fields import Coded, Described
from shared.kernel.text import Text
from shared.kernel.value import Value

MOST_RECIPIENTS: Final = 40

Recipients = Annotated[
    tuple[str, ...],
    Described(
        Text("Claves de las instituciones.", "The institutions' codes."), most=MOST_RECIPIENTS
    ),
]
RecipientKinds = Annotated[
    tuple[str, ...],
    Coded("institution_kinds"),
    Described(Text("Clases de instituciones.", "Kinds of institutions."), most=MOST_RECIPIENTS),
]
Categories = Annotated[
    tuple[str, ...],
    Coded("data_categories"),
    Described(Text("Categorías de datos.", "Categories of data."), most=20),
]


class ConsentTerms(Value):
    """What the person consents to.

    recipients, kinds: who may have the data: institutions by code, and all those of a kind.
    services: the kinds of services that this is for; empty: whatever serves the purpose.
    categories: the data. valid_from, valid_until: the first and the last day, by the calendar of
    the case's place.
    """

    recipients: Recipients
    kinds: RecipientKinds
    categories: Categories
    services: Annotated[
        tuple[str, ...],
        Coded("service_kinds"),
        Described(
            Text(
                "Para qué clases de servicios; lista vacía: para lo que la finalidad pida.",
                "For which kinds of services; an empty list: whatever the purpose takes.",
            ),
            most=40,
        ),
    ]
    valid_from: Annotated[date, Described(Text("Su primer día.", "Its first day."))]
    valid_until: Annotated[date, Described(Text("Su último día.", "Its last day."))]


class Cut(Value):
    """What was taken back of a consent, and all else stays.

    recipients, kinds: from whom; both empty: from all. categories: which data; empty: all.
    """

    recipients: Recipients = ()
    kinds: RecipientKinds = ()
    categories: Categories = ()

    @property
    def from_all(self) -> bool:
        """Whether it is taken back from every recipient."""
        return not (self.recipients or self.kinds)

    def concerns(self, recipient: str, kind: str | None) -> bool:
        """Whether something was taken back from this institution. kind: None: not known."""
        return self.from_all or recipient in self.recipients or kind in self.kinds

"""The refusals of a disclosure that would lean on an override of consent."""

from typing import ClassVar

from shared.kernel.refusals import Conflicting, Forbidden
from shared.kernel.text import Text


class OverrideNotConfirmed(Conflicting):
    """Nothing leans on an override that no second person confirmed."""

    field: str
    code: ClassVar[str] = "consent-override-not-confirmed"
    text: ClassVar[Text] = Text(
        "«{field}»: ninguna segunda persona ha confirmado la dispensa. Pida que la decida.",
        "“{field}”: no second person has confirmed the override. Ask for a decision.",
    )


class OverrideOver(Conflicting):
    """An override lasts for a short time."""

    field: str
    until: str
    code: ClassVar[str] = "consent-override-over"
    text: ClassVar[Text] = Text(
        "«{field}»: la dispensa valía hasta el {until}. Pida otra si el motivo sigue.",
        "“{field}”: the override lasted until {until}. Ask for another if the ground still holds.",
    )


class OutsideTheOverride(Forbidden):
    """An override is for one recipient, one purpose and the data that it names."""

    field: str
    code: ClassVar[str] = "outside-the-override"
    text: ClassVar[Text] = Text(
        "«{field}» va más allá de la dispensa. Entregue solo lo que dice, o pida otra.",
        "“{field}” goes beyond the override. Disclose only what it says, or ask for another.",
    )

"""What proposals, commitments and joint activities have in common: an owner, who acts for it."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from services.referral import directory
from services.referral.directory_refusals import InstitutionIsClosed, InstitutionNotRegistered
from services.referral.institution import Closed, Institution, Listed
from shared.kernel.decider import Actor, Command, Decider, Known
from shared.kernel.fields import Coded, Described
from shared.kernel.freshness import ZONE, day_in
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.places import zone_of
from shared.kernel.refusals import Conflicting, Forbidden, Invalid, Refusal
from shared.kernel.roles import ADMINISTRATOR, OPERATOR, STEWARD
from shared.kernel.text import Text

KEEPERS = frozenset({STEWARD, OPERATOR})
"""The roles that act for every institution."""
# --- fields ---------------------------------------------------------------------------------

Owner = Annotated[
    str | None,
    Described(
        Text(
            "La institución a la que le toca; si falta: la de quien lo dice. Otra, solo con el rol"
            " steward.",
            "The institution whose it is; left out: that of whoever says so. Another one only with"
            " the role of steward.",
        ),
        pattern=INSTITUTION_CODE,
    ),
]
Programme = Annotated[
    str, Coded("programmes"), Described(Text("En qué programa.", "In which programme."))
]
Subdivision = Annotated[
    str | None,
    Coded("subdivisions"),
    Described(
        Text("ISO 3166-2; null: en todo el país.", "ISO 3166-2; null: in the whole country.")
    ),
]
Reason = Annotated[
    str,
    Coded("undertaking_reasons"),
    Described(Text("El motivo, como código.", "Why, as a code.")),
]
TEXTS = Described(
    Text("El documento con sus palabras, si lo hay.", "The document with its words, if any.")
)

# --- refusals -------------------------------------------------------------------------------


class NotTheOwner(Forbidden):
    """An administrator of the owner acts for it, or a steward."""

    owner: str
    code: ClassVar[str] = "not-the-owner"
    text: ClassVar[Text] = Text(
        "Eso le toca a {owner}: lo hace quien la administra, o quien opera la plataforma.",
        "That is {owner}'s to do: by its administrator, or a steward.",
    )


class Ended(Conflicting):
    """Nothing more happens to it."""

    status: str
    code: ClassVar[str] = "ended"
    text: ClassVar[Text] = Text(
        "Ya terminó: «{status}». Si sigue haciendo falta, registre otra vez lo que toca.",
        "It has ended: “{status}”. If it is still needed, record it again.",
    )


class NotThatDayYet(Invalid):
    """A day on which something was done is still to come."""

    code: ClassVar[str] = "not-that-day-yet"
    text: ClassVar[Text] = Text(
        "«{field}» es un día que aún no llega ahí. Indique el día en que ocurrió.",
        "“{field}” is a day still to come there. Say the day on which it happened.",
    )


class DayGone(Invalid):
    """What is planned or promised for a day is recorded after it."""

    code: ClassVar[str] = "day-gone"
    text: ClassVar[Text] = Text(
        "«{field}» es un día que ya pasó ahí. Indique hoy o uno que venga, o cuándo se acordó.",
        "“{field}” is a day gone by there. Say today or one to come, or when it was agreed.",
    )


# --- rules ----------------------------------------------------------------------------------


def owner_of(by: Actor, named: str | None) -> str:
    """Return whose it is: the institution that was named, or that of whoever speaks."""
    return by.institution if named is None else named


def not_the_owner(by: Actor, owner: str) -> Refusal | None:
    """Refuse a command to whoever does not act for the owner."""
    own = by.role == ADMINISTRATOR and by.institution == owner
    return None if own or by.role in KEEPERS else NotTheOwner(owner)


def entry_of(code: str) -> tuple[Decider[Institution], UUID]:
    """Return the stream of an institution's entry, to lean on."""
    return directory.DECIDER, directory.stream_of(code)


def cannot_take_part(entries: Mapping[str, Known]) -> Refusal | None:
    """Refuse institutions that are not registered, or are closed. entries: theirs."""
    for known in entries.values():
        if not isinstance(known.state, Listed):
            return InstitutionNotRegistered()
        if isinstance(known.state, Closed):
            return InstitutionIsClosed()
    return None


def zone(subdivision: str | None) -> ZoneInfo:
    """Return the official clock of a subdivision."""
    named = None if subdivision is None else zone_of(subdivision)
    return ZoneInfo(named or ZONE)


def day_gone(field: str, day: date, command: Command, subdivision: str | None) -> DayGone | None:
    """Refuse a day to come that had gone by when the command's matter happened."""
    return DayGone(field) if day < day_in(subdivision, command.at) else None


def not_yet(
    field: str, day: date, command: Command, subdivision: str | None
) -> NotThatDayYet | None:
    """Refuse a day of something done that had not come when the command's matter happened."""
    return NotThatDayYet(field) if day > day_in(subdivision, command.at) else None

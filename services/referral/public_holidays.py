"""Holidays that a steward adds or takes away after the calendars came with the product.

One stream has them all. A clock leans on it, and names its version: so it is known by which days
each was counted, and a holiday that is added later moves those that still run (``running``).
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Annotated, ClassVar

from services.referral.directory_refusals import NotASteward
from shared.kernel.codes import codes
from shared.kernel.decider import Command, Decider, Decision
from shared.kernel.fields import Coded, Described, codes_not_known, stored_names
from shared.kernel.ids import derived_id
from shared.kernel.places import SUBDIVISIONS
from shared.kernel.refusals import Conflicting, Invalid, Refusal
from shared.kernel.roles import OPERATOR, STEWARD
from shared.kernel.text import Text
from shared.kernel.value import Value
from shared.timers import calendars
from shared.timers.calendars import FIRST_YEAR, LAST_YEAR
from shared.timers.working_days import Calendar

STREAM = derived_id("public-holidays", "all")
"""The id of the stream of what was said of holidays."""
PLACE = "[A-Z]{2}(-[A-Z0-9]{1,3})?"
"""How a country or a subdivision is written, as a regular expression."""

# --- commands -------------------------------------------------------------------------------

Where = Annotated[
    str,
    Described(
        Text(
            "Un país (MX) o una entidad (MX-CHH), según ISO 3166.",
            "A country (MX) or a subdivision (MX-CHH), as in ISO 3166.",
        ),
        pattern=PLACE,
    ),
]
_Day = Annotated[date, Described(Text("El día.", "The day."))]
_Why = Annotated[
    str, Coded("holiday_reasons"), Described(Text("El motivo, como código.", "Why, as a code."))
]


class AddHoliday(Command, kw_only=True):
    """The day is a holiday there: no clock counts it from here on."""

    title: ClassVar[Text] = Text("Agregar un día inhábil", "Add a holiday")
    description: ClassVar[Text] = Text(
        "Dice que ese día no se trabaja en un país o una entidad. Los plazos que corren ahí se"
        " mueven, y queda dicho por qué. Requiere el rol steward.",
        "Say that a day is a holiday in a country or a subdivision. The clocks that run there"
        " move, and it is said why. Takes the role of steward.",
    )

    place: Where
    day: _Day
    reason: _Why


class RemoveHoliday(Command, kw_only=True):
    """The day is no holiday there after all: clocks count it from here on."""

    title: ClassVar[Text] = Text("Quitar un día inhábil", "Remove a holiday")
    description: ClassVar[Text] = Text(
        "Dice que ese día sí se trabaja en un país o una entidad. Los plazos que corren ahí se"
        " mueven, y queda dicho por qué. Requiere el rol steward.",
        "Say that a day is worked in a country or a subdivision. The clocks that run there move,"
        " and it is said why. Takes the role of steward.",
    )

    place: Where
    day: _Day
    reason: _Why


HolidayCommand = AddHoliday | RemoveHoliday

# --- facts ----------------------------------------------------------------------------------


class HolidayAdded(Value):
    """The day is a holiday in this country or subdivision."""

    place: str
    day: date
    reason: str


class HolidayRemoved(Value):
    """The day is no holiday in this country or subdivision."""

    place: str
    day: date
    reason: str


HolidayFact = HolidayAdded | HolidayRemoved

FACTS = stored_names(HolidayFact)

# --- refusals -------------------------------------------------------------------------------


class NoSuchPlace(Invalid):
    """Holidays are a country's or a subdivision's."""

    code: ClassVar[str] = "no-such-place"
    text: ClassVar[Text] = Text(
        "«{field}» es un país (MX, GT, US) o una de sus entidades (MX-CHH).",
        "“{field}” is a country (MX, GT, US) or one of its subdivisions (MX-CHH).",
    )


class DayOfNoCalendar(Invalid):
    """Holidays are said of the years that a calendar shows."""

    first: int
    last: int
    code: ClassVar[str] = "day-of-no-calendar"
    text: ClassVar[Text] = Text(
        "«{field}» es de un año que ningún calendario muestra: se espera un día de {first} a"
        " {last}.",
        "“{field}” is of a year that no calendar shows: expected is a day from {first} to {last}.",
    )


class AHolidayAlready(Conflicting):
    """It is said already, or comes with the product."""

    code: ClassVar[str] = "a-holiday-already"
    text: ClassVar[Text] = Text(
        "Ese día ya es inhábil ahí: nada que agregar. «canaliza calendar show» los dice todos.",
        "That day is a holiday there already: nothing to add. “canaliza calendar show” has all.",
    )


class NoHoliday(Conflicting):
    """There is nothing to remove."""

    code: ClassVar[str] = "no-holiday"
    text: ClassVar[Text] = Text(
        "Ese día no es inhábil ahí: nada que quitar. «canaliza calendar show» los dice todos.",
        "That day is no holiday there: nothing to remove. “canaliza calendar show” has all.",
    )


# --- what was said --------------------------------------------------------------------------

Said = tuple[HolidayFact, ...]
"""The state: all that was said, oldest first; its length is the stream's version."""


def holiday_in(place: str, said: Said) -> Callable[[date], bool]:
    """Return whether a day is a holiday there, once so much was said: the last word counts."""
    return calendars.holiday_once(place, _words(said))


def calendar_of(subdivision: str, said: Said) -> Calendar:
    """Return the calendar of a subdivision once so much was said."""
    return calendars.calendar_once(subdivision, _words(said))


def _words(said: Said) -> Iterator[calendars.Word]:
    return ((fact.place, fact.day, isinstance(fact, HolidayAdded)) for fact in said)


def about(place: str) -> str:
    """Return what facts about the holidays of a place are about, as messages name it."""
    return f"holidays-{place.lower()}"


def is_place(place: str) -> bool:
    """Whether it is a country with subdivisions in the list, or one of these."""
    listed = codes(SUBDIVISIONS)
    return place in listed or any(each.extra["country"] == place for each in listed.values())


# --- decide and evolve ----------------------------------------------------------------------


def decide(command: HolidayCommand, said: Said) -> Decision:
    """Return one fact."""
    if command.by.role not in {STEWARD, OPERATOR}:
        return NotASteward()
    if refused := _not_understood(command):
        return refused
    holiday = holiday_in(command.place, said)(command.day)
    about = command.place, command.day, command.reason
    if isinstance(command, AddHoliday):
        return AHolidayAlready() if holiday else (HolidayAdded(*about),)
    return (HolidayRemoved(*about),) if holiday else NoHoliday()


def _not_understood(command: HolidayCommand) -> Refusal | None:
    if refused := codes_not_known(command):
        return refused
    if not is_place(command.place):
        return NoSuchPlace("place")
    # What was added of another year before that was refused may still be taken away.
    shown = FIRST_YEAR <= command.day.year <= LAST_YEAR or isinstance(command, RemoveHoliday)
    return None if shown else DayOfNoCalendar("day", FIRST_YEAR, LAST_YEAR)


def evolve(said: Said, fact: HolidayFact) -> Said:
    """Return what has been said after a fact."""
    return (*said, fact)


DECIDER: Decider[Said] = Decider(nothing=(), decide=decide, evolve=evolve)

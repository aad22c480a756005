"""Holidays that stewards add or take away: heard from referral, so that clocks here count by them.

One stream has all that was heard. A follow-up's clock leans on it, and a change has every clock
that is set looked at again (``timers``).
"""

from datetime import date

from shared.kernel.decider import Command, Decider, Decision, reaction_only
from shared.kernel.fields import stored_names
from shared.kernel.ids import derived_id
from shared.kernel.value import Value
from shared.timers import calendars
from shared.timers.working_days import Calendar

STREAM = derived_id("holidays-heard", "all")
"""The id of the stream of what was heard of holidays."""


class HearOfHoliday(Command, kw_only=True):
    """A steward said whether a day is a holiday somewhere (a reaction). Fields: as in the fact."""

    place: str
    day: date
    is_holiday: bool
    version: int


class HolidayHeard(Value):
    """The day is, or is not, a holiday in this country or subdivision.

    version: that of referral's stream of what was said of holidays, at which it was said.
    """

    place: str
    day: date
    is_holiday: bool
    version: int


FACTS = stored_names(HolidayHeard)

Heard = tuple[HolidayHeard, ...]
"""The state: all that was heard, in the order in which it was said.

Messages about different places may come in another order; the last word is what was said last.
"""


def calendar_of(subdivision: str, heard: Heard) -> Calendar:
    """Return the calendar of a subdivision once so much was heard."""
    words = ((fact.place, fact.day, fact.is_holiday) for fact in heard)
    return calendars.calendar_once(subdivision, words)


def decide(command: HearOfHoliday, heard: Heard) -> Decision:
    """Decide a command. A reaction that comes again adds nothing."""
    if refusal := reaction_only(command):
        return refusal
    said = command.place, command.version
    if said in {(fact.place, fact.version) for fact in heard}:
        return ()
    return (HolidayHeard(command.place, command.day, command.is_holiday, command.version),)


def evolve(heard: Heard, fact: HolidayHeard) -> Heard:
    return tuple(sorted((*heard, fact), key=lambda each: each.version))


DECIDER: Decider[Heard] = Decider(nothing=(), decide=decide, evolve=evolve)

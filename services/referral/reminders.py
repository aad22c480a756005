"""Reminders: who has not vouched for what the directory says is told so, and told again.

They stand in streams beside the entries that they are about, on which they lean: to be reminded
changes nothing of an entry, and nothing that people say answers a reminder.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

from services.referral import directory, institution, service, service_decisions
from shared.kernel.decider import Command, Decider, Decision, Known, Leans, reaction_only
from shared.kernel.fields import stored_names
from shared.kernel.freshness import day_in, stale
from shared.kernel.ids import derived_id
from shared.kernel.text import Text
from shared.kernel.times import ASIDE, Place
from shared.kernel.value import Value

AGAIN_AFTER = timedelta(days=30)
"""So long after a reminder its owner is reminded again, while nobody has vouched for the entry."""


def of_service(service_id: UUID) -> UUID:
    """Return the id of the stream of the reminders about a service."""
    return derived_id("service-reminders", str(service_id))


def of_institution(code: str) -> UUID:
    """Return the id of the stream of the reminders about an institution's entry."""
    return derived_id("institution-reminders", code)


# --- facts ----------------------------------------------------------------------------------


class ServiceReminded(Value):
    """An institution was reminded that nobody has vouched for its service lately.

    entry_version: the version of the service's entry. assured_on: when somebody last did; None:
    never.
    """

    service_id: UUID
    institution: str
    entry_version: int
    reminded_on: date
    assured_on: date | None


class InstitutionReminded(Value):
    """An institution was reminded that it has not found its own entry right lately.

    entry_version: the entry's. validated_on: when it last did; None: never.
    """

    institution: str
    entry_version: int
    reminded_on: date
    validated_on: date | None


ReminderFact = ServiceReminded | InstitutionReminded

FACTS = stored_names(ReminderFact)

# --- commands -------------------------------------------------------------------------------


class RemindOfService(Command, kw_only=True):
    """A timer says that nobody may have vouched for a service lately."""

    title: ClassVar[Text] = Text("Recordar un servicio", "Remind of a service")

    service_id: UUID


class RemindInstitution(Command, kw_only=True):
    """A timer says that an institution may not have looked at its entry lately."""

    title: ClassVar[Text] = Text("Recordar una ficha", "Remind of an entry")

    institution: str


ReminderCommand = RemindOfService | RemindInstitution

# --- decide ---------------------------------------------------------------------------------

ENTRY = "entry"
"""The name under which the rules get the entry that is not vouched for."""
Reminded = date | None
"""The state: the day of the last reminder; None: there was none."""


def leans_on(command: ReminderCommand, _: Reminded) -> Leans:
    """Return the entry that a reminder is about."""
    if isinstance(command, RemindOfService):
        stream = service_decisions.stream_of(command.service_id)
        return {ENTRY: (service_decisions.DECIDER, stream)}
    return {ENTRY: (directory.DECIDER, directory.stream_of(command.institution))}


def decide(command: ReminderCommand, state: Reminded, known: Mapping[str, Known]) -> Decision:
    """Return one fact; none if there is nothing to remind of, or that was done lately."""
    entry = known[ENTRY]
    if isinstance(command, RemindOfService):
        decided = _of_service(command, state, entry)
    else:
        decided = _of_institution(command, state, entry)
    return reaction_only(command) or decided


def _of_service(command: RemindOfService, state: Reminded, entry: Known) -> Decision:
    today, listed = day_in(None, command.at), entry.state
    if not isinstance(listed, service.Offered | service.Suspended):
        return ()
    if not (stale(listed.assured_on, today) and _long_ago(state, today)):
        return ()
    about = command.service_id, listed.institution
    return (ServiceReminded(*about, entry.version, today, listed.assured_on),)


def _of_institution(command: RemindInstitution, state: Reminded, entry: Known) -> Decision:
    listed = entry.state
    if not isinstance(listed, institution.Active | institution.Suspended):
        return ()
    today, validated = day_in(listed.subdivision, command.at), listed.profile.validated
    validated_on = None if validated is None else validated.validated_on
    if not (stale(validated_on, today) and _long_ago(state, today)):
        return ()
    return (InstitutionReminded(command.institution, entry.version, today, validated_on),)


def _long_ago(reminded_on: Reminded, today: date) -> bool:
    return reminded_on is None or reminded_on + AGAIN_AFTER <= today


# --- evolve ---------------------------------------------------------------------------------


def evolve(_: Reminded, fact: ReminderFact) -> Reminded:
    """Return the day of the last reminder."""
    return fact.reminded_on


def place(_: ReminderFact) -> Place:
    """Return a reminder's place: nothing answers it."""
    return ASIDE


REMINDERS: Decider[Reminded] = Decider(
    nothing=None, decide=decide, evolve=evolve, leans_on=leans_on, place=place
)

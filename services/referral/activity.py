"""A joint activity: several agencies do something together on a day, or do not after all.

Its owner is the institution that organises it; the others are named with it. It is planned,
planned again, held or cancelled; what was said there stands in a document.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from services.referral.undertaking import (
    TEXTS,
    Ended,
    Owner,
    Programme,
    Reason,
    Subdivision,
    cannot_take_part,
    day_gone,
    entry_of,
    not_the_owner,
    not_yet,
    owner_of,
)
from shared.kernel.coded_fields import canonical
from shared.kernel.decider import Command, Decider, Decision, Known, Leans
from shared.kernel.documents import DocumentRef
from shared.kernel.fields import Coded, Described, codes_not_known, stored_names
from shared.kernel.ids import derived_id
from shared.kernel.refusals import Conflicting, Invalid, Missing, Refusal
from shared.kernel.text import Text
from shared.kernel.value import Value, fields_of, replace


def stream_of(activity_id: UUID) -> UUID:
    """Return the id of the stream of the activity with this id."""
    return derived_id("activity", str(activity_id))


# --- facts ----------------------------------------------------------------------------------


class AboutActivity(Value):
    """A fact about one joint activity."""

    activity_id: UUID


class ActivityPlanned(AboutActivity):
    """It is to take place. agencies: who take part beside its owner, by code.

    versions: of their entries in the directory then: the owner's, and the agencies' in their order.
    """

    owner: str
    agencies: tuple[str, ...]
    versions: tuple[int, ...]
    programme: str
    kind: str
    subdivision: str | None
    on: date
    texts: DocumentRef | None


class ActivityReplanned(AboutActivity):
    """It is to take place on another day, or with others. changed: the names of what changed."""

    agencies: tuple[str, ...]
    versions: tuple[int, ...]
    on: date
    texts: DocumentRef | None
    changed: tuple[str, ...]


class ActivityHeld(AboutActivity):
    """It took place. agencies: who took part beside its owner. texts: such as its minutes."""

    held_on: date
    agencies: tuple[str, ...]
    texts: DocumentRef | None


class ActivityCancelled(AboutActivity):
    """It does not take place."""

    reason: str


ActivityFact = ActivityPlanned | ActivityReplanned | ActivityHeld | ActivityCancelled

FACTS = stored_names(ActivityFact)

# --- states ---------------------------------------------------------------------------------


class NotPlanned(Value):
    """There is no such activity."""


class JointActivity(Value):
    """A joint activity. on: the day for which it is planned, or on which it was held.

    status: a code of ``activity_statuses``.
    """

    activity_id: UUID
    owner: str
    agencies: tuple[str, ...]
    programme: str
    kind: str
    subdivision: str | None
    on: date
    texts: DocumentRef | None
    status: str = "planned"


Activity = NotPlanned | JointActivity

# --- commands -------------------------------------------------------------------------------

Agencies = Annotated[
    tuple[str, ...],
    Described(Text("Quiénes más participan, por clave.", "Who else takes part, by code."), most=50),
]
_ON = Described(Text("El día, ahí.", "The day, there."))


class PlanActivity(Command, kw_only=True):
    """Plan something that several do together."""

    title: ClassVar[Text] = Text("Planear una actividad conjunta", "Plan a joint activity")
    description: ClassVar[Text] = Text(
        "Registra una actividad de varias instituciones: quien administra la que la organiza, o"
        " cualquiera con el rol steward.",
        "Record an activity of several institutions: the administrator of the one that organises"
        " it, or any with the role of steward.",
    )

    activity_id: UUID
    owner: Owner = None
    agencies: Agencies
    programme: Programme
    kind: Annotated[
        str, Coded("activity_kinds"), Described(Text("Qué clase de actividad.", "What kind."))
    ]
    subdivision: Subdivision = None
    on: Annotated[date, _ON]
    texts: Annotated[DocumentRef | None, TEXTS] = None


class ReplanActivity(Command, kw_only=True):
    """Say the day and who takes part again, in full."""

    title: ClassVar[Text] = Text("Cambiar lo planeado", "Plan again")
    description: ClassVar[Text] = Text(
        "Dice de nuevo, completo, qué día y con quiénes.",
        "Say again, whole, on which day and with whom.",
    )

    agencies: Agencies
    on: Annotated[date, _ON]
    texts: Annotated[DocumentRef | None, TEXTS] = None


class HoldActivity(Command, kw_only=True):
    """Say that it took place, and who took part."""

    title: ClassVar[Text] = Text("Realizar", "Hold")
    description: ClassVar[Text] = Text(
        "Dice que la actividad tuvo lugar, qué día y con quiénes.",
        "Say that the activity took place, on which day and with whom.",
    )

    held_on: Annotated[date, Described(Text("El día en que fue.", "The day on which it was."))]
    agencies: Agencies
    texts: Annotated[DocumentRef | None, TEXTS] = None


class CancelActivity(Command, kw_only=True):
    """Say that it does not take place, and why."""

    title: ClassVar[Text] = Text("Cancelar", "Cancel")
    description: ClassVar[Text] = Text(
        "Dice que la actividad no va a tener lugar, y por qué.",
        "Say that the activity does not take place, and why.",
    )

    reason: Reason


OwnersCommand = ReplanActivity | HoldActivity | CancelActivity
ActivityCommand = PlanActivity | OwnersCommand

# --- refusals -------------------------------------------------------------------------------


class NoSuchActivity(Missing):
    """Nothing was recorded under this id."""

    code: ClassVar[str] = "no-such-activity"
    text: ClassVar[Text] = Text("No hay tal actividad.", "There is no such activity.")


class ActivityAlreadyPlanned(Conflicting):
    """An id names one activity."""

    code: ClassVar[str] = "activity-already-planned"
    text: ClassVar[Text] = Text(
        "Esa actividad ya se registró, con otros datos.",
        "That activity was recorded already, with other values.",
    )


class NobodyElse(Invalid):
    """A joint activity has somebody beside its owner."""

    code: ClassVar[str] = "nobody-else"
    text: ClassVar[Text] = Text(
        "«{field}» nombra al menos a una institución además de la que organiza.",
        "“{field}” names at least one institution beside the one that organises.",
    )


# --- decide ---------------------------------------------------------------------------------

OWNER = ""
"""The name under which the rules get the owner's entry; the agencies' have their codes."""


def leans_on(command: ActivityCommand, state: Activity) -> Leans:
    """Return the entries of all that a command names."""
    if isinstance(command, CancelActivity):
        return {}
    named = {code: entry_of(code) for code in command.agencies}
    if isinstance(command, PlanActivity):
        return {OWNER: entry_of(owner_of(command.by, command.owner)), **named}
    if isinstance(state, JointActivity):
        return {OWNER: entry_of(state.owner), **named}
    return named


def decide(command: ActivityCommand, state: Activity, known: Mapping[str, Known]) -> Decision:
    if isinstance(command, PlanActivity):
        return _planned(command, state, known)
    if isinstance(state, NotPlanned):
        return NoSuchActivity()
    refusal = not_the_owner(command.by, state.owner) or codes_not_known(command)
    if refusal is None and state.status != "planned":
        refusal = Ended(state.status)
    return refusal or _next(command, state, known)


def _planned(command: PlanActivity, state: Activity, known: Mapping[str, Known]) -> Decision:
    owner = owner_of(command.by, command.owner)
    agencies = _others(command.agencies, owner)
    wanted = ActivityPlanned(
        command.activity_id,
        owner,
        agencies,
        _versions(agencies, known),
        command.programme,
        command.kind,
        command.subdivision,
        command.on,
        command.texts,
    )
    if isinstance(state, JointActivity):
        return () if _described(wanted).items() <= fields_of(state).items() else _TAKEN
    return (
        not_the_owner(command.by, owner)
        or codes_not_known(command)
        or _cannot(agencies, known)
        or day_gone("on", command.on, command, command.subdivision)
        or (wanted,)
    )


_TAKEN = ActivityAlreadyPlanned()


def _next(command: OwnersCommand, state: JointActivity, known: Mapping[str, Known]) -> Decision:
    which = state.activity_id
    match command:
        case CancelActivity(reason=reason):
            return (ActivityCancelled(which, reason),)
        case HoldActivity(held_on=on, texts=texts):
            agencies = _others(command.agencies, state.owner)
            return (
                _cannot(agencies, known)
                or not_yet("held_on", on, command, state.subdivision)
                or (ActivityHeld(which, on, agencies, texts),)
            )
        case _:
            return _replanned(command, state, known)


def _replanned(
    command: ReplanActivity, state: JointActivity, known: Mapping[str, Known]
) -> Decision:
    agencies = _others(command.agencies, state.owner)
    after: dict[str, Any] = {"agencies": agencies, "on": command.on, "texts": command.texts}
    before = fields_of(state)
    changed = tuple(name for name, value in after.items() if value != before[name])
    if not changed:
        return ()
    versions = _versions(agencies, known)
    return (
        _cannot(agencies, known)
        or day_gone("on", command.on, command, state.subdivision)
        or (ActivityReplanned(state.activity_id, versions=versions, changed=changed, **after),)
    )


def _others(codes: tuple[str, ...], owner: str) -> tuple[str, ...]:
    """Return the agencies beside the owner, each once, in order."""
    return canonical(code for code in codes if code != owner)


def _versions(agencies: tuple[str, ...], known: Mapping[str, Known]) -> tuple[int, ...]:
    return tuple(known[name].version for name in (OWNER, *agencies))


def _cannot(agencies: tuple[str, ...], known: Mapping[str, Known]) -> Refusal | None:
    """Refuse agencies that there are not, are closed, or are none."""
    return cannot_take_part(known) or (None if agencies else NobodyElse("agencies"))


def _described(fact: ActivityPlanned) -> dict[str, Any]:
    described = fields_of(fact)
    del described["versions"]
    return described


# --- evolve ---------------------------------------------------------------------------------


def evolve(state: Activity, fact: ActivityFact) -> Activity:
    """Return the state after a fact. No rule is checked: the fact has happened."""
    if isinstance(fact, ActivityPlanned):
        return JointActivity(**_described(fact))
    if isinstance(state, NotPlanned):
        return state
    match fact:
        case ActivityReplanned(agencies=agencies, on=on, texts=texts):
            return replace(state, agencies=agencies, on=on, texts=texts)
        case ActivityHeld(agencies=agencies, held_on=on, texts=texts):
            return replace(
                state, agencies=agencies, on=on, texts=texts or state.texts, status="held"
            )
        case _:
            return replace(state, status="cancelled")


DECIDER: Decider[Activity] = Decider(
    nothing=NotPlanned(), decide=decide, evolve=evolve, leans_on=leans_on
)

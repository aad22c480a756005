"""What a steward rules for a programme: who coordinates it, and what it requires.

One stream per programme. A programme is coordinated by one institution everywhere, or by others in
some subdivisions. Where declines are to be confirmed somebody coordinates the programme everywhere,
so that no decline waits for nobody.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, ClassVar, assert_never
from uuid import UUID

from services.referral import directory
from services.referral.directory_refusals import NotASteward
from services.referral.institution import Active, Listed
from services.referral.programme_refusals import (
    CoordinatorNeeded,
    CoordinatorNotAble,
    CoordinatorNotRegistered,
    NoCoordinator,
    NotCoordinated,
)
from shared.kernel.decider import Command, Decider, Decision, Known, Leans
from shared.kernel.fields import Coded, Described, codes_not_known, stored_names
from shared.kernel.ids import INSTITUTION_CODE, derived_id
from shared.kernel.refusals import Refusal
from shared.kernel.roles import OPERATOR, STEWARD
from shared.kernel.text import Text
from shared.kernel.value import Value, replace


@lru_cache(maxsize=64)
def stream_of(programme: str) -> UUID:
    """Return the id of the stream of a programme's rules."""
    return derived_id("programme-rules", programme)


# --- commands -------------------------------------------------------------------------------

_Programme = Annotated[str, Coded("programmes"), Described(Text("El programa.", "The programme."))]
_Subdivision = Annotated[
    str | None,
    Coded("subdivisions"),
    Described(
        Text(
            "En qué entidad; null: en todas las que no tienen la suya.",
            "In which subdivision; null: in all that have none of their own.",
        )
    ),
]


class AppointCoordinator(Command, kw_only=True):
    """From here on this institution coordinates the programme there, in place of any other."""

    title: ClassVar[Text] = Text("Nombrar a quien coordina", "Appoint a coordinator")
    description: ClassVar[Text] = Text(
        "Desde aquí esa institución coordina el programa, en una entidad o en todas: confirma los"
        " rechazos donde el programa lo exige. Requiere el rol steward.",
        "From here on that institution coordinates the programme, in one subdivision or in all: it"
        " confirms declines where the programme requires that. Takes the role of steward.",
    )

    programme: _Programme
    subdivision: _Subdivision = None
    institution: Annotated[
        str,
        Described(
            Text("La clave de la institución.", "The institution's code."), pattern=INSTITUTION_CODE
        ),
    ]


class RelieveCoordinator(Command, kw_only=True):
    """From here on nobody coordinates the programme there for itself."""

    title: ClassVar[Text] = Text("Relevar a quien coordina", "Relieve a coordinator")
    description: ClassVar[Text] = Text(
        "Desde aquí esa entidad no tiene coordinación propia; sin entidad: el programa. Requiere el"
        " rol steward.",
        "From here on that subdivision has no coordinator of its own; without one: the programme."
        " Takes the role of steward.",
    )

    programme: _Programme
    subdivision: _Subdivision = None


class RequireDeclineConfirmation(Command, kw_only=True):
    """From here on a decline of the programme takes effect once its coordinator confirms it."""

    title: ClassVar[Text] = Text("Exigir que se confirmen los rechazos", "Require confirmation")
    description: ClassVar[Text] = Text(
        "Desde aquí un rechazo en el programa vale cuando lo confirma quien coordina. Requiere el"
        " rol steward.",
        "From here on a decline in the programme takes effect once the coordinator confirms it."
        " Takes the role of steward.",
    )

    programme: _Programme


class WaiveDeclineConfirmation(Command, kw_only=True):
    """From here on a decline of the programme takes effect at once."""

    title: ClassVar[Text] = Text("No exigir que se confirmen los rechazos", "Waive confirmation")
    description: ClassVar[Text] = Text(
        "Desde aquí un rechazo en el programa vale de inmediato; los que esperan se confirman como"
        " antes. Requiere el rol steward.",
        "From here on a decline in the programme takes effect at once; those that wait are"
        " confirmed as before. Takes the role of steward.",
    )

    programme: _Programme


class RequireRecordedConsent(Command, kw_only=True):
    """From here on the sender's word that the person consented is not enough in the programme."""

    title: ClassVar[Text] = Text("Exigir que el consentimiento conste", "Require recorded consent")
    description: ClassVar[Text] = Text(
        "Desde aquí un caso del programa se canaliza solo con un consentimiento registrado, o con"
        " una dispensa. Requiere el rol steward.",
        "From here on a case of the programme is referred only on a recorded consent, or on an"
        " override. Takes the role of steward.",
    )

    programme: _Programme


class WaiveRecordedConsent(Command, kw_only=True):
    """From here on the sender's word is enough in the programme."""

    title: ClassVar[Text] = Text("No exigir que el consentimiento conste", "Waive recorded consent")
    description: ClassVar[Text] = Text(
        "Desde aquí basta, en el programa, que quien canaliza diga que la persona consintió."
        " Requiere el rol steward.",
        "From here on it is enough, in the programme, that the sender says that the person"
        " consented. Takes the role of steward.",
    )

    programme: _Programme


RulesCommand = (
    AppointCoordinator
    | RelieveCoordinator
    | RequireDeclineConfirmation
    | WaiveDeclineConfirmation
    | RequireRecordedConsent
    | WaiveRecordedConsent
)

# --- facts ----------------------------------------------------------------------------------


class CoordinatorAppointed(Value):
    """The institution coordinates the programme there. subdivision: None for all others.

    institution_version: the version of its entry in the directory at that time.
    """

    programme: str
    subdivision: str | None
    institution: str
    institution_version: int


class CoordinatorRelieved(Value):
    """The institution does not coordinate the programme there any more, and no other one does."""

    programme: str
    subdivision: str | None
    institution: str


class DeclineConfirmationRequired(Value):
    """Declines of the programme take effect once its coordinator confirms them."""

    programme: str


class DeclineConfirmationWaived(Value):
    """Declines of the programme take effect at once."""

    programme: str


class RecordedConsentRequired(Value):
    """A case of the programme is referred only on a recorded consent, or on an override."""

    programme: str


class RecordedConsentWaived(Value):
    """In the programme the sender's word is enough."""

    programme: str


RulesFact = (
    CoordinatorAppointed
    | CoordinatorRelieved
    | DeclineConfirmationRequired
    | DeclineConfirmationWaived
    | RecordedConsentRequired
    | RecordedConsentWaived
)

FACTS = stored_names(RulesFact)

# --- state ----------------------------------------------------------------------------------


class Rules(Value):
    """A programme's rules. coordinators: by subdivision, None for all others.

    confirms: whether its declines are to be confirmed. records: whether a consent has to be on
    record before a case is referred.
    """

    coordinators: Mapping[str | None, str] = {}
    confirms: bool = False
    records: bool = False


def coordinator_of(rules: Rules, subdivision: str | None) -> str | None:
    """Return the institution that coordinates a programme in a subdivision; None if none does."""
    own = rules.coordinators.get(subdivision)
    return rules.coordinators.get(None) if own is None else own


# --- decide ---------------------------------------------------------------------------------

INSTITUTION = "institution"
"""The name under which the rules get the entry of who is to coordinate."""


def leans_on(command: RulesCommand, _: Rules) -> Leans:
    """Return the entry in the directory of who is to coordinate."""
    if isinstance(command, AppointCoordinator):
        return {INSTITUTION: (directory.DECIDER, directory.stream_of(command.institution))}
    return {}


def decide(command: RulesCommand, rules: Rules, known: Mapping[str, Known]) -> Decision:
    """Return one fact; none if that is so already."""
    if command.by.role not in {STEWARD, OPERATOR}:
        return NotASteward()
    return codes_not_known(command) or _ruled(command, rules, known)


def _ruled(command: RulesCommand, rules: Rules, known: Mapping[str, Known]) -> Decision:
    programme = command.programme
    match command:
        case AppointCoordinator():
            return _appointed(command, rules, known[INSTITUTION])
        case RelieveCoordinator():
            return _relieved(command, rules)
        case RequireDeclineConfirmation():
            if None not in rules.coordinators:
                return NoCoordinator(programme)
            return () if rules.confirms else (DeclineConfirmationRequired(programme),)
        case WaiveDeclineConfirmation():
            return (DeclineConfirmationWaived(programme),) if rules.confirms else ()
        case RequireRecordedConsent() | WaiveRecordedConsent():
            return _recording(command, rules)
        case _:
            assert_never(command)


def _recording(command: RequireRecordedConsent | WaiveRecordedConsent, rules: Rules) -> Decision:
    programme, required = command.programme, isinstance(command, RequireRecordedConsent)
    if rules.records == required:
        return ()
    return (RecordedConsentRequired(programme) if required else RecordedConsentWaived(programme),)


def _appointed(command: AppointCoordinator, rules: Rules, entry: Known) -> Decision:
    programme, there, whom = command.programme, command.subdivision, command.institution
    if rules.coordinators.get(there) == whom:
        return ()
    return _cannot_coordinate(programme, entry) or (
        CoordinatorAppointed(programme, there, whom, entry.version),
    )


def _cannot_coordinate(programme: str, entry: Known) -> Refusal | None:
    """Refuse an institution that is not active, or serves other programmes."""
    listed = entry.state
    if not isinstance(listed, Listed):
        return CoordinatorNotRegistered("institution")
    serves = not listed.programmes or programme in listed.programmes
    able = isinstance(listed, Active) and serves
    return None if able else CoordinatorNotAble(listed.status, programme)


def _relieved(command: RelieveCoordinator, rules: Rules) -> Decision:
    programme, there = command.programme, command.subdivision
    whom = rules.coordinators.get(there)
    if whom is None:
        return NotCoordinated(programme)
    if there is None and rules.confirms:
        return CoordinatorNeeded(programme)
    return (CoordinatorRelieved(programme, there, whom),)


# --- evolve ---------------------------------------------------------------------------------


def evolve(rules: Rules, fact: RulesFact) -> Rules:
    """Return a programme's rules after a fact."""
    match fact:
        case CoordinatorAppointed(subdivision=there, institution=whom):
            return replace(rules, coordinators={**rules.coordinators, there: whom})
        case CoordinatorRelieved(subdivision=there):
            left = {each: who for each, who in rules.coordinators.items() if each != there}
            return replace(rules, coordinators=left)
        case DeclineConfirmationRequired() | DeclineConfirmationWaived():
            return replace(rules, confirms=isinstance(fact, DeclineConfirmationRequired))
        case RecordedConsentRequired() | RecordedConsentWaived():
            return replace(rules, records=isinstance(fact, RecordedConsentRequired))
        case _:
            assert_never(fact)


DECIDER: Decider[Rules] = Decider(nothing=Rules(), decide=decide, evolve=evolve, leans_on=leans_on)

"""An institution's entry in the directory: what can happen to it, and its status."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import ClassVar

from services.referral import names, profile
from services.referral.profile import NO_PROFILE, InstitutionValidated, Profile, ProfileFact
from shared.kernel.decider import Beside
from shared.kernel.fields import members, stored_names
from shared.kernel.free_text import same_name
from shared.kernel.value import Value, fields_of, replace

# --- facts ----------------------------------------------------------------------------------


class InstitutionRegistered(Value):
    """An institution was entered in the directory."""

    institution: str
    name: str
    kind: str
    subdivision: str | None
    programmes: tuple[str, ...]


class InstitutionCorrected(Value):
    """An institution was described again: its values now, and the names of those that changed."""

    institution: str
    name: str
    kind: str
    subdivision: str | None
    programmes: tuple[str, ...]
    changed: tuple[str, ...]


class AboutInstitution(Value):
    """A fact about one institution of the directory."""

    institution: str


class InstitutionSuspended(AboutInstitution):
    """Nothing is referred to it for the time being."""

    reason: str


class InstitutionClosed(AboutInstitution):
    """It has ceased to take part."""

    reason: str


class InstitutionReactivated(AboutInstitution):
    """It takes part again."""


class InstitutionMadeReachable(AboutInstitution):
    """It has a way to answer until then, unless another fact says otherwise before.

    until: None: until another fact says otherwise.
    """

    until: datetime | None = None


class InstitutionMadeUnreachable(AboutInstitution):
    """It has no way to answer."""


DirectoryFact = (
    InstitutionRegistered
    | InstitutionCorrected
    | InstitutionSuspended
    | InstitutionClosed
    | InstitutionReactivated
    | InstitutionMadeReachable
    | InstitutionMadeUnreachable
    | ProfileFact
)

FACTS = stored_names(DirectoryFact)

# --- states ---------------------------------------------------------------------------------


class Reachable(Value):
    """An institution has a way to answer. until: None: until told otherwise."""

    until: datetime | None = None

    def at(self, moment: datetime) -> bool:
        """Whether it still has one at this moment."""
        return self.until is None or self.until > moment


class NotListed(Value):
    """The directory has no institution under this code."""


class Listed(Value):
    """The institution as the directory last described it; each status is a subclass.

    status: of ``institution_statuses``. reachable: None if it has no way to answer. version: how
    many facts its stream has. described_at: the version at which what is said of it last changed.
    """

    institution: str
    name: str
    kind: str
    subdivision: str | None
    programmes: tuple[str, ...]
    reachable: Reachable | None = None
    profile: Profile = NO_PROFILE
    version: int = 1
    described_at: int = 1
    status: ClassVar[str]

    def is_reachable(self, at: datetime) -> bool:
        """Whether it has a way to answer at this moment."""
        return self.reachable is not None and self.reachable.at(at)


class Active(Listed):
    """It takes part."""

    status: ClassVar[str] = "active"


class Suspended(Listed):
    """It does not take part for the time being."""

    status: ClassVar[str] = "suspended"


class Closed(Listed):
    """It does not take part any more."""

    status: ClassVar[str] = "closed"


Institution = NotListed | Active | Suspended | Closed

# --- evolve ---------------------------------------------------------------------------------


def evolve(state: Institution, fact: DirectoryFact) -> Institution:
    """Return the state after a fact. No rule is checked: the fact has happened."""
    match fact:
        case InstitutionRegistered():
            return Active(**fields_of(fact))
        case _:
            return _counted(_go_on(state, fact), fact) if isinstance(state, Listed) else state


def _counted(state: Active | Suspended | Closed, fact: DirectoryFact) -> Institution:
    """Count a fact, which made this state."""
    version = state.version + 1
    says_more = isinstance(fact, _DESCRIBING)
    return replace(
        state, version=version, described_at=version if says_more else state.described_at
    )


_DESCRIBING = tuple({InstitutionCorrected, *members(ProfileFact)} - {InstitutionValidated})
"""The facts after which the entry says something else; a validation is none."""

_STATUSES: Mapping[type[DirectoryFact], Callable[..., Active | Suspended | Closed]] = {
    InstitutionSuspended: Suspended,
    InstitutionClosed: Closed,
    InstitutionReactivated: Active,
}


def _go_on(state: Active | Suspended | Closed, fact: DirectoryFact) -> Active | Suspended | Closed:
    match fact:
        case InstitutionCorrected():
            described = fields_of(fact)
            del described["changed"]
            return replace(state, **described)
        case InstitutionMadeReachable(until=until):
            return replace(state, reachable=Reachable(until))
        case InstitutionMadeUnreachable():
            return replace(state, reachable=None)
        case _ if isinstance(fact, ProfileFact):
            return replace(state, profile=profile.evolve(state.profile, fact))
        case _:
            return _STATUSES[type(fact)](**fields_of(state))


def beside(state: Institution, fact: DirectoryFact) -> Iterator[Beside]:
    """Say in the names' streams whose they are, together with the description."""
    if not isinstance(fact, InstitutionRegistered | InstitutionCorrected):
        return
    former = state.name if isinstance(state, Listed) else None
    if former is not None:
        if same_name(former) == same_name(fact.name):
            return
        released = names.InstitutionNameReleased(fact.institution)
        yield Beside(names.NAMES, names.stream_of(former), released)
    taken = names.InstitutionNameTaken(fact.institution, fact.name)
    yield Beside(names.NAMES, names.stream_of(fact.name), taken)

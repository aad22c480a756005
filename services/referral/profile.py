"""What the directory says of an institution beyond its name: facts, and how they are remembered.

They stand in the stream of the institution's entry, so that one version is of all that is said. No
address and no text of people is here: ``texts`` names the document that has them.
"""

from datetime import date
from typing import Annotated, assert_never

from shared.kernel.documents import DocumentRef
from shared.kernel.fields import Coded, stored_names
from shared.kernel.value import Value, replace

# --- facts ----------------------------------------------------------------------------------


class InstitutionDescribed(Value):
    """What an institution is, now; and the names of the values that changed.

    jurisdiction: the subdivisions for which it is competent; empty: not stated. municipality: where
    it is, by official code. mandate: the entries of the register of norms on which it rests. texts:
    the document with its mandate, address and channels in words.
    """

    institution: str
    level: Annotated[str, Coded("institution_levels")]
    sector: Annotated[str, Coded("institution_sectors")]
    jurisdiction: Annotated[tuple[str, ...], Coded("subdivisions")]
    municipality: Annotated[str | None, Coded("municipalities")]
    mandate: tuple[str, ...]
    texts: DocumentRef | None
    changed: tuple[str, ...]


class FocalPointNamed(Value):
    """In a programme the institution answers through a role, by a channel."""

    institution: str
    programme: Annotated[str, Coded("programmes")]
    role: Annotated[str, Coded("focal_point_roles")]
    channel: Annotated[str, Coded("contact_channels")]


class FocalPointRemoved(Value):
    """It does not answer through that role any more."""

    institution: str
    programme: Annotated[str, Coded("programmes")]
    role: Annotated[str, Coded("focal_point_roles")]


class StakeStated(Value):
    """How much the institution is interested in a programme, and how much it can move there."""

    institution: str
    programme: Annotated[str, Coded("programmes")]
    interest: Annotated[str, Coded("stake_levels")]
    influence: Annotated[str, Coded("stake_levels")]


class InstitutionValidated(Value):
    """The institution itself found its entry to be right, as it was at ``version``.

    validated_on: the day there.
    """

    institution: str
    version: int
    validated_on: date


ProfileFact = (
    InstitutionDescribed | FocalPointNamed | FocalPointRemoved | StakeStated | InstitutionValidated
)

FACTS = stored_names(ProfileFact)

# --- states ---------------------------------------------------------------------------------


class Profile(Value):
    """All that is said of an institution beyond its name.

    described: None: nothing was ever. focal_points, stakes: those that stand, by what they say.
    validated: the last validation, None before the first.
    """

    described: InstitutionDescribed | None = None
    focal_points: tuple[FocalPointNamed, ...] = ()
    stakes: tuple[StakeStated, ...] = ()
    validated: InstitutionValidated | None = None

    def focal_point(self, programme: str, role: str) -> FocalPointNamed | None:
        """Return the focal point with this role in a programme, None if there is none."""
        return next(
            (p for p in self.focal_points if (p.programme, p.role) == (programme, role)), None
        )

    def stake(self, programme: str) -> StakeStated | None:
        """Return its stake in a programme, None if it was never stated."""
        return next((stake for stake in self.stakes if stake.programme == programme), None)


NO_PROFILE = Profile()

# --- evolve ---------------------------------------------------------------------------------


def evolve(profile: Profile, fact: ProfileFact) -> Profile:
    """Return the profile after a fact."""
    match fact:
        case InstitutionDescribed():
            return replace(profile, described=fact)
        case FocalPointNamed():
            others = _without(profile, fact)
            return replace(profile, focal_points=(*others, fact))
        case FocalPointRemoved():
            return replace(profile, focal_points=_without(profile, fact))
        case StakeStated():
            former = profile.stake(fact.programme)
            kept = tuple(stake for stake in profile.stakes if stake is not former)
            return replace(profile, stakes=(*kept, fact))
        case InstitutionValidated():
            return replace(profile, validated=fact)
        case _:
            assert_never(fact)


def _without(
    profile: Profile, fact: FocalPointNamed | FocalPointRemoved
) -> tuple[FocalPointNamed, ...]:
    gone = profile.focal_point(fact.programme, fact.role)
    return tuple(point for point in profile.focal_points if point is not gone)

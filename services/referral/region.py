"""Named regions: groups of municipalities of one subdivision, by which coverage is said."""

from functools import lru_cache
from typing import Annotated, Any, ClassVar
from uuid import UUID

from services.referral.directory_refusals import MunicipalityElsewhere, StewardsOnly
from services.referral.gathering_refusals import AlreadyFormed, NotFormed
from services.referral.naming import NAME_LENGTH, code_not_usable, name_not_usable
from shared.kernel.coded_fields import attribute, canonical
from shared.kernel.decider import Command, Decider, Decision
from shared.kernel.fields import Coded, Described, codes_not_known, stored_names
from shared.kernel.free_text import normal
from shared.kernel.ids import INSTITUTION_CODE, derived_id
from shared.kernel.refusals import Refusal
from shared.kernel.roles import OPERATOR, STEWARD
from shared.kernel.text import Text
from shared.kernel.value import Value, fields_of


@lru_cache(maxsize=1024)
def stream_of(region: str) -> UUID:
    """Return the id of the stream of the region with this code."""
    return derived_id("region", region)


# --- facts ----------------------------------------------------------------------------------


class RegionDefined(Value):
    """A group of municipalities has a name."""

    region: str
    name: str
    subdivision: Annotated[str, Coded("subdivisions")]
    municipalities: Annotated[tuple[str, ...], Coded("municipalities")]


class RegionRedefined(Value):
    """The region was described again: its values now, and the names of those that changed."""

    region: str
    name: str
    subdivision: Annotated[str, Coded("subdivisions")]
    municipalities: Annotated[tuple[str, ...], Coded("municipalities")]
    changed: tuple[str, ...]


RegionFact = RegionDefined | RegionRedefined

FACTS = stored_names(RegionFact)

# --- states ---------------------------------------------------------------------------------


class NoRegion(Value):
    """There is no region under this code."""


class Region(Value):
    """A region as it was last described."""

    region: str
    name: str
    subdivision: str
    municipalities: tuple[str, ...]


def evolve(state: NoRegion | Region, fact: RegionFact) -> NoRegion | Region:
    """Return the state after a fact."""
    del state
    return Region(fact.region, fact.name, fact.subdivision, fact.municipalities)


# --- commands -------------------------------------------------------------------------------


class RegionDescription(Command, kw_only=True):
    """What a region is."""

    name: Annotated[
        str,
        Described(
            Text("El de la región, nunca el de una persona.", "The region's, never a person's."),
            least=1,
            most=NAME_LENGTH,
        ),
    ]
    subdivision: Annotated[
        str, Coded("subdivisions"), Described(Text("ISO 3166-2.", "ISO 3166-2."))
    ]
    municipalities: Annotated[
        tuple[str, ...],
        Coded("municipalities"),
        Described(
            Text("Los municipios que la forman.", "The municipalities that form it."),
            least=1,
            most=600,
        ),
    ]


class DefineRegion(RegionDescription, kw_only=True):
    """Name a group of municipalities, under a code that never changes."""

    title: ClassVar[Text] = Text("Definir una región", "Define a region")
    description: ClassVar[Text] = Text(
        "Da nombre a un grupo de municipios de una entidad. Requiere el rol steward.",
        "Name a group of a subdivision's municipalities. Takes the role of steward.",
    )

    region: Annotated[
        str,
        Described(Text("Su clave, para siempre.", "Its code, for ever."), pattern=INSTITUTION_CODE),
    ]


class RedefineRegion(RegionDescription, kw_only=True):
    """Describe a region again, in full."""

    title: ClassVar[Text] = Text("Redefinir una región", "Redefine a region")
    description: ClassVar[Text] = Text(
        "Describe de nuevo una región, completa. Requiere el rol steward.",
        "Describe a region again, whole. Takes the role of steward.",
    )


RegionCommand = DefineRegion | RedefineRegion

# --- decide ---------------------------------------------------------------------------------


def decide(command: RegionCommand, state: NoRegion | Region) -> Decision:
    if command.by.role not in {STEWARD, OPERATOR}:
        return StewardsOnly()
    if isinstance(command, DefineRegion):
        return code_not_usable("region", command.region) or _defined(command, state)
    if isinstance(state, NoRegion):
        return NotFormed()
    return _redefined(command, state)


def _defined(command: DefineRegion, state: NoRegion | Region) -> Decision:
    """Return one fact; none if the same is defined already."""
    fact = RegionDefined(**_described(command, command.region))
    if isinstance(state, Region):
        return () if fields_of(fact) == fields_of(state) else AlreadyFormed()
    return _not_usable(command) or (fact,)


def _redefined(command: RedefineRegion, state: Region) -> Decision:
    """Return one fact; none if nothing changes."""
    after, before = _described(command, state.region), fields_of(state)
    changed = tuple(name for name, value in after.items() if value != before[name])
    return _not_usable(command) or ((RegionRedefined(**after, changed=changed),) if changed else ())


def _described(command: RegionDescription, region: str) -> dict[str, Any]:
    return {
        "region": region,
        "name": normal(command.name),
        "subdivision": command.subdivision,
        "municipalities": canonical(command.municipalities),
    }


def _not_usable(command: RegionDescription) -> Refusal | None:
    return name_not_usable("name", command.name) or codes_not_known(command) or _elsewhere(command)


def _elsewhere(command: RegionDescription) -> Refusal | None:
    """Refuse a region of no municipality, or of one that lies elsewhere."""
    lie_in = {attribute("municipalities", each, "subdivision") for each in command.municipalities}
    return (
        None if lie_in == {command.subdivision} else MunicipalityElsewhere(field="municipalities")
    )


DECIDER: Decider[NoRegion | Region] = Decider(nothing=NoRegion(), decide=decide, evolve=evolve)

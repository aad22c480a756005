"""What an institution is and how it is reached: said by its administrator, or by a steward.

Only the institution itself says that its entry is right: its administrator validates what stands
there, and names the version that was looked at.
"""

from typing import Annotated, Any, ClassVar, assert_never

from services.referral.directory_refusals import (
    ChangedSinceThen,
    EntryCodeNotReadable,
    ItsAdministratorOnly,
    MunicipalityElsewhere,
    NotAnAdministrator,
    NotYourInstitution,
    StewardsOnly,
)
from services.referral.institution import Listed
from services.referral.naming import code_not_usable
from services.referral.profile import (
    FocalPointNamed,
    FocalPointRemoved,
    InstitutionDescribed,
    InstitutionValidated,
    StakeStated,
)
from shared.kernel.coded_fields import attribute, canonical
from shared.kernel.decider import Command, Decision
from shared.kernel.documents import DocumentRef
from shared.kernel.fields import Coded, Described, codes_not_known
from shared.kernel.freshness import day_in
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.refusals import Refusal
from shared.kernel.roles import ADMINISTRATOR, OPERATOR, STEWARD
from shared.kernel.text import Text
from shared.kernel.value import fields_of

ENTRY_CODE = INSTITUTION_CODE
"""How the id of an entry in the register of norms is written: as an institution's code."""

# --- commands -------------------------------------------------------------------------------

_PROGRAMME = Described(Text("En qué programa.", "In which programme."))
_ROLE = Described(
    Text("La función, nunca una persona.", "The function, never a person."),
)


class DescribeInstitution(Command, kw_only=True):
    """Say what the institution is, in full."""

    title: ClassVar[Text] = Text("Describir una institución", "Describe an institution")
    description: ClassVar[Text] = Text(
        "Dice nivel, sector, ámbito, lugar y mandato de una institución: de la propia con el rol"
        " administrator, de cualquiera con el rol steward. Domicilio y teléfonos van en el"
        " documento.",
        "Say an institution's level, sector, jurisdiction, place and mandate: of one's own with the"
        " role of administrator, of any with the role of steward. Address and telephones go into"
        " the document.",
    )

    level: Annotated[str, Coded("institution_levels"), Described(Text("Su nivel.", "Its level."))]
    sector: Annotated[
        str, Coded("institution_sectors"), Described(Text("Su sector.", "Its sector."))
    ]
    jurisdiction: Annotated[
        tuple[str, ...],
        Coded("subdivisions"),
        Described(
            Text(
                "Las entidades en que es competente; lista vacía: no se dice.",
                "The subdivisions for which it is competent; an empty list: not stated.",
            ),
            most=64,
        ),
    ] = ()
    municipality: Annotated[
        str | None,
        Coded("municipalities"),
        Described(
            Text(
                "Dónde está, por clave oficial; null: no se dice.",
                "Where it is, by official code; null: not stated.",
            )
        ),
    ] = None
    mandate: Annotated[
        tuple[str, ...],
        Described(
            Text(
                "Los ids, en el registro de normas, en que se funda.",
                "The ids, in the register of norms, on which it rests.",
            ),
            most=50,
        ),
    ] = ()
    texts: Annotated[
        DocumentRef | None,
        Described(
            Text(
                "El documento con su mandato, domicilio y medios de contacto; de la institución,"
                " nunca de una persona.",
                "The document with its mandate, address and contact; the institution's, never a"
                " person's.",
            )
        ),
    ] = None


class NameFocalPoint(Command, kw_only=True):
    """In a programme it answers through a role, by a channel."""

    title: ClassVar[Text] = Text("Nombrar un enlace", "Name a focal point")
    description: ClassVar[Text] = Text(
        "Dice con qué función y por qué medio responde la institución en un programa. La de uno"
        " mismo con el rol administrator, cualquiera con el rol steward.",
        "Say through which function and by which channel the institution answers in a programme."
        " One's own with the role of administrator, any with the role of steward.",
    )

    programme: Annotated[str, Coded("programmes"), _PROGRAMME]
    role: Annotated[str, Coded("focal_point_roles"), _ROLE]
    channel: Annotated[
        str, Coded("contact_channels"), Described(Text("Por qué medio.", "By which channel."))
    ]


class RemoveFocalPoint(Command, kw_only=True):
    """It does not answer through that role any more."""

    title: ClassVar[Text] = Text("Quitar un enlace", "Remove a focal point")
    description: ClassVar[Text] = Text(
        "Dice que la institución ya no responde con esa función en un programa.",
        "Say that the institution no longer answers through that function in a programme.",
    )

    programme: Annotated[str, Coded("programmes"), _PROGRAMME]
    role: Annotated[str, Coded("focal_point_roles"), _ROLE]


class StateStake(Command, kw_only=True):
    """How much it is interested in a programme, and how much it can move there."""

    title: ClassVar[Text] = Text("Decir interés e influencia", "State interest and influence")
    description: ClassVar[Text] = Text(
        "Dice el interés y la influencia de una institución en un programa. Requiere el rol"
        " steward.",
        "State an institution's interest and influence in a programme. Takes the role of steward.",
    )

    programme: Annotated[str, Coded("programmes"), _PROGRAMME]
    interest: Annotated[
        str, Coded("stake_levels"), Described(Text("Cuánto le interesa.", "How interested it is."))
    ]
    influence: Annotated[
        str,
        Coded("stake_levels"),
        Described(Text("Cuánto puede mover.", "How much it can move.")),
    ]


class ValidateInstitution(Command, kw_only=True):
    """The institution says itself that its entry is right."""

    title: ClassVar[Text] = Text("Validar la propia ficha", "Validate one's own entry")
    description: ClassVar[Text] = Text(
        "Dice que la ficha de la propia institución es correcta en la versión que se leyó. Solo"
        " con el rol administrator de esa institución.",
        "Say that the entry of one's own institution is right in the version that was read. Only"
        " with that institution's role of administrator.",
    )

    version: Annotated[
        int,
        Described(Text("La versión que se leyó (ETag).", "The version that was read (ETag).")),
    ]


ProfileCommand = (
    DescribeInstitution | NameFocalPoint | RemoveFocalPoint | StateStake | ValidateInstitution
)

# --- decide ---------------------------------------------------------------------------------


def decided(command: ProfileCommand, state: Listed) -> Decision:
    """Return the facts that follow for a listed institution, none if nothing changes."""
    return _not_theirs(command, state) or codes_not_known(command) or _followed(command, state)


def _followed(command: ProfileCommand, state: Listed) -> Decision:
    code, profile = state.institution, state.profile
    match command:
        case DescribeInstitution():
            return _description(command, state)
        case NameFocalPoint(programme=programme, role=role, channel=channel):
            named = FocalPointNamed(code, programme, role, channel)
            return () if profile.focal_point(programme, role) == named else (named,)
        case RemoveFocalPoint(programme=programme, role=role):
            there = profile.focal_point(programme, role)
            return (FocalPointRemoved(code, programme, role),) if there else ()
        case StateStake(programme=programme, interest=interest, influence=influence):
            stated = StakeStated(code, programme, interest, influence)
            return () if profile.stake(programme) == stated else (stated,)
        case ValidateInstitution(version=version):
            if not state.described_at <= version <= state.version:
                return ChangedSinceThen(current=state.version)
            return (InstitutionValidated(code, version, day_in(state.subdivision, command.at)),)
        case _:
            assert_never(command)


def _description(command: DescribeInstitution, state: Listed) -> Decision:
    if refusal := _not_readable(command) or _elsewhere(command, state):
        return refusal
    after: dict[str, Any] = {
        "institution": state.institution,
        "level": command.level,
        "sector": command.sector,
        "jurisdiction": canonical(command.jurisdiction),
        "municipality": command.municipality,
        "mandate": canonical(command.mandate),
        "texts": command.texts,
    }
    last = state.profile.described
    before = fields_of(last) if last else {"institution": state.institution}
    changed = tuple(name for name, value in after.items() if value != before.get(name, _NOT_SAID))
    return (InstitutionDescribed(**after, changed=changed),) if changed else ()


_NOT_SAID = object()
"""What no value equals: everything is new in a first description."""

# --- rules ----------------------------------------------------------------------------------


def _not_theirs(command: ProfileCommand, state: Listed) -> Refusal | None:
    role, own = command.by.role, command.by.institution == state.institution
    match command:
        case StateStake():
            return None if role in {OPERATOR, STEWARD} else StewardsOnly()
        case ValidateInstitution():
            return None if own and role == ADMINISTRATOR else ItsAdministratorOnly()
        case _:
            if role == ADMINISTRATOR:
                return None if own else NotYourInstitution()
            return None if role in {OPERATOR, STEWARD} else NotAnAdministrator()


def _not_readable(command: DescribeInstitution) -> Refusal | None:
    for entry in command.mandate:
        if refusal := code_not_usable("mandate", entry, ENTRY_CODE, EntryCodeNotReadable):
            return refusal
    return None


def _elsewhere(command: DescribeInstitution, state: Listed) -> Refusal | None:
    """Refuse a municipality that does not lie where the directory says that the institution is."""
    if command.municipality is None or state.subdivision is None:
        return None
    lies_in = attribute("municipalities", command.municipality, "subdivision")
    return None if lies_in == state.subdivision else MunicipalityElsewhere(field="municipality")

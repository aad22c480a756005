"""What an institution states of a case, and the rules for it.

These are coded attributes only, never who the person is. What is not stated is ``None`` and stays
visible as missing: it is never counted as zero.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, ClassVar

from shared.kernel.coded_fields import attribute, attributes
from shared.kernel.codes import known
from shared.kernel.decider import Command
from shared.kernel.fields import Coded, Described, canonical_codes, codes_not_known
from shared.kernel.places import MUNICIPALITIES
from shared.kernel.refusals import CodeNotKnown, Invalid, Refusal
from shared.kernel.text import Text
from shared.kernel.value import Value, fields_of, replace


class Details(Value):
    """What is known of person and matter, in codes. ``violations`` ``()``: none was found."""

    age_band: Annotated[
        str | None,
        Coded("age_bands"),
        Described(Text("El grupo de edad.", "The age band.")),
    ] = None
    sex: Annotated[
        str | None,
        Coded("sexes"),
        Described(Text("El sexo.", "The sex.")),
    ] = None
    nationality: Annotated[
        str | None,
        Coded("nationalities"),
        Described(Text("La nacionalidad.", "The nationality.")),
    ] = None
    migratory_condition: Annotated[
        str | None,
        Coded("migratory_conditions"),
        Described(Text("La condición migratoria.", "The migratory condition.")),
    ] = None
    sector: Annotated[
        str | None,
        Coded("sectors"),
        Described(Text("El sector de la actividad.", "The sector of activity.")),
    ] = None
    occupation: Annotated[
        str | None,
        Coded("occupations"),
        Described(Text("La ocupación.", "The occupation.")),
    ] = None
    violations: Annotated[
        tuple[str, ...] | None,
        Coded("violation_kinds"),
        Described(
            Text(
                "Las violaciones de derechos que se hallaron; lista vacía: ninguna.",
                "The violations of rights that were found; an empty list: none.",
            ),
            most=20,
        ),
    ] = None


class Description(Value):
    """A case as it was described, in full: all that can be corrected of it."""

    subdivision: str
    municipality: str | None
    channel: str
    opened_at: datetime | None
    details: Details


class CaseDetailsCommand(Command, kw_only=True):
    """What an institution states of a case when it registers or corrects it.

    subdivision: ISO 3166-2. municipality: the statistics office's code, within it. channel: how
    the person was identified. opened_at: when the matter reached the institution, with the wall
    clock's offset there; None if that is not known.
    """

    subdivision: Annotated[
        str,
        Coded("subdivisions"),
        Described(Text("ISO 3166-2, como MX-CHH.", "ISO 3166-2, such as MX-CHH.")),
    ]
    municipality: Annotated[
        str | None,
        Coded(MUNICIPALITIES, or_name=True),
        Described(
            Text(
                "La clave de la oficina de estadística (08037), o su nombre en esa entidad.",
                "The statistics office's code (08037), or its name in that subdivision.",
            )
        ),
    ] = None
    channel: Annotated[
        str,
        Coded("identification_channels"),
        Described(Text("Cómo se identificó a la persona.", "How the person was identified.")),
    ]
    opened_at: Annotated[
        datetime | None,
        Described(
            Text(
                "Cuándo llegó el asunto a la institución, con la zona de su reloj.",
                "When the matter reached the institution, with its wall clock's offset.",
            )
        ),
    ] = None
    details: Annotated[
        Details,
        Described(
            Text(
                "Atributos en códigos; lo que se omite no consta.",
                "Coded attributes; what is left out is not stated.",
            )
        ),
    ] = Details()


def described_by(of: "Description | CaseDetailsCommand") -> Description:
    """Return the description that a command gives, or that a fact or a state has, and no more."""
    return Description(
        subdivision=of.subdivision,
        municipality=of.municipality,
        channel=of.channel,
        opened_at=of.opened_at,
        details=canonical_codes(of.details),
    )


def changes(before: Description, after: Description) -> tuple[str, ...]:
    """Return the names of the values that differ. A moment's offset counts: it decides the day."""
    was = _values(before)
    return tuple(name for name, value in _values(after).items() if value != was[name])


def changed_in(current: Description, proposed: Description, names: Collection[str]) -> Description:
    """Return the current description with those values of the proposed one that are named."""
    own = {name: getattr(proposed, name) for name in names if name in _OWN}
    nested = {name: getattr(proposed.details, name) for name in names if name not in _OWN}
    return replace(described_by(current), **own, details=replace(current.details, **nested))


def _values(described: Description) -> dict[str, object]:
    return {
        "subdivision": described.subdivision,
        "municipality": described.municipality,
        "channel": described.channel,
        "opened_at": described.opened_at and described.opened_at.isoformat(),
        **fields_of(described.details),
    }


_OWN = ("subdivision", "municipality", "channel", "opened_at")
"""The values that stand beside the details."""


class SubdivisionOutsideProgramme(Invalid):
    """A case lies in one of its programme's countries."""

    subdivision: str
    programme: str
    code: ClassVar[str] = "subdivision-outside-programme"
    text: ClassVar[Text] = Text(
        "{subdivision} no está en ningún país del programa {programme}.",
        "{subdivision} is in none of the countries of the programme {programme}.",
    )


class MunicipalityOutsideSubdivision(Invalid):
    """A municipality lies in the case's subdivision."""

    municipality: str
    subdivision: str
    code: ClassVar[str] = "municipality-outside-subdivision"
    text: ClassVar[Text] = Text(
        "El municipio {municipality} no está en {subdivision}.",
        "The municipality {municipality} is not in {subdivision}.",
    )


class OffsetMissing(Invalid):
    """A moment has an offset: without it the day there is unknown."""

    code: ClassVar[str] = "offset-missing"
    text: ClassVar[Text] = Text(
        "«{field}» debe llevar su zona, por ejemplo 2026-05-04T09:30:00-06:00.",
        "“{field}” must carry its offset, for example 2026-05-04T09:30:00-06:00.",
    )


class OpenedAfterDescription(Invalid):
    """A matter reaches the institution before the institution describes it."""

    code: ClassVar[str] = "opened-after-description"
    text: ClassVar[Text] = Text(
        "La apertura del caso no puede ser posterior al momento en que se describe.",
        "A case cannot have been opened after the moment at which it is described.",
    )


def invalid_details(command: CaseDetailsCommand, programme: str) -> Refusal | None:
    """Refuse details that cannot be true of a case of this programme."""
    return (
        _no_municipality(command.municipality, command.subdivision)
        or codes_not_known(command)
        or _subdivision_outside_programme(command.subdivision, programme)
        or _municipality_outside_subdivision(command.municipality, command.subdivision)
        or _opened_impossibly(command.opened_at, command.at)
    )


def _no_municipality(municipality: str | None, subdivision: str) -> Refusal | None:
    """Refuse what is no code of a municipality; what is near is looked for at the door."""
    if municipality is None or known(MUNICIPALITIES, municipality):
        return None
    if not known("subdivisions", subdivision):
        return None  # refused next
    return CodeNotKnown(field="municipality", code_list=MUNICIPALITIES, closest="")


def _subdivision_outside_programme(subdivision: str, programme: str) -> Refusal | None:
    if attribute("subdivisions", subdivision, "country") in attributes(
        "programmes", programme, "countries"
    ):
        return None
    return SubdivisionOutsideProgramme(
        field="subdivision", subdivision=subdivision, programme=programme
    )


def _municipality_outside_subdivision(municipality: str | None, subdivision: str) -> Refusal | None:
    if (
        municipality is None
        or attribute("municipalities", municipality, "subdivision") == subdivision
    ):
        return None
    return MunicipalityOutsideSubdivision(
        field="municipality", municipality=municipality, subdivision=subdivision
    )


def _opened_impossibly(opened_at: datetime | None, at: datetime) -> Refusal | None:
    if opened_at is None:
        return None
    if opened_at.utcoffset() is None:
        return OffsetMissing(field="opened_at")
    return OpenedAfterDescription(field="opened_at") if opened_at > at else None

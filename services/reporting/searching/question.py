"""What a search is asked with over HTTP."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.reporting.searching.asked import NORMAL, Asked
from services.reporting.searching.search import Part
from services.reporting.selecting import chosen, one_of
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.places import looked_up, named
from shared.kernel.refusals import CodeNotKnown, MayMeanSeveral, Refused
from shared.kernel.text import Text
from shared.web.paging import CursorNotOurs, keys_of

_CODE = r"^[A-Za-z0-9._+-]{1,80}$"
_CURSOR = Text(
    "El `next` de la respuesta anterior a la misma pregunta.",
    "`next` of the answer before, to the same question.",
).both


_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""Moments that have a wall clock everywhere."""


def coded_as(code_list: str, text: Text) -> Any:
    """Describe a field that takes codes of a list."""
    return Field(description=text.both, json_schema_extra={"x-code-list": code_list})


_Code = Annotated[str, Field(pattern=_CODE)]
_Codes = Annotated[list[_Code], Field(max_length=50)]


class ProfileIn(BaseModel):
    """The coded values of a case on which eligibility depends. Left out: not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    age_band: Annotated[_Code | None, coded_as("age_bands", Text("Edad.", "Age."))] = None
    sex: Annotated[_Code | None, coded_as("sexes", Text("Sexo.", "Sex."))] = None
    nationality: Annotated[
        _Code | None, coded_as("nationalities", Text("Nacionalidad.", "Nationality."))
    ] = None
    migratory_condition: Annotated[
        _Code | None,
        coded_as("migratory_conditions", Text("Condición migratoria.", "Migratory condition.")),
    ] = None
    sector: Annotated[_Code | None, coded_as("sectors", Text("Sector.", "Sector."))] = None
    occupation: Annotated[
        _Code | None, coded_as("occupations", Text("Ocupación.", "Occupation."))
    ] = None
    violations: Annotated[
        _Codes, coded_as("violation_kinds", Text("Violaciones.", "Violations."))
    ] = []

    def coded(self) -> Mapping[str, tuple[str, ...]]:
        """Return the profile by attribute, as rules of eligibility name them. Raises Refused."""
        return {
            field.replace("_", "-"): _known(code_list, f"profile.{field}", _several(value))
            for field, code_list in PROFILE_LISTS.items()
            if (value := getattr(self, field))
        }


PROFILE_LISTS: Mapping[str, str] = {
    "age_band": "age_bands",
    "sex": "sexes",
    "nationality": "nationalities",
    "migratory_condition": "migratory_conditions",
    "sector": "sectors",
    "occupation": "occupations",
    "violations": "violation_kinds",
}
"""The code list of each field of a profile."""


class ServiceSearch(BaseModel):
    """Who is to be served, where, and how soon. Left out: not asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    case_id: UUID | None = Field(
        default=None,
        description=Text(
            "Un caso que quien pregunta puede ver: su perfil, programa y lugar valen donde la"
            " pregunta no dice otros.",
            "A case that the caller may see: its profile, programme and place hold where the"
            " question names no others.",
        ).both,
    )
    profile: ProfileIn = Field(default=ProfileIn())
    programme: Annotated[_Code | None, coded_as("programmes", Text("Programa.", "Programme."))] = (
        None
    )
    subdivision: str | None = Field(
        default=None,
        max_length=80,
        description=Text(
            "ISO 3166-2, su final o el nombre.", "ISO 3166-2, its end, or the name."
        ).both,
    )
    municipality: str | None = Field(
        default=None,
        max_length=80,
        description=Text(
            "Clave oficial o nombre, dentro de la entidad.",
            "Official code or name, within the subdivision.",
        ).both,
    )
    urgency: Annotated[_Code, coded_as("priorities", Text("Qué tan pronto.", "How soon."))] = NORMAL
    kinds: Annotated[
        _Codes, coded_as("service_kinds", Text("Solo estas clases.", "These kinds only."))
    ] = []
    populations: Annotated[
        _Codes, coded_as("populations", Text("De qué población.", "Of which population."))
    ] = []
    languages: Annotated[
        _Codes,
        coded_as("languages", Text("Alguna de estas lenguas.", "One of these languages.")),
    ] = []
    text: str = Field(
        default="",
        max_length=200,
        description=Text(
            "Palabras del nombre del servicio o de su institución; se perdonan acentos y"
            " mayúsculas.",
            "Words of the name of the service or its institution; accents and case are forgiven.",
        ).both,
    )
    open_at: AwareDatetime | None = Field(
        default=None,
        ge=_EARLIEST,
        lt=_LATEST,
        description=Text(
            "Solo lo que está abierto en ese momento.", "Only what is open at that moment."
        ).both,
    )
    sender: str | None = Field(
        default=None,
        pattern=f"^{INSTITUTION_CODE}$",
        description=Text(
            "Quién canalizaría, y con quién hay convenio; si falta: quien pregunta.",
            "Who would refer, and who has agreements; left out: the caller.",
        ).both,
    )
    institution: str | None = Field(
        default=None,
        pattern=f"^{INSTITUTION_CODE}$",
        description=Text(
            "Solo los servicios de esta institución.", "This institution's services only."
        ).both,
    )
    limit: int = Field(default=20, ge=1, le=200, description="≤ 200")
    cursor: str | None = Field(default=None, max_length=200, description=_CURSOR)
    excluded_limit: int = Field(default=20, ge=0, le=200, description="≤ 200")
    excluded_cursor: str | None = Field(default=None, max_length=200, description=_CURSOR)

    def asked(self, at: datetime, sender: str | None, of_case: Asked | None = None) -> Asked:
        """Return what is asked. of_case: what a case says of itself. Raises Refused."""
        selection = chosen(self.programme, self.subdivision)
        case = of_case or Asked(at=at)
        subdivision = selection.subdivision or case.subdivision
        place = _municipality(self.municipality, subdivision)
        if place is None and selection.subdivision in {None, case.subdivision}:
            place = case.municipality
        return Asked(
            at=at,
            profile={**case.profile, **self.profile.coded()},
            programme=selection.programme or case.programme,
            subdivision=subdivision,
            municipality=place,
            urgency=one_of("priorities", "urgency", self.urgency) or NORMAL,
            kinds=_known("service_kinds", "kinds", self.kinds),
            populations=_known("populations", "populations", self.populations),
            languages=_known("languages", "languages", self.languages),
            text=self.text,
            open_at=self.open_at,
            sender=sender,
            institution=self.institution,
        )

    def part(self) -> Part:
        """Return which part of those that can serve is asked for. Raises Refused."""
        return Part(after_of(self.cursor), self.limit)

    def excluded_part(self) -> Part:
        """Return which part of those that cannot serve is asked for. Raises Refused."""
        return Part(after_of(self.excluded_cursor), self.excluded_limit)


def _several(value: str | list[str]) -> Sequence[str]:
    return value if isinstance(value, list) else [value]


def _known(code_list: str, field: str, those: Sequence[str]) -> tuple[str, ...]:
    for code in those:
        one_of(code_list, field, code)
    return tuple(dict.fromkeys(those))


def _municipality(written: str | None, subdivision: str | None) -> str | None:
    """Return the one municipality that is meant. Raises Refused at ``municipality``."""
    if written is None or not written.strip():
        return None
    found = looked_up(written, subdivision)
    match found.meant:
        case [one]:
            return one
        case []:
            near = named(found.near)
            raise Refused(
                CodeNotKnown(field="municipality", code_list="municipalities", closest=near)
            )
        case several:
            raise Refused(
                MayMeanSeveral(
                    field="municipality", code_list="municipalities", candidates=named(several[:9])
                )
            )


def after_of(cursor: str | None) -> int:
    """Read after how many a page goes on. Raises Refused (CursorNotOurs)."""
    keys = keys_of(cursor, 1)
    if keys is None:
        return 0
    if not keys[0].isdecimal() or len(keys[0]) > 9:  # noqa: PLR2004 - digits
        raise Refused(CursorNotOurs(field="cursor"))
    return int(keys[0])

"""The bodies of reporting's answers that are more than rows."""

from pydantic import BaseModel, ConfigDict, Field

from services.reporting.answers import CaseRow, InstitutionRow
from shared.identity.source_keys import LONGEST
from shared.kernel.text import Text
from shared.web.paging import Page


class TextOut(BaseModel):
    """The same in both languages."""

    model_config = ConfigDict(from_attributes=True)

    es: str
    en: str


class IndicatorOut(BaseModel):
    """A number's whole meaning, in words and in SQL."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    name: TextOut
    counts: TextOut
    numerator: TextOut
    denominator: TextOut | None = Field(description="null: nothing is divided.")
    disaggregation: tuple[str, ...]
    period: TextOut
    sources: tuple[str, ...]
    missing: TextOut
    sql: str


class CaseSearch(BaseModel):
    """Which cases are looked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source_key: str = Field(
        min_length=1,
        max_length=LONGEST,
        description=Text(
            "El número con que la fuente de una importación conoce el caso, entero.",
            "The number by which the source of an import knows the case, whole.",
        ).both,
    )


class HoldingsOut(BaseModel):
    """What an institution holds: the cases that it answers for, page by page."""

    institution: InstitutionRow
    takes_part: bool = Field(
        description=Text(
            "false: está suspendida o cerrada, o no tiene con qué responder.",
            "false: it is suspended or closed, or has no way to answer.",
        ).both
    )
    waiting: int = Field(
        description=Text(
            "Cuántas canalizaciones esperan su respuesta.",
            "How many referrals wait for its answer.",
        ).both
    )
    cases: Page[CaseRow]

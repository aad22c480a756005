"""The parameters of reporting's routes that several of them take."""

from datetime import UTC
from typing import Annotated, Any

from fastapi import Depends, Path, Query

from services.reporting.axes import Axes, axes_of
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.text import Text

_CODE = r"^[A-Za-z0-9._-]{1,80}$"
Institution = Annotated[
    str | None,
    Query(
        pattern=_CODE,
        description=Text(
            "La clave de una institución; si falta: todas.",
            "An institution's code; left out: all.",
        ).both,
    ),
]


def coded(code_list: str) -> Any:
    """Describe a query parameter that takes a code of a list."""
    text = Text(
        f"Un código de `{code_list}`; si falta: todos.", f"A code of `{code_list}`; left out: all."
    )
    return Query(pattern=_CODE, description=text.both, json_schema_extra={"x-code-list": code_list})


Programme = Annotated[str | None, coded("programmes")]
Subdivision = Annotated[
    str | None,
    Query(
        max_length=80,
        description=Text(
            "ISO 3166-2, su final o el nombre: US-KS, KS, Kansas.",
            "ISO 3166-2, its end, or the name: US-KS, KS, Kansas.",
        ).both,
    ),
]
AsOf = Annotated[
    str | None,
    Query(
        max_length=40,
        description=Text(
            "Lo que había ocurrido hasta ese momento, como 2026-03-01T09:30:00-07:00, o hasta el"
            " fin de ese día, como 2026-03-01 (por el reloj del caso; en listas e informes, UTC),"
            " según se sabe hoy o según «as_known»; si falta: hasta ahora.",
            "What had happened by that moment, such as 2026-03-01T09:30:00-07:00, or by the end of"
            " that day, such as 2026-03-01 (by the case's clock; in lists and reports, UTC), as it"
            " is known today or by “as_known”; left out: by now.",
        ).both,
    ),
]
Known = Annotated[
    str | None,
    Query(
        max_length=400,
        description=Text(
            "Lo que estaba registrado hasta entonces: un momento o un día como en «as_of»,"
            " posiciones de las bitácoras como las nombra un informe (intake:120,referral/0:98; de"
            " la que no se nombra, todo) o now; si falta: todo.",
            "What was recorded by then: a moment or a day as in “as_of”, positions of the logs as a"
            " report names them (intake:120,referral/0:98; of one that is not named, all), or now;"
            " left out: all.",
        ).both,
    ),
]


def place(as_of: AsOf = None, as_known: Known = None) -> Axes:
    """Read which place in time is asked for. Raises Refused (NotAMoment)."""
    return axes_of(as_of, as_known).on(UTC)


Place = Annotated[Axes, Depends(place)]
InstitutionCode = Annotated[str, Path(pattern=f"^{INSTITUTION_CODE}$")]
CaseOrFolio = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9 -]{1,60}$",
        description=Text(
            "El id del caso, o su folio: se perdonan mayúsculas, espacios, guiones, O por 0, I y L"
            " por 1.",
            "The case's id, or its folio: case, blanks, hyphens, O for 0, and I or L for 1 are"
            " forgiven.",
        ).both,
    ),
]

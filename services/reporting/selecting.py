"""Which cases a number or a list is about, read from what people write."""

from typing import ClassVar

from services.reporting.indicators.definition import Selection
from shared.kernel import codes
from shared.kernel.coded_fields import not_known
from shared.kernel.refusals import CodeNotKnown, Invalid, Refused
from shared.kernel.text import Text


class MayMeanSeveral(Invalid):
    """What was written fits several codes of its list."""

    code_list: str
    candidates: str
    code: ClassVar[str] = "may-mean-several"
    text: ClassVar[Text] = Text(
        "«{field}» puede ser varios de la lista «{code_list}»: {candidates}.",
        "“{field}” may be several of the list “{code_list}”: {candidates}.",
    )


def chosen(programme: str | None, subdivision: str | None) -> Selection:
    """Read a programme's code, and a subdivision however it is written. Raises Refused."""
    try:
        if programme is not None:
            codes.code("programmes", programme)
        found = None if subdivision is None else codes.resolve_subdivision(subdivision)
    except codes.UnknownCode as error:
        raise Refused(
            CodeNotKnown(
                field=_FIELDS[error.list_name],
                code_list=error.list_name,
                closest=", ".join(error.candidates) or "—",
            )
        ) from None
    except codes.AmbiguousCode as error:
        raise Refused(
            MayMeanSeveral(
                field=_FIELDS[error.list_name],
                code_list=error.list_name,
                candidates=", ".join(error.candidates),
            )
        ) from None
    return Selection(programme, found)


def one_of(code_list: str, field: str, code: str | None) -> str | None:
    """Return a code of a list, or None for all. Raises Refused with what is near."""
    if refusal := not_known(field, code_list, code):
        raise Refused(refusal)
    return code


_FIELDS = {"programmes": "programme", "subdivisions": "subdivision"}

"""A life as a Mermaid state diagram, for the documents."""

from collections.abc import Iterator, Mapping

from shared.kernel.fields import title_of
from shared.kernel.life.table import Row
from shared.kernel.roles import SYSTEM
from shared.kernel.statuses import relation, statuses
from shared.kernel.text import Text
from shared.kernel.value import Value

_START_OR_END = "[*]"


def diagram_of(
    rows: tuple[Row, ...], codes: Mapping[type[Value], str], status_list: str, lang: str
) -> str:
    """Return the diagram's text, rows in their order; a status without a code is the start.

    Each status shows its label and its code, each arrow the command's title and who may give it.
    """
    return "\n".join(("stateDiagram-v2", *_lines(rows, codes, status_list, lang), ""))


def _lines(
    rows: tuple[Row, ...], codes: Mapping[type[Value], str], status_list: str, lang: str
) -> Iterator[str]:
    for code in codes.values():
        label = statuses(status_list)[code].label.in_(lang)
        yield f'    state "{label} ({code})" as {_name(code)}'
    for row in rows:
        for to in dict.fromkeys(row.facts.values()):
            yield f"    {_node(codes, row.status)} --> {_node(codes, to)}: {_arrow_text(row, lang)}"
    leading_on = {row.status for row in rows}
    for kind in codes:
        if kind not in leading_on:
            yield f"    {_node(codes, kind)} --> {_START_OR_END}"


def _node(codes: Mapping[type[Value], str], kind: type[Value]) -> str:
    return _name(codes[kind]) if kind in codes else _START_OR_END


def _name(code: str) -> str:
    """Return Mermaid's name of a state, which has no hyphens."""
    return code.replace("-", "_")


def _arrow_text(row: Row, lang: str) -> str:
    command = row.transition.command
    title = title_of(command) or Text(command.__name__, command.__name__)
    by = [each.code for each in row.relations] or [SYSTEM]
    who = ", ".join(relation(each).in_(lang) for each in by)
    text = f"{title.in_(lang)} ({who})"
    return text.replace(":", ",").replace(";", ",")  # both would end the text of an arrow

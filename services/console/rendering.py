"""Rendering of templates, and the two fragments that are drawn.

Promises: everything is escaped unless a template made it; an undefined name in a template is an
error, not a blank.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from services.console.labels import key_of, status
from services.console.looks import LOOKS
from services.console.texts import LANGUAGES, texts
from services.console.timeline import LATE, lay_out
from services.console.ways import WAYS
from services.reporting import moments
from services.reporting.answers import Caseload
from services.reporting.axes import written
from services.reporting.labels import called, details, labelled
from services.reporting.telling import MOST_FACTS, Window

HERE = Path(__file__).parent
_WIDE, _NARROW = 960.0, 336.0
_SHOWN = 12  # institutions in the chart of custody; the others are summed

_ENVIRONMENT = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def _number(count: int) -> str:
    return f"{count:,}"


def _round(units: float) -> str:
    return f"{units:.1f}"


_ENVIRONMENT.filters |= {
    "moment": moments.moment,
    "day": moments.day,
    "lasting": moments.length,
    "offset": moments.offset,
    "number": _number,
    "positions": written,
    "u": _round,
}
_ENVIRONMENT.globals |= {
    "labelled": labelled,
    "called": called,
    "details": details,
    "looks": LOOKS,
    "status": status,
    "languages": LANGUAGES,
    "late": LATE,
    "ways": WAYS,
}


def page(template: str, lang: str, **more: Any) -> str:
    """Render a page or a fragment in a language."""
    return _ENVIRONMENT.get_template(template).render(t=texts(lang), lang=lang, **more)


def render_timeline(window: Window, lang: str) -> Markup:
    """Render a window of a case's timeline of custody as two drawings, for wide and narrow screens.

    The result is empty for a history without facts.
    """
    history = window.history
    if not history.facts:
        return Markup()
    first = min(fact.happened_at for fact in history.facts)
    late = max(fact.recorded_at - fact.happened_at for fact in history.facts)
    part = len(history.facts) < window.total
    drawings = [
        ("wide", lay_out(history, _WIDE, lang, part=part)),
        ("narrow", lay_out(history, _NARROW, lang, part=part)),
    ]
    return Markup(  # noqa: S704 - the template has escaped what it was given
        page(
            "timeline.html",
            lang,
            history=history,
            drawings=drawings,
            statuses=list(key_of(history, lang)),
            services={fact.service for fact in history.facts},
            joined=any(len(symbol.titles) > 1 for _, laid in drawings for symbol in laid.symbols),
            first=first,
            last=max(fact.happened_at for fact in history.facts),
            late_by=late if late > LATE else None,
        )
    )


def steps_from(window: Window) -> Sequence[tuple[str, int | None]]:
    """Return the ways from a page of a history to others: what each is called, and its last fact.

    None: the last that there is.
    """
    back = [("first_facts", MOST_FACTS), ("earlier_facts", window.first - 1)]
    onward = [("later_facts", min(window.total, window.last + MOST_FACTS)), ("last_facts", None)]
    return [
        *(back if window.first > 1 else ()),
        *(onward if window.last < window.total else ()),
    ]


def render_custody(loads: Sequence[Caseload], lang: str) -> Markup:
    """Render the number of open cases by institution, as a chart that is a table."""
    shown = [(load.name, load.open_cases) for load in loads[:_SHOWN]]
    others = loads[_SHOWN:]
    return Markup(  # noqa: S704 - the template has escaped what it was given
        page(
            "custody.html",
            lang,
            shown=shown,
            others=(len(others), sum(load.open_cases for load in others)),
            most=max((count for _, count in shown), default=0),
        )
    )


_ENVIRONMENT.globals |= {"render_custody": render_custody, "render_timeline": render_timeline}

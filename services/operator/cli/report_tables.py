"""Reporting on the command line: the claims report and a case's history, as text or JSON."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from uuid import UUID

import msgspec
import typer
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Styled

from services.reporting.axes import NOW, Axes, written
from services.reporting.claims import Claims
from services.reporting.figures import (
    NONE,
    amount_bands,
    duration_bands,
    figures,
    missing,
    selection,
)
from services.reporting.history import History, Period
from services.reporting.indicators import AMOUNT_BANDS, DURATION_BANDS
from services.reporting.labels import called, labelled, sentence_of
from services.reporting.replay import Progress, quietly
from services.reporting.telling import everything, notices_of, page_of
from services.reporting.views import Reports
from shared.identity.scope import NoSuchCase
from shared.kernel.clock import now
from shared.kernel.refusals import Refused
from shared.kernel.statuses import REFERRAL_STATUSES
from shared.kernel.text import Text

_BAR = 24
_TEXTS: Mapping[str, Text] = {
    "title": Text("Informe de reclamaciones", "Claims report"),
    "days": Text("días", "days"),
    "missing": Text("Lo que falta, contado aparte", "What is missing, counted beside it"),
    "as_of": Text("Hasta las posiciones", "Up to the positions"),
    "custody": Text("Responsable del caso", "Who answered for the case"),
    "today": Text("hoy", "today"),
    "facts": Text("Hechos", "Facts"),
    "recorded": Text("registrado", "recorded"),
    "follows": Text("a partir de", "follows"),
    "closed": Text("cerrado: {outcome}", "closed: {outcome}"),
    "error": Text("registrado por error", "entered in error"),
    "happened_by": Text("lo ocurrido hasta el {at}", "what had happened by {at}"),
    "known_by": Text("lo registrado hasta {at}", "what was recorded by {at}"),
    "referrals": Text("Canalizaciones", "Referrals"),
}


def report_claims(
    reports: Reports,
    console: Console,
    *,
    programme: str | None = None,
    subdivision: str | None = None,
    currency: str | None = None,
    axes: Axes = NOW,
    progress: Progress = quietly,
    as_json: bool = False,
    lang: str = "es",
) -> None:
    """Print the claims report. Exits 2, suggesting similar codes, if a code is unknown."""
    try:
        report = reports.claims(programme, subdivision, currency, axes, progress)
    except Refused as error:
        typer.echo(error.refusal.sentence(lang), err=True)
        raise typer.Exit(2) from None
    if as_json:
        typer.echo(_json(report))
    else:
        console.print(claims_table(report, lang))


def print_history(
    reports: Reports,
    console: Console,
    case_id: str,
    *,
    before_showing: Callable[[UUID], None],
    axes: Axes = NOW,
    only_as_of: bool = False,
    as_json: bool = False,
    lang: str = "es",
) -> None:
    """Print a case's history. Exits 1 if there is no such case.

    before_showing: writes into the access log which case is about to be shown. only_as_of: whether
    ``--as-of`` was given without ``--as-known``. What should be known about the answer is said on
    standard error.
    """
    try:
        found = reports.window(case_id, everything, axes)
    except Refused as error:
        typer.echo(error.refusal.sentence(lang), err=True)
        raise typer.Exit(1) from None
    if found is None:
        typer.echo(NoSuchCase().sentence(lang), err=True)
        raise typer.Exit(1)
    before_showing(found.history.case_id)
    notices = [text.in_(lang) for text in notices_of(found, only_as_of=only_as_of)]
    for notice in notices:
        typer.echo(notice, err=True)
    if as_json:
        typer.echo(_json(page_of(found, notices)))
    else:
        console.print(timeline(found.history, lang))


def claims_table(report: Claims, lang: str) -> Group:
    """Lay out the report: the figures, what is missing, the positions it is based on."""
    texts = _texts(lang)
    told = " · ".join([selection(report, lang), *_place(report.axes, lang)])
    title = Styled(f"{texts['title']}: {told}", style="bold")
    return Group(
        title,
        _pairs((each.indicator.name.in_(lang), each.value) for each in figures(report, lang)),
        _heading(f"{AMOUNT_BANDS.name.in_(lang)} ({report.currency or NONE})"),
        _bands(amount_bands(report)),
        _heading(f"{DURATION_BANDS.name.in_(lang)} ({texts['days']})"),
        _bands(duration_bands(report)),
        _heading(texts["missing"]),
        _pairs((name, f"{n:,}") for name, n in missing(report, lang)),
        "",
        _positions(report, lang),
    )


def timeline(history: History, lang: str) -> Group:
    """Lay out a history: who had custody and when, each referral, then every fact."""
    texts = _texts(lang)
    head = [history.folio or str(history.case_id)]
    if history.programme and history.subdivision:
        head += [
            labelled("programmes", history.programme, lang),
            labelled("subdivisions", history.subdivision, lang),
        ]
    if history.closed_with:
        outcome = labelled("outcome_kinds", history.closed_with, lang)
        head.append(texts["closed"].format(outcome=outcome))
    if history.in_error:
        head.append(texts["error"])
    head += _place(Axes(history.as_of, history.as_known), lang)
    return Group(
        Styled(" · ".join(head), style="bold"),
        _heading(texts["custody"]),
        _custody(history, lang),
        *_referrals(history, lang),
        _heading(texts["facts"]),
        *_facts(history, lang),
    )


def _custody(history: History, lang: str) -> Table:
    texts = _texts(lang)
    table = Table(box=None, show_header=False, padding=(0, 0, 0, 2))
    for never_wraps in (True, True, False):
        table.add_column(no_wrap=never_wraps)
    known = history.as_known if isinstance(history.as_known, datetime) else None
    end = history.as_of or known or now()
    for period in history.custody:
        until = texts["today"] if period.until is None else _day(period.until)
        table.add_row(
            f"{_day(period.since)} → {until}",
            Styled(_bar(period, history.custody[0].since, end), style="cyan"),
            history.name_of(period.institution),
        )
    return table


def _referrals(history: History, lang: str) -> Iterator[Styled | Table]:
    """Lay out each referral, if there are any: when, from whom to whom, its kind and its status."""
    if not history.referrals:
        return
    yield _heading(_TEXTS["referrals"].in_(lang))
    table = Table(box=None, show_header=False, padding=(0, 0, 0, 2))
    for span in history.referrals:
        table.add_row(
            _day(span.since),
            f"{history.name_of(span.sender)} → {history.name_of(span.addressee)}",
            labelled("referral_kinds", span.kind, lang),
            Styled(labelled(REFERRAL_STATUSES, span.status, lang), style="bold"),
        )
    yield table


def _bar(period: Period, begin: datetime, end: datetime) -> str:
    """Draw a period to the scale of the whole custody; the shortest is one character wide."""
    whole = max((end - begin).total_seconds(), 1.0)
    start = int((period.since - begin).total_seconds() / whole * _BAR)
    stop = int(((period.until or end) - begin).total_seconds() / whole * _BAR)
    start = min(max(start, 0), _BAR - 1)
    return " " * start + "█" * max(min(stop, _BAR) - start, 1)


def _facts(history: History, lang: str) -> Iterator[Padding]:
    """Lay out each fact: when and what, by whom and when recorded, the details."""
    texts = _texts(lang)
    numbers = {fact.id: n for n, fact in enumerate(history.facts, 1)}
    known = {fact.id: fact for fact in history.facts}
    for number, fact in enumerate(history.facts, 1):
        first = Styled(f"{number:>3}  {_moment(fact.happened_at)}  ")
        first.append(called(fact, lang), style="bold")
        recorded = fact.recorded_at.strftime("%Y-%m-%d %H:%M:%S UTC")
        remarks = [
            f"{history.name_of(fact.institution)} ({fact.role})",
            f"{texts['recorded']} {recorded}",
        ]
        if fact.follows:
            remarks.append(f"{texts['follows']} {numbers[fact.follows]}")
        yield Padding(first, 0)
        yield Padding(Styled(" · ".join(remarks), style="dim"), (0, 0, 0, 5))
        if details := sentence_of(history, known, fact, lang):
            yield Padding(details, (0, 0, 0, 5))


def _pairs(rows: Iterable[tuple[str, str]]) -> Table:
    """Lay out names with their values, without lines."""
    table = Table(box=None, show_header=False, padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    for row in rows:
        table.add_row(*row)
    return table


def _texts(lang: str) -> Mapping[str, str]:
    return {name: text.in_(lang) for name, text in _TEXTS.items()}


def _heading(text: str) -> Styled:
    return Styled(f"\n{text}", style="italic")


def _bands(bands: Iterable[tuple[str, int]]) -> Table:
    names, counts = zip(*bands, strict=True)
    table = Table(box=None, padding=(0, 1))
    for name in names:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_row(*(f"{n:,}" for n in counts))
    return table


def _positions(report: Claims, lang: str) -> str:
    positions = " · ".join(f"{name} {position:,}" for name, position in report.as_of.items())
    return f"{_TEXTS['as_of'].in_(lang)}: {positions or NONE}"


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M %z")


def _place(axes: Axes, lang: str) -> Iterator[str]:
    """Say which place in time was asked for, if it is not now."""
    if axes.as_of:
        yield _TEXTS["happened_by"].in_(lang).format(at=_moment(axes.as_of))
    if axes.as_known:
        yield _TEXTS["known_by"].in_(lang).format(at=_known(axes.as_known))


def _known(known: datetime | Mapping[str, int]) -> str:
    return _moment(known) if isinstance(known, datetime) else written(known)


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d")


def _json(shown: Claims | History) -> str:
    """Write it as over HTTP, indented; sets in alphabetical order."""
    return msgspec.json.format(msgspec.json.encode(shown, order="deterministic")).decode()

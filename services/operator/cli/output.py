"""What all commands share: the options for folder and JSON, and how results are printed."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import typer
from typing_extensions import override

from services.operator.cli.language import say
from shared.kernel.text import Text, UserError

_ANY_WIDTH = 1_000_000
_A_PAIR = 2
"""Columns of a table that is told row by row already: a name and its value."""


def data_option() -> Any:
    return typer.Option(
        "--data",
        help=say(
            Text(
                "Carpeta de datos. Sin ella: CANALIZA_DATABASE_HOST si está puesta, si no "
                "CANALIZA_DATA, o ~/.local/share/canaliza (como root, /var/lib/canaliza).",
                "Data folder. Without it: CANALIZA_DATABASE_HOST where set, else CANALIZA_DATA, "
                "else ~/.local/share/canaliza (as root, /var/lib/canaliza).",
            ),
        ),
        show_default=False,
    )


def json_option() -> Any:
    return typer.Option(
        "--json",
        help=say(Text("Responde en JSON, para programas.", "Answers in JSON, for programs.")),
    )


def yes_option() -> Any:
    return typer.Option(
        "--yes",
        help=say(Text("No pregunta: lo hace.", "Does not ask: does it.")),
    )


_CHECK_TOO = Text("--yes, o --check para solo verlo", "--yes, or --check to see it only")


def require_somebody_to_ask(*, as_json: bool, otherwise: Text = _CHECK_TOO) -> None:
    """Raise UserError (2) unless somebody sits at a terminal who can be asked. as_json: nobody.

    otherwise: what may be added instead.
    """
    if as_json or not sys.stdin.isatty():
        raise UserError(
            Text(
                "Nadie puede confirmarlo aquí: agregue {otherwise}.",
                "Nobody can confirm it here: add {otherwise}.",
            ).filled(otherwise=otherwise),
            2,
        )


def confirmed(question: Text) -> bool:
    """Ask on standard error; return whether the answer is yes."""
    typer.echo(say(Text(f"{question.es} [s/N] ", f"{question.en} [y/N] ")), nl=False, err=True)
    return sys.stdin.readline().strip().casefold() in {"s", "si", "sí", "y", "yes"}


def print_line(line: str = "") -> None:
    """Print a line on standard output, at once."""
    typer.echo(line)
    sys.stdout.flush()


def aside(text: Text) -> None:
    """Print a text on standard error: progress and remarks, which are no part of the answer."""
    typer.echo(say(text), err=True)


def print_json(value: Any) -> None:
    """Answer in JSON. Moments are ISO 8601; ids are strings."""
    print_line(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def print_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table. No cell is ever cut or broken, because ids and folios are copied.

    A row that is wider than the terminal is told in several lines, one for each column. Where there
    is no terminal each row is one line, however long.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    shown = [[_shown(cell) for cell in row] for row in rows]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, no_wrap=True)
    for row in shown:
        table.add_row(*(Text(cell) for cell in row))
    width = console.measure(table, options=console.options.update_width(_ANY_WIDTH)).maximum
    if console.is_terminal and width > console.width and len(columns) > _A_PAIR:
        _print_row_by_row(columns, shown)
        return
    Console(width=width).print(table)


def _print_row_by_row(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print each row as lines that begin with the column's name."""
    widest = max(map(len, columns))
    for row in rows:
        for column, cell in zip(columns, row, strict=True):
            print_line(f"{column:<{widest}}  {cell}")
        print_line()


@contextmanager
def bar(title: str) -> Iterator[Callable[..., None]]:
    """Show a progress bar on standard error.

    Yields a function to call with how many are done, of how many, and (if it changes) of what.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Speed(ProgressColumn):
        @override
        def render(self, task: Any) -> Text:
            speed = task.finished_speed or task.speed
            return Text("" if speed is None else f"{speed:,.0f}/s")

    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), Speed(), TimeRemainingColumn())
    with Progress(
        "{task.description}", *columns, console=console, disable=not console.is_terminal
    ) as shown:
        task = shown.add_task(title, total=None)
        yield lambda done, total, what=title: shown.update(
            task, completed=done, total=total, description=what
        )


def _shown(cell: object) -> str:
    if cell is None:
        return "—"
    return cell.isoformat(" ", "minutes") if isinstance(cell, datetime) else str(cell)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)

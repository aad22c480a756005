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
from shared.kernel.text import Text


def data_option() -> Any:
    return typer.Option(
        "--data",
        help=say(
            Text(
                "Carpeta de datos. Sin ella: CANALIZA_DATABASE_HOST si está puesta, o "
                "~/.local/share/canaliza.",
                "Data folder. Without it: CANALIZA_DATABASE_HOST where set, else "
                "~/.local/share/canaliza.",
            ),
        ),
        show_default=False,
    )


def json_option() -> Any:
    return typer.Option(
        "--json",
        help=say(Text("Responde en JSON, para programas.", "Answers in JSON, for programs.")),
    )


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
    """Print a table that fits the terminal; no cell is ever cut, because ids are copied."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_shown(cell)) for cell in row))
    Console().print(table)


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

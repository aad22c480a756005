"""The figures as a table for the terminal, for docs/performance.md, and as JSON."""

import json

from tests.bench.figures import FIGURES, KEYS, Figure, Measured
from tests.bench.machine import Machine

_SYMBOLS = {True: "yes", False: "NO", None: ""}
HEADINGS = ("key", "figure", "unit", "floor", "reached")


def as_json(measured: Measured, machine: Machine) -> str:
    """Exactly the keys of the figures, null where one could not be measured, and the machine's."""
    figures = {key: measured.get(key) for key in KEYS}
    return json.dumps({**figures, **machine}, indent=2, ensure_ascii=False) + "\n"


def as_text(measured: Measured, machine: Machine) -> str:
    """Aligned columns, then the machine."""
    rows = [HEADINGS, *(_row(figure, measured) for figure in FIGURES)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEADINGS))]
    lines = []
    for key, value, *rest in rows:
        cells = [key.ljust(widths[0]), value.rjust(widths[1])]
        cells += [cell.ljust(width) for cell, width in zip(rest, widths[2:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    lines += [f"{name}: {fact}" for name, fact in machine.items()]
    return "\n".join(lines) + "\n"


def of_json(text: str) -> tuple[Measured, Machine]:
    """What ``as_json`` wrote."""
    document = json.loads(text)
    return {key: document.get(key) for key in KEYS}, {
        k: v for k, v in document.items() if k not in KEYS
    }


def as_markdown(measured: Measured, machine: Machine) -> str:
    """The table, the machine, and what each figure means: what docs/performance.md shows."""
    rows = [(f"`{cells[0]}`", *cells[1:]) for cells in (_row(f, measured) for f in FIGURES)]
    lines = [HEADINGS, ("---", "---:", "---", "---", "---"), *rows]
    facts = "\n".join(
        f"- {name.removeprefix('machine_')}: {fact}" for name, fact in machine.items()
    )
    meanings = "\n".join(f"- `{figure.key}`: {figure.means}." for figure in FIGURES)
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"{table}\n\n{facts}\n\n## What each figure means\n\n{meanings}\n"


def missed(measured: Measured) -> list[str]:
    """The keys of the figures that are there and do not reach their floor."""
    return [figure.key for figure in FIGURES if figure.reached(measured) is False]


def _row(figure: Figure, measured: Measured) -> tuple[str, ...]:
    value = measured.get(figure.key)
    symbol = _SYMBOLS[figure.reached(measured)]
    return (figure.key, _formatted(value), figure.unit, figure.floor, symbol)


def _formatted(value: float | None) -> str:
    """Three digits that matter; nothing is invented where there is no figure."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"

"""``python -m tests.bench``: measures every figure next to its limit, and prints a table.

A benchmark is no test: it ends with 0 although floors are missed, and says which. ``--smoke`` is
one: with a little of everything it shows that each figure can be measured, and ends with 1 if one
cannot.
"""

import argparse
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from shared.service import gc_tuning
from shared.telemetry import logs
from tests.bench import (
    access,
    bus,
    clocks,
    directories,
    embedded_mode,
    http,
    log,
    machine,
    pages,
    reporting,
    searching,
    table,
    visible,
    vouched,
    wire,
)
from tests.bench.effort import LARGE, SMOKE, WHOLE
from tests.bench.figures import Measured
from tests.bench.stage import Stage, opened, progress

GROUPS: Mapping[str, Callable[[Stage], Measured]] = {
    "http": http.measure,
    "access": access.measure,
    "vouched": vouched.measure,
    "wire": wire.measure,
    "log": log.measure,
    "clocks": clocks.measure,
    "bus": bus.measure,
    "visible": visible.measure,
    "reporting": reporting.measure,
    "pages": pages.measure,
    "search": searching.measure,
    "import": embedded_mode.measure_import,
    "directory": directories.measure,
    "embedded": embedded_mode.measure,
}

_LARGE = ("reporting",)
"""The groups whose figures depend on how much there is."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for. Returns 0, 130 after Ctrl-C, 1 if ``--smoke`` lacks a figure."""
    options = _options(arguments)
    if options.read:
        _print(options, *table.of_json(options.read.read_text(encoding="utf-8")))
        return 0
    logs.set_up("ERROR")
    for number in (signal.SIGINT, signal.SIGTERM):  # also where a shell had it ignored
        signal.signal(number, signal.default_int_handler)
    began = time.monotonic()
    try:
        effort = SMOKE if options.smoke else LARGE if options.large else WHOLE
        with opened(effort) as stage:
            taken_on = machine.describe(stage.folder, stage.version())
            groups = options.only or (_LARGE if options.large else list(GROUPS))
            measured, reasons = _measure(stage, groups)
    except KeyboardInterrupt:
        progress("interrupted; everything that was started has been stopped")
        return 130
    _print(options, measured, taken_on)
    for group, reason in reasons.items():
        progress(f"not measured: {group}: {reason}")
    progress(f"{time.monotonic() - began:.0f} s")
    return 1 if options.smoke and reasons else 0


def _print(options: argparse.Namespace, measured: Measured, taken_on: machine.Machine) -> None:
    if options.json:
        options.json.write_text(table.as_json(measured, taken_on), encoding="utf-8")
    as_asked = table.as_markdown if options.markdown else table.as_text
    sys.stdout.write(as_asked(measured, taken_on))
    if not options.smoke and (missed := table.missed(measured)):
        progress(f"below the floor: {', '.join(missed)}")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--markdown", action="store_true", help="print docs/performance.md's table")
    parser.add_argument(
        "--read", type=Path, metavar="FILE", help="measure nothing, tell of an earlier run"
    )
    parser.add_argument(
        "--smoke", action="store_true", help="a little of everything: are there figures at all?"
    )
    parser.add_argument(
        "--large", action="store_true", help="what depends on how much there is, with ten millions"
    )
    parser.add_argument(
        "--only", nargs="+", choices=GROUPS, metavar="GROUP", help=", ".join(GROUPS)
    )
    return parser.parse_args(arguments)


def _measure(stage: Stage, groups: Sequence[str]) -> tuple[Measured, Mapping[str, str]]:
    """What each group measured, and why some could not."""
    measured: dict[str, float | None] = {}
    reasons = {}
    for name in groups:
        began = time.monotonic()
        gc_tuning.freeze_heap()  # as in every process of ours that runs for long
        try:
            measured.update(GROUPS[name](stage))
        except Exception as error:  # noqa: BLE001 - one figure's trouble is not the others'
            reasons[name] = f"{type(error).__name__}: {error}"
            progress(f"{name}: {reasons[name]}")
        progress(f"{name}: {time.monotonic() - began:.0f} s")
    return measured, reasons


if __name__ == "__main__":
    sys.exit(main())

"""The embedded mode as somebody uses it: importing, starting, standing idle."""

import csv
import json
import re
import subprocess
import sys
import time
from contextlib import suppress
from datetime import date
from pathlib import Path

import psutil

from shared.service.settings import SERVICES
from tests.bench import claims_file
from tests.bench.figures import Measured, Unusable, median
from tests.bench.stage import (
    REPOSITORY,
    Running,
    Stage,
    end,
    program,
    progress,
    ready,
    soon,
    without_settings,
)
from tests.sheets import Cell, xlsx

CLAIMS = 4_000
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_IDLE_SECONDS = 3.0


def measure_import(stage: Stage) -> Measured:
    """``canaliza import`` into a new data folder each time, without a Kafka, over the log bus."""
    file, rounds = stage.folder / "claims.csv", stage.effort.rounds
    claims = stage.effort.count(CLAIMS)
    progress(f"import: {claims:,} claims, {claims_file.write(file, claims)}")
    speeds = []
    for number in range(1, rounds + 1):
        words = ["import", str(file), "--mapping", "us-wage-claims", "--json"]
        words += ["--data", str(stage.folder / f"import-{number}")]
        report = json.loads(canaliza(words, stage.folder))
        if report["imported"] != claims or not report["reported"]:
            raise Unusable(f"of {claims} claims {report['imported']} were imported")
        speeds.append(claims / report["seconds"])
        progress(f"import: round {number} of {rounds}: {speeds[-1]:,.0f} claims a second")
    return {"import_claims_per_s": median(speeds), "xlsx_rows_per_s": _rows_per_s(stage, file)}


def _rows_per_s(stage: Stage, claims: Path) -> float:
    """The same claims as a spreadsheet, tried: amounts are numbers, and days are days."""
    with claims.open(encoding="utf-8", newline="") as lines:
        headings, *rows = csv.reader(lines)
    sheet = xlsx(stage.folder / "claims.xlsx", {"Claims": [headings, *(map(_typed, rows))]})
    speeds = []
    for number in range(1, stage.effort.rounds + 1):
        words = ["import", str(sheet), "--mapping", "us-wage-claims", "--check", "--json"]
        report = json.loads(canaliza(words, stage.folder))
        if report["imported"] != len(rows):
            raise Unusable(f"of {len(rows)} rows {report['imported']} would be imported")
        speeds.append(len(rows) / report["seconds"])
        progress(f"xlsx: round {number} of {stage.effort.rounds}: {speeds[-1]:,.0f} rows a second")
    return median(speeds)


def _typed(row: list[str]) -> list[Cell]:
    """A row's cells as a spreadsheet has them."""
    *words, claimed, assessed, paid = row
    days: list[Cell] = [
        date.fromisoformat(word) if _DAY.fullmatch(word) else word or None for word in words
    ]
    return [*days, *(float(one) if one else None for one in (claimed, assessed, paid))]


def measure(stage: Stage) -> Measured:
    """Start once with the demonstration; then start again, wait, and weigh."""
    data, rounds = stage.folder / "embedded", stage.effort.rounds
    _start_and_weigh(stage, data, 0.0)
    starts, weights = [], []
    for number in range(1, rounds + 1):
        seconds, megabytes = _start_and_weigh(stage, data, stage.effort.seconds(_IDLE_SECONDS))
        starts.append(seconds)
        weights.append(megabytes)
        progress(f"embedded: round {number} of {rounds}: {seconds:.2f} s, {megabytes:.0f} MB")
    return {"start_s": median(starts), "idle_memory_mb": median(weights)}


def _start_and_weigh(stage: Stage, data: Path, idle: float) -> tuple[float, float]:
    """Seconds until all services are ready, and megabytes after standing idle that long."""
    began = time.perf_counter()
    words = ["-m", "services", "--port", "0", "--demo", "200", "--data", str(data)]
    with program("embedded", words, {}, stage.folder) as running:
        for name in SERVICES:
            soon(lambda name=name: ready(running.port, f"/{name}/readyz"), f"{name} is ready")  # type: ignore[misc]
        seconds = time.perf_counter() - began
        time.sleep(idle)
        return seconds, _megabytes(running)


def _megabytes(running: Running) -> float:
    """Of the process and all that it started, each shared page counted once (PSS)."""
    first = psutil.Process(running.process.pid)
    total = 0
    for process in (first, *first.children(recursive=True)):
        with suppress(FileNotFoundError, ProcessLookupError):  # one that has just ended
            text = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="utf-8")
            total += sum(
                int(found) for found in re.findall(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
            )
    if not total:
        raise Unusable("this system does not tell proportional set sizes")
    return total * 1024 / 1_000_000


def canaliza(words: list[str], folder: Path) -> str:
    process = subprocess.Popen(
        [sys.executable, "-m", "services.cli", *words],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        env={**without_settings(), "PYTHONPATH": str(REPOSITORY)},
    )
    try:
        output, _ = process.communicate(timeout=180)
    finally:
        end(process)
    if process.returncode not in {0, 1}:
        raise Unusable(f"canaliza {words[0]} ended with {process.returncode}")
    return output

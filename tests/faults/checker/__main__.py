"""Judges a run: ``python -m tests.faults.checker RUN_FOLDER``.

Ej./e.g.: python -m tests.faults.checker /tmp/canaliza-chaos-7 --json
"""

import argparse
import json
import sys
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

from tests.faults.checker.booking import Torn
from tests.faults.checker.examining import Report, gather, judge
from tests.faults.checker.tables import Away
from tests.faults.checker.topics import Silent

_SHOWN = 5


def main(words: list[str] | None = None) -> int:
    """Read, judge, tell. Returns 1 where a promise was broken, 2 where there is nothing to read."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults.checker",
        description="Juzga una corrida por lo que dejó: registro, tablas y temas."
        " / Judges a run by what it left: ledger, tables and topics.",
        epilog="Ej./e.g.: python -m tests.faults.checker /tmp/canaliza-chaos-7 --json",
    )
    parser.add_argument("run", type=Path, help="la carpeta de la corrida / the run's folder")
    parser.add_argument("--ledger", type=Path, help="ledger.jsonl")
    parser.add_argument("--database", help="conninfo")
    parser.add_argument("--kafka", help="host:port")
    parser.add_argument("--json", action="store_true", help="todo en JSON / everything as JSON")
    given = parser.parse_args(words)
    try:
        where = _where(given)
    except FileNotFoundError as error:
        sys.stderr.write(
            f"No hay {error.filename}: indique --ledger, --database y --kafka."
            f" / There is no {error.filename}: give --ledger, --database and --kafka.\n"
        )
        return 2
    try:
        report = judge(gather(Path(where["ledger"]), where["database"], where["kafka"]))
    except (Torn, Away, Silent, FileNotFoundError) as error:
        sys.stderr.write(
            f"No se pudo leer lo que dejó la corrida ({error}). Arranque sus servidores, o indique"
            " otros con --ledger, --database y --kafka. / What the run left cannot be read"
            f" ({error}). Start its servers, or name others: --ledger, --database, --kafka.\n"
        )
        return 2
    sys.stdout.write(as_json(report) if given.json else as_text(report))
    return 1 if report.findings else 0


def as_json(report: Report) -> str:
    """Everything, in one object."""
    findings = [{"rule": each.rule, **asdict(each.broken)} for each in report.findings]
    whole = {"findings": findings, "counts": report.counts}
    return json.dumps(whole, ensure_ascii=False, indent=1, default=str) + "\n"


def as_text(report: Report) -> str:
    """What was looked at; then, by rule, the first cases that break it."""
    lines = [", ".join(f"{what}: {n}" for what, n in report.counts.items())]
    for rule, group in groupby(report.findings, key=lambda finding: finding.rule):
        broken = [finding.broken for finding in group]
        lines.append(f"\n{rule} ({len(broken)})")
        for each in broken[:_SHOWN]:
            evidence = json.dumps(each.evidence, ensure_ascii=False, default=str)
            lines.append(f"  {each.case_id or '-'}: {each.sentence} {evidence}")
    lines.append("" if report.findings else "\nTodo en orden / all is well")
    return "\n".join(lines) + "\n"


def _where(given: argparse.Namespace) -> dict[str, str]:
    options = {"ledger": given.ledger, "database": given.database, "kafka": given.kafka}
    chosen = {name: str(value) for name, value in options.items() if value is not None}
    if len(chosen) == len(options):
        return chosen
    noted: dict[str, str] = json.loads((given.run / "run.json").read_text(encoding="utf-8"))
    return {**noted, **chosen}


if __name__ == "__main__":
    sys.exit(main())

"""Reads the driver's ledger: its lines put together to commands, faults and poisons."""

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.faults.checker.rows import Fault, Ledger, Look, Opening, Poison, Submission, Try

Line = Mapping[str, Any]


class Torn(Exception):
    """A line is missing, or is no line of a ledger: nothing can be concluded from this ledger."""


def read(path: Path) -> Ledger:
    """Put a ledger together. Raises Torn."""
    lines: list[Line] = []
    with path.open(encoding="utf-8") as file:
        for n, text in enumerate(file, 1):
            try:
                line = json.loads(text)
            except ValueError as error:
                raise Torn(f"{path}: line {n} is cut off") from error
            if line.get("n") != n:
                raise Torn(f"{path}: line {n} says that it is line {line.get('n')}")
            lines.append(line)
    return of_lines(lines)


def of_lines(lines: Sequence[Line]) -> Ledger:
    """Put lines together."""
    start = next((line for line in lines if line["what"] == "start"), {})
    whats = {line["what"] for line in lines}
    through = next((line for line in reversed(lines) if line["what"] == "through"), None)
    return Ledger(
        submissions=_submissions(lines),
        faults=_faults(lines),
        poisons=[_poison(line) for line in lines if line["what"] == "poison"],
        looks=_looks(lines, None if "not-through" in whats or through is None else through["n"]),
        openings=[Opening(o["link"], o["status"]) for o in lines if o["what"] == "opened"],
        partitions=start.get("partitions", 0),
        lines=len(lines),
        quiet="quiet" in whats,
        through=through["seconds"] if through and "not-through" not in whats else None,
        ended="end" in whats,
    )


def _submissions(lines: Sequence[Line]) -> list[Submission]:
    answers = {(line["ask"], line["try"]): line for line in lines if line["what"] == "answer"}
    sent: dict[str, list[Line]] = {}
    for line in lines:
        if line["what"] == "ask":
            sent.setdefault(line["ask"], []).append(line)
    return [_submission(tries, answers) for tries in sent.values()]


def _submission(tries: Sequence[Line], answers: Mapping[tuple[str, int], Line]) -> Submission:
    first = tries[0]
    return Submission(
        id=first["ask"],
        service=first["service"],
        command=first["command"],
        path=first["path"],
        institution=first["institution"],
        key=first["key"],
        body=first["body"],
        case_id=first["case_id"] or "",
        tries=[_try(line, answers.get((line["ask"], line["try"]))) for line in tries],
        link=first.get("link") or "",
    )


def _try(line: Line, answer: Line | None) -> Try:
    late = line.get("late") or ""
    if answer is None:
        return Try(line["n"], late=late)
    said = (answer["n"], answer["status"], answer["body"], answer.get("digest", ""))
    return Try(line["n"], *said, (answer.get("location"), answer.get("etag")), late)


def _looks(lines: Sequence[Line], through: int | None) -> list[Look]:
    return [
        Look(
            line["n"],
            line["reader"],
            line["roles"],
            line["service"],
            line["question"],
            line["case_id"] or "",
            line["referral_id"] or "",
            line["since"],
            line["t"],
            line["status"],
            line["body"],
            last=through is not None and line["n"] > through,
        )
        for line in lines
        if line["what"] == "look"
    ]


def _faults(lines: Sequence[Line]) -> list[Fault]:
    mended = {line["fault"]: line["t"] for line in lines if line["what"] == "mended"}
    return [
        Fault(
            line["n"],
            line["kind"],
            line["target"] or "",
            line["t"],
            mended.get(line["n"]),
            line.get("detail", {}).get("fact", ""),
        )
        for line in lines
        if line["what"] == "fault"
    ]


def _poison(line: Line) -> Poison:
    return Poison(
        line["kind"],
        line["source"],
        line["partition"],
        line["offset"],
        line["key"],
        b64decode(line["value"]),
    )

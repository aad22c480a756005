"""One run from its start to its verdict: installation, workers, faults, rest, checker, counts."""

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.failpoints import ALL_FAILPOINTS
from tests.faults.injecting import Injector
from tests.faults.installation import InstallationUnderTest, Servers
from tests.faults.ledger import read
from tests.faults.messages import messages
from tests.faults.operating import Operator
from tests.faults.schedules import KILLS, Fault
from tests.faults.test_bed import RATE, WORKERS, Stage, stage
from tests.faults.through import logs

_LOOK_SECONDS = 0.5
_CHECK_SECONDS = 900
LONG_SECONDS = 1_500
"""A run of so long must have reached every failpoint."""
_LOOKS_EVERY, _ROUNDS = 0.7, 400
"""Seconds between two rounds of looks, and how many there are at most."""
_REPEATS_EVERY, _REPEATS = 0.25, 3_000
_OLD_SECONDS = 120.0
"""After which a command is repeated late; in a short run after a quarter of it."""
_REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass
class Outcome:
    """What came of a run. findings: of harness and checker; none: the promises were kept."""

    folder: Path
    seed: int
    seconds: float
    counts: dict[str, Any]
    findings: list[str] = field(default_factory=list)

    def line(self) -> str:
        """One line of counts."""
        kills = _listed(self.counts["kills"])
        reached = _listed(self.counts["failpoints_reached"])
        simple = {k: v for k, v in self.counts.items() if not isinstance(v, dict | list)}
        words = " · ".join(f"{name.replace('_', ' ')} {value}" for name, value in simple.items())
        for name in ("failpoints_never_reached", "skipped"):
            if self.counts[name]:
                words += f" · {name.replace('_', ' ')}: {', '.join(self.counts[name])}"
        verdict = "nothing lost" if not self.findings else f"{len(self.findings)} FINDINGS"
        return (
            f"seed {self.seed} · {self.seconds:.0f} s · {words} · kills: {kills} ·"
            f" failpoints reached: {reached} · {verdict}"
        )


def run(  # noqa: PLR0913 - what a run is made of
    servers: Servers,
    folder: Path,
    seed: int,
    seconds: float,
    faults: Sequence[Fault],
    *,
    bug: str | None = None,
    workers: int = WORKERS,
    rate: float = RATE,
    poisons: float = 0.02,
    at_least: int = 0,
    resolving_every: float = 120.0,
    stopping: threading.Event | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Run, quiesce, and have it checked.

    folder: a new one. resolving_every: seconds between an operator's rounds. at_least: so many
    kills; where the machine is slow the faults go on for them,
    at most for as long again. stopping: set by whoever wants the run to end early, in order.
    """
    stopping = stopping or threading.Event()
    with stage(servers, folder, seed, bug=bug) as one:
        injector = Injector(one)
        one.start_workers(count=workers, rate=rate, poisons=poisons)
        one.watch(
            look_every=max(_LOOKS_EVERY, seconds / _ROUNDS),
            repeat_every=max(_REPEATS_EVERY, seconds / _REPEATS),
            age=min(_OLD_SECONDS, seconds / 4),
        )
        breaking = threading.Thread(target=injector.play, args=(faults,), daemon=True)
        began = time.monotonic()
        breaking.start()
        operator = Operator(one.installation, one.ledger, resolving_every)
        operator.start()
        while not stopping.wait(_LOOK_SECONDS):
            passed = time.monotonic() - began
            progress(_progress(one, passed, seconds))
            if passed > seconds and (one.kills >= at_least or passed > 2 * seconds):
                break
        injector.stop()
        breaking.join()
        operator.stop()
        progress("quiescing")
        one.quiesce()
        counts = {**_counts(one, injector), "resolved": operator.resolved}
        outcome = Outcome(folder, seed, time.monotonic() - began, counts)
        outcome.findings += one.findings
        if seconds >= LONG_SECONDS and counts["failpoints_never_reached"]:
            outcome.findings.append(f"never reached: {counts['failpoints_never_reached']}")
        progress("checking")
        outcome.findings += check(folder)
    (folder / "outcome.json").write_text(
        json.dumps({"line": outcome.line(), **outcome.counts, "findings": outcome.findings}),
        encoding="utf-8",
    )
    return outcome


def check(folder: Path) -> list[str]:
    """What the independent checker has to say about a run, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.checker", str(folder), "--json"],
        cwd=_REPOSITORY,
        capture_output=True,
        text=True,
        timeout=_CHECK_SECONDS,
        start_new_session=True,
        check=False,
    )
    (folder / "checker.json").write_text(done.stdout, encoding="utf-8")
    if done.returncode == 0:
        return []
    try:
        found = json.loads(done.stdout)["findings"]
    except (ValueError, KeyError):
        return [f"the checker did not finish: {done.stderr.strip()[-600:]}"]
    return [json.dumps(one, ensure_ascii=False) for one in found] or ["the checker found something"]


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in sorted(counts.items()))


def _progress(one: Stage, passed: float, seconds: float) -> str:
    counts = one.client.counts
    cases = 0 if one.workers is None else one.workers.cases
    return (
        f"{passed:5.0f}/{seconds:.0f} s  cases {cases}  accepted {counts.accepted.total()}"
        f"  refused {counts.refused.total()}  doubtful {counts.doubtful}"
        f"  recovered {len(one.recoveries)}"
    )


def _counts(one: Stage, injector: Injector) -> dict[str, Any]:
    counts = one.client.counts
    faults = [line for line in read(one.ledger.path) if line["what"] == "fault"]
    kills = Counter(
        f"{line['kind']}{'@' + line['failpoint'] if line['failpoint'] else ''}"
        for line in faults
        if line["kind"] in KILLS
    )
    others = Counter(line["kind"] for line in faults if line["kind"] not in KILLS)
    reached = Counter(line["failpoint"] for line in faults if line["failpoint"])
    return {
        "commands": counts.commands,
        "accepted": counts.accepted,
        "refused": counts.refused,
        "facts": sum(logs(one.installation).values()),
        "doubtful_answers": counts.doubtful,
        "repeats_recognised": _sent_again(one.installation),
        "late_repeats_moved_on": counts.repeated_moved_on,
        "late_repeats_after_restart": counts.repeated_restarted,
        "looks": 0 if one.onlookers is None else one.onlookers.looks,
        "poisons": one.poisoner.count,
        "longest_recovery_s": round(max(one.recoveries, default=0.0), 1),
        "through_s": None if one.through_seconds is None else round(one.through_seconds, 1),
        "kills": dict(kills),
        "kills_in_all": sum(kills.values()),
        "other_faults": dict(others),
        "failpoints_reached": {f: reached[f] for f in ALL_FAILPOINTS},
        "failpoints_never_reached": [f for f in ALL_FAILPOINTS if f not in reached],
        "unreached": injector.unreached,
        "skipped": injector.skipped,
    }


def _sent_again(installation: InstallationUnderTest) -> int:
    """Messages that stand in a topic more than once: each reader recognised them."""
    settings = installation.settings
    seen = Counter(
        (record.topic, record.partition, position)
        for record in messages(settings.kafka_bootstrap, f"{settings.kafka_prefix}.")
        if (position := dict(record.headers or ()).get("position")) is not None
    )
    return seen.total() - len(seen)

"""``python -m tests.faults --minutes 30 --seed 7``: a long run of faults; ``--help`` says more."""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import FrameType

from services.operator.cli.language import say
from shared.kernel.text import Text
from tests.faults.dumping import dump
from tests.faults.installation import servers
from tests.faults.running import Outcome, run
from tests.faults.schedules import schedule
from tests.faults.test_bed import RATE

_UNSHARE = "unshare"
_APART = "TEST_CANALIZA_APART"
"""Set in the process that has a mount namespace of its own, where small disks can be mounted."""
_SHORT_SECONDS = 180
_POISONS_SHORT, _POISONS_LONG = 0.03, 0.02


def main() -> int:
    words = _parser().parse_args()
    if _can_be_apart():
        again = [sys.executable, "-m", "tests.faults", *sys.argv[1:]]
        os.execvpe(_UNSHARE, [_UNSHARE, "--mount", "--", *again], {**os.environ, _APART: "1"})  # noqa: S606 - it stays this very process
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        stopping.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    folder = words.folder or Path(tempfile.mkdtemp(prefix="cz-", dir="/tmp"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    return _run(words, folder, stopping)


def _run(words: argparse.Namespace, folder: Path, stopping: threading.Event) -> int:
    seconds = words.minutes * 60
    every, away = (3.0, 8.0) if seconds <= _SHORT_SECONDS else (4.0, 60.0)
    faults = () if words.calm else schedule(words.seed, 2 * seconds, every=every, away=away)
    with servers(folder, own_disks=_APART in os.environ) as both:
        outcome = run(
            both,
            folder / "run",
            words.seed,
            seconds,
            faults,
            rate=words.rate,
            at_least=words.at_least,
            bug=words.bug,
            poisons=_POISONS_SHORT if seconds <= _SHORT_SECONDS else _POISONS_LONG,
            stopping=stopping,
            progress=_show if sys.stderr.isatty() else lambda _: None,
        )
        kept = words.keep or bool(outcome.findings)
        if kept:
            dump(folder / "run")
    _print(outcome, folder, as_json=words.json, kept=kept)
    if not kept:
        shutil.rmtree(folder)
    return 1 if outcome.findings else 0


def _print(outcome: Outcome, folder: Path, *, as_json: bool, kept: bool) -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\n")
    if as_json:
        summary = {
            "seed": outcome.seed,
            "seconds": outcome.seconds,
            **outcome.counts,
            "findings": outcome.findings,
            "folder": str(folder) if kept else None,
        }
        sys.stdout.write(json.dumps(summary) + "\n")
        return
    for finding in outcome.findings:
        sys.stdout.write(f"{finding}\n")
    if kept:
        sys.stdout.write(
            say(
                Text(
                    f"semilla {outcome.seed}; libro, bitácoras, tablas, mensajes: {folder}/run\n",
                    f"seed {outcome.seed}; ledger, logs, tables and messages in {folder}/run\n",
                ),
            )
        )
    sys.stdout.write(outcome.line() + "\n")


def _show(line: str) -> None:
    sys.stderr.write(f"\r{line[:110]:<110}")
    sys.stderr.flush()


def _can_be_apart() -> bool:
    """Whether this process could have a mount namespace of its own, and has not."""
    if _APART in os.environ or os.geteuid() != 0 or shutil.which(_UNSHARE) is None:
        return False
    tried = subprocess.run([_UNSHARE, "--mount", "true"], check=False, capture_output=True)
    return tried.returncode == 0


def _empty(text: str) -> Path:
    """A folder that may be deleted as a whole afterwards, because nothing was in it before."""
    folder = Path(text)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise argparse.ArgumentTypeError(
            say(Text(f"{folder} no es una carpeta vacía", f"{folder} is not an empty folder"))
        )
    return folder


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults",
        description=say(
            Text(
                "Corre los cuatro servicios bajo fallas y verifica después que nada se perdió.",
                "Runs the four services under faults and checks afterwards that nothing was lost.",
            ),
        ),
        epilog=say(Text("Ej.: ", "E.g.: ")) + "python -m tests.faults --minutes 30 --seed 7",
    )
    parser.add_argument(
        "--minutes", type=float, default=2.0, help=say(Text("duración", "how long it runs"))
    )
    parser.add_argument("--seed", type=int, default=1, help=say(Text("semilla", "of the schedule")))
    parser.add_argument(
        "--rate", type=float, default=RATE, help=say(Text("pasos por segundo", "steps a second"))
    )
    parser.add_argument(
        "--bug", help=say(Text("defecto plantado", "a planted bug (tests.faults.bugs)"))
    )
    parser.add_argument(
        "--calm", action="store_true", help=say(Text("sin fallas", "without any fault"))
    )
    parser.add_argument(
        "--keep", action="store_true", help=say(Text("conserva la carpeta", "keeps the folder"))
    )
    parser.add_argument(
        "--folder",
        type=_empty,
        help=say(Text("una vacía y de ruta corta", "an empty one, its path short")),
    )
    parser.add_argument(
        "--at-least",
        type=int,
        default=0,
        help=say(
            Text(
                "muertes que se esperan, hasta el doble de tiempo", "kills, in up to twice the time"
            )
        ),
    )
    parser.add_argument(
        "--json", action="store_true", help=say(Text("cifras en JSON", "counts in JSON"))
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())

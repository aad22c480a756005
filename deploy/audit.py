"""Write what canaliza is made of (CycloneDX), and ask the registry for known weaknesses of it.

    python deploy/audit.py [--to FOLDER] [LOCK...]

For each lock, FOLDER/sbom-NAME.json lists its packages with versions and hashes; the same lock
gives the same bytes. Then pip-audit asks PyPI for the weaknesses that are published of each. Needs
the programs of the lock `audit`, beside the Python that runs this (`make audit` installs them).

Exit status: 0 if every package was audited and nothing is known against any, 1 if something is, 3
if nothing is known but not every package could be audited: without the registry, or at a mirror
that has the packages and not what is known of them.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LOCKS = Path(__file__).parent / "lock"
PROJECT = Path(__file__).parent.parent / "pyproject.toml"
ASKED_WITHIN_SECONDS = 600
FEW = 5  # of the packages that could not be audited, named
WEAK, NOT_AUDITED = 1, 3


@dataclass
class Found:
    """What an audit came to. weaknesses: lines to print. not_audited: packages, or the cause."""

    audited: int = 0
    weaknesses: list[str] = field(default_factory=list)
    not_audited: list[str] = field(default_factory=list)


def write_sbom(lock: Path, to: Path) -> Path:
    """Write the bill of materials of a lock."""
    made = to / f"sbom-{lock.stem}.json"
    told = (str(lock), "--pyproject", str(PROJECT), "--output-reproducible")
    _program("cyclonedx-py", "requirements", *told, "--output-file", str(made)).check_returncode()
    return made


def audit(lock: Path) -> Found:
    """Ask for what is known of the packages of a lock."""
    try:
        ended = _program(
            *("pip-audit", "--requirement", str(lock), "--require-hashes", "--disable-pip"),
            *("--format", "json", "--progress-spinner", "off"),
        )
    except subprocess.TimeoutExpired:
        return Found(not_audited=[f"{lock.name}: {ASKED_WITHIN_SECONDS} s"])
    return read(lock.name, ended.stdout, ended.stderr)


def read(name: str, answer: str, trouble: str) -> Found:
    """Read pip-audit's answer, which calls it a success that it found none of the packages."""
    try:
        packages: list[dict[str, Any]] = json.loads(answer)["dependencies"]
    except (ValueError, KeyError):
        last = trouble.strip().splitlines()[-1:] or ["no answer"]
        return Found(not_audited=[f"{name}: {last[0]}"])
    found = Found()
    for package in packages:
        if "skip_reason" in package:
            found.not_audited.append(package["name"])
            continue
        found.audited += 1
        for weakness in package["vulns"]:
            mended = ", ".join(weakness["fix_versions"]) or "-"
            line = f"{name}: {package['name']} {package['version']}: {weakness['id']} -> {mended}"
            found.weaknesses.append(line)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Write and ask; say what came of it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("locks", nargs="*", type=Path, default=sorted(LOCKS.glob("*.txt")))
    parser.add_argument("--to", type=Path, default=PROJECT.parent / "dist", metavar="FOLDER")
    told = parser.parse_args(arguments)
    told.to.mkdir(parents=True, exist_ok=True)
    for lock in told.locks:
        print(write_sbom(lock, told.to))
    return conclude([audit(lock) for lock in told.locks])


def conclude(all_found: Sequence[Found]) -> int:
    """Say what was found and what could not be asked, in both languages."""
    weaknesses = [line for found in all_found for line in found.weaknesses]
    not_audited = sorted({name for found in all_found for name in found.not_audited})
    audited = sum(found.audited for found in all_found)
    for line in weaknesses:
        print(line)
    if not_audited:
        some = ", ".join(not_audited[:FEW]) + (", …" if not_audited[FEW:] else "")
        print(f"NO se pudo auditar: {len(not_audited)} ({some}). Repítalo con acceso a pypi.org.")
        print(f"could NOT audit: {len(not_audited)} ({some}). Try again with access to pypi.org.")
    print(f"auditados / audited: {audited}; debilidades / weaknesses: {len(weaknesses)}")
    if weaknesses:
        return WEAK
    return NOT_AUDITED if not_audited or not audited else 0


def _program(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program that stands beside this Python."""
    program = Path(sys.executable).parent / name
    return subprocess.run(  # noqa: S603 - our own list
        [str(program), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=ASKED_WITHIN_SECONDS,
    )


if __name__ == "__main__":
    sys.exit(main())

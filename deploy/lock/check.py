"""Find the requirements of locked packages that no line of the lock pins.

    python deploy/lock/check.py [--path SITE_PACKAGES] LOCK...

pip takes `coverage` and `coverage[toml]` for two requirements. With `--require-hashes` it refuses
one that no line pins, but only once a version newer than the locked one has been published; until
then the lock seems complete. So each requirement of a locked package needs a line with the same
extras, under every Python and platform that canaliza supports. The requirements are read from the
packages installed beside the Python that runs this, or in SITE_PACKAGES. Exit status: 1 if a line
is missing, or if a locked package is not installed and so cannot be read.
"""

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

Locked = tuple[Requirement, Distribution]  # a line, and what it installed

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = (  # sys_platform, platform_system, platform_machine
    ("linux", "Linux", "x86_64"),
    ("linux", "Linux", "aarch64"),
    ("darwin", "Darwin", "arm64"),
)


@dataclass(frozen=True)
class Environment:
    """A Python and a platform that a lock is for."""

    name: str
    markers: dict[str, str]

    def applies(self, requirement: Requirement, extras: Iterable[str] = ()) -> bool:
        """Return whether the requirement's marker holds here, with any of these extras or none."""
        marker = requirement.marker
        return marker is None or any(
            marker.evaluate({**self.markers, "extra": extra}) for extra in ("", *extras)
        )


def environments() -> Iterator[Environment]:
    """Yield what canaliza supports."""
    for python in PYTHONS:
        for sys_platform, system, machine in PLATFORMS:
            markers = {
                "python_version": python,
                "python_full_version": f"{python}.0",
                "implementation_name": "cpython",
                "implementation_version": f"{python}.0",
                "platform_python_implementation": "CPython",
                "os_name": "posix",
                "sys_platform": sys_platform,
                "platform_system": system,
                "platform_machine": machine,
            }
            yield Environment(f"Python {python}, {system} {machine}", markers)


def lines(lock: str) -> list[Requirement]:
    """Parse the requirements of a lock, without their hashes."""
    logical = lock.replace("\\\n", " ").splitlines()
    bare = (re.sub(r"\s+--hash=\S+", "", line).strip() for line in logical)
    return [Requirement(line) for line in bare if line and not line.startswith("#")]


def identity(requirement: Requirement) -> str:
    """Name a requirement as pip tells requirements apart: by its name and its extras."""
    name = canonicalize_name(requirement.name)
    extras = sorted(canonicalize_name(extra) for extra in requirement.extras)
    return f"{name}[{','.join(extras)}]" if extras else name


def unreadable(line: Requirement, found: Distribution | None) -> str | None:
    """Say why the installed metadata does not speak for a line that holds here."""
    if found is None:
        return f"{identity(line)} is locked and not installed: install the lock, then check it"
    if not line.specifier.contains(found.version, prereleases=True):
        return f"{identity(line)}{line.specifier} is locked and {found.version} is installed"
    return None


def gaps(
    environment: Environment, lock: Sequence[Requirement], read: Iterable[Locked]
) -> Iterator[tuple[str, str]]:
    """Yield each package with what it requires here without a line that pins it."""
    pinned = {identity(line) for line in lock if environment.applies(line)}
    for line, package in read:
        if environment.applies(line):
            for required in map(Requirement, package.requires or ()):
                if identity(required) not in pinned and environment.applies(required, line.extras):
                    yield f"{identity(line)} {package.version}", identity(required)


def unpinned(lock: Sequence[Requirement], installed: dict[str, Distribution]) -> list[str]:
    """Return a sentence for each requirement that no line of the lock pins.

    Lines that are not for this Python and platform are read where they are installed.
    """
    if not lock:
        return ["it pins nothing"]
    here = [line for line in lock if line.marker is None or line.marker.evaluate()]
    found = [(line, installed.get(canonicalize_name(line.name))) for line in here]
    sentences = [sentence for line, package in found if (sentence := unreadable(line, package))]
    read = [(line, package) for line, package in found if package is not None]
    first_seen: dict[tuple[str, str], Environment] = {}
    for environment in environments():
        for gap in gaps(environment, lock, read):
            first_seen.setdefault(gap, environment)
    return sentences + [
        f"{package} requires {wanted}, and no line pins {wanted} ({environment.name})"
        for (package, wanted), environment in first_seen.items()
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Check each lock named, print what it does not pin, and return 1 if there is anything."""
    parser = argparse.ArgumentParser(description="Find requirements that a lock does not pin.")
    parser.add_argument("locks", nargs="+", type=Path, metavar="LOCK")
    parser.add_argument("--path", type=Path, help="where the lock is installed")
    options = parser.parse_args(arguments)
    installed: dict[str, Distribution] = {}
    for package in distributions(path=[str(options.path)] if options.path else sys.path):
        installed.setdefault(canonicalize_name(package.name), package)  # as `import` would find it
    sentences = [
        f"{path}: {sentence}"
        for path in options.locks
        for sentence in unpinned(lines(path.read_text(encoding="utf-8")), installed)
    ]
    for sentence in sentences:
        print(sentence, file=sys.stderr)
    return 1 if sentences else 0


if __name__ == "__main__":
    sys.exit(main())

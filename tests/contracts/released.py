"""What a released version wrote, by digest: from 0.2.0 on none of it changes.

``python -m tests.contracts.released 0.2.0`` notes every migration and every line of the golden
files as they stand, in ``released/0.2.0.txt``: digest, number of lines, file. What comes later is
added: a golden file gets lines at its end, a schema another migration. A note is never made anew.
"""

import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "released"
WHAT = ("services/*/sql/*.sql", "shared/*/sql/*.sql", "tests/contracts/golden/**/*.jsonl")


def files(root: Path = ROOT) -> Iterator[Path]:
    """Yield the files whose bytes are for ever."""
    for pattern in WHAT:
        yield from sorted(root.glob(pattern))


def digest(content: bytes, lines: int) -> str:
    """Digest that many lines from the first one on."""
    return sha256(b"".join(content.splitlines(keepends=True)[:lines])).hexdigest()


def noted(file: Path, root: Path = ROOT) -> str:
    """Describe a file as it stands."""
    content = file.read_bytes()
    lines = len(content.splitlines())
    return f"{digest(content, lines)} {lines} {file.relative_to(root).as_posix()}"


def changed(note: str, root: Path = ROOT) -> str | None:
    """Say what became of a noted file that is not as it was; a golden one may have grown."""
    was, lines, name = note.split(" ", 2)
    file = root / name
    if not file.is_file():
        return f"{name}: gone"
    content = file.read_bytes()
    if digest(content, int(lines)) != was:
        return f"{name}: changed"
    grown = len(content.splitlines()) > int(lines)
    return f"{name}: a migration has grown" if grown and file.suffix == ".sql" else None


def write(version: str) -> Path:
    """Note what a version writes; refused if it is noted already."""
    FOLDER.mkdir(exist_ok=True)
    note = FOLDER / f"{version}.txt"
    with note.open("x", encoding="utf-8") as made:
        made.writelines(f"{noted(file)}\n" for file in files())
    return note


if __name__ == "__main__":
    sys.stdout.write(f"{write(sys.argv[1])}\n")

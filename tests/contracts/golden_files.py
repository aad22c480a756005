"""Bytes as they were once written, kept for ever: a line per example.

``python -m tests.contracts.golden_files`` writes the files that do not exist yet, and adds lines to
those that do for new examples at the end. It never changes a line that is there: what stands on a
log or in a topic cannot be changed either.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from shared.contracts.contract import type_name
from shared.contracts.envelope import encode
from shared.contracts.schema_files import file_name
from shared.eventstore.codec import Vocabulary
from tests.examples import (
    FACTS,
    GROWN_NAMES,
    NAMES,
    PUBLISHED,
    STORED,
    examples,
    grown,
    recorded,
)

FOLDER = Path(__file__).parent / "golden"


def stored_file(service: str, name: str) -> Path:
    """Name the file of a stored fact's first version."""
    return FOLDER / "stored" / service / f"{name}.v1.jsonl"


def published_file(service: str, name: str) -> Path:
    """Name the file of a published fact's first version."""
    file = file_name(type_name(service, name, 1))
    return FOLDER / "published" / f"{file}l"


def grown_file(file: Path) -> Path:
    """Name the file of a fact with a field more, beside that of its first form."""
    return file.with_suffix(".grown.jsonl")


def lacking(
    stored: Iterable[tuple[str, str]] = NAMES, published: Iterable[tuple[str, str]] = PUBLISHED
) -> list[str]:
    """Name the files that these facts should have and do not."""
    files = [*(stored_file(*each) for each in stored), *(published_file(*e) for e in published)]
    return [file.relative_to(FOLDER).as_posix() for file in files if not file.exists()]


def _write_once(path: Path, lines: list[bytes]) -> None:
    there = path.read_bytes().splitlines() if path.exists() else []
    if lines[: len(there)] == there:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(line + b"\n" for line in lines))


def stored_lines(service: str, name: str) -> list[bytes]:
    """Write the examples of a fact as its service would store them today."""
    vocabulary = Vocabulary(STORED[service])
    return [
        vocabulary.encode(recorded(service, name, fact).meta, fact) for fact in FACTS[service][name]
    ]


def published_lines(service: str, name: str) -> list[bytes]:
    """Write the examples of a fact as its service would publish them today."""
    return [encode(each.contract, each.recorded) for each in examples(service, name)]


def grown_lines(service: str, name: str) -> Mapping[Path, bytes]:
    """Write a fact that has grown as its service would store and publish it today, by file."""
    each = grown(service, name)
    stored = Vocabulary(STORED[service]).encode(each.recorded.meta, each.recorded.fact)
    published = encode(each.contract, each.recorded)
    return {
        grown_file(stored_file(service, name)): stored,
        grown_file(published_file(service, name)): published,
    }


def main() -> None:
    """Write what is missing."""
    for each in GROWN_NAMES:
        for file, line in grown_lines(*each).items():
            _write_once(file, [line])
    for each in NAMES:
        _write_once(stored_file(*each), stored_lines(*each))
    for each in PUBLISHED:
        _write_once(published_file(*each), published_lines(*each))


if __name__ == "__main__":
    main()

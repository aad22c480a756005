"""``python -m shared.contracts`` writes the committed schemas; with ``--check`` it only compares.

A published version is never overwritten by one that lost something: that needs a new version.
"""

import argparse
import sys
from pathlib import Path

from shared.contracts.compatibility import broken_promises
from shared.contracts.schema_files import FOLDER, committed, todays, write


def main(arguments: list[str] | None = None) -> int:
    """Write or check the schemas. Return 0 if all is well, 1 if something has to be corrected."""
    parser = argparse.ArgumentParser(prog="python -m shared.contracts", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing / no escribe nada")
    parser.add_argument(
        "--folder",
        type=Path,
        default=FOLDER,
        help="the folder of the schemas / la carpeta de los esquemas",
    )
    options = parser.parse_args(arguments)
    old, new = committed(options.folder), todays()
    broken = broken_promises(old, new)
    if broken:
        return _complain("Un contrato solo crece / A contract only grows:", broken)
    stale = [name for name in new if old.get(name) != new[name]]
    if options.check and stale:
        return _complain("Corra / Run: python -m shared.contracts", stale)
    write({name: new[name] for name in stale}, options.folder)
    return 0


def _complain(heading: str, lines: list[str]) -> int:
    sys.stderr.write("\n  ".join([heading, *lines]) + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())

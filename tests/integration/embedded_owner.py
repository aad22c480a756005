"""Owns a data folder in a process of its own, for tests that kill such a process.

Run as ``python embedded_owner.py FOLDER postgres|kafka [child]``. Prints the address once the
server answers, then waits to be killed; SIGTERM stops in order. With ``child`` it first forks a
process that outlives it.
"""

import os
import signal
import sys
from pathlib import Path

from shared.embedded.supervisor import Supervisor


def main() -> None:
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))
    with Supervisor(Path(sys.argv[1])) as supervisor:
        supervisor.own()
        address = (
            supervisor.postgres().conninfo() if sys.argv[2] == "postgres" else supervisor.kafka()
        )
        if sys.argv[3:] == ["child"] and os.fork() == 0:
            signal.pause()
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        signal.pause()


main()

"""A rebuild of reporting that may die in the middle: ``python -m tests.faults.rebuilding NTH``.

It reads the conninfo on standard input and kills itself once its nth page is written and not
committed; with 0 it goes on to the end.
"""

import os
import signal
import sys
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from services.operator.publishing import SOURCES
from services.reporting import rebuild
from shared.maintenance.shadow_tables import ReadersStay, Shadow
from shared.service.settings import role_of
from tests.faults.failpoints import Seam, SeamMoved

_SMALL_PAGE = 200
"""So that a run of minutes has several of them."""
_TRIES = 5


def main() -> None:
    nth = int(sys.argv[1])
    admin = sys.stdin.read()
    role = role_of("reporting", str(conninfo_to_dict(admin)["dbname"]))
    if not hasattr(rebuild, "PAGE"):
        raise SeamMoved("services.reporting.rebuild.PAGE")
    rebuild.PAGE = _SMALL_PAGE
    pages = 0

    def keep(original: Any, self: Any, cursor: Any, progress: Any) -> Any:
        nonlocal pages
        done = original(self, cursor, progress)
        pages += 1
        if pages == nth:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    seam = Seam(Shadow, "keep", "self cursor progress", keep)
    seam.check()
    seam.wrap()
    for _ in range(_TRIES):
        try:
            done = rebuild.rebuild(admin, role, SOURCES)
        except ReadersStay:  # it says so itself: run it again, it goes on from there
            continue
        sys.stdout.write(f"{done}\n")
        return
    sys.exit(1)


if __name__ == "__main__":
    main()

"""As root: what talks to the network runs in a child process that has dropped its privileges.

The parent keeps what root is needed for: the data folder and its servers. Neither outlives the
other.
"""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

import structlog

from shared.embedded.privileges import RunAs, become, program_user, run_as
from shared.kernel.text import Text, UserError
from shared.service.server_watch import ServerWatch

_ASKING = (signal.SIGTERM, signal.SIGINT)
_ALONE_SECONDS = 5.0
"""How long the child may outlive the parent. The servers end with the parent, and an orderly stop
would wait for them, part by part; what was answered is stored already.
"""

log = structlog.get_logger(__name__)


class CannotDropPrivileges(UserError):
    """The user that was named for it cannot run the program."""

    def __init__(self, user: str, closed: object) -> None:
        super().__init__(
            Text(
                f"{user} (CANALIZA_RUN_AS) no puede leer {closed}, que el programa necesita. "
                "Instale canaliza y su Python donde pueda, o ejecútela como ese usuario.",
                f"{user} (CANALIZA_RUN_AS) cannot read {closed}, which the program needs. Install "
                "canaliza and its Python where it can, or run it as that user.",
            ),
            2,
        )


STAYS_ROOT = Text(
    "Atención: corre como root, porque otro usuario no puede leer {closed}, que el programa"
    " necesita. Instale canaliza y su Python (CANALIZA_PYTHON) donde otros puedan leerlos, o"
    " ejecútela como un usuario ordinario.",
    "Beware: it runs as root, because no other user can read {closed}, which the program needs."
    " Install canaliza and its Python (CANALIZA_PYTHON) where others can read them, or run it as an"
    " ordinary user.",
)


def drop_privileges() -> None:
    """As root: go on as ``CANALIZA_RUN_AS``. Without it the log says that the service is root.

    For a service alone, once it has its socket and has read its files. Raises
    CannotDropPrivileges, and EmbeddedProblem if there is no such user.
    """
    user = run_as()
    if not user.dropped:
        return
    if not os.environ.get("CANALIZA_RUN_AS"):
        log.warning("runs_as_root", instead="CANALIZA_RUN_AS, or an ordinary user")
        return
    found = program_user(user)
    if isinstance(found, Path):
        raise CannotDropPrivileges(user.name, found)
    become(found)


def serve_as(user: RunAs, serve: Callable[[], int], watch: ServerWatch) -> int:
    """Run ``serve`` in a child of this process as ``user``; return its exit code, 1 if killed.

    No thread of ours may run yet. A signal that asks us to stop is handed to the child, once. If a
    server cannot be kept up, the child is asked to stop.
    """
    sys.stdout.flush()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writing)
        os.setpgid(0, 0)  # Ctrl-C is for the parent, who then asks us
        _be_the_child(user, serve, reading)
    os.close(reading)
    asked = ended = False

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        del number, frame
        if not asked and not ended:
            asked = True
            os.kill(child, signal.SIGTERM)

    for each in _ASKING:
        signal.signal(each, ask_to_stop)
    watch.on_bug = lambda: os.kill(child, signal.SIGTERM)
    watch.start()
    try:
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
    finally:
        watch.stop()
        os.close(writing)
    # Until it is reaped its number is nobody else's; from here on nobody signals it.
    ended = True
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    if code == -signal.SIGTERM and asked:
        return 0  # it had not got as far as to hear us
    return code if code >= 0 else 1


def _be_the_child(user: RunAs, serve: Callable[[], int], lifeline: int) -> NoReturn:
    """Serve, and end without what the parent has to do at its own end."""
    code = 1
    try:
        become(user)
        threading.Thread(target=_end_with_parent, args=(lifeline,), daemon=True).start()
        code = serve()
    except BaseException:  # nothing may go on from here as if it were the parent
        with suppress(OSError, ValueError):
            log.exception("unprivileged_process_ended")
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):  # nobody may be there to read it
                stream.flush()
        os._exit(code)


def _end_with_parent(lifeline: int) -> None:
    """Stop once the parent has ended: then its end of the pipe closes. Orderly if it is quick."""
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_ALONE_SECONDS)
    os._exit(1)

"""Logs as JSON lines on standard error: event names, codes, locations; never a payload or person.

An error is logged by its type and where it was raised, ours and the libraries' alike. Its message
and the variables around it are left out: either may hold what somebody typed.
"""

import logging
import sys
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict
from typing_extensions import override

_TRANSFORM = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
_FRAMES = 8


def described(error: Any) -> Sequence[dict[str, Any]]:
    """Describe an exception and its causes: only their types and lines of code.

    error: as ``sys.exc_info`` gives it.
    """
    return [
        {
            "type": one["exc_type"],
            "at": [f"{f['filename']}:{f['lineno']} {f['name']}" for f in one["frames"][-_FRAMES:]],
        }
        for one in _TRANSFORM(error)
    ]


def _exception(logger: object, method: str, event: EventDict) -> EventDict:
    del logger, method
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, tuple) and info[0]:
        event["exception"] = described(info)
    return event


class _Discreet(logging.Formatter):
    """Formats the libraries' own log lines, without the message of an exception."""

    @override
    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        return str(described(ei)) if ei[0] else ""


def set_up(level: str = "INFO") -> None:
    """Send every log line, ours and the libraries', to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Discreet("%(message)s"))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for noisy in ("uvicorn.access", "httpx2"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # It warns of every reconnection; what that means for a reader or relay, ours say themselves.
    logging.getLogger("kafka").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _exception,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )

"""Logs as JSON lines on standard error.

An event's name and coded values, never a payload and never a person.
"""

import logging
import sys

import structlog
from structlog.typing import EventDict


_TRANSFORM = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)


def _exception(logger: object, method: str, event: EventDict) -> EventDict:
    """Say what kind of error it was and where, but neither its message nor any variable.

    Either may hold what somebody typed.
    """
    del logger, method
    info = event.pop("exc_info", None)
    if info:
        info = sys.exc_info() if info is True else info
        raised = _TRANSFORM(info) if isinstance(info, tuple) and info[0] else []
        event["exception"] = [
            {
                "type": one["exc_type"],
                "at": [f"{f['filename']}:{f['lineno']} {f['name']}" for f in one["frames"][-8:]],
            }
            for one in raised
        ]
    return event


def set_up(level: str = "INFO") -> None:
    """Send every log line, ours and the libraries', to standard error as one JSON object a line."""
    logging.basicConfig(stream=sys.stderr, level=level, format="%(message)s", force=True)
    for noisy in ("kafka", "uvicorn.access", "httpx"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
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

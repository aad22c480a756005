"""Logs as JSON lines on standard error: event names, codes, locations; never a payload or person.

An error is logged by its type and where it was raised, ours and the libraries' alike. Its message
and the variables around it are left out: either may hold what somebody typed.
"""

import logging
import sys
import threading
from collections.abc import Sequence
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

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


def _without_break(logger: object, method: str, event: EventDict) -> EventDict:
    """Take the line break from the end of what a library says."""
    del logger, method
    event["event"] = str(event["event"]).strip()
    event.pop("stack_info", None)
    return event


_STAMPED: tuple[Processor, ...] = (
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _exception,
)


def set_up(level: str = "INFO") -> None:
    """Send every log line, ours and the libraries', to standard error, as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
            foreign_pre_chain=[*_STAMPED, _without_break],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for noisy in ("uvicorn.access", "httpx2"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # It warns of every reconnection; what that means for a reader or relay, ours say themselves.
    logging.getLogger("kafka").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_STAMPED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def catch_all() -> None:
    """Log what nobody catches, in any thread, and Python's warnings, as everything else is logged.

    For a process that serves; a traceback on standard error is no JSON, and quotes messages.
    """
    log = structlog.get_logger("canaliza")

    def uncaught(kind: type[BaseException], error: Any, traceback: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, traceback)
        else:
            log.critical("uncaught", exc_info=(kind, error, traceback))

    def in_thread(of: threading.ExceptHookArgs) -> None:
        name = of.thread.name if of.thread else ""
        info = (of.exc_type, of.exc_value, of.exc_traceback)
        log.critical("uncaught_in_thread", thread=name, exc_info=info)

    def unraisable(of: Any) -> None:
        log.error("unraisable", exc_info=(of.exc_type, of.exc_value, of.exc_traceback))

    sys.excepthook, threading.excepthook, sys.unraisablehook = uncaught, in_thread, unraisable
    logging.captureWarnings(capture=True)

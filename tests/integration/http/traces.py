"""Everything that the services leave behind: rows of all tables, log lines."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import structlog
from psycopg.sql import SQL, Identifier

from shared.telemetry import logs
from tests.integration.http.api_client import ApiClient

_OWN_SCHEMAS = (
    "SELECT schemaname, tablename FROM pg_tables"
    " WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
)
_THE_TESTS_OWN = ("httpx", "httpx2", "httpcore", "httpcore2", "asyncio")


def stored(api: ApiClient) -> str:
    """Every row of every table of every schema, as text; bytes as the text they hold."""
    lines: list[str] = []
    with psycopg.connect(api.running.tokens._admin) as conn:
        for schema, table in conn.execute(_OWN_SCHEMAS).fetchall():
            rows = conn.execute(SQL("SELECT * FROM {}").format(Identifier(schema, table)))
            lines += [f"{schema}.{table} {' '.join(map(_text, row))}" for row in rows]
    return "\n".join(lines)


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


@dataclass
class Heard:
    """What was logged, as an operator would read it."""

    stream: io.StringIO = field(default_factory=io.StringIO)

    def text(self) -> str:
        """All of it."""
        return self.stream.getvalue()


@contextmanager
def heard() -> Iterator[Heard]:
    """Log everything, to the last detail, the way the product logs; then as it was before."""
    root, captured = logging.getLogger(), Heard()
    before, level = list(root.handlers), root.level
    logs.set_up("DEBUG")
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(captured.stream)
    for name in _THE_TESTS_OWN:  # the client's side, which knows what it sends
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        yield captured
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        structlog.reset_defaults()

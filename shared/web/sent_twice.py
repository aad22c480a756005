"""Requests that say twice what may be there once: a proxy might go by the one, we by the other."""

from urllib.parse import unquote_plus

from starlette.types import Scope

ONCE = frozenset(
    {
        b"authorization",
        b"canaliza-purpose",
        b"content-type",
        b"host",
        b"idempotency-key",
        b"if-match",
        b"origin",
    }
)
"""Headers that say one thing. Those that are lists may come in several lines."""


def is_sent_twice(scope: Scope) -> bool:
    """Whether a request has one of these headers, or a parameter in its address, more than once."""
    said = [name for name, _ in scope["headers"] if name in ONCE]
    return len(said) != len(set(said)) or _repeats(scope["query_string"])


def _repeats(query: bytes) -> bool:
    if b"&" not in query:
        return False
    parts = [part for part in query.decode("latin-1").split("&") if part]
    return len({unquote_plus(part.partition("=")[0]) for part in parts}) != len(parts)

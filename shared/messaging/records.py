"""A message as Kafka keeps it: a record whose headers hold the message's position in its log."""

from functools import cache
from typing import Any

from shared.contracts.contract import is_key
from shared.contracts.envelope import MEDIA_TYPE
from shared.messaging.port import Message, untrusted_key
from shared.messaging.topics import source_of

_CONTENT = ("content-type", f"{MEDIA_TYPE}; charset=utf-8".encode())
_POSITION, _PREVIOUS = "position", "previous"


def headers_of(position: int, previous: int) -> list[tuple[str, bytes]]:
    """Return the headers of a relay's message.

    previous: the position of the message before it in its partition.
    """
    return [
        _CONTENT,
        (_POSITION, b"%d" % position),
        (_PREVIOUS, b"%d" % previous),
    ]


def message_of(record: Any) -> Message:
    """Read a record as a message; what no relay of ours wrote has no position."""
    headers = dict(record.headers or ())
    position, previous = _number(headers.get(_POSITION)), _number(headers.get(_PREVIOUS))
    if position is None or previous is None or previous >= position:
        position = previous = None
    return Message(
        _source(record.topic),
        record.partition,
        record.offset,
        position,
        previous,
        _key(record.key or b"", ours=position is not None),
        record.value or b"",
    )


_source = cache(source_of)


def _key(raw: bytes, *, ours: bool) -> str:
    """Return a key that some contract may have; anything else is not ours and is kept nowhere."""
    key = raw.decode("utf-8", errors="replace")
    if not ours:
        return untrusted_key(key)
    return key if is_key(key) else ""


def _number(raw: bytes | None) -> int | None:
    """Return a header's number, None if no relay of ours wrote it."""
    return int(raw) if raw is not None and raw.isdigit() and len(raw) < 19 else None  # noqa: PLR2004

"""A message as Kafka keeps it: a record whose headers hold its position in its log, and a seal."""

from functools import cache
from typing import Any

from shared.contracts.contract import is_key
from shared.contracts.envelope import MEDIA_TYPE
from shared.messaging.port import Message, untrusted_key
from shared.messaging.seals import Sealable, Seals
from shared.messaging.topic_names import source_of

_CONTENT = ("content-type", f"{MEDIA_TYPE}; charset=utf-8".encode())
_POSITION, _PREVIOUS, _SEAL = "position", "previous", "seal"


def headers_of(seals: Seals, message: Sealable) -> list[tuple[str, bytes]]:
    """Return the headers of a relay's message. Raises NoKey."""
    return [
        _CONTENT,
        (_POSITION, b"%d" % message.position),
        (_PREVIOUS, b"%d" % message.previous),
        (_SEAL, seals.seal(message)),
    ]


def message_of(record: Any, seals: Seals) -> Message:
    """Read a record as a message; what no relay of ours wrote has no position.

    If it states one and its seal does not hold, it is not authentic, and its key counts no more.
    """
    headers = dict(record.headers or ())
    position, previous = _number(headers.get(_POSITION)), _number(headers.get(_PREVIOUS))
    topic, partition, offset = record.topic, record.partition, record.offset
    source, key, value = _source(topic), record.key or b"", record.value or b""
    if position is None or previous is None or previous >= position:
        return Message(source, partition, offset, None, None, _key(key, ours=False), value)
    seal = headers.get(_SEAL) or b""
    if not seals.holds(seal, Sealable(topic, partition, position, previous, key, value)):
        return Message(source, partition, offset, None, None, "", value, authentic=False)
    return Message(source, partition, offset, position, previous, _key(key, ours=True), value)


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

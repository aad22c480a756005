"""The envelope of a published fact: CloudEvents 1.0, structured JSON.

Promises: ``time`` keeps the wall clock's offset, because reports count days where things happened;
decimals are sent as strings, exactly; ``decode`` says why it cannot read, never what was written.

What cannot be stored is not read, by the same limits by which requests are refused. A fact that was
recorded before a limit was set is read if it can be stored.
"""

import re
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta as Limits
from typing_extensions import override

from shared.contracts import CONTRACTS
from shared.contracts.contract import PREFIX, Contract
from shared.kernel.limits import beyond, can_be_stored
from shared.kernel.record import Meta, Recorded, Source, mark_of
from shared.kernel.value import Value

MEDIA_TYPE = "application/cloudevents+json"
_SOURCE = "/canaliza/"

_NonEmpty = Annotated[str, Limits(min_length=1)]
_Aware = Annotated[datetime, Limits(tz=True)]


class Attributes(msgspec.Struct, frozen=True, kw_only=True):
    """CloudEvents' own attributes, then our extensions, whose names may only be small letters.

    subject: what the fact is about, as its contract's ``key`` declares. position: the fact's
    position in its publisher's log, as digits in a string, because an integer of CloudEvents ends
    at 2,147,483,647. actor: the public id of the token. importmapping, importfile, legalbasis: the
    source of imported history (see ``Source``); left out of what happened live.
    """

    specversion: Literal["1.0"]
    id: _NonEmpty
    source: _NonEmpty
    type: _NonEmpty
    subject: _NonEmpty
    time: _Aware
    datacontenttype: Literal["application/json"]
    dataschema: _NonEmpty
    position: Annotated[str, Limits(pattern=r"^[1-9][0-9]{0,18}$")]
    recordedat: _Aware
    institution: _NonEmpty
    role: _NonEmpty
    actor: _NonEmpty
    correlationid: _NonEmpty
    causationid: _NonEmpty
    importmapping: str | None = None
    importfile: str | None = None
    legalbasis: str | None = None

    @property
    def imported(self) -> Source | None:
        """The source of imported history; None if it happened live."""
        if self.importmapping is None or self.legalbasis is None:
            return None
        return Source(self.importmapping, self.legalbasis, self.importfile)


class _Sent(Attributes, frozen=True, kw_only=True, omit_defaults=True):
    data: Contract


class Envelope(Attributes, frozen=True, kw_only=True):
    """An event whose data has not been read yet."""

    data: msgspec.Raw


class Event(msgspec.Struct, frozen=True, eq=False):
    """A published fact as a reader gets it.

    key: the subject, of the kind that the contract's ``key`` declares. raw: the bytes of ``data``
    as they were published; two events that differ in nothing else are equal.
    """

    id: str
    service: str
    position: int
    type: str
    key: str
    meta: Meta
    data: Contract
    raw: bytes

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Event) and self._compared() == other._compared()

    @override
    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def mark(self) -> str:
        """The mark of its fact (see ``mark_of``)."""
        return mark_of(self.id, self.meta.recorded_at)

    def _compared(self) -> tuple[object, ...]:
        return self.id, self.service, self.position, self.type, self.key, self.meta, self.data


class FactHeader(Value):
    """Which fact a message carries: its service, its position in that log, and its mark."""

    service: str
    position: int
    mark: str


class Why(StrEnum):
    """Why something could not be read; what to do next depends on it."""

    NOT_JSON = "not-json"
    NOT_CLOUDEVENT = "not-cloudevent"
    UNKNOWN_TYPE = "unknown-type"
    UNKNOWN_VERSION = "unknown-version"
    SCHEMA_VIOLATION = "schema-violation"


class Unreadable(ValueError):
    """The bytes are no event of ours. ``where``: the path of the field that is wrong, if one is.

    The message has reason and path only, never what was written, since that may be anything.
    """

    def __init__(self, reason: Why, where: str = "") -> None:
        self.reason = reason
        self.where = where
        super().__init__(f"{reason.value} {where}".rstrip())


_TYPES = {contract: name for name, contract in CONTRACTS.items()}
_FAMILIES = frozenset(name.rpartition(".")[0] for name in CONTRACTS)
_ENCODER = msgspec.json.Encoder(decimal_format="string", uuid_format="canonical")
_DECODER = msgspec.json.Decoder(Envelope)
_ZERO = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


def schema_urn(name: str) -> str:
    """Return the URN of a type's schema: ``urn:canaliza:schema:intake.case-registered.v1``."""
    return f"urn:canaliza:schema:{name.removeprefix(PREFIX + '.')}"


_URNS = {name: schema_urn(name) for name in CONTRACTS}


def encode(data: Contract, of: Recorded) -> bytes:
    """Write the event that publishes ``data``, the contract of the recorded fact ``of``."""
    name, meta, imported = _TYPES[type(data)], of.meta, of.meta.imported
    return _ENCODER.encode(
        _Sent(
            specversion="1.0",
            id=of.id,
            source=_SOURCE + of.service,
            type=name,
            subject=meta.correlation,
            time=meta.happened_at,
            datacontenttype="application/json",
            dataschema=_URNS[name],
            position=str(of.position),
            recordedat=meta.recorded_at,
            institution=meta.institution,
            role=meta.role,
            actor=meta.subject,
            correlationid=meta.correlation,
            causationid=meta.causation,
            importmapping=imported.mapping if imported else None,
            importfile=imported.file if imported else None,
            legalbasis=imported.legal_basis if imported else None,
            data=data,
        )
    )


def event_of(data: Contract, service: str, position: int, fact_id: str, meta: Meta) -> Event:
    """Return the event that publishes ``data``, as ``decode`` would return it.

    For those who read the publisher's own log instead of messages.
    """
    return Event(
        fact_id,
        service,
        position,
        _TYPES[type(data)],
        meta.correlation,
        meta,
        data,
        _ENCODER.encode(data),
    )


def decode(raw: bytes) -> Event:
    """Read an event. Raises ``Unreadable``."""
    return event_in(read_envelope(raw), raw)


def decode_recorded(raw: bytes) -> Event:
    """Read the event of a fact that is on its service's log. Raises ``Unreadable``."""
    return event_in(read_envelope(raw), raw, recorded=True)


def event_in(message: Envelope, raw: bytes, *, recorded: bool = False) -> Event:
    """Read the event in an envelope. raw: all of its bytes. Raises ``Unreadable``.

    recorded: whether a relay of ours sent it, so that its fact is on its service's log.
    """
    if message.type not in CONTRACTS:
        family = message.type.rpartition(".")[0]
        raise Unreadable(Why.UNKNOWN_VERSION if family in _FAMILIES else Why.UNKNOWN_TYPE)
    service = message.type.split(".")[2]
    if message.source != _SOURCE + service:
        raise Unreadable(Why.NOT_CLOUDEVENT, "$.source")
    if not CONTRACTS[message.type].key.matches(message.subject):
        raise Unreadable(Why.SCHEMA_VIOLATION, "$.subject")
    if rb"\u0000" in raw and _ZERO.search(raw):  # PostgreSQL cannot store a zero character
        raise Unreadable(Why.SCHEMA_VIOLATION)
    data = _read(_reader(message.type), message.data, Why.SCHEMA_VIOLATION)
    if not recorded:
        _within_limits(message, Why.NOT_CLOUDEVENT, recorded=False)
    _within_limits(data, Why.SCHEMA_VIOLATION, recorded=recorded)
    return Event(
        id=message.id,
        service=service,
        position=int(message.position),
        type=message.type,
        key=message.subject,
        meta=Meta(
            institution=message.institution,
            role=message.role,
            subject=message.actor,
            happened_at=message.time,
            recorded_at=message.recordedat,
            correlation=message.correlationid,
            causation=message.causationid,
            imported=message.imported,
        ),
        data=data,
        raw=bytes(message.data),
    )


def fact_header(raw: bytes) -> FactHeader | None:
    """Read which fact a message carries, even of an unknown contract; None if it is no envelope."""
    try:
        return fact_header_of(read_envelope(raw))
    except Unreadable:
        return None


def fact_header_of(message: Envelope) -> FactHeader | None:
    """Return which fact an envelope carries; None if its id cannot be a fact's."""
    if "\0" in message.id:  # PostgreSQL could not store its mark
        return None
    service = message.source.removeprefix(_SOURCE)
    return FactHeader(service, int(message.position), mark_of(message.id, message.recordedat))


def read_envelope(raw: bytes) -> Envelope:
    """Read all of an event but its data. Raises ``Unreadable``."""
    message: Envelope = _read(_DECODER, raw, Why.NOT_CLOUDEVENT)
    for moment, path in ((message.time, "$.time"), (message.recordedat, "$.recordedat")):
        if not can_be_stored(moment):
            raise Unreadable(Why.NOT_CLOUDEVENT, path)
    return message


def _within_limits(told: msgspec.Struct, otherwise: Why, *, recorded: bool) -> None:
    if (found := beyond(told, recorded=recorded)) is not None:
        raise Unreadable(otherwise, f"$.{found.path}")


@cache
def _reader(name: str) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(CONTRACTS[name])


def _read(decoder: msgspec.json.Decoder[Any], raw: bytes | msgspec.Raw, otherwise: Why) -> Any:
    # Raised outside the handlers, so that msgspec's error, which may quote a value, does not become
    # the context of ours.
    try:
        return decoder.decode(raw)
    except msgspec.ValidationError as error:
        refused = Unreadable(otherwise, _path(str(error)))
    except (ValueError, RecursionError):  # no JSON, no UTF-8, or nested without end
        refused = Unreadable(Why.NOT_JSON)
    raise refused


def _path(message: str) -> str:
    """Return the path in msgspec's message, ``$.amount``; the rest of it may quote the value."""
    path = message.rpartition(" - at `")[2].removesuffix("`")
    return path if path.startswith("$") else ""

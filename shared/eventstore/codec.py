"""Facts to bytes and back.

Stored names never change; reading validates; retired names are upcast.

Recorded bytes stay as they are: nothing here writes again what it has read, so a hash over them
stays valid.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from shared.kernel.record import Meta, Source

F = TypeVar("F")

Upcast = Callable[[dict[str, Any]], dict[str, Any]]


class Unreadable(Exception):
    """A stored fact cannot be read.

    The message has the stored name and the path of the field, never the content.
    """


class Entry(msgspec.Struct, Generic[F], frozen=True, omit_defaults=True):
    """The stored form: the fields of ``Meta``, under the same names, and the fact itself.

    ``imported`` is left out if there is none, so a live fact has the bytes that it always had.
    """

    institution: str
    role: str
    subject: str
    happened_at: datetime
    recorded_at: datetime
    correlation: str
    causation: str
    fact: F
    imported: Source | None = None


class _Fact(msgspec.Struct, Generic[F], frozen=True):
    """The stored form without the metadata: all that a state is folded from."""

    fact: F


class _Dated(msgspec.Struct, Generic[F], frozen=True):
    """The stored form with when it happened, by which the order of the next facts is checked."""

    happened_at: datetime
    fact: F


@dataclass(frozen=True)
class Vocabulary:
    """Which stored name means which type.

    names: today's types by stored name. upcasts: for each retired stored name, the name that
    replaces it and a function that rewrites its fields; upcasts may be chained.
    """

    names: Mapping[str, type]
    upcasts: Mapping[str, tuple[str, Upcast]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for known, form in (("_entries", Entry), ("_facts", _Fact), ("_dated", _Dated)):
            decoders = {name: msgspec.json.Decoder(form[kind]) for name, kind in self.names.items()}
            object.__setattr__(self, known, decoders)
        object.__setattr__(self, "_by_type", {kind: name for name, kind in self.names.items()})

    def joined(self, other: "Vocabulary") -> "Vocabulary":
        """Return both vocabularies as one. Raises ValueError if both have the same name."""
        if twice := self.names.keys() & other.names.keys():
            raise ValueError(f"stored names with two meanings: {sorted(twice)}")
        return Vocabulary({**self.names, **other.names}, {**self.upcasts, **other.upcasts})

    def name_of(self, fact: object) -> str:
        """Return the stored name of a fact. Raises KeyError if the vocabulary has no such type."""
        by_type: dict[type, str] = self._by_type  # type: ignore[attr-defined]
        return by_type[type(fact)]

    def is_of(self, name: str, kind: type) -> bool:
        """Whether facts of this stored name are of this type, today or since they were renamed."""
        while name in self.upcasts:
            name, _ = self.upcasts[name]
        return self.names.get(name) is kind

    def encode(self, meta: Meta, fact: object) -> bytes:
        """Return the bytes to record."""
        return _ENCODER.encode(
            Entry(
                meta.institution,
                meta.role,
                meta.subject,
                meta.happened_at,
                meta.recorded_at,
                meta.correlation,
                meta.causation,
                fact,
                meta.imported,
            )
        )

    def decode(self, name: str, raw: bytes) -> tuple[Meta, Any]:
        """Return the metadata and the fact.

        Raises Unreadable if the name is unknown or a field is not valid.
        """
        entry = self.entry(name, raw)
        return (
            Meta(
                entry.institution,
                entry.role,
                entry.subject,
                entry.happened_at,
                entry.recorded_at,
                entry.correlation,
                entry.causation,
                entry.imported,
            ),
            entry.fact,
        )

    def entry(self, name: str, raw: bytes) -> Entry[Any]:
        """Return the stored form, which costs less than ``decode``. Raises Unreadable."""
        entry: Entry[Any] = self._read(self._entries, name, raw)  # type: ignore[attr-defined]
        return entry

    def fact(self, name: str, raw: bytes) -> Any:
        """Return the fact alone, which costs least. Raises Unreadable."""
        return self._read(self._facts, name, raw).fact  # type: ignore[attr-defined]

    def dated(self, name: str, raw: bytes) -> tuple[datetime, Any]:
        """Return when the fact happened, and the fact. Raises Unreadable."""
        read: _Dated[Any] = self._read(self._dated, name, raw)  # type: ignore[attr-defined]
        return read.happened_at, read.fact

    def _read(
        self, decoders: Mapping[str, msgspec.json.Decoder[Any]], name: str, raw: bytes
    ) -> Any:
        if name in self.upcasts:
            name, raw = self._upcast(name, raw)
        if name not in decoders:
            raise Unreadable(f"stored name «{name}» is not in the vocabulary")
        try:
            return decoders[name].decode(raw)
        except (ValueError, RecursionError) as error:  # msgspec's own, not UTF-8, nested too deeply
            path = _path_of(error)
        # Outside the except clause: the other error, which may quote content, is not its context.
        raise Unreadable(f"stored fact «{name}» is not valid at {path}")

    def _upcast(self, name: str, raw: bytes) -> tuple[str, bytes]:
        """Return today's name and form of a retired fact, for reading only. Raises Unreadable."""
        retired = name
        with suppress(ValueError, LookupError, TypeError, AttributeError, RecursionError):
            document = msgspec.json.decode(raw)
            while name in self.upcasts:
                name, rewrite = self.upcasts[name]
                document["fact"] = rewrite(document["fact"])
            return name, _ENCODER.encode(document)
        raise Unreadable(f"stored fact «{retired}» cannot be brought to the form of today")


_ENCODER = msgspec.json.Encoder(decimal_format="string", uuid_format="canonical")


def _path_of(error: Exception) -> str:
    """Return the path that msgspec's error names, without the value."""
    text = str(error)
    return text.rpartition(" - at ")[2] if " - at " in text else "`$`"

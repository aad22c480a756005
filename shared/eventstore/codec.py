"""Facts to bytes and back.

The stored names are ours and for ever; reading validates; old names are upcast.

The bytes that were recorded stay as they are: nothing here re-encodes what it read, so a hash over
them stays valid.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

import msgspec

from shared.kernel.record import Meta

F = TypeVar("F")

Upcast = Callable[[dict[str, Any]], dict[str, Any]]


class Unreadable(Exception):
    """A stored fact cannot be understood.

    Names the stored name and the place, never the content.
    """


class Entry(msgspec.Struct, Generic[F], frozen=True):
    """The stored form: the seven words of ``Meta``, under the same names, and the fact itself."""

    institution: str
    role: str
    subject: str
    happened_at: datetime
    recorded_at: datetime
    correlation: str
    causation: str
    fact: F


class _Fact(msgspec.Struct, Generic[F], frozen=True):
    """The stored form without the seven words: all that a state is folded from."""

    fact: F


@dataclass(frozen=True)
class Vocabulary:
    """Which stored name means which type.

    names: stored name to today's type. upcasts: a retired stored name to (today's stored name, how
    its fields are written today); upcasts may be chained.
    """

    names: Mapping[str, type]
    upcasts: Mapping[str, tuple[str, Upcast]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Build the validating decoders of each name, once."""
        for known, form in (("_entries", Entry), ("_facts", _Fact)):
            decoders = {name: msgspec.json.Decoder(form[kind]) for name, kind in self.names.items()}
            object.__setattr__(self, known, decoders)
        object.__setattr__(self, "_by_type", {kind: name for name, kind in self.names.items()})

    def joined(self, other: "Vocabulary") -> "Vocabulary":
        """Both vocabularies as one; a name that both know is a mistake in the program."""
        if twice := self.names.keys() & other.names.keys():
            raise ValueError(f"stored names with two meanings: {sorted(twice)}")
        return Vocabulary({**self.names, **other.names}, {**self.upcasts, **other.upcasts})

    def name_of(self, fact: object) -> str:
        """The stored name of a fact; KeyError if this service does not record such facts."""
        by_type: dict[type, str] = self._by_type  # type: ignore[attr-defined]
        return by_type[type(fact)]

    def encode(self, meta: Meta, fact: object) -> bytes:
        """The bytes to record."""
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
            )
        )

    def decode(self, name: str, raw: bytes) -> tuple[Meta, Any]:
        """The fact and its metadata.

        Raises Unreadable when the name is unknown or a field is not what it must be.
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
            ),
            entry.fact,
        )

    def entry(self, name: str, raw: bytes) -> Entry[Any]:
        """The stored form as it is, for whoever reads a million; raises what ``decode`` raises."""
        entry: Entry[Any] = self._read(self._entries, name, raw)  # type: ignore[attr-defined]
        return entry

    def fact(self, name: str, raw: bytes) -> Any:
        """The fact alone, for whoever folds; raises what ``decode`` raises."""
        return self._read(self._facts, name, raw).fact  # type: ignore[attr-defined]

    def _read(
        self, decoders: Mapping[str, msgspec.json.Decoder[Any]], name: str, raw: bytes
    ) -> Any:
        if name in self.upcasts:
            name, raw = self._upcast(name, raw)
        if name not in decoders:
            raise Unreadable(f"stored name «{name}» is not in the vocabulary")
        try:
            return decoders[name].decode(raw)
        except (ValueError, RecursionError) as error:  # msgspec's own, no UTF-8, nested too deeply
            path = _path_of(error)
        # Raised here, so that the error that may quote the content is not its context.
        raise Unreadable(f"stored fact «{name}» is not valid at {path}")

    def _upcast(self, name: str, raw: bytes) -> tuple[str, bytes]:
        """Today's name and form of a retired fact, for reading only."""
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
    """Where in the document an error lies: the path that msgspec names, without the value."""
    text = str(error)
    return text.rpartition(" - at ")[2] if " - at " in text else "`$`"

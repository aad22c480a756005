"""A message and what it carries: its envelope is parsed once, when it is first needed."""

from shared.contracts.envelope import (
    Envelope,
    Event,
    Unreadable,
    Why,
    event_in,
    fact_header_of,
    read_envelope,
)
from shared.kernel.value import replace
from shared.messaging import parked_message
from shared.messaging.port import Message, untrusted_key


class ParsedMessage:
    """A message, read as far as it can be.

    event: what it says. trouble: a code that says why the message cannot be used as it is. Both are
    None before ``parse``.
    """

    __slots__ = ("_envelope", "event", "message", "trouble")

    def __init__(self, message: Message) -> None:
        self.message = message
        self.event: Event | None = None
        self.trouble: str | None = None
        self._envelope: Envelope | Why | None = None

    @property
    def mark(self) -> str:
        """The mark of its fact; empty unless envelope and bus agree on service and position."""
        if (event := self.message.event) is not None:
            return event.mark if _belong_together(self.message, event) else ""
        envelope = self._parsed_envelope()
        header = None if isinstance(envelope, Why) else fact_header_of(envelope)
        located = (self.message.source, self.message.position)
        if header is None or (header.service, header.position) != located:
            return ""
        return header.mark

    def distrust(self) -> None:
        """Forget the position and key that the message states: no relay of ours wrote it."""
        key = untrusted_key(self.message.key)
        self.message = replace(self.message, position=None, previous=None, key=key)

    def parse(self) -> None:
        """Read the event.

        A message without a position is left for a person to judge: it may repeat one that was
        processed before, and nothing would show it.
        """
        if not self.message.authentic:
            self.trouble = parked_message.NOT_AUTHENTIC
            return
        if self.message.event is not None:
            self.event = self.message.event
            return
        message, envelope = self.message, self._parsed_envelope()
        if isinstance(envelope, Why):
            self.trouble = envelope.value
            return
        try:
            recorded = message.position is not None
            event = event_in(envelope, message.value, recorded=recorded)
        except Unreadable as error:
            self.trouble = error.reason.value
            return
        if message.position and not _belong_together(message, event):
            self.trouble = Why.NOT_CLOUDEVENT.value
            return
        self.event = event
        if message.position is None:
            self.trouble = parked_message.NOT_FROM_A_RELAY

    def _parsed_envelope(self) -> Envelope | Why:
        if self._envelope is None:
            try:
                self._envelope = read_envelope(self.message.value)
            except Unreadable as error:
                self._envelope = error.reason
        return self._envelope


def _belong_together(message: Message, event: Event) -> bool:
    """Whether the event in the message is the one that the bus says it is."""
    return (event.service, event.position, event.key) == (
        message.source,
        message.position,
        message.key,
    )

"""HTTP from a socket, within bounds: uvicorn's protocol, which by itself has none.

A request's head has at most 64 KiB, 100 lines and an address of 8 KiB, and comes within 10 seconds;
its body comes within 30, or has longer where it is a file (``shared.web.uploads``). What is longer
is answered (431, 414), what is late too (408), and the connection closed; a client that does not
read its answer is dropped.

Nearly every request comes whole, in one piece: for those this costs a look at a few numbers.
"""

from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from math import inf
from typing import Any

import httptools
from typing_extensions import override
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from shared.service.client_certificate import STATE, shown_to_us
from shared.service.connections import (
    LONGEST_BODY_SECONDS,
    LONGEST_HEAD_SECONDS,
    LONGEST_UNREAD_SECONDS,
    Connections,
)
from shared.web.answer_headers import ANSWER_HEADERS
from shared.web.problems import of_status
from shared.web.uploads import is_upload, longest_request, seconds_for

LONGEST_HEAD, MOST_LINES, LONGEST_TARGET = 64 * 1024, 100, 8 * 1024
"""Of a request's headers with its first line: bytes, lines, and the bytes of the address."""
MOST_BYTES = 1024 * 1024
"""Of a whole request, with all that is no body: an accepted one sent byte by byte stays below."""
MOST_AHEAD = 16
"""Requests that a client may send before it has the first one's answer."""
_PIECE = 16 * 1024
_LINGER_SECONDS = 2.0
_PER_LINE = 4
"""Bytes of a header line beside its name and value: colon, space, line break."""
_NOTHING, _HEAD, _BODY = 0, 1, 2
"""How much of a request has come: nothing, or all of it; a part of its head; of its body."""


class TooMuch(Exception):
    """A request's head is beyond a bound. status: what to answer; None: nothing."""

    def __init__(self, status: int | None) -> None:
        super().__init__(status)
        self.status = status


class BoundedProtocol(HttpToolsProtocol):
    """One connection. Its deadline is looked at by ``Connections``, every second."""

    def __init__(self, watched: Connections, document_mib: int, *given: Any, **more: Any) -> None:
        """document_mib: the size of the largest file that may be sent."""
        super().__init__(*given, **more)
        self._document_mib = document_mib
        self._longest, self._body_seconds = MOST_BYTES, LONGEST_BODY_SECONDS
        self.deadline = inf
        self.held = 0
        self._watched = watched
        self._came = self._timed = _NOTHING
        self._fed = self._messages = 0
        self._lingers = False
        self._unread_until, self._unread = inf, 0

    # ------------------------------------------------------------------------ connection

    @override
    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        shown = shown_to_us(transport)
        if shown is not None:
            self.app_state = {**self.app_state, STATE: shown}
        self._watched.opened(self, self.loop)
        self._timed = _HEAD  # a client that connects and says nothing is late too
        self.deadline = self.loop.time() + LONGEST_HEAD_SECONDS

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._watched.closed(self)
        super().connection_lost(exc)

    @override
    def pause_writing(self) -> None:
        super().pause_writing()
        self._await_reading()

    @override
    def resume_writing(self) -> None:
        super().resume_writing()
        self._unread_until = inf
        if self._came == _NOTHING and not self._lingers:
            self.deadline = inf

    def drop(self) -> None:
        """End at once, without a word: it is one too many."""
        self.transport.abort()

    def expire(self) -> None:
        """End: a head or a body did not come, or an answer was not read, in time."""
        closing, unread = self.transport.is_closing(), self.transport.get_write_buffer_size()
        if closing or self._lingers or self._unread_until <= self.loop.time():
            if 0 < unread < self._unread:
                self._await_reading()  # slowly, but it is being read
            else:
                self._watched.ended("not-read")
                self.transport.abort()
        elif self.flow.read_paused:  # it is us who are not reading
            self.deadline = self.loop.time() + LONGEST_BODY_SECONDS
        elif self._came != _NOTHING:
            self._refuse(408)
        elif self._answer_due() is None:
            self._watched.ended("silent")
            self.transport.close()
            self._await_reading()
        else:
            self.deadline = self._unread_until

    @override
    def shutdown(self) -> None:
        """Close, unless a request that has wholly come is in progress."""
        if self._came == _BODY and not self.pipeline:
            self.transport.close()
        else:
            super().shutdown()

    def _await_reading(self) -> None:
        """Expect that what is written is read in time, or a part of it, again and again."""
        self._unread = self.transport.get_write_buffer_size()
        self._unread_until = self.loop.time() + LONGEST_UNREAD_SECONDS
        self.deadline = min(self.deadline, self._unread_until)

    # ------------------------------------------------------------------------------ data

    @override
    def data_received(self, data: bytes) -> None:
        if self._lingers:
            return
        self._unset_keepalive_if_required()
        begun = self._messages
        try:
            if len(data) <= _PIECE:
                self._feed(data)
            else:
                self._feed_in_pieces(data)
        except httptools.HttpParserUpgrade:
            pass  # to another protocol: none is spoken here; it is answered as plain HTTP
        except httptools.HttpParserError as error:
            cause = error.__context__
            self._refuse(cause.status if isinstance(cause, TooMuch) else 400)
        if self._came != _NOTHING:
            self._await_the_rest()
        elif self._messages == begun:  # line breaks before a request, which may go on for ever
            self.deadline = min(self.deadline, self.loop.time() + LONGEST_HEAD_SECONDS)

    def _feed_in_pieces(self, data: bytes) -> None:
        for start in range(0, len(data), _PIECE):
            if not self._lingers:
                self._feed(data[start : start + _PIECE])

    def _feed(self, piece: bytes) -> None:
        """Have a piece parsed, and weigh what has come of the request that is under way."""
        begun = self._messages
        fed, self._fed = self._fed, self._fed + len(piece)
        self.parser.feed_data(piece)
        if self._came == _NOTHING:
            return
        if self._messages != begun:  # at most a piece of it has come
            self._fed = len(piece) if fed == 0 and self._messages == begun + 1 else 0
        if self._came == _HEAD:
            if len(self.url) > LONGEST_TARGET:
                self._refuse(414)
            elif self._fed > LONGEST_HEAD or len(self.headers) > MOST_LINES:
                self._refuse(431)
        elif self._fed > self._longest:
            self._refuse(413)

    def _await_the_rest(self) -> None:
        """Give a request that has come in part its time, and count what is held of it."""
        if self._timed != self._came:
            self._timed = self._came
            seconds = LONGEST_HEAD_SECONDS if self._came == _HEAD else self._body_seconds
            self.deadline = min(self.loop.time() + seconds, self._unread_until)
        if not self._lingers:
            self._watched.holds(self, min(self._fed, 2 * LONGEST_HEAD))

    @override
    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._messages += 1
        self._came = _HEAD
        if self._messages > 1:
            self._timed = _NOTHING

    @override
    def on_header(self, name: bytes, value: bytes) -> None:
        if self._came == _HEAD:  # what follows a body is no header of ours
            super().on_header(name, value)

    @override
    def on_headers_complete(self) -> None:
        if len(self.url) > LONGEST_TARGET:
            raise TooMuch(414)
        if len(self.headers) > MOST_LINES or (self._fed > LONGEST_HEAD and self._head_is_long()):
            raise TooMuch(431)
        if len(self.pipeline) >= MOST_AHEAD:
            raise TooMuch(None)
        self._came = _BODY
        self._longest, self._body_seconds = self._bounds_of_body()
        super().on_headers_complete()

    @override
    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._came = self._fed = _NOTHING
        self.deadline = self._unread_until
        self._watched.works(self)

    @override
    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.transport.is_closing():
            self._await_reading()
        elif not self.pipeline and (self.cycle.response_complete or self.cycle.more_body):
            self._watched.waits(self)

    def _bounds_of_body(self) -> tuple[int, float]:
        """Return how many bytes this request may have, and how long its body may take."""
        path = self.url.partition(b"?")[0].decode("latin-1")
        if not is_upload(self.parser.get_method().decode("latin-1"), path):
            return MOST_BYTES, LONGEST_BODY_SECONDS
        more = seconds_for(self._document_mib)
        return longest_request(self._document_mib), LONGEST_BODY_SECONDS + more

    def _head_is_long(self) -> bool:
        lines = sum(len(name) + len(value) + _PER_LINE for name, value in self.headers)
        return len(self.url) + lines > LONGEST_HEAD

    # --------------------------------------------------------------------------- endings

    def _refuse(self, status: int | None) -> None:
        """Answer what cannot be taken, where an answer can be given, and end.

        status: None where none can be given.
        """
        self._watched.ended("no-answer" if status is None else str(status))
        in_body, due = self._came == _BODY, self._answer_due()
        if due and not in_body and not self.pipeline and status is not None:
            due.keep_alive = False  # what came before is answered, and nothing after it
            self._stop_listening(inf)
        elif due and (not in_body or self.pipeline or due.response_started):
            self._stop_listening(inf)
            self.transport.abort()
        else:
            if due:
                due.disconnected = True
                due.message_event.set()
            if status is not None and (due or not in_body):
                self.transport.write(self._complete(status))
            if self.transport.can_write_eof():
                self.transport.write_eof()
            self._stop_listening(self.loop.time() + _LINGER_SECONDS)

    def _answer_due(self) -> RequestResponseCycle | None:
        """Return what still answers the last request whose headers have come; None if nothing."""
        last: RequestResponseCycle | None = self.cycle
        return None if last is None or last.response_complete else last

    def _stop_listening(self, deadline: float) -> None:
        """Drop what still comes, until the deadline.

        Closing at once would take the answer from a client that is still sending.
        """
        self._came, self._lingers, self.deadline = _NOTHING, True, deadline
        self.flow.resume_reading()  # else what still comes, and its end, would never be noticed
        self._watched.holds(self, 0)

    def _complete(self, status: int) -> bytes:
        lines = b"".join(b"%s: %s\r\n" % header for header in self.server_state.default_headers)
        first, rest = _answer(status)
        return first + lines + rest


@cache
def _answer(status: int) -> tuple[bytes, bytes]:
    """Return the first line of an answer that ends a connection, and all its other lines.

    In Spanish: what the client prefers has not been read, or cannot be.
    """
    problem = of_status(status, "es")
    headers = [*problem.raw_headers, *ANSWER_HEADERS, (b"connection", b"close")]
    lines = b"".join(b"%s: %s\r\n" % header for header in headers)
    first = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
    return first.encode(), lines + b"\r\n" + bytes(problem.body)


def bounded(watched: Connections, document_mib: int = 0) -> Callable[..., BoundedProtocol]:
    """Return what makes the protocol of each connection of a server, as uvicorn calls it."""

    def protocol(**given: Any) -> BoundedProtocol:
        return BoundedProtocol(watched, document_mib, **given)

    return protocol

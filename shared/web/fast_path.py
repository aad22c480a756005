"""A short path for commands from the socket to their endpoint.

FastAPI describes commands and says what is wrong with one; but finding a route and solving its
dependencies for every command costs more than all the rest (measured: docs/performance.md). So a
command whose every part is exactly as declared is read here, by the same declarations. All others
go through FastAPI, which explains what is wrong.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from re import Pattern
from typing import Any, get_type_hints

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.routing import BaseRoute
from starlette.types import Message, Receive, Scope, Send

from shared.identity.caller import PURPOSE_HEADER
from shared.identity.credentials import Credentials
from shared.kernel.refusals import Refused
from shared.kernel.value import Value
from shared.web.access import CALLER
from shared.web.command_request import (
    CommandRequest,
    IfMatch,
    Key,
    RequestedCommand,
    command_request_of,
)
from shared.web.identity import BEARER, identified_again, shown_certificate
from shared.web.json_body import read_json
from shared.web.problems import http_error
from shared.web.rate_limits import count
from shared.web.uploads import LONGEST_UPLOAD, is_upload

_REQUEST, _BODY = "request", "body"
_JSON = b"application/json"
_PURPOSE = PURPOSE_HEADER.lower().encode()
LONGEST_BODY = 64 * 1024
"""Bytes of a body. A command is codes, ids, amounts and dates: a hundredth of this."""
_KEY: TypeAdapter[str] = TypeAdapter(Key)
_IF_MATCH: TypeAdapter[str | None] = TypeAdapter(IfMatch)


@dataclass(frozen=True, slots=True)
class _Command:
    """One command: its addresses, its endpoint, and the parameters of that beside the request."""

    addresses: Pattern[str]
    endpoint: Any
    parts: Mapping[str, TypeAdapter[Any]]


class _Headers(Value):
    """The values in a command's headers."""

    secret: str
    key: str
    if_match: str | None


def _command_of(route: APIRoute) -> _Command | None:
    """Return the command of an endpoint that has ``request: RequestedCommand``, else None."""
    hints = get_type_hints(route.endpoint, include_extras=True)
    if hints.get(_REQUEST) != RequestedCommand:
        return None
    parts = {name: TypeAdapter(hints[name]) for name in hints.keys() - {_REQUEST, "return"}}
    return _Command(route.path_regex, route.endpoint, parts)


class FastPath:
    """ASGI middleware that serves commands exactly as declared, and passes on all else."""

    def __init__(self, app: FastAPI, routes: Iterable[BaseRoute]) -> None:
        """Read the commands among the routes.

        app: fully configured; middleware added later is not on the fast path.
        """
        self._framework = app.build_middleware_stack()
        self._handlers = app.exception_handlers
        self._commands: dict[str, list[_Command]] = defaultdict(list)
        for route in routes:
            if isinstance(route, APIRoute) and (command := _command_of(route)) is not None:
                self._commands[_last_segment(route.path)].append(command)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "POST":
            path = str(scope["path"]).removeprefix(scope.get("root_path", ""))
            for command in self._commands.get(_last_segment(path), ()):
                found = command.addresses.fullmatch(path)
                plain = found and not scope["query_string"]
                headers = _plain_headers(scope) if plain else None
                if found and headers:
                    scope["endpoint"], scope["path_params"] = command.endpoint, found.groupdict()
                    await self._serve(
                        command, found.groupdict(), headers, Request(scope, receive), send
                    )
                    return
        if scope["type"] == "http" and _is_too_long(scope):
            response = await http_error(Request(scope), HTTPException(413))
            await response(scope, receive, send)
            return
        await self._framework(scope, receive, send)

    async def _serve(
        self,
        command: _Command,
        path: dict[str, str],
        headers: _Headers,
        request: Request,
        send: Send,
    ) -> None:
        try:
            body = await request.body()
        except ClientDisconnect:
            return
        try:
            given = {**path, _BODY: read_json(body)}
            read = {name: part.validate_python(given[name]) for name, part in command.parts.items()}
        except (ValueError, RecursionError, Refused):
            await self._framework(request.scope, _replayed(body, request.receive), send)
            return
        unforeseen: Exception | None = None
        try:
            response = await command.endpoint(
                request=await _command_request(request, headers), **read
            )
        except Exception as error:  # noqa: BLE001 - the handlers know which are foreseen
            handler, known = self._handler(error)
            unforeseen = None if known else error
            response = await handler(request, error)
        await response(request.scope, request.receive, send)
        if unforeseen is not None:
            raise unforeseen  # answered; the server logs it

    def _handler(self, error: Exception) -> tuple[Any, bool]:
        """Return the handler of this error, and whether the error was foreseen."""
        for kind in type(error).__mro__:
            if kind in self._handlers:
                return self._handlers[kind], kind is not Exception
        raise error


def _last_segment(path: str) -> str:
    """Return the last segment of a path, which narrows the search to a few commands."""
    return path.rpartition("/")[2]


def _is_too_long(scope: Scope) -> bool:
    """Whether a body is said to be too long: the framework would answer that in plain text."""
    length = next((v for name, v in scope["headers"] if name == b"content-length"), b"")
    upload = is_upload(scope["method"], scope["path"])
    return length.isdigit() and int(length) > (LONGEST_UPLOAD if upload else LONGEST_BODY)


def _plain_headers(scope: Scope) -> _Headers | None:
    """Return the values of a request's headers, or None if anything is out of the ordinary."""
    sent: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        sent.setdefault(name, value)
    bearer = sent.get(b"authorization", b"").decode("latin-1")
    length, match = sent.get(b"content-length", b""), sent.get(b"if-match")
    short = length.isdigit() and int(length) <= LONGEST_BODY
    if not short or sent.get(b"content-type") != _JSON or not bearer.startswith(BEARER):
        return None
    if _PURPOSE in sent:
        return None
    try:
        return _Headers(
            bearer.removeprefix(BEARER),
            _KEY.validate_python(sent.get(b"idempotency-key", b"").decode("latin-1")),
            None if match is None else _IF_MATCH.validate_python(match.decode("latin-1")),
        )
    except ValueError:
        return None


async def _command_request(request: Request, headers: _Headers) -> CommandRequest:
    credentials: Credentials = request.app.state.credentials
    known = credentials.known(headers.secret, shown_certificate(request))
    caller, unchanged = known or (await identified_again(request), None)
    request.scope[CALLER] = caller
    await count(request.scope, caller.institution)
    return command_request_of(request, caller, headers.key, headers.if_match, unchanged)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """Return a ``receive`` that gives a body already read once more, then what follows it."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def give() -> Message:
        return first.pop() if first else await receive()

    return give

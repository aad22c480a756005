"""A command's straight way from the socket to its endpoint.

FastAPI describes a command and says what is wrong with one; finding its route and solving its
dependencies afresh for each costs more than all the rest (measured: docs/performance.md). So a
command whose every part is as declared is read here, by the same declarations. Any other takes
FastAPI's own way, which refuses it in words.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from re import Pattern
from typing import Any, get_type_hints

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from starlette.requests import ClientDisconnect, Request
from starlette.routing import BaseRoute
from starlette.types import Message, Receive, Scope, Send

from shared.identity.caller import known_caller
from shared.kernel.value import Value
from shared.web.command_request import (
    CommandRequest,
    IfMatch,
    Key,
    RequestedCommand,
    command_request_of,
)
from shared.web.identity import BEARER, identified_again

_REQUEST, _BODY = "request", "body"
_JSON = b"application/json"
LONGEST_BODY = 64 * 1024
"""Bytes of a request. A command is codes, ids, amounts and dates: a hundredth of this."""
_KEY: TypeAdapter[str] = TypeAdapter(Key)
_IF_MATCH: TypeAdapter[str | None] = TypeAdapter(IfMatch)


@dataclass(frozen=True, slots=True)
class _Way:
    """One command: its addresses, its endpoint, and what that takes beside the request."""

    addresses: Pattern[str]
    endpoint: Any
    parts: Mapping[str, TypeAdapter[Any]]


class _Headers(Value):
    """What the headers of a command say."""

    secret: str
    key: str
    if_match: str | None


def _way(route: APIRoute) -> _Way | None:
    """The way of an endpoint that takes ``request: RequestedCommand``; others have none."""
    hints = get_type_hints(route.endpoint, include_extras=True)
    if hints.get(_REQUEST) != RequestedCommand:
        return None
    parts = {name: TypeAdapter(hints[name]) for name in hints.keys() - {_REQUEST, "return"}}
    return _Way(route.path_regex, route.endpoint, parts)


class FastPath:
    """Stands before the application and takes the commands which are as declared."""

    def __init__(self, to: FastAPI, routes: Iterable[BaseRoute]) -> None:
        """to: the application, complete: its own way is all that was added to it by now."""
        self._usual = to.build_middleware_stack()
        self._handlers = to.exception_handlers
        self._ways: dict[str, list[_Way]] = defaultdict(list)
        for route in routes:
            if isinstance(route, APIRoute) and (way := _way(route)) is not None:
                self._ways[_last_word(route.path)].append(way)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a command, or hand the request on as it came."""
        if scope["type"] == "http" and scope["method"] == "POST":
            path = str(scope["path"]).removeprefix(scope.get("root_path", ""))
            for way in self._ways.get(_last_word(path), ()):
                found = way.addresses.fullmatch(path)
                said = _plain(scope) if found else None
                if found and said:
                    await self._take(way, found.groupdict(), said, Request(scope, receive), send)
                    return
        await self._usual(scope, receive, send)

    async def _take(
        self, way: _Way, path: dict[str, str], said: _Headers, request: Request, send: Send
    ) -> None:
        try:
            body = await request.body()
        except ClientDisconnect:
            return
        try:
            given = {**path, _BODY: json.loads(body)}
            read = {name: part.validate_python(given[name]) for name, part in way.parts.items()}
        except (ValueError, RecursionError):
            await self._usual(request.scope, _again(body, request.receive), send)
            return
        unforeseen: Exception | None = None
        try:
            response = await way.endpoint(request=await _command_request(request, said), **read)
        except Exception as error:  # noqa: BLE001 - the handlers say which they know
            handler, known = self._handler(error)
            unforeseen = None if known else error
            response = await handler(request, error)
        await response(request.scope, request.receive, send)
        if unforeseen is not None:
            raise unforeseen  # answered, and told to whoever keeps the log

    def _handler(self, error: Exception) -> tuple[Any, bool]:
        """Who answers this error, and whether it was foreseen."""
        for kind in type(error).__mro__:
            if kind in self._handlers:
                return self._handlers[kind], kind is not Exception
        raise error


def _last_word(path: str) -> str:
    """A command's address ends in a word of its own, which tells the few that it can be."""
    return path.rpartition("/")[2]


def _plain(scope: Scope) -> _Headers | None:
    """What the headers of a request say, if they are as plain as can be."""
    told: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        told.setdefault(name, value)
    bearer = told.get(b"authorization", b"").decode("latin-1")
    length, match = told.get(b"content-length", b""), told.get(b"if-match")
    short = length.isdigit() and int(length) <= LONGEST_BODY
    if not short or told.get(b"content-type") != _JSON or not bearer.startswith(BEARER):
        return None
    try:
        return _Headers(
            bearer.removeprefix(BEARER),
            _KEY.validate_python(told.get(b"idempotency-key", b"").decode("latin-1")),
            None if match is None else _IF_MATCH.validate_python(match.decode("latin-1")),
        )
    except ValueError:
        return None


async def _command_request(request: Request, said: _Headers) -> CommandRequest:
    known = known_caller(request.app.state.tokens, said.secret)
    if known is None:
        return command_request_of(request, await identified_again(request), said.key, said.if_match)
    caller, unchanged = known
    return command_request_of(request, caller, said.key, said.if_match, unchanged)


def _again(body: bytes, receive: Receive) -> Receive:
    """What gives a body that was read already once more, then whatever follows it."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def give() -> Message:
        return first.pop() if first else await receive()

    return give

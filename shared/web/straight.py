"""A command's straight way from the socket to its endpoint.

FastAPI describes a command and says what is wrong with one; finding its route and solving its
dependencies afresh for each costs more than all the rest (measured: docs/performance.md). So a
command whose every part is as declared is read here, by the same declarations. Any other takes
FastAPI's own way, which refuses it in words.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from re import Pattern
from typing import Any, get_type_hints

from fastapi import FastAPI
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.door import Door, IfMatch, Key, door_of
from shared.web.identity import BEARER, identified_again, known_caller

_DOOR, _BODY = "door", "body"
_JSON = b"application/json"
_KEY: TypeAdapter[str] = TypeAdapter(Key)
_IF_MATCH: TypeAdapter[str | None] = TypeAdapter(IfMatch)


@dataclass(frozen=True, slots=True)
class _Way:
    """One command: its addresses, its endpoint, and what that takes beside the door."""

    addresses: Pattern[str]
    endpoint: Any
    parts: Mapping[str, TypeAdapter[Any]]


def _way(route: APIRoute) -> _Way | None:
    """The way of an endpoint that takes ``door: AtDoor``; others have none."""
    hints = get_type_hints(route.endpoint, include_extras=True)
    if _DOOR not in hints:
        return None
    parts = {name: TypeAdapter(hints[name]) for name in hints.keys() - {_DOOR, "return"}}
    return _Way(route.path_regex, route.endpoint, parts)


class StraightWay:
    """The middleware that takes commands which are as declared."""

    def __init__(self, app: ASGIApp, to: FastAPI, routes: Iterable[BaseRoute]) -> None:
        """app: FastAPI's own way. to: the application, for its handlers of errors."""
        self._usual = app
        self._to = to
        ways = (_way(route) for route in routes if isinstance(route, APIRoute))
        self._ways = [way for way in ways if way is not None]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a command, or hand the request on as it came."""
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._usual(scope, receive, send)
            return
        path = str(scope["path"]).removeprefix(scope.get("root_path", ""))
        for way in self._ways:
            if found := way.addresses.fullmatch(path):
                await self._take(way, found.groupdict(), scope, receive, send)
                return
        await self._usual(scope, receive, send)

    async def _take(
        self, way: _Way, path: dict[str, str], scope: Scope, receive: Receive, send: Send
    ) -> None:
        request = Request(scope, receive)
        try:
            body = await request.body()
        except ClientDisconnect:
            return
        try:
            said = {**path, _BODY: json.loads(body)}
            read = {name: part.validate_python(said[name]) for name, part in way.parts.items()}
            headers = _plain(scope)
        except (ValueError, RecursionError):
            await self._usual(scope, _again(body, receive), send)
            return
        try:
            response = await way.endpoint(door=await _door(request, *headers), **read)
        except Exception as error:  # noqa: BLE001 - the handlers say which they know
            response = await self._handled(request, error)
        await response(scope, receive, send)

    async def _handled(self, request: Request, error: Exception) -> Response:
        for kind in type(error).__mro__:
            if kind is not Exception and (handler := self._to.exception_handlers.get(kind)):
                response: Response = await handler(request, error)  # type: ignore[misc]
                return response
        raise error


def _plain(scope: Scope) -> tuple[str, str, str | None]:
    """Secret, Idempotency-Key and If-Match of a request with plain headers; else ValueError."""
    said: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        said.setdefault(name, value)
    bearer = said.get(b"authorization", b"").decode("latin-1")
    if said.get(b"content-type") != _JSON or not bearer.startswith(BEARER):
        raise ValueError
    match = said.get(b"if-match")
    return (
        bearer.removeprefix(BEARER),
        _KEY.validate_python(said.get(b"idempotency-key", b"").decode("latin-1")),
        _IF_MATCH.validate_python(match.decode("latin-1")) if match is not None else None,
    )


async def _door(request: Request, secret: str, key: str, if_match: str | None) -> Door:
    known = known_caller(request.app.state.tokens, secret)
    if known is None:
        return door_of(request, await identified_again(request), key, if_match)
    caller, revision = known
    return door_of(request, caller, key, if_match, revision)


def _again(body: bytes, receive: Receive) -> Receive:
    """What gives a body that was read already once more, then whatever follows it."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def give() -> Message:
        return first.pop() if first else await receive()

    return give

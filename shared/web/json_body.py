"""A request's JSON, read so that no other reader could understand it otherwise.

Texts are UTF-8 alone (Python's own reader takes UTF-16 and UTF-32 too), and a field that is there
twice is refused: of two readers one may take the first and the other the last.
"""

import json
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from typing_extensions import override

TWICE = "a field is there twice"


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise json.JSONDecodeError(TWICE, "", 0)
    return read


_DECODER = json.JSONDecoder(object_pairs_hook=_each_once)


def read_json(body: bytes) -> Any:
    """Read a body. Raises ValueError, of which JSONDecodeError if it is text but not good JSON."""
    text = body.decode("utf-8")
    if text.startswith("\ufeff"):
        raise json.JSONDecodeError("a byte order mark", "", 0)
    return _DECODER.decode(text)


class _JsonRequest(Request):
    @override
    async def json(self) -> Any:
        return read_json(await self.body())


class JsonRoute(APIRoute):
    """A route whose body is read by ``read_json``: every one that takes JSON must be one."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def handle(request: Request) -> Response:
            return await handler(_JsonRequest(request.scope, request.receive))

        return handle

"""What every answer says of itself, unless it says otherwise: the interfaces' and the pages' alike.

No answer allows another site's pages to read it: nothing here ever sends ``Access-Control-…``.
"""

from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

ANSWER_HEADERS = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; base-uri 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
)
"""Nobody on the way keeps it, no browser guesses what it is or runs any of it, no other site embeds
it or learns of its address."""


Headers = Iterable[tuple[bytes, bytes]]


class AnswerHeaders:
    """ASGI middleware that completes every answer with them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = completed(message.get("headers", ()))
            await send(message)

        await self._app(scope, receive, with_headers)


def completed(headers: Headers) -> list[tuple[bytes, bytes]]:
    """Return an answer's headers with those of these that it does not have."""
    own = list(headers)
    names = {name.lower() for name, _ in own}
    return [*own, *(header for header in ANSWER_HEADERS if header[0] not in names)]

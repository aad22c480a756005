"""Security headers of the pages: the browser loads nothing from elsewhere and runs nothing.

What every answer of ours says, ``shared.web.edge`` adds around the pages too.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)
WITH_SCRIPT = f"{POLICY}; script-src 'self'"
"""Of the one page that has a script: where the secret of a link comes after ``#``."""
_POLICY = (b"content-security-policy", POLICY.encode())
_HEADERS = (
    # Not `no-referrer`: with it browsers send `Origin: null` along with our own forms.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


class Headers:
    """ASGI middleware that adds them to every page, errors too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [*message.get("headers", ())]
                policy = () if any(name == _POLICY[0] for name, _ in own) else (_POLICY,)
                message["headers"] = [*own, *policy, *_HEADERS]
            await send(message)

        await self._app(scope, receive, with_headers)

"""What stands around everything that a process serves, interfaces and pages: bounds and headers."""

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.web.answer_headers import completed
from shared.web.language import language
from shared.web.problems import of_status, overloaded
from shared.web.rate_limits import Allowance, RateLimits, put_allowance
from shared.web.sent_twice import is_sent_twice

MOST_IN_PROGRESS = 2_048
"""Requests at once, of everybody: beside these, those that wait to be decided are bounded too."""


class Edge:
    """ASGI middleware: bounds what is in progress, and completes the headers of every answer.

    A request that says twice what may be there once is refused.
    """

    def __init__(
        self, app: ASGIApp, limits: RateLimits, most_in_progress: int = MOST_IN_PROGRESS
    ) -> None:
        self._app, self._limits, self._most = app, limits, most_in_progress
        self._in_progress = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        allowance = Allowance(self._limits)
        put_allowance(scope, allowance)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = completed(message.get("headers", ()))
                message["headers"] = [*own, *allowance.headers()]
            await send(message)

        self._in_progress += 1
        try:
            if self._in_progress > self._most:
                await overloaded(Request(scope))(scope, receive, answer)
            elif is_sent_twice(scope):
                await of_status(400, language(Request(scope)))(scope, receive, answer)
            else:
                await self._app(scope, receive, answer)
        finally:
            self._in_progress -= 1
            allowance.give_back()

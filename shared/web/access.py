"""What requests leave in the access log, and in the metrics of refusals.

A refusal goes there if it is because of who asks; others are counted with the commands. The line
says what the caller heard: whether there is such a case, it never tells a stranger.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any
from uuid import UUID

from starlette.requests import Request

from shared.identity.access_log import SHOWN, Access, Accesses
from shared.identity.caller import Caller, NotIdentified
from shared.identity.scope import NoSuchCase
from shared.kernel.documents import NoSuchDocument
from shared.kernel.links import LinkNotInForce
from shared.kernel.refusals import Forbidden, Refusal
from shared.telemetry import metrics

CALLER = "canaliza.caller"
"""Where a request's scope has its caller, once that is identified."""


async def shown(  # noqa: PLR0913 - the parts of a line
    request: Request,
    caller: Caller,
    purpose: str,
    case_id: UUID | None,
    referral_id: UUID | None = None,
    *,
    document_id: UUID | None = None,
) -> None:
    """Write that the caller is shown something. Raises AccessLogAway: show nothing.

    Of a case, a referral, or a document.
    """
    about = {"case_id": case_id, "referral_id": referral_id, "document_id": document_id}
    await accesses_of(request).write(_line(request, SHOWN, caller, purpose, **about))


async def refused(request: Request, refusal: Refusal) -> None:
    """Count and write a refusal that is because of who asks. Raises AccessLogAway."""
    if not isinstance(refusal, (Forbidden, NoSuchCase, NoSuchDocument, LinkNotInForce)):
        return
    counted(place_of(request), refusal.code).inc()
    caller: Caller | None = request.scope.get(CALLER)
    if caller is None or isinstance(refusal, (NotIdentified, LinkNotInForce)):
        await accesses_of(request).refused(Access(route_of(request), refusal.code))
        return
    await accesses_of(request).write(
        _line(request, refusal.code, caller, caller.purpose, **_named(request.path_params))
    )


def accesses_of(request: Request) -> Accesses:
    accesses: Accesses = request.app.state.accesses
    return accesses


def place_of(request: Request) -> str:
    """Return the service that is asked, or ``pages``."""
    return str(request.app.state.place)


def route_of(request: Request) -> str:
    """Return the name of what is asked, never its address: that holds what somebody sent."""
    endpoint = getattr(request.scope.get("endpoint"), "__name__", "unknown")
    return f"{place_of(request)}.{endpoint.lstrip('_')}"


@cache
def counted(place: str, code: str) -> Any:
    """Return the counter of refusals with this code."""
    return metrics.REFUSED.labels(code, place)


def _line(request: Request, outcome: str, caller: Caller, purpose: str, **about: Any) -> Access:
    return Access(route_of(request), outcome, caller.subject, caller.institution, purpose, **about)


def _named(path: Mapping[str, Any]) -> Mapping[str, UUID | None]:
    """Return the case, the referral and the document that an address names, if by their ids."""
    return {name: _id(path.get(name)) for name in ("case_id", "referral_id", "document_id")}


def _id(text: object) -> UUID | None:
    try:
        return UUID(str(text)) if text is not None else None
    except ValueError:
        return None  # a folio, or anything else: it might be somebody's name

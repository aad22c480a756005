"""Which parameters a request's query may have: a filter that is not known would find everything."""

from fastapi import Request, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from shared.web.language import PARAMETER

UNKNOWN_PARAMETER = "unknown_parameter"
"""The type of the error; its context has the ``names`` that there are."""


async def only_known(request: Request) -> None:
    """Refuse parameters that the route does not have, as fields of a body are refused.

    What was sent is not repeated, nor its name. Raises RequestValidationError.
    """
    sent = request.query_params.keys()
    known = _known(request.scope["route"]) if sent else ()
    if not sent <= {*known}:
        error = {
            "type": UNKNOWN_PARAMETER,
            "loc": ("query",),
            "msg": "",
            "ctx": {"names": ", ".join(known)},
        }
        raise RequestValidationError([error])


def _known(route: APIRoute) -> tuple[str, ...]:
    """Return the names of a route's own parameters, and the language that every answer has."""
    own = get_flat_params(route.dependant)
    names = [each.alias for each in own if isinstance(each.field_info, params.Query)]
    return (*dict.fromkeys(names), PARAMETER)

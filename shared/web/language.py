"""Spanish first, English where it is asked for."""

from starlette.requests import Request

LANGUAGES = ("es", "en")


def language(request: Request) -> str:
    """``?lang=`` if given, else what Accept-Language prefers of the two, else Spanish."""
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        return str(asked)
    for part in request.headers.get("accept-language", "").lower().split(","):
        tag = part.split(";")[0].strip()[:2]
        if tag in LANGUAGES:
            return tag
    return "es"

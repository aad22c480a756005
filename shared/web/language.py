"""Spanish first, English where it is asked for."""

from starlette.requests import Request

LANGUAGES = ("es", "en")


def language(request: Request) -> str:
    """``?lang=`` if given, else what Accept-Language prefers of the two, else Spanish."""
    requested = request.query_params.get("lang")
    if requested in LANGUAGES:
        return str(requested)
    return preferred(request.headers.get("accept-language", ""))


def preferred(accepted: str) -> str:
    """Of the two the one that an Accept-Language gives more weight; of equal ones the first named.

    Spanish where neither is named, or neither is wanted.
    """
    best, weight = "es", 0.0
    for part in accepted.lower().split(","):
        tag, _, parameter = part.partition(";")
        subtag = tag.strip().partition("-")[0]
        if subtag in LANGUAGES and _weight(parameter) > weight:
            best, weight = subtag, _weight(parameter)
    return best


def _weight(parameter: str) -> float:
    """A part's ``q``: 1 where it is left out, 0 where it is no number."""
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0

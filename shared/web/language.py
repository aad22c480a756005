"""The language of an answer: Spanish, or English if the request prefers it."""

from starlette.requests import Request

LANGUAGES = ("es", "en")
PARAMETER = "lang"


def language(request: Request) -> str:
    """Return ``?lang=`` if given, else what Accept-Language prefers, else Spanish."""
    requested = request.query_params.get(PARAMETER)
    if requested in LANGUAGES:
        return str(requested)
    return preferred(request.headers.get("accept-language", ""))


def preferred(accepted: str) -> str:
    """Return the language that an Accept-Language weights higher; if equal, the first named.

    Spanish if it names neither, or wants neither.
    """
    best, weight = "es", 0.0
    for part in accepted.lower().split(","):
        tag, _, parameter = part.partition(";")
        subtag = tag.strip().partition("-")[0]
        if subtag in LANGUAGES and _weight(parameter) > weight:
            best, weight = subtag, _weight(parameter)
    return best


def _weight(parameter: str) -> float:
    """Return a part's ``q``: 1 if it is left out, 0 if it is not a number."""
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0

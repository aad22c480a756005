"""A made-up person's name, telephone and CURP in every part of a request that takes text."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from tests.integration.http.api_client import Scenario
from tests.integration.http.scope_table import Row

SONGS: Mapping[str, str] = {
    "all": "Juana Pérez 614 555 0199 PERJ800101MCHRRN09",
    "curp": "PERJ800101MCHRRN09",  # has the form of a code, and of a key
    "slug": "juana-perj800101mchrrn09",  # has the form of an institution's code
    "telephone": "6145550199",  # has the form of a version, and of a moment for whoever guesses
}
FEATHERS = ("juana", "pérez", "p\\u00e9rez", "p%c3%a9rez", "555 0199", "6145550199", "mchrrn09")
"""What each of them is known by, in lower case."""

HEADERS = (
    "Idempotency-Key",
    "If-Match",
    "Authorization",
    "Accept-Language",
    "Content-Type",
    "Host",
    "User-Agent",
    "X-Forwarded-For",
    "X-Request-Id",
    "Cookie",
)
QUERY = {
    "POST": ("lang", "other"),
    "GET": (
        "lang",
        "cursor",
        "limit",
        "subdivision",
        "programme",
        "custodian",
        "as_of",
        "as_known",
        "currency",
        "named",
    ),
}


@dataclass(frozen=True)
class Flight:
    """A request with a canary in one location."""

    location: str
    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


def flights(row: Row, scenario: Scenario, song: str) -> Iterator[Flight]:
    """Every request of this route that has the song in one location."""
    name, method, body = " ".join(row.route), row.method, row.request_body()
    path = scenario.path(row.service, row.template)
    for part in _parts(row.template):
        named = row.template.replace(part, quote(song))
        yield Flight(f"{name} {part}", method, scenario.path(row.service, named), body)
        yield Flight(f"{name} {part}/", method, scenario.path(row.service, named) + "/", body)
    for parameter in QUERY[method]:
        yield Flight(f"{name} ?{parameter}", method, f"{path}?{parameter}={quote(song)}", body)
    yield Flight(f"{name} ?…=", method, f"{path}?{quote(song)}=1", body)
    yield Flight(f"{name} /…", method, f"{path}/{quote(song)}", body)
    yield Flight(f"{name} /…/", method, f"{path}/{quote(song)}/", body)
    if song.isascii():
        for header in HEADERS:
            value = {"If-Match": f'"{song}"', "Authorization": f"Bearer {song}"}.get(header, song)
            yield Flight(f"{name} {header}:", method, path, body, {header: value})
        yield Flight(f"{name} …:", method, path, body, {song.replace(" ", "-"): "1"})
    if body is not None:
        for location, changed in _changed(body, song):
            yield Flight(f"{name} {location}", method, path, changed)
        yield Flight(f"{name} body", method, path, song)
    if isinstance(body, dict):
        yield Flight(f"{name} extra", method, path, {**body, "extra": song})


def _parts(template: str) -> list[str]:
    return [part for part in template.split("/") if part.startswith("{")]


def _changed(body: Any, song: str) -> Iterator[tuple[str, Any]]:
    """The body with the song instead of each value, as one more name, and in each list."""
    if isinstance(body, dict):
        yield f"{song}=", {**body, song: 1}
        for name, value in body.items():
            yield from ((f"{name}.{p}", {**body, name: c}) for p, c in _changed(value, song))
            yield name, {**body, name: {song: song}}
    elif isinstance(body, list):
        yield "[]", [*body, song]
        yield "{}", {song: body}
    yield "=", song


def found_in(text: str) -> list[str]:
    """The feathers in a text."""
    lower = text.lower()
    return [feather for feather in FEATHERS if feather in lower]


def as_sent(flight: Flight) -> str:
    """The whole request as text, to see that the canary is aboard."""
    sent = [flight.path, json.dumps(flight.body), json.dumps(dict(flight.headers))]
    return " ".join(sent)

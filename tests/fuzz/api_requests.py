"""Requests made up from a service's OpenAPI, sent by several callers, into scenarios that exist."""

import copy
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import requests
import schemathesis
from httpx2 import Response
from hypothesis import strategies as st
from schemathesis.checks import load_all_checks
from schemathesis.generation.case import Case
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from typing_extensions import override

from services.operator.cli.openapi import documents
from tests.integration.http.api_client import (
    ALL_ROLES,
    OWN,
    PARTY,
    STRANGER,
    ApiClient,
    Scenario,
    Who,
)
from tests.integration.http.scope_table import TABLE

CALLERS: tuple[Who, ...] = (
    (OWN, *ALL_ROLES),
    (PARTY, *ALL_ROLES),
    (OWN, "caseworker"),
    (STRANGER, "caseworker"),
    (STRANGER, "monitor"),
    ("administracion", "steward"),
    None,
)
DOCUMENTS: dict[str, Any] = {
    name.removesuffix(".json"): json.loads(text) for name, text in documents().items()
}
_ROWS = {row.route: row for row in TABLE}
_OURS = json.dumps([row.request_body() for row in TABLE]) + json.dumps(DOCUMENTS)
_PAUSES = (0.1, 0.5, 2.0, 5.0)
"""Seconds from one attempt to the next, where there is too much to do."""
_LONG_ENOUGH = 12
"""Shorter words stand in our own sentences too."""

load_all_checks()


@dataclass(frozen=True)
class Operation:
    """One operation of a service, as its committed description names it."""

    service: str
    method: str
    path: str

    @override
    def __str__(self) -> str:
        return f"{self.service} {self.method} {self.path}"

    def stage(self, api: ApiClient) -> Scenario:
        """A fresh scenario to try the operation in."""
        row = _ROWS.get((self.method, f"/{self.service}{self.path}"))
        return row.stage(api) if row else api.registered()

    def cases(self) -> st.SearchStrategy[Case[Any]]:
        """Requests that are as described, and requests that are not."""
        document = _without_security(DOCUMENTS[self.service])
        operation = schemathesis.openapi.from_dict(document)[self.path][self.method]
        return st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))


@dataclass(frozen=True)
class Fitting:
    """How a made-up request is made to fit a scenario, so that more of them come to something.

    path: it names the scenario's case and referral. body: it says what the operation takes, but for
    the fields that are ``kept`` as they were made up.
    """

    path: bool
    body: bool
    kept: int

    def fit(self, operation: Operation, case: Case[Any], scenario: Scenario) -> None:
        """Change the request in place."""
        row = _ROWS.get((operation.method, f"/{operation.service}{operation.path}"))
        if self.path and isinstance(case.path_parameters, dict):
            case.path_parameters |= {
                name: scenario.path(operation.service, f"/{{{name}}}").rpartition("/")[2]
                for name in case.path_parameters
            }
        if self.body and row and isinstance(case.body, dict):
            fields = sorted(case.body)
            kept = fields[self.kept % len(fields)] if fields else ""
            right = {**row.request_body(), **{n: v for n, v in case.body.items() if n == kept}}
            case.body = right


fittings = st.builds(Fitting, st.booleans(), st.booleans(), st.integers(0, 9))


def operations() -> list[Operation]:
    """Every operation of every service."""
    return [
        Operation(service, method.upper(), path)
        for service, document in DOCUMENTS.items()
        for path, methods in document["paths"].items()
        for method in methods
    ]


def send(api: ApiClient, operation: Operation, case: Case[Any], who: Who) -> Response:
    """Send the request as it is, with the caller's token.

    A busy machine may have it tried again for a while, as every client does.
    """
    arguments = case.as_transport_kwargs(base_url=f"http://testserver/{operation.service}")
    wanted = {name: arguments.get(name) for name in _PARTS}  # the rest is about the connection
    ready: Any = requests.Request(**wanted).prepare()
    headers = dict(ready.headers)
    if who is not None:
        headers["Authorization"] = f"Bearer {api.secret(*who)}"
    sent: Any = {"headers": headers, "content": ready.body}
    answer = api.running.client.request(ready.method, ready.url, **sent)
    for pause in _PAUSES:
        if answer.status_code != 503:
            break
        time.sleep(pause)
        answer = api.running.client.request(ready.method, ready.url, **sent)
    return answer


def examine(case: Case[Any], answer: Response, fitting: Fitting) -> None:
    """Object to an answer that is not as described, and to a no that repeats what was sent.

    That what is as described is always accepted is not asked for: which code stands in which list,
    and whether it is the caller's turn, the rules know and the description does not.
    """
    fitted = [negative_data_rejection] if fitting.path or fitting.body else []
    case.validate_response(answer, excluded_checks=[positive_data_acceptance, *fitted])
    if answer.status_code >= 400:
        body = answer.text
        repeated = [text for text in _texts(case) if text in body]
        assert not repeated, f"a no repeats what was sent: {repeated}"


_PARTS = ("method", "url", "headers", "params", "json", "data", "files", "cookies")


def _without_security(document: dict[str, Any]) -> dict[str, Any]:
    """The same without its security: who calls is drawn here, and never made up."""
    plain = copy.deepcopy(document)
    for methods in plain["paths"].values():
        for operation in methods.values():
            operation.pop("security", None)
    return plain


def _texts(case: Case[Any]) -> Iterator[str]:
    """Every text in the request that is long enough to be recognised, but for what is ours."""
    for part in (case.body, case.query, case.path_parameters, case.headers):
        for text in _leaves(part):
            if len(text) >= _LONG_ENOUGH and text not in _OURS:
                yield text


def _leaves(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for name, value in part.items():
            yield str(name)
            yield from _leaves(value)
    elif isinstance(part, list):
        for value in part:
            yield from _leaves(value)

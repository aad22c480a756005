"""A request that is refused, and how to come to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.integration.http.api_client import ApiClient, Who


@dataclass(frozen=True)
class Sent:
    """A request that is refused."""

    who: Who
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """A command has a body."""
        return "GET" if self.body is None else "POST"


Provocation = Callable[[ApiClient], Sent]

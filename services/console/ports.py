"""What the pages ask for: a port, so that they know nothing of how services run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from services.reporting.cursors import After
from services.reporting.history import History
from services.reporting.views import CaseRow, Overview


@dataclass(frozen=True, slots=True)
class ReaderLag:
    """How far a service has read another's log. position: taken in; head: what there is."""

    source: str
    position: int
    head: int


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """How one service is doing. title: Spanish, English. position: None while its log is away."""

    name: str
    title: tuple[str, str]
    troubles: Mapping[str, str] = field(default_factory=dict)
    position: int | None = None
    readings: Sequence[ReaderLag] = ()
    parked: int = 0


class Tokens(Protocol):
    """Looks a secret up: a future of what it stands for. See ``shared.identity.tokens``."""

    def find_from_loop(self, secret: str) -> Any:
        """Look it up."""


class Source(Protocol):
    """Where the pages have everything from. Methods may block.

    only_institution: cases that it is a party to (``scope.only_parties``); None: all.
    """

    @property
    def tokens(self) -> Tokens:
        """Who may sign in."""

    @property
    def bus(self) -> str:
        """Return what the services talk over: ``log`` or ``kafka``."""

    @property
    def database(self) -> str:
        """Return the database's name."""

    def titles(self) -> Mapping[str, tuple[str, str]]:
        """Return the services' names with their titles, in order."""

    def statuses(self) -> Sequence[ServiceStatus]:
        """Say how each service is doing, in order."""

    def openapi(self, service: str) -> Mapping[str, Any]:
        """Return a service's own description."""

    def overview(self) -> Overview:
        """Say what there is, all told."""

    def cases(
        self, only_institution: str | None, limit: int, after: After | None
    ) -> Sequence[CaseRow]:
        """List cases, last registered first."""

    def history(
        self, case_or_folio: str, as_of: datetime | None, only_institution: str | None
    ) -> History | None:
        """Tell a case's history, as of a moment if one is given; None outside of the scope."""

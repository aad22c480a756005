"""Which data folder is the demonstration's, and the one token with which it is tried.

Made-up cases stand in logs that nobody can rewrite. So they go only into a folder that the very
start that was asked for them has made: it is marked before it has a database, and only that mark
lets a later start finish what was cut short.
"""

import json
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from services.operator.demo.institutions import OFFICE
from shared.embedded.folder import DataFolder
from shared.identity.tokens import TokenOffice
from shared.kernel.clock import now
from shared.kernel.roles import CASEWORKER, MONITOR

TOKEN_FOR = timedelta(hours=2)
TOKEN_ROLES = (CASEWORKER, MONITOR)
_SUBJECT = "subject-demonstration"
_MARK = "demonstration.json"
_HEADER = "run/demonstration.header"


@dataclass(frozen=True, slots=True)
class DemonstrationToken:
    """A token to try, and the file with the header that carries it.

    The file is for ``curl -H @FILE``: an argument could be read by every user of the machine.
    """

    secret: str = field(repr=False)
    header: Path


class DemonstrationFolder:
    """The demonstration's side of a data folder, for the folder's owner."""

    def __init__(self, data: Path) -> None:
        self._folder = DataFolder(data)

    @property
    def marked(self) -> bool:
        """Whether made-up cases belong here."""
        return self._folder.read(_MARK) is not None

    def mark_if_new(self) -> None:
        """Say for ever that made-up cases belong here, unless there is an installation already."""
        if not any(
            (self._folder.path / name).exists() for name in ("postgres/cluster", "roles.json")
        ):
            self._folder.write(_MARK, json.dumps({"cases": "made up"}))

    def renew_token(self, tokens: TokenOffice, *, show: bool) -> DemonstrationToken | None:
        """Revoke what earlier starts have given out; make a token if it can be shown to a person.

        The directory is told nothing of it: its entries here say themselves how long they answer.
        """
        self.drop_header()
        tokens.revoke_all(subject=_SUBJECT)
        if not show:
            return None
        _, secret = tokens.create(OFFICE, TOKEN_ROLES, now() + TOKEN_FOR, _SUBJECT)
        header = self._folder.write(_HEADER, f"Authorization: Bearer {secret}\n")
        return DemonstrationToken(secret, header)

    def drop_header(self) -> None:
        (self._folder.path / _HEADER).unlink(missing_ok=True)

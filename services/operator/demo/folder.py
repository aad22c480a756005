"""Which data folder is the demonstration's, and the one token with which it is tried.

Made-up cases stand in logs that nobody can rewrite. So they go only into a folder that the very
start that was asked for them has made: it is marked before it has a database, and only that mark
lets a later start finish what was cut short.
"""

import json
from datetime import timedelta
from pathlib import Path

from services.operator.demo.institutions import OFFICE
from services.operator.reachability import tell_reach
from shared.embedded.folder import DataFolder
from shared.identity.tokens import TokenOffice
from shared.kernel.clock import now
from shared.kernel.roles import CASEWORKER, MONITOR
from shared.service.service import Service

TOKEN_FOR = timedelta(hours=2)
TOKEN_ROLES = (CASEWORKER, MONITOR)
_SUBJECT = "subject-demonstration"
_MARK = "demonstration.json"
_HEADER = "run/demonstration.header"


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

    def revoke_tokens(self, tokens: TokenOffice, referral: Service) -> None:
        """Revoke what earlier starts have given out."""
        self.drop_header()
        if tokens.revoke_all(subject=_SUBJECT):
            tell_reach(referral, tokens, {OFFICE})

    def make_token(self, tokens: TokenOffice, referral: Service) -> tuple[str, Path]:
        """Make the token; return its secret, and the file with the header that carries it.

        The file is for ``curl -H @FILE``: an argument could be read by every user of the machine.
        """
        until = now() + TOKEN_FOR
        _, secret = tokens.create(OFFICE, TOKEN_ROLES, until, _SUBJECT)
        tell_reach(referral, tokens, {OFFICE})
        return secret, self._folder.write(_HEADER, f"Authorization: Bearer {secret}\n")

    def drop_header(self) -> None:
        (self._folder.path / _HEADER).unlink(missing_ok=True)

"""Options that name an institution whose part is listed: one that nobody registered is refused.

An empty list would say that it has nothing, where its code was only mistyped.
"""

from typing import TYPE_CHECKING

from shared.kernel.text import UserError

if TYPE_CHECKING:
    from shared.eventstore.log import Log


def require_institutions(reporting: "Log", *named: str | None) -> None:
    """Raise UserError (2) unless the directory has each; None: none was named."""
    from services.reporting.gatherings import Gatherings
    from services.reporting.refusals import NoSuchInstitution

    gatherings = Gatherings(reporting)
    if any(code is not None and gatherings.profile(code) is None for code in named):
        raise UserError(NoSuchInstitution().full_text, 2)

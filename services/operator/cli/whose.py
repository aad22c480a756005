"""Options that name an institution whose part is listed: one that nobody registered is refused.

An empty list would say that it has nothing, where its code was only mistyped.
"""

import re
from typing import TYPE_CHECKING

from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from shared.eventstore.log import Log
    from shared.service.service import Service


def require_institutions(reporting: "Log", *named: str | None) -> None:
    """Raise UserError (2) unless the directory has each; None: none was named."""
    from services.reporting.gatherings import Gatherings
    from services.reporting.refusals import NoSuchInstitution

    gatherings = Gatherings(reporting)
    if any(code is not None and gatherings.profile(code) is None for code in named):
        raise UserError(NoSuchInstitution().full_text, 2)


def require_addressee(referral: "Service", option: str, code: str) -> None:
    """Raise UserError (2) that names the option unless the directory has its institution."""
    from services.referral import directory
    from services.referral.institution import Listed
    from shared.kernel.ids import INSTITUTION_CODE

    if re.fullmatch(INSTITUTION_CODE, code):  # else it can be nobody's
        found = referral.log.read(directory.DECIDER, directory.stream_of(code)).state
        if isinstance(found, Listed):
            return
    raise UserError(
        Text(
            f"{option}: esa institución no está en el directorio. Revise la clave, o regístrela"
            " primero con «canaliza institution register».",
            f"{option}: that institution is not in the directory. Check the code, or register it"
            " first with “canaliza institution register”.",
        ),
        2,
    )

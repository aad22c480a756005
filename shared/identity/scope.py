"""Who may see a case. Decided here and nowhere else: nobody, unless one of these rules says so.

1. An institution that is a party to the case sees it: the one that registered it, the one that has
   custody, and the sender and addressee of a referral whose status is a party's in the code list
   ``referral_statuses``: not one that was declined, withdrawn or entered in error. That a case was
   entered in error takes no sight from who had custody of it or accepted a referral of it.
2. A follow-up in the service that keeps it is shown to fewer than the case: to the two institutions
   of its own referral, the sender and the one that follows up. The other parties of the case read
   about it in the case's history.
3. Auditors and monitors see every case and every follow-up: coded facts, pseudonymous, for as long
   as their token is in force.

What is about no case is not decided here: any token sees the directory and the definitions of the
indicators. Without a token, code lists, health, metrics and the description of the interface are
open, and the page at ``/`` of the embedded port shows how the services are and totals: how many
cases, referrals and facts, and of how many open cases each institution has custody; no case and no
folio.

A caller that may not see a case is answered as if it did not exist: a stranger learns nothing, not
even that there is one.
"""

from collections.abc import Collection
from typing import ClassVar

from shared.identity.caller import AUDITOR, MONITOR, Caller
from shared.kernel.refusals import Missing, Refused
from shared.kernel.text import Text


class NoSuchCase(Missing):
    """There is no such case, or the caller may not see it, or it has not arrived here yet."""

    code: ClassVar[str] = "no-such-case"
    text: ClassVar[Text] = Text(
        "No hay tal caso entre los que su institución puede ver. Si acaba de "
        "registrarse, intente de nuevo en un momento.",
        "There is no such case among those your institution may see. If it was just "
        "registered, try again in a moment.",
    )


def sees_every_case(caller: Caller) -> bool:
    return AUDITOR in caller.roles or MONITOR in caller.roles


def may_see(caller: Caller, parties: Collection[str]) -> bool:
    return caller.institution in parties or sees_every_case(caller)


def require(caller: Caller, parties: Collection[str]) -> None:
    """Refuse, as if there were no such case, unless the caller may see it."""
    if not may_see(caller, parties):
        raise Refused(NoSuchCase())


def only_parties(caller: Caller) -> str | None:
    """Return the institution whose cases a list is limited to, or None if the caller sees all."""
    return None if sees_every_case(caller) else caller.institution

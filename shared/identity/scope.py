"""Who may see a case, answered here and nowhere else: nobody, unless one of these rules says yes.

1. An institution that is a party to the case sees it: the one that registered it, the one that has
   custody, and the sender and addressee of a referral, as long as the referral's status makes them
   parties (``party`` in the code list ``referral_statuses``): not once it was declined, say.
2. A follow-up in the service that keeps it is shown to less than the case: to the two institutions
   of its own referral, who sent it and who follows it up. The case's other parties read of it in
   the case's history.
3. Auditors and monitors see every case and every follow-up: coded facts, pseudonymous, for as long
   as their token is in force.

What is about no case is not decided here: any token sees the directory and the definitions of the
indicators. Without a token, code lists, health, metrics and the description of the interface are
open, and the page at ``/`` of the embedded port shows how the services are and totals: how many
cases, referrals and facts, and of how many open cases each institution has custody; no case and no
folio.

Whoever may not see a case hears that it does not exist: a stranger learns nothing, not even that
there is one.
"""

from collections.abc import Collection
from typing import ClassVar

from shared.identity.caller import AUDITOR, MONITOR, Caller
from shared.kernel.refusals import Missing, Refused


class NoSuchCase(Missing):
    """There is no such case, or none that the caller may see, or it has not arrived here yet."""

    code: ClassVar[str] = "no-such-case"
    es: ClassVar[str] = (
        "No hay tal caso entre los que su institución puede ver. Si acaba de "
        "registrarse, intente de nuevo en un momento."
    )
    en: ClassVar[str] = (
        "There is no such case among those your institution may see. If it was just "
        "registered, try again in a moment."
    )


def sees_every_case(caller: Caller) -> bool:
    """Whether the caller's role lets it see all cases."""
    return AUDITOR in caller.roles or MONITOR in caller.roles


def may_see(caller: Caller, parties: Collection[str]) -> bool:
    """Whether the caller may see a case with these parties."""
    return caller.institution in parties or sees_every_case(caller)


def require(caller: Caller, parties: Collection[str]) -> None:
    """Refuse, as if there were no such case, unless the caller may see it."""
    if not may_see(caller, parties):
        raise Refused(NoSuchCase())


def only_parties(caller: Caller) -> str | None:
    """For lists: the institution whose cases the caller may see, or None where it sees all."""
    return None if sees_every_case(caller) else caller.institution

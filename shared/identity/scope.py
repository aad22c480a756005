"""Who is shown what of a case: nothing, unless it is said here or in ``shared.kernel.sight``.

``shared.kernel.sight`` has what an institution sees of a case: nothing, a preview, the past until a
moment, or the case. What follows for whoever asks:

1. Whoever acts for an institution, in whatever role, sees what it sees.
2. Auditors and monitors see every case and every follow-up: coded facts, pseudonymous, for as long
   as their token is in force.
3. What an institution holds, as a list, is shown to itself, to stewards, who hand it on where it
   cannot, and to auditors and monitors. A steward sees no more of these cases than the list says.
4. The services that own a thing show it as it is now, so only to those who see the case. What is
   past is told by the case's history alone.
5. A follow-up, in the service that keeps it, is shown to whoever follows up and to the custodian;
   the others read about it in the history.
6. An agreement is shown to its parties, to stewards, auditors and monitors.
7. A refusal is heard by those who may know that there is something to refuse. Of the case as a
   whole: those who see it or saw it. Of one referral: its two institutions, and those who see the
   case. Of a follow-up: those who see the follow-up; of a confirmation that its service was given
   also whoever sent the referral.
8. What a person consented to is shown to those who see the case; whose it is, by the vault's ids,
   to the custodian alone.

Everybody else is answered, and counted, as if there were no such case: a stranger learns nothing,
not even that there is one. That holds for every refusal (``shared.web.command_request``), and no
id can be told from what is known outside (``shared.kernel.ids``).

Known limits: what one service decides, the others know once its message has arrived, and until then
sight that ended there goes on elsewhere, for as long as a broker is away. Facts that were recorded
in the same moment as an end count as recorded by then. Ids and versions count facts: how many there
were before is no secret.

What decides is the role, the institution, whether that is involved in the case, and the purpose
(``allows``). A purpose only narrows: whoever says one is heard in those of their roles alone that
may have it (``shared.kernel.purposes``), and whoever says none in each with its default.

What is about no case is not decided here: any token sees the directory and the definitions of the
indicators. Numbers over all cases, by institution or in total, are for those who see every case:
whoever watched them could tell when a case moved, and to whom. Without a token, code lists, health
and the description of the interface are open, and the page at ``/`` of the embedded port shows
whether the services are ready; nothing that moves with a single case.
"""

from collections.abc import Collection
from typing import ClassVar

from shared.identity.caller import Caller, RoleNeeded
from shared.kernel.purposes import PURPOSES, purpose_in
from shared.kernel.refusals import Missing, Refused
from shared.kernel.roles import AUDITOR, MONITOR, ROLES, STEWARD
from shared.kernel.text import Text

SEES_EVERY_CASE = frozenset({AUDITOR, MONITOR})


class NoSuchCase(Missing):
    """There is no such case, or the caller may not see it, or it has not arrived here yet."""

    code: ClassVar[str] = "no-such-case"
    text: ClassVar[Text] = Text(
        "No hay tal caso entre los que su institución puede ver. Si acaba de registrarse, intente "
        "de nuevo en un momento; lo que vio antes está en la historia del caso.",
        "There is no such case among those your institution may see. If it was just "
        "registered, try again in a moment; what it saw before is in the history of the case.",
    )


def allows(role: str, institution: str, involved: Collection[str], purpose: str) -> bool:
    """Whether somebody in this role, of this institution, may be shown something of a case.

    involved: the institutions that see it. purpose: what for it is asked.
    """
    if purpose not in PURPOSES[role]:
        return False
    return institution in involved or role in SEES_EVERY_CASE


def seen_for(caller: Caller, involved: Collection[str]) -> str | None:
    """Return the purpose for which the caller may be shown something of a case; None: it may not.

    Of several roles that may the first in ``ROLES`` counts, so that whoever is involved is not said
    to watch.
    """
    for role in ROLES:
        purpose = purpose_in(role, caller.stated_purpose) if role in caller.roles else None
        if purpose and allows(role, caller.institution, involved, purpose):
            return purpose
    return None


def require(caller: Caller, involved: Collection[str]) -> str:
    """Return the purpose for which the caller is shown it, for the access log.

    Refused, as if there were no such case, unless the caller is involved or sees every case.
    """
    purpose = seen_for(caller, involved)
    if purpose is None:
        raise Refused(NoSuchCase())
    return purpose


def sees_every_case(caller: Caller) -> bool:
    return seen_for(caller, ()) is not None


def require_holdings(caller: Caller, institution: str) -> None:
    """Refuse what an institution holds to all but itself, stewards, auditors and monitors."""
    own = caller.institution == institution
    steward = STEWARD in caller.roles and purpose_in(STEWARD, caller.stated_purpose)
    if not (own or steward or sees_every_case(caller)):
        raise Refused(RoleNeeded(STEWARD))


def sees_every_agreement(caller: Caller) -> bool:
    """Whether the caller sees all agreements: as a steward, an auditor or a monitor."""
    steward = STEWARD in caller.roles and purpose_in(STEWARD, caller.stated_purpose)
    return bool(steward) or sees_every_case(caller)


def may_see_agreement(caller: Caller, parties: Collection[str]) -> bool:
    """Whether the caller is shown an agreement of these parties."""
    return caller.institution in parties or sees_every_agreement(caller)


def agreements_limited_to(caller: Caller) -> str | None:
    """Return the institution whose agreements are shown, or None for all."""
    return None if sees_every_agreement(caller) else caller.institution


def limited_to(caller: Caller) -> str | None:
    """Return the institution whose sight limits an answer, or None if the caller sees all."""
    return None if sees_every_case(caller) else caller.institution


def accesses_limited_to(caller: Caller) -> str | None:
    """Return the institution whose part of the access log is shown, or None for all of it.

    An institution's part is what it asked, and what was asked about the cases that it answers for.
    Monitors see their institution's part: who reads is no indicator.
    """
    audits = AUDITOR in caller.roles and purpose_in(AUDITOR, caller.stated_purpose)
    return None if audits else caller.institution

"""What an institution may see of a case: nothing, unless a rule says so, and all rules are here.

An institution's sight of a case is one of these, from the narrowest to the widest:

- nothing;
- *preview*: a few codes (``intake.case-previewed``) and the facts of its own referral;
- *past*: what was recorded until a moment, and the outcome of what it handed over; nothing later;
- *case*: everything, without an end.

1. The custodian sees the case: the one that registered it, until a transfer of it is accepted. If
   the case is entered in error, its last custodian goes on seeing it.
2. Whoever referred a case by a transfer that was accepted sees what was recorded until that
   acceptance; afterwards it hears the outcome, no more: the closing of that referral's follow-up,
   and of the case.
3. The addressee of a referral that waits for its answer sees a preview, as the case was when it was
   asked. If the referral is declined or withdrawn, or ends without an answer in another way, it
   sees nothing.
4. The addressee of an accepted share sees the case until the share ends: what was recorded until
   then is its past. Of an accepted transfer it is the custodian.
5. A case that was entered in error shows to those who had accepted it what they saw before.
6. Each of the two institutions of a referral always sees that referral itself: its status, kind,
   services, priority and moments. So each is told how it ended.
7. Auditors and monitors see every case and every follow-up: coded facts, pseudonymous, for as long
   as their token is in force.

If several rules give an institution sight of a case, the widest counts, and the later end.

The services that own a thing show it as it is now, so only to those who see the case. What is past
is told by the case's history alone. A follow-up, in the service that keeps it, is shown to whoever
follows up and to the custodian; the others read about it in the history.

A refusal is heard by those who may know that there is something to refuse: of the case as a whole,
those who see it or saw it; of one referral, its two institutions and those who see the case; of a
follow-up, those who see the follow-up. To everybody else it is as if there were no such case: a
stranger learns nothing, not even that there is one.

Known limits: what one service decides, the others know once its message has arrived, and until then
sight that ended there goes on elsewhere, as long as a broker is away. Facts that were recorded in
the same moment as the end count as recorded by then. Ids and versions count facts: the number of
those before is no secret.

What is about no case is not decided here: any token sees the directory and the definitions of the
indicators. Without a token, code lists, health, metrics and the description of the interface are
open, and the page at ``/`` of the embedded port shows how the services are and totals: how many
cases, referrals and facts, and of how many open cases each institution has custody; no case and no
folio.
"""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import ClassVar

from shared.identity.caller import AUDITOR, MONITOR, Caller
from shared.kernel.refusals import Missing, Refused
from shared.kernel.statuses import Status
from shared.kernel.text import Text
from shared.kernel.value import Value

TRANSFER = "transfer"
"""The kind of a referral that moves custody, of the list ``referral_kinds``."""


class NoSuchCase(Missing):
    """There is no such case, or the caller may not see it, or it has not arrived here yet."""

    code: ClassVar[str] = "no-such-case"
    text: ClassVar[Text] = Text(
        "No hay tal caso entre los que su institución puede ver. Si acaba de registrarse, intente "
        "de nuevo en un momento; lo que vio antes está en la historia del caso.",
        "There is no such case among those your institution may see. If it was just "
        "registered, try again in a moment; what it saw before is in the history of the case.",
    )


class Sight(StrEnum):
    """What an institution sees of a case, from the narrowest to the widest (list ``sights``)."""

    NOTHING = "nothing"
    PREVIEW = "preview"
    PAST = "past"
    CASE = "case"


_KEPT = "kept"
_WIDTH = {sight: width for width, sight in enumerate(Sight)}


class Sides(Value):
    """One referral, as far as it decides who sees its case.

    addressee_sees: what its addressee sees by it, were it a share (see ``after``).
    """

    sender: str
    addressee: str
    kind: str
    addressee_sees: Sight

    @property
    def accepted(self) -> bool:
        return self.addressee_sees in {Sight.CASE, Sight.PAST}


def after(before: Sight, status: Status) -> Sight:
    """Return what a referral's addressee sees once the referral has this status.

    before: what it saw until then. What was entered in error leaves what an acceptance has given.
    """
    if status.addressee_sees == _KEPT:
        return Sight.NOTHING if before is Sight.PREVIEW else before
    return Sight(status.addressee_sees or Sight.NOTHING)


def widest(sights: Iterable[Sight]) -> Sight:
    """Return the widest of several sights of a case."""
    return max(sights, key=_WIDTH.__getitem__, default=Sight.NOTHING)


def by_referral(sides: Sides) -> Mapping[str, Sight]:
    """Return what each institution sees of a case by one referral of it: rules 2 to 5."""
    if not sides.accepted:
        return {sides.addressee: sides.addressee_sees}
    if sides.kind == TRANSFER:
        return {sides.sender: Sight.PAST}
    return {sides.addressee: sides.addressee_sees}


def sights(custodian: str | None, referrals: Iterable[Sides]) -> Mapping[str, Sight]:
    """Return what each institution sees of a case; one that is not there sees nothing.

    custodian: the last one; None if it is not known. referrals: all that the case has had.
    """
    found: dict[str, list[Sight]] = {} if custodian is None else {custodian: [Sight.CASE]}
    for sides in referrals:
        for institution, sight in by_referral(sides).items():
            found.setdefault(institution, []).append(sight)
    return {institution: widest(several) for institution, several in found.items()}


def those_who_see(sights: Mapping[str, Sight], *wanted: Sight) -> frozenset[str]:
    """Return the institutions whose sight of a case is one of those."""
    return frozenset(institution for institution, sight in sights.items() if sight in wanted)


def sees_every_case(caller: Caller) -> bool:
    return AUDITOR in caller.roles or MONITOR in caller.roles


def may_see(caller: Caller, institutions: Collection[str]) -> bool:
    return caller.institution in institutions or sees_every_case(caller)


def require(caller: Caller, institutions: Collection[str]) -> None:
    """Refuse, as if there were no such case, unless the caller is of those or sees every case."""
    if not may_see(caller, institutions):
        raise Refused(NoSuchCase())


def limited_to(caller: Caller) -> str | None:
    """Return the institution whose sight limits an answer, or None if the caller sees all."""
    return None if sees_every_case(caller) else caller.institution

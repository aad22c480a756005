"""What an institution may see of a case: nothing, unless a rule says so, and all rules are here.

An institution's sight of a case is one of these, from the narrowest to the widest:

- nothing;
- *preview*: a few codes (``intake.case-previewed``) and the facts of its own referral;
- *past*: what was recorded until a moment, and the outcome of what it handed over; nothing later;
- *case*: everything, without an end.

1. The custodian sees the case: the one that registered it, until custody moves. If
   the case is entered in error, its last custodian goes on seeing it.
2. Whoever referred a case by a transfer that was accepted sees what was recorded until that
   acceptance; afterwards it hears the outcome, no more: the closing of that referral's follow-up,
   and of the case.
3. The addressee of a referral that waits for its answer sees a preview, as the case was when it was
   asked. If the referral is declined or withdrawn, or ends without an answer in another way, it
   sees nothing. Whoever is to confirm that it is declined sees the referral, as its two
   institutions do, and nothing of the case.
4. The addressee of an accepted share sees the case until the share ends: what was recorded until
   then is its past. Of an accepted transfer it is the custodian.
5. A case that was entered in error shows to those who had accepted it what they saw before.
6. A case that a steward hands on, because its custodian cannot act, is the new custodian's; to the
   previous one it shows nothing any more by that.
7. Each of the two institutions of a referral always sees that referral itself: its status, kind,
   services, priority and moments. So each is told how it ended.

If several rules give an institution sight of a case, the widest counts, and the later end.
``shared.identity.scope`` has what follows for whoever asks.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from shared.kernel.statuses import Status
from shared.kernel.value import Value

TRANSFER = "transfer"
"""The kind of a referral that moves custody, of the list ``referral_kinds``."""


class Sight(StrEnum):
    """What an institution sees of a case, from the narrowest to the widest (list ``sights``)."""

    NOTHING = "nothing"
    PREVIEW = "preview"
    PAST = "past"
    CASE = "case"


_KEPT, _ENDED = "kept", "ended"
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

    before: what it saw until then. What was entered in error leaves what an acceptance has given,
    and what a person has left ends it.
    """
    if status.addressee_sees == _KEPT:
        return Sight.NOTHING if before is Sight.PREVIEW else before
    if status.addressee_sees == _ENDED:
        return Sight.PAST if before in {Sight.CASE, Sight.PAST} else Sight.NOTHING
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

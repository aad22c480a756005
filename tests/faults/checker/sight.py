"""Who may see what of a case, folded from its raw facts as far as a service knows them.

Written from the domain page alone. A case is seen by the institution that registered it, by the one
that has custody, and by both sides of every referral that lives; a follow-up by both sides of its
own referral; everything by auditors and monitors.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.faults.checker.rows import Fact

SEES_ALL = frozenset({"auditor", "monitor"})
_REQUESTED = "referral-requested"
_OVER = frozenset({"referral-declined", "referral-withdrawn", "referral-entered-in-error"})
"""After these a referral lives no more."""


@dataclass
class Standing:
    """Where a case stands. sides: of each referral; living: those that give sight."""

    registered_by: str | None = None
    custodian: str | None = None
    sides: dict[str, tuple[str, str]] = field(default_factory=dict)
    living: set[str] = field(default_factory=set)
    told: int = 0

    @property
    def parties(self) -> set[str]:
        """The institutions that see the case."""
        found = {self.registered_by, self.custodian} - {None}
        sides = {side for referral in self.living for side in self.sides[referral]}
        return {str(each) for each in found} | sides


def standing(facts: Iterable[Fact]) -> Standing:
    """Fold facts of intake and referral, each service's in its order."""
    at = Standing()
    for fact in facts:
        at.told += 1
        payload, referral = fact.payload, str(fact.payload.get("referral_id"))
        if fact.name == "case-registered":
            at.registered_by = payload.get("institution")
        elif fact.name in {"custody-taken", "referral-accepted"}:
            at.custodian = str(payload["custodian"])
            if fact.name == "custody-taken":
                at.registered_by = at.registered_by or at.custodian
        elif fact.name == "custody-ended":
            at.custodian = None
        elif fact.name == _REQUESTED:
            at.sides[referral] = (str(payload["sender"]), str(payload["addressee"]))
            at.living.add(referral)
        elif fact.name in _OVER:
            at.living.discard(referral)
    return at


Known = Mapping[str, Sequence[Fact]]
"""What a service knows of one case: by source, the facts that it has, in their order."""
Shown = frozenset[str] | None
"""The ids of what is shown, of facts or of referrals; None: there is no such case."""


def shown(question: str, known: Known, reader: str, *, all_cases: bool, referral: str) -> Shown:
    """What an answer must show. all_cases: whether the reader's role sees every case."""
    if question == "follow-up":
        opened = [f for f in known["followup"] if f.name == "follow-up-opened"]
        sides = (
            {str(opened[0].payload[side]) for side in ("institution", "sender")} if opened else ()
        )
        return frozenset() if opened and (all_cases or reader in sides) else None
    at = standing([*known.get("intake", ()), *known.get("referral", ())])
    if not _is_there(question, known, at, referral) or not (all_cases or reader in at.parties):
        return None
    if question == "custody":
        return frozenset(at.sides)
    if question == "history":
        return frozenset(fact.id for facts in known.values() for fact in facts)
    return frozenset()


def _is_there(question: str, known: Known, at: Standing, referral: str) -> bool:
    match question:
        case "custody":
            return any(fact.name == "custody-taken" for fact in known["referral"])
        case "referral":
            return referral in at.sides
        case "history":
            return at.told > 0
        case _:
            return any(fact.name == "case-registered" for fact in known["intake"])

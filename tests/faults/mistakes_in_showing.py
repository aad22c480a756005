"""Mistakes to plant where it is decided what an institution sees of a case.

Each takes what stands in production code and returns what is to stand there instead.
"""

from collections.abc import Mapping
from typing import Any

from shared.kernel.sight import Sight


def undecided_addressee_sees_the_case(original: Any) -> Any:
    """Whoever is asked sees the whole case before it has answered."""

    def by_referral(sides: Any) -> Mapping[str, Sight]:
        return _instead(original(sides), Sight.PREVIEW, Sight.CASE)

    return by_referral


def withdrawn_addressee_keeps_sight(original: Any) -> Any:
    """A referral is withdrawn or declined, and its addressee goes on seeing the case."""

    def by_referral(sides: Any) -> Mapping[str, Sight]:
        return _instead(original(sides), Sight.NOTHING, Sight.CASE)

    return by_referral


def revoked_share_goes_on(original: Any) -> Any:
    """A share has ended, and its addressee sees what is recorded afterwards."""

    def by_referral(sides: Any) -> Mapping[str, Sight]:
        seen = original(sides)
        return seen if sides.kind == "transfer" else _instead(seen, Sight.PAST, Sight.CASE)

    return by_referral


def former_custodian_looks_on(original: Any) -> Any:
    """A case was handed over, and whoever did so sees all that follows."""

    def by_referral(sides: Any) -> Mapping[str, Sight]:
        seen = original(sides)
        return _instead(seen, Sight.PAST, Sight.CASE) if sides.kind == "transfer" else seen

    return by_referral


def _instead(seen: Mapping[str, Sight], of: Sight, what: Sight) -> Mapping[str, Sight]:
    return {institution: what if sight is of else sight for institution, sight in seen.items()}

"""What each institution sees of each case, folded from reporting's rows of cases and referrals.

Told again from ADR 32, and not from the program: the custodian sees the case; who handed it over by
a transfer, what was recorded until that was accepted; who shares it, all until the share ends; who
was asked and has not answered, a preview.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

Row = Mapping[str, Any]
_WIDER = ("preview", "past", "case")


class Sight(NamedTuple):
    """What an institution sees. of: the referral, and when it was requested, of a preview."""

    institution: str
    sees: str
    until: datetime | None = None
    of: tuple[datetime, str] | None = None


def sights_of(
    cases: Sequence[Row], referrals: Sequence[Row], previews: Sequence[Row]
) -> dict[tuple[Any, ...], dict[str, Any]]:
    """Fold the rows of reporting's table of parties."""
    shown = {row["referral_id"] for row in previews}
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for case in cases:
        of_case = [row for row in referrals if row.get("case_id") == case["case_id"]]
        widest: dict[str, Sight] = {}
        for sight in _of(case, of_case, shown):
            known = widest.get(sight.institution)
            if known is None or _width(sight) > _width(known):
                widest[sight.institution] = sight
        for institution, sight in widest.items():
            found[case["case_id"], institution] = {
                "case_id": case["case_id"],
                "institution": institution,
                "sees": sight.sees,
                "until": sight.until,
                "listed_at": sight.of[0] if sight.of else case["registered_at"],
                "referral_id": sight.of[1] if sight.of else None,
            }
    return found


def _of(case: Row, referrals: Sequence[Row], shown: set[str]) -> Iterator[Sight]:
    custodian = case["last_custodian"] or case["institution"]
    if custodian is not None:
        yield Sight(custodian, "case")
    for one in referrals:
        accepted = one["accepted_recorded"]
        if accepted is not None and one["kind"] == "transfer":
            yield Sight(one["sender"], "past", accepted)
        elif accepted is not None:
            end = _end_of_a_share(one)
            yield Sight(one["addressee"], "past" if end else "case", end)
        elif one["addressee_sees"] == "preview" and one["referral_id"] in shown:
            of = (one["requested_at"], one["referral_id"])
            yield Sight(one["addressee"], "preview", None, of)


def _end_of_a_share(one: Row) -> datetime | None:
    """The first end since it was accepted or went on; None if it goes on."""
    closed = one["closed_position"] or 0
    ends = [
        one["revoked_recorded"],
        one["closed_recorded"] if closed > (one["reopened_position"] or 0) else None,
    ]
    return min((end for end in ends if end is not None), default=None)


def _width(sight: Sight) -> tuple[int, Any]:
    """The widest counts, then the later end, then the later request."""
    order = sight.until if sight.sees == "past" else sight.of
    return _WIDER.index(sight.sees), order

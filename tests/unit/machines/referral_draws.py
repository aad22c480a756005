"""What a walk over a case's referrals draws: who acts, on what, and how things stand elsewhere."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from services.referral import agreement_index, institution, validity
from tests.personas import AT, CASE, OFFICE, REACHABLE, SYSTEM
from tests.unit.machines.commands import INSTITUTIONS, WORKERS, coded, mostly, several
from tests.unit.machines.drawn_commands import Draws

_ENTRY = ("", "", "shelter", None)
_LONG_PAST = institution.Reachable(datetime(1900, 1, 1, tzinfo=UTC))
ENTRIES: Mapping[str, institution.Institution] = {
    "active": institution.Active(*_ENTRY, (), REACHABLE),
    "of its programme": institution.Active(*_ENTRY, ("mecal",), REACHABLE),
    "of another programme": institution.Active(*_ENTRY, ("mx-trafficking",), REACHABLE),
    "until told otherwise": institution.Active(*_ENTRY, (), institution.Reachable()),
    "unreachable": institution.Active(*_ENTRY, ()),
    "expired": institution.Active(*_ENTRY, (), _LONG_PAST),
    "suspended": institution.Suspended(*_ENTRY, (), REACHABLE),
    "closed": institution.Closed(*_ENTRY, (), REACHABLE),
    "not listed": institution.NotListed(),
}
SUPERVISES = "subject-9"
OTHERS = "other"
"""The only kind of services that one agreement is about."""
AGREEMENT = UUID("00000000-0000-4000-8000-0000000000a1")


def _noted(*, begins: date | None, services: tuple[str, ...] = ()) -> tuple[Any, ...]:
    days = validity.Validity(begins=begins)
    return (agreement_index.AgreementNoted(AGREEMENT, 3, INSTITUTIONS, "mecal", services, days),)


AGREED: Mapping[str, tuple[Any, ...]] = {
    "none": (),
    "required": (),
    "in force": _noted(begins=date(1900, 1, 1)),
    "not yet": _noted(begins=date(2190, 1, 1)),
    "about others": _noted(begins=date(1900, 1, 1), services=(OTHERS,)),
}
"""How the agreements between any two institutions may stand in the sender's index."""
ACTORS = {actor.institution: actor for actor in WORKERS}


def who(rightly: str) -> st.SearchStrategy[str]:
    """Draw who may give the command, most of the time, and anybody else."""
    others = ("sender", "addressee", "custodian", *INSTITUTIONS)
    return st.sampled_from([rightly] * 2 * len(others) + [*others])


astray = mostly(st.just(value=False), st.just(value=True))
mostly_the_system = st.sampled_from([SYSTEM, SYSTEM, SYSTEM, OFFICE])
which = st.sampled_from([0, 0, 0, 1, 1, 2, 3])
topics = several(coded("information_topics"))
TAKEN_UP: dict[str, Any] = {"case_id": CASE, "programme": "mecal", "subdivision": "MX-CHH"}
DRAWS: Draws = {
    "by": who("addressee"),
    "WithdrawReferral.by": who("sender"),
    "TakeUpCase.by": st.sampled_from([SYSTEM, OFFICE]),
    "EnterCaseInError.by": st.sampled_from([*[OFFICE] * 19, SYSTEM]),
    "CloseCase.by": who("custodian"),
    "ReopenCase.by": who("custodian"),
    "RelocateCase.by": st.sampled_from([SYSTEM, OFFICE]),
    "RelocateCase.subdivision": st.sampled_from(["MX-CHH", "MX-JAL"]),
    "custody_version": st.sampled_from([0, 0, 0, 0, 1, 3, 6]),
    "AcceptReferral.received_at": st.just(AT),
    "received_at": st.none() | st.integers(-2, 4).map(lambda n: AT + timedelta(seconds=n)),
    "referral_id": which,
    "institution": st.sampled_from(INSTITUTIONS),
    "topics": topics,
    "DeclineReferral.reason": coded("decline_reasons"),
    "CorrectDecline.reason": coded("decline_reasons"),
    "reason": coded("error_reasons"),
    "ReopenCase.reason": coded("reopening_reasons"),
    "WithdrawReferral.reason": coded("withdrawal_reasons"),
    **{name: st.just(value) for name, value in TAKEN_UP.items()},
}
"""What the fields of commands hold."""

"""The moves of a walk over referrals whose follow-ups say what becomes of them."""

from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from services.referral import following, referral
from shared.kernel.decider import Command
from tests.unit.machines.commands import coded, moments, mostly, several
from tests.unit.machines.custody_auditor import Auditor
from tests.unit.machines.referral_draws import astray, mostly_the_system, which
from tests.unit.machines.walking import move

_SERVICES = several(coded("service_kinds"))
_HEARD: dict[str, Any] = {"by": mostly_the_system, "at": moments, "n": which, "astray": astray}
_SELDOM: dict[str, Any] = {**_HEARD, "at_all": mostly(st.just(value=False), st.just(value=True))}
_UNSERVED = ("accepted", "scheduled", "in-progress")
_TAKEN_ON = (*_UNSERVED, "on-hold", "service-delivered", "outcome-confirmed")


class FollowingMoves:
    """What a walk over referrals has besides. auditor: who reads its facts."""

    auditor: Auditor

    def submit(self, command: Command) -> None:
        """Have a command decided."""
        raise NotImplementedError

    def one(self, n: int) -> UUID:
        """The n-th newest referral."""
        raise NotImplementedError

    def accept(self, n: int, at: Any) -> None:
        """Have one that waits accepted by its addressee."""
        raise NotImplementedError

    @move(following.ScheduleReferral, **_HEARD, scheduled_for=moments)
    def hear_of_an_appointment(self, **values: Any) -> None:
        self._hear(following.ScheduleReferral, ("accepted", "scheduled"), **values)

    @move(following.StartReferral, **_HEARD)
    def hear_of_a_start(self, **values: Any) -> None:
        self._hear(following.StartReferral, ("accepted", "scheduled"), **values)

    @move(following.PutReferralOnHold, often=2, **_HEARD, reason=coded("hold_reasons"))
    def hear_of_a_pause(self, **values: Any) -> None:
        self._hear(following.PutReferralOnHold, _UNSERVED, **values)

    @move(following.ResumeReferral, often=4, **_HEARD)
    def hear_that_it_goes_on(self, **values: Any) -> None:
        self._hear(following.ResumeReferral, ("on-hold",), **values)

    @move(following.CompleteReferral, often=2, **_HEARD, delivered=_SERVICES, undelivered=_SERVICES)
    def hear_of_a_delivery(self, **values: Any) -> None:
        self._hear(following.CompleteReferral, _UNSERVED, **values)

    @move(following.ConfirmReferralOutcome, often=2, **_HEARD)
    def hear_of_a_confirmation(self, **values: Any) -> None:
        if "service-delivered" not in self.auditor.ended.values():
            given: dict[str, Any] = {"delivered": ("shelter",), "undelivered": ()}
            self._hear(following.CompleteReferral, _UNSERVED, **values, **given)
        self._hear(following.ConfirmReferralOutcome, ("service-delivered",), **values)

    @move(following.FailReferral, **_HEARD, reason=coded("failure_reasons"))
    def hear_of_a_failure(self, **values: Any) -> None:
        self._hear(following.FailReferral, _TAKEN_ON, **values)

    @move(following.CancelReferral, **_SELDOM, reason=coded("cancellation_reasons"))
    def hear_that_the_person_left(self, *, at_all: bool, **values: Any) -> None:
        values["astray"] = values["astray"] or not at_all
        self._hear(following.CancelReferral, _TAKEN_ON, **values)

    def _hear(
        self, command: type[Any], where: tuple[str, ...], n: int, *, astray: bool, **values: Any
    ) -> None:
        """Hear it of one that stands so; where none does, have one accepted."""
        found = [one for one, end in self.auditor.ended.items() if end in where]
        if not (found or astray):
            self.accept(n, values["at"])
            return
        which_one = self.one(n) if astray else found[n % len(found)]
        self.submit(command(referral_id=which_one, **values))


ENDS: dict[type, str] = {
    referral.Accepted: "accepted",
    referral.Scheduled: "scheduled",
    referral.InProgress: "in-progress",
    referral.OnHold: "on-hold",
    referral.ServiceDelivered: "service-delivered",
    referral.OutcomeConfirmed: "outcome-confirmed",
    referral.Failed: "failed",
    referral.Closed: "closed",
}
"""What the auditor calls the statuses from the acceptance on."""

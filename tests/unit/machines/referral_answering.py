"""The moves of a walk over referrals that are waited for, passed on, left, confirmed and rated."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from services.referral import afterwards, answering, decisions, declining, programme_rules
from services.referral.custody_leaning import ADDRESSED, RULES
from shared.kernel.decider import Actor, Known
from tests.unit.machines.commands import INSTITUTIONS, WORKERS, coded, moments, mostly
from tests.unit.machines.custody_auditor import TAKES, Auditor
from tests.unit.machines.following_auditor import TAKEN_ON
from tests.unit.machines.referral_draws import (
    ACTORS,
    ENTRIES,
    astray,
    mostly_the_system,
    which,
    who,
)
from tests.unit.machines.walking import move

_ENTRY = mostly(st.sampled_from(TAKES), st.sampled_from([*ENTRIES]))
_TWO = mostly(st.sampled_from(["sender", "addressee"]), st.sampled_from(INSTITUTIONS))


class AnsweringMoves:
    """What a walk over referrals has besides. auditor: who reads its facts."""

    auditor: Auditor
    known: Any

    def about(self, n: int, command: type[Any], **values: Any) -> None:
        """Submit a command about the n-th newest referral."""
        raise NotImplementedError

    @move(answering.DeliverReferral, often=2, by=mostly_the_system, at=moments, n=which)
    def deliver(self, n: int, **values: Any) -> None:
        """Say that one has reached its addressee."""
        self.about(n, answering.DeliverReferral, **values)

    @move(
        answering.WaitlistReferral,
        often=3,
        by=who("addressee"),
        at=moments,
        n=which,
        astray=astray,
        reason=coded("waitlist_reasons"),
        days=st.sampled_from([None, -3, -3, 2, 30]),
    )
    def waitlist(
        self, n: int, at: datetime, *, astray: bool, days: int | None, **values: Any
    ) -> None:
        """Let the person wait, without an end or for some days."""
        expected = None if days is None else (at + timedelta(days=days)).date()
        values |= {"at": at, "expected_on": expected}
        self.about(self._waiting(n, astray=astray), answering.WaitlistReferral, **values)

    @move(
        answering.RerouteReferral,
        often=2,
        by=who("addressee"),
        at=moments,
        n=which,
        astray=astray,
        reason=coded("reroute_reasons"),
        to=st.sampled_from(["elsewhere", *INSTITUTIONS]),
        entry=_ENTRY,
    )
    def reroute(self, n: int, *, astray: bool, entry: str, **values: Any) -> None:
        """Suggest another institution; now and then one that is none."""
        self.known = {ADDRESSED: Known(2, ENTRIES[entry])}
        self.about(self._waiting(n, astray=astray), answering.RerouteReferral, **values)

    @move(
        answering.CancelForPerson,
        by=_TWO,
        at=moments,
        n=which,
        astray=astray,
        reason=coded("cancellation_reasons"),
    )
    def leave(self, n: int, *, astray: bool, **values: Any) -> None:
        """Have the person leave one that waits."""
        self.about(self._waiting(n, astray=astray), answering.CancelForPerson, **values)

    @move(
        decisions.DeclineReferral,
        often=3,
        by=who("addressee"),
        at=moments,
        n=which,
        astray=astray,
        reason=coded("decline_reasons"),
        coordinator=st.sampled_from([None, None, *INSTITUTIONS]),
        version=st.integers(1, 9),
    )
    def decline(
        self, n: int, *, astray: bool, coordinator: str | None, version: int, **values: Any
    ) -> None:
        """Decline one; mostly that is to be confirmed."""
        named: dict[str | None, str] = {} if coordinator is None else {None: coordinator}
        rules = programme_rules.Rules(named, confirms=coordinator is not None)
        self.known = {RULES: Known(version, rules)}
        self.auditor.confirming, self.auditor.rules = coordinator, version
        self.about(self._waiting(n, astray=astray), decisions.DeclineReferral, **values)

    @move(
        declining.ConfirmDecline,
        often=2,
        by=mostly(st.none(), st.sampled_from(WORKERS)),
        at=moments,
        n=which,
    )
    def confirm(self, n: int, by: Actor | None, **values: Any) -> None:
        """Confirm a decline, if one waits for that."""
        n, values["by"] = self._proposed(n, by)
        self.about(n, declining.ConfirmDecline, **values)

    @move(
        declining.SendBackDecline,
        often=4,
        by=mostly(st.none(), st.sampled_from(WORKERS)),
        at=moments,
        n=which,
        reason=coded("send_back_reasons"),
    )
    def send_back(self, n: int, by: Actor | None, **values: Any) -> None:
        """Send a decline back, if one waits to be confirmed."""
        if not any(one in self.auditor.proposed for one in self.auditor.open()):
            declined: dict[str, Any] = {"by": "addressee", "reason": "no-capacity", "version": 1}
            coordinator, at = INSTITUTIONS[n], values["at"]
            self.decline(n, at=at, astray=False, coordinator=coordinator, **declined)
        n, values["by"] = self._proposed(n, by)
        self.about(n, declining.SendBackDecline, **values)

    @move(
        afterwards.RateCounterpart,
        often=2,
        by=_TWO,
        at=moments,
        n=which,
        astray=astray,
        timeliness=coded("ratings"),
        effort=coded("ratings"),
        twice=st.booleans(),
    )
    def rate(self, n: int, *, astray: bool, twice: bool, **values: Any) -> None:
        """Rate the other institution of one that has ended; now and then of one that has not."""
        n = n if astray else self._nth(n, self.auditor.ended)
        for _ in range(1 + twice):
            self.about(n, afterwards.RateCounterpart, **values)

    @move(
        afterwards.CloseLoop,
        often=2,
        by=who("sender"),
        at=moments,
        n=which,
        astray=astray,
        reason=coded("loop_reasons"),
        person_told=coded("told"),
    )
    def be_done(self, n: int, *, astray: bool, **values: Any) -> None:
        """Close the loop of one that has ended; now and then of one that has not."""
        ended = self.auditor.ended
        over = [one for one, end in ended.items() if end not in TAKEN_ON | {"in error"}]
        self.about(n if astray else self._nth(n, over), afterwards.CloseLoop, **values)

    def _waiting(self, n: int, *, astray: bool) -> int:
        """The number of one that waits for its addressee; now and then of any other."""
        if astray:
            return n
        proposed = self.auditor.proposed
        return self._nth(n, [one for one in self.auditor.open() if one not in proposed])

    def _proposed(self, n: int, by: Actor | None) -> tuple[int, Actor]:
        """The number of one whose decline is to be confirmed, and who is to, or another."""
        proposed = [one for one in self.auditor.open() if one in self.auditor.proposed]
        if not proposed:
            return n, by or WORKERS[0]
        one = proposed[n % len(proposed)]
        coordinator = self.auditor.proposed[one].coordinator
        return self.auditor.number(one), by or ACTORS[coordinator]

    def _nth(self, n: int, found: Iterable[UUID]) -> int:
        """How many newer ones there are than the n-th of these; n if there are none."""
        several = list(found)
        return self.auditor.number(several[n % len(several)]) if several else n

"""The moves of a walk over referrals that ended: revoked, closed and reopened."""

from typing import Any
from uuid import UUID

from services.referral import ending
from shared.kernel.decider import Actor, Command
from tests.unit.machines.commands import coded, moments
from tests.unit.machines.custody_auditor import Auditor
from tests.unit.machines.following_auditor import MAY_GO_ON, TAKEN_ON
from tests.unit.machines.referral_draws import astray, mostly_the_system, which, who
from tests.unit.machines.walking import move


class EndingMoves:
    """What a walk over referrals has besides. auditor: who reads its facts."""

    auditor: Auditor

    def submit(self, command: Command) -> None:
        """Have a command decided."""
        raise NotImplementedError

    def one(self, n: int) -> UUID:
        """The n-th newest referral; one that is not there where there are fewer."""
        raise NotImplementedError

    def accept(self, n: int, at: Any) -> None:
        """Have one that waits accepted by its addressee."""
        raise NotImplementedError

    def _actor(self, by: str | Actor, n: int) -> Actor:
        raise NotImplementedError

    @move(
        ending.RevokeReferral,
        often=3,
        by=who("custodian"),
        at=moments,
        n=which,
        reason=coded("revocation_reasons"),
        astray=astray,
    )
    def revoke(self, by: str, n: int, *, astray: bool, **values: Any) -> None:
        """Revoke what was accepted; where nothing is, accept something."""
        referral_id = self._ended(n, *MAY_GO_ON, astray=astray)
        if referral_id is None:
            self.accept(n, values["at"])
            return
        self.submit(ending.RevokeReferral(by=self._actor(by, 0), referral_id=referral_id, **values))

    @move(ending.CloseReferral, often=3, by=mostly_the_system, at=moments, n=which, astray=astray)
    def close(self, by: Actor, at: Any, n: int, *, astray: bool) -> None:
        """Close what was accepted; where nothing is, accept something."""
        referral_id = self._ended(n, *TAKEN_ON, astray=astray)
        if referral_id is None:
            self.accept(n, at)
            return
        self.submit(ending.CloseReferral(by=by, at=at, referral_id=referral_id))

    @move(ending.ReopenReferral, often=2, by=mostly_the_system, at=moments, n=which, astray=astray)
    def reopen(self, by: Actor, at: Any, n: int, *, astray: bool) -> None:
        """Reopen what was closed, if anything was; now and then another."""
        referral_id = self._ended(n, "closed", "failed", astray=astray) or self.one(n)
        self.submit(ending.ReopenReferral(by=by, at=at, referral_id=referral_id))

    def _ended(self, n: int, *ends: str, astray: bool) -> UUID | None:
        """One that ended so, if any did; now and then another."""
        if astray:
            return self.one(n)
        found = [one for one, end in self.auditor.ended.items() if end in ends]
        return found[n % len(found)] if found else None

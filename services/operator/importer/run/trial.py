"""A row's commands are decided in memory, before any is sent: no row is imported by half."""

import threading
from collections.abc import Hashable, Iterator, Sequence
from datetime import datetime
from typing import Any, Generic

from services.followup import followup
from services.followup import life as followup_life
from services.followup.amounts import amount_not_usable
from services.intake import case as intake
from services.operator.importer.run.deciding import Deciding
from services.operator.importer.run.imported_case import ImportedCase
from services.operator.importer.run.pipeline import R, RowListener
from services.operator.importer.run.row_commands import RowCommands, RowReferral
from services.referral import custody, custody_facts
from shared.kernel.decider import Decider
from shared.kernel.refusals import InTheFuture, Refusal
from shared.kernel.times import CLOCKS_MAY_DIFFER
from shared.service.command_client import KeyedCommand


class NothingSent(Generic[R]):
    """Carries nothing (``--check``): what was decided in memory has arrived."""

    def __init__(self, listener: RowListener[R], stop: threading.Event) -> None:
        """stop: once set, it ends after the batch at hand."""
        self._listener = listener
        self._stop = stop

    def register(self, entry: KeyedCommand) -> None:
        """Register nothing."""
        del entry

    def run(self, batches: Iterator[Sequence[R]]) -> None:
        """Say of each row that it arrived."""
        for batch in batches:
            for row in batch:
                self._listener.arrived(row)
            if self._stop.is_set():
                return


class Trial:
    """Decides each row's commands as if nothing of it were recorded."""

    def __init__(self, deciding: Deciding, now: datetime) -> None:
        """deciding: knows the directory. now: when the rows are imported."""
        self._deciding = deciding
        self._now = now
        self._carried_out: set[Hashable] = set()

    def refusal(self, row: RowCommands) -> Refusal | None:
        """Return the first refusal that the row's commands would meet, or None.

        A file has thousands of rows and a dozen kinds of them: one that is like a row whose
        commands would all be carried out is not decided again, but for its amounts.
        """
        if not row.is_over_by(self._now + CLOCKS_MAY_DIFFER):
            latest = max(keyed.command.at for keyed in row.all)
            if latest > self._now + CLOCKS_MAY_DIFFER:
                return InTheFuture(field="happened_at", at=latest.isoformat())
        kind = _kind(row.case)
        if kind in self._carried_out:
            said = ((one.outcome, one.amount, one.currency) for one in row.case.outcomes)
            return next((no for each in said if (no := amount_not_usable(*each))), None)
        refusal = self._decided(row)
        if refusal is None and kind is not None:
            self._carried_out.add(kind)
        return refusal

    def _decided(self, row: RowCommands) -> Refusal | None:
        case, commands = row.case, row.by_service
        taken_up = custody_facts.CustodyTaken(
            row.case_id, case.registered_by, case.programme, case.subdivision
        )
        return (
            self._refused(intake.DECIDER, (), commands["intake"])
            or self._refused(custody.DECIDER, (taken_up,), commands["referral"])
            or next(filter(None, (self._of_follow_up(row, one) for one in row.accepted)), None)
        )

    def _of_follow_up(self, row: RowCommands, referral: RowReferral) -> Refusal | None:
        opened = followup.FollowUpOpened(
            referral_id=referral.referral_id,
            case_id=row.case_id,
            institution=referral.handover.to,
            sender=referral.sender,
            kind=referral.handover.kind,
            programme=row.case.programme,
            subdivision=row.case.subdivision,
        )
        commands = [one for one in row.by_service["followup"] if one.stream == referral.referral_id]
        return self._refused(followup_life.DECIDER, (opened,), commands)

    def _refused(
        self, decider: Decider[Any], facts: Sequence[Any], commands: Sequence[KeyedCommand]
    ) -> Refusal | None:
        """Return the first refusal of these commands, after these facts."""
        state = decider.fold(facts)
        for keyed in commands:
            decision = self._deciding.decide(decider, keyed.command, state)
            if isinstance(decision, Refusal):
                return decision
            state = decider.fold(decision, state)
        return None


def _kind(case: ImportedCase) -> Hashable:
    """Return what decides about a case of one plain hand-over; None for any other.

    That is all but its key, its amounts, and its days, whose order no rule about history asks for.
    """
    if case.referred_to is None or case.contacts or case.services:
        return None
    codes = (case.programme, case.subdivision, case.municipality, case.channel)
    acting = (case.registered_by, case.referred_to, case.referral_kind)
    ended = (case.closing, case.undated, case.opened is None, case.closed is None)
    outcomes = ((o.outcome, o.currency, o.amount is None, o.on is None) for o in case.outcomes)
    return codes, acting, ended, tuple(case.details.items()), tuple(outcomes)

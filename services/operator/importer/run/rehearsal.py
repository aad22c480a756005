"""A trial (``--check``): commands are decided in memory, as the services would decide them."""

import threading
from collections.abc import Hashable, Iterator, Sequence
from typing import Any
from uuid import UUID

from services.followup import followup
from services.followup import life as followup_life
from services.followup.amounts import amount_not_usable
from services.intake import case as intake
from services.operator.importer.run.imported_case import ImportedCase
from services.operator.importer.run.pipeline import RowListener
from services.operator.importer.run.row_commands import RowCommands, Step
from services.operator.importer.run.update import AnyCommands, UpdateCommands
from services.referral import custody
from shared.kernel.decider import Claim, Decider, Known
from shared.kernel.refusals import Refusal
from shared.service.command_client import KeyedCommand


class Trial:
    """Decides every row's commands in memory, and writes nothing."""

    def __init__(self, listener: RowListener[AnyCommands], stop: threading.Event) -> None:
        """stop: once set, the trial ends after the batch at hand."""
        self._listener = listener
        self._stop = stop
        self._directory: dict[UUID, Known] = {}
        self._carried_out: set[Hashable] = set()

    def register(self, entry: KeyedCommand) -> Refusal | None:
        """Decide an entry of the directory, as the first of its code; return a refusal."""
        decider, nothing = entry.decider, entry.decider.nothing
        leans = decider.leans_on(entry.command, nothing) if decider.leans_on else {}
        known = {name: self._known(lean) for name, lean in leans.items()}
        decision = decider.decide_with(entry.command, nothing, known)
        if isinstance(decision, Refusal):
            return decision
        self._directory[entry.stream] = Known(len(decision), decider.fold(decision))
        for fact in decision:
            for other in decider.beside(nothing, fact) if decider.beside else ():
                state = other.decider.fold([other.fact])
                self._directory[other.stream] = Known(1, state)
        return None

    def run(self, batches: Iterator[Sequence[AnyCommands]]) -> None:
        """Decide each row as if nothing of it were recorded."""
        for batch in batches:
            for row in batch:
                # What brings a case up to date was decided on what is recorded of it.
                refusal = None if isinstance(row, UpdateCommands) else self.refusal(row)
                if refusal is not None:
                    self._listener.refused(row, refusal)
                else:
                    self._listener.arrived(row)
            if self._stop.is_set():
                return

    def refusal(self, row: RowCommands) -> Refusal | None:
        """Return the first refusal that the row's commands would meet, or None.

        A file has thousands of rows and a dozen kinds of them: one that is like a row whose
        commands would all be carried out is not decided again, but for its amounts.
        """
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
        taken_up = custody.CustodyTaken(
            row.case_id, case.registered_by, case.programme, case.subdivision
        )
        return (
            self._refused(intake.DECIDER, (), commands["intake"])
            or self._refused(custody.DECIDER, (taken_up,), commands["referral"])
            or next(filter(None, (self._of_follow_up(row, step) for step in row.accepted)), None)
        )

    def _of_follow_up(self, row: RowCommands, step: Step) -> Refusal | None:
        opened = followup.FollowUpOpened(
            referral_id=step.referral_id,
            case_id=row.case_id,
            institution=step.handover.to,
            sender=step.sender,
            kind=step.handover.kind,
            programme=row.case.programme,
            subdivision=row.case.subdivision,
        )
        commands = [one for one in row.by_service["followup"] if one.stream == step.referral_id]
        return self._refused(followup_life.DECIDER, (opened,), commands)

    def _refused(
        self, decider: Decider[Any], facts: Sequence[Any], commands: Sequence[KeyedCommand]
    ) -> Refusal | None:
        """Return the first refusal after these facts. Other streams are the directory's."""
        state = decider.fold(facts)
        for keyed in commands:
            leans = decider.leans_on(keyed.command, state) if decider.leans_on else {}
            known = {name: self._known(lean) for name, lean in leans.items()}
            decision = decider.decide_with(keyed.command, state, known)
            if isinstance(decision, Refusal):
                return decision
            state = decider.fold(decision, state)
        return None

    def _known(self, lean: Claim | tuple[Decider[Any], UUID]) -> Known:
        if isinstance(lean, Claim):
            return Known(0, next(iter(lean.candidates))[0])
        decider, stream = lean
        return self._directory.get(stream) or Known(0, decider.nothing)


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

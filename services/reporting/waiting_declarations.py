"""The rows that the facts of a referral's clock lead to: any that carries one, and what was said.

A fact with a clock starts it, unless it says that the running one moved. A follow-up's runs from
its last fact on; what was said about an earlier one counts no more.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, get_type_hints

from services.reporting.batch import FollowUp, Referral
from services.reporting.declarations import (
    HAPPENED_AT,
    POSITION,
    VERSION,
    Declarations,
    Declared,
    ValueSource,
    in_utc,
    named,
    row,
)
from services.reporting.row import Row
from services.reporting.waiting_rows import (
    Clock,
    ClockBegun,
    Coordinating,
    Escalated,
    FollowUpSaid,
    FollowUpTold,
    Reminded,
)
from shared.contracts import clocks, followup, referral
from shared.contracts.contract import Contract, parts_of
from shared.kernel.fields import bare_type, members
from shared.kernel.running_clock import RunningClock
from shared.kernel.statuses import FOLLOW_UP_STATUSES, REFERRAL_STATUSES

_CLOCK, _REFERRAL, _FOLLOWUP = "clock", "referral", "followup"
_CODES = ("clock", "calendar")
_MOMENTS = ("started_at", "due_at", "remind_at", "escalate_at", "coordinate_at", "expires_at")
_BEGUN = row(ClockBegun, started_position=POSITION)


def _told(level: str | None) -> Declared:
    return row(
        FollowUpTold,
        told_version=named("follow_up_version"),
        told_at=HAPPENED_AT,
        told_due_at=named("due_at"),
        told_next_at=named("next_at"),
        told_level=level,
    )


_SAID: Declarations = {
    followup.FollowUpRemindedV1: [_told(None)],
    followup.FollowUpEscalatedV1: [_told("sender")],
    referral.DeclineProposedV1: [row(Coordinating, "coordinator")],
    clocks.ReferralRemindedV1: [row(Reminded, reminded_at=HAPPENED_AT, reminded_position=POSITION)],
    clocks.ReferralEscalatedV1: [
        row(
            Escalated,
            escalated_at=HAPPENED_AT,
            escalated_position=POSITION,
            escalation_level=named("level"),
        )
    ],
}


def with_clocks(declared: Declarations, contracts: Mapping[str, type[Contract]]) -> Declarations:
    """Return the declarations with the rows of clocks, of every contract that carries one."""
    found = dict(declared)
    for name, contract in contracts.items():
        service = parts_of(name).service
        rows = list(_of_its_clock(contract)) if service == _REFERRAL else []
        if service == _FOLLOWUP and contract not in _SAID:
            rows = [row(FollowUpSaid, said_version=VERSION)]
        if rows := [*_SAID.get(contract, ()), *rows]:
            found[contract] = [*declared.get(contract, _of_its_status(contract)), *rows]
    return found


def _of_its_clock(contract: type[Contract]) -> Iterator[Declared]:
    carried = get_type_hints(contract).get(_CLOCK, str)
    if RunningClock in members(bare_type(carried)):
        yield _RUNS
        if contract is not clocks.ClockMovedV1:
            yield _BEGUN


def _of_its_status(contract: type[Contract]) -> Sequence[Declared]:
    kept: Mapping[str, type[Row]] = {REFERRAL_STATUSES: Referral, FOLLOW_UP_STATUSES: FollowUp}
    status = contract.status
    return [row(kept[status.list_name])] if status and status.list_name in kept else []


def _part(name: str) -> ValueSource:
    """Take a part of the clock; None if the fact has none."""

    def part(clock: RunningClock | None) -> Any:
        value = None if clock is None else getattr(clock, name)
        return in_utc(value) if isinstance(value, datetime) else value

    return ValueSource(f"data.{_CLOCK}", part)


_RUNS = row(Clock, **{name: _part(name) for name in (*_CODES, *_MOMENTS)})

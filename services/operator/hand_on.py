"""Handing on what an inactive institution holds: case by case, each by a fact of its own.

Interrupted, it is finished by handing on again: a case that has moved is not the institution's any
longer.
"""

from collections.abc import Iterator
from typing import NamedTuple

from services.referral import custody, directory
from services.referral.assigning import AssignCustody
from services.reporting.cursors import After
from services.reporting.views import CaseRow, Reports
from shared.eventstore.log import Log
from shared.kernel.clock import now
from shared.kernel.decider import Actor, Known
from shared.kernel.refusals import Refusal
from shared.service.command_client import KeyedCommand, submit
from shared.service.service import Service

_PAGE = 200


class HandedOn(NamedTuple):
    """What became of one case. refusal: why it stays where it is; None if it moves."""

    case: CaseRow
    refusal: Refusal | None


def hand_on(
    referral: Service, reports: Reports, previous: str, to: str, by: Actor, *, trial: bool
) -> Iterator[HandedOn]:
    """Hand every case that institution ``previous`` answers for on to institution ``to``.

    trial: decide only, and record nothing.
    """
    after: After | None = None
    while held := reports.held(previous, _PAGE, after):
        for case in held.cases:
            command = AssignCustody(by=by, at=now(), previous=previous, to=to)
            current = referral.log.read(custody.DECIDER, case.case_id)
            in_custody = isinstance(current.state, custody.InCustody)
            if not in_custody or current.state.held.custodian != previous:
                continue  # it has moved, and reporting has not heard of it
            if trial:
                known = _known(referral.log, command)
                decision = custody.DECIDER.decide_with(command, current.state, known)
            else:
                key = f"hand-on-{case.case_id}-{current.version}-{to}"
                decision = submit(
                    {referral.name: referral},
                    KeyedCommand(
                        referral.name,
                        custody.DECIDER,
                        case.case_id,
                        command,
                        str(case.case_id),
                        key,
                    ),
                ).result()
            yield HandedOn(case, decision if isinstance(decision, Refusal) else None)
        if len(held.cases) < _PAGE:
            return
        after = held.cases[-1].after


def _known(log: Log, command: AssignCustody) -> dict[str, Known]:
    """Read the two entries that the rules lean on."""
    names = {custody.ADDRESSED: command.to, custody.PREVIOUS: command.previous}
    found = {}
    for name, code in names.items():
        entry = log.read(directory.DECIDER, directory.stream_of(code))
        found[name] = Known(entry.version, entry.state)
    return found

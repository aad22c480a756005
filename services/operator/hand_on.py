"""Handing on what an inactive institution holds: case by case, each by a fact of its own.

Interrupted, it is finished by handing on again: a case that has moved is not the institution's any
longer.
"""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from services.referral import custody, custody_states, directory
from services.referral.assigning import AssignCustody
from services.referral.custody_leaning import ADDRESSED, PREVIOUS
from services.reporting.answers import CaseRow
from services.reporting.cursors import After
from services.reporting.views import Reports
from shared.eventstore.log import Current, Log
from shared.eventstore.writer import Answer
from shared.kernel.clock import now
from shared.kernel.decider import Actor, Decision, Known
from shared.kernel.refusals import Refusal
from shared.service.command_client import KeyedCommand, submit
from shared.service.service import Service

_PAGE = 200


class HandedOn(NamedTuple):
    """What became of one case. refusal: why it stays where it is; None if it moves."""

    case: CaseRow
    refusal: Refusal | None


def hand_on(  # noqa: PLR0913 - what the command line says
    referral: Service, reports: Reports, previous: str, to: str, by: Actor, *, trial: bool
) -> Iterator[HandedOn]:
    """Hand every case that institution ``previous`` answers for on to institution ``to``.

    trial: decide only, and record nothing.
    """
    after: After | None = None
    while held := reports.held(previous, _PAGE, after):
        for case in held.cases:
            moment = now()
            command = AssignCustody(by=by, at=moment, received_at=moment, previous=previous, to=to)
            current = referral.log.read(custody.DECIDER, case.case_id)
            in_custody = isinstance(current.state, custody_states.InCustody)
            if not in_custody or current.state.held.custodian != previous:
                continue  # it has moved, and reporting has not heard of it
            answer = (
                _tried(referral.log, command, current)
                if trial
                else _done(referral, case.case_id, command, current)
            )
            yield HandedOn(case, answer if isinstance(answer, Refusal) else None)
        if len(held.cases) < _PAGE:
            return
        after = held.cases[-1].after


def _tried(log: Log, command: AssignCustody, current: Current) -> Decision:
    return custody.DECIDER.decide_with(command, current.state, _known(log, command))


def _done(referral: Service, case_id: UUID, command: AssignCustody, current: Current) -> Answer:
    """Hand one case on. The key has the version seen, so that it may come back and go again."""
    case, key = str(case_id), f"hand-on-{case_id}-{current.version}-{command.to}"
    keyed = KeyedCommand(
        referral.name, custody.DECIDER, case_id, command, case, key, referral.secret
    )
    return submit({referral.name: referral}, keyed).result()


def _known(log: Log, command: AssignCustody) -> dict[str, Known]:
    """Read the two entries that the rules lean on."""
    names = {ADDRESSED: command.to, PREVIOUS: command.previous}
    found = {}
    for name, code in names.items():
        entry = log.read(directory.DECIDER, directory.stream_of(code))
        found[name] = Known(entry.version, entry.state)
    return found

"""Bugs to be planted in a service's process before it starts, to see the checker catch each.

Production code has no hook: ``plant`` replaces named methods and functions from outside, and a
name that is not there any more fails the start, loudly.
"""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from tests.faults import mistakes_in_deciding as deciding
from tests.faults import mistakes_in_showing as showing
from tests.faults import mistakes_in_telling as telling
from tests.faults import mistakes_in_time as timing

Make = Callable[[Any], Any]
"""From what stood there to what stands there now."""


class NoSuchTarget(Exception):
    """Production code no longer has what a bug was to replace."""


def plant(name: str) -> None:
    """Plant one of ``BUGS`` in this process. Raises KeyError, NoSuchPlace."""
    for target, make in BUGS[name].items():
        owner, last = found(target)
        setattr(owner, last, make(getattr(owner, last)))


def found(target: str) -> tuple[Any, str]:
    """Who has what stands at ``module:name`` or ``module:class.name``. Raises NoSuchPlace."""
    module, _, path = target.partition(":")
    *outer, last = path.split(".")
    owner: Any = import_module(module)
    for part in outer:
        owner = getattr(owner, part, None)
    if not hasattr(owner, last):
        raise NoSuchTarget(target)
    return owner, last


_LIFE = "services.referral.custody:LIFE"
_RECORDER = "shared.eventstore.recorder:GapFreeRecorder.append"
_PROCESS = "shared.messaging.inbox:Inbox.process"
_MOVE = "shared.messaging.inbox:DatabaseInbox._move"
_ACKNOWLEDGE = "shared.messaging.relay:Relay._acknowledge"
_IN_STEP = "shared.messaging.relay:Relay._in_step"
_SIGHT = "shared.kernel.sight:by_referral"
_ENCODE = "shared.service.service:encode"

BUGS: dict[str, dict[str, Make]] = {
    "unlocked-append": {_RECORDER: deciding.unlocked_append},
    "gaps-in-the-log": {_RECORDER: deciding.gaps_in_the_log},
    "keys-not-kept": {_RECORDER: deciding.keys_not_kept},
    "answered-before-the-commit": {
        "shared.eventstore.writer:Writer._append": deciding.answered_before_the_commit
    },
    "answer-made-up-again": {
        "shared.eventstore.writer:_Pending.repeats": deciding.answer_made_up_again
    },
    "answer-of-today": {"shared.eventstore.writer:Writer._make_certain": deciding.answer_of_today},
    "refusal-stores-its-fact": {
        "shared.eventstore.session:Session.decide": deciding.refusal_stores_its_fact
    },
    "accepted-twice": {_LIFE: deciding.accepted_again},
    "anybody-decides": {"shared.kernel.life.machine:Life._not_theirs": deciding.no_objection},
    "any-time-will-do": {"shared.eventstore.session:out_of_order": deciding.any_time_will_do},
    "mended-again": {"services.followup.life:LIFE": deciding.mended_again},
    "custody-stays": {_LIFE: deciding.custody_stays},
    "intake-asks-nobody-for-custody": {
        "services.intake.decisions:_not_the_custodian": deciding.no_objection
    },
    "intake-turns-nothing": {
        "services.intake.custody_heard:_came_too_late": deciding.never_too_late
    },
    "referred-to-anybody": {"services.referral.decisions:cannot_take": deciding.no_objection},
    "folios-shared": {
        "services.intake.case:candidates": deciding.few_folios,
        "services.intake.case:DECIDER": deciding.claims_nothing,
    },
    "offers-outlive-their-custodian": {
        "services.referral.custody:with_superseded": deciding.nothing_falls
    },
    "anybody-closes": {"services.referral.custody:_of_the_case": deciding.anybody_is_the_custodian},
    "revocation-not-heard": {"services.followup.consumes:READER": telling.revocation_not_heard},
    "relay-moves-before-the-acknowledgement": {
        _ACKNOWLEDGE: telling.moved_before_acknowledged,
        _IN_STEP: telling.trusts_its_positions,
    },
    "zombie-relay-still-sends": {
        "shared.postgres.leases:Lease.hold": telling.always_held,
        _MOVE: telling.relay_not_fenced,
    },
    "case-scattered-over-partitions": {"shared.messaging.relay:partition_of": telling.scattered},
    "amounts-rounded-on-the-way": {_ENCODE: telling.amounts_rounded},
    "message-names-a-person": {_ENCODE: telling.says_too_much},
    "position-before-work": {_PROCESS: telling.position_before_work},
    "position-not-stored": {_MOVE: telling.position_not_stored},
    "parked-case-overtaken": {"shared.messaging.inbox:DatabaseInbox._lock": telling.nobody_waits},
    "readable-message-set-aside": {
        "shared.messaging.parsed_message:event_in": telling.does_not_know_a_type
    },
    "projection-in-a-transaction-of-its-own": {_PROCESS: telling.projected_apart},
    "totals-forgotten": {"services.reporting.projections:difference": telling.totals_forgotten},
    "undecided-addressee-sees-the-case": {_SIGHT: showing.undecided_addressee_sees_the_case},
    "withdrawn-addressee-keeps-sight": {_SIGHT: showing.withdrawn_addressee_keeps_sight},
    "revoked-share-goes-on": {_SIGHT: showing.revoked_share_goes_on},
    "former-custodian-looks-on": {_SIGHT: showing.former_custodian_looks_on},
    "weekends-counted": {"shared.timers.working_days:Calendar.works": timing.every_day_is_worked},
    "clocks-forgotten": {"services.referral.clocks:due_step": timing.nothing_is_due},
    "offered-outside-the-consent": {
        "services.referral.consent:RecordedBySender.covers": timing.covers_all
    },
    "opened-twice": {"services.followup.consumes:READER": telling.opened_twice},
}
"""By name: what is replaced, and by what."""

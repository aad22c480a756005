"""A claim as the commands that take it in, step by step, under names that never change.

Case, referral and the key of each command follow from the mapping's name, the row's key and what
the row tells. So a row that is asked twice is answered once; and a row that tells something else
than last time cannot be mistaken for it, nor pile up on it: its case is registered already.

When things happened: each step at the date the row gives. What the row does not date happened, as
far as anybody knows, at the latest moment it can have: when the claim closed, or, while it is open,
when it was imported. So nothing without a date of its own comes after the closing.
"""

import hashlib
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import msgspec

from services.followup import followup, life
from services.followup.decisions import CloseFollowUp, RecordOutcome
from services.intake import case
from services.intake.details import Details
from services.operator.importer.mapping.import_mapping import ImportMapping
from services.operator.importer.run.imported_case import ImportedCase, in_state
from services.referral import custody, decisions, directory
from shared.eventstore.session import CLOCKS_MAY_DIFFER
from shared.identity.caller import ADMINISTRATOR, CASEWORKER
from shared.kernel.codes import label
from shared.kernel.decider import Actor, Command, Decider, Known
from shared.kernel.ids import derived_id, folio
from shared.kernel.refusals import InTheFuture, Refusal
from shared.service import command_client as desk


@dataclass(frozen=True, slots=True)
class Step:
    """One command to one service. correlation: the case, or the institution for the directory's."""

    service: str
    correlation: str
    decider: Decider[Any]
    stream: UUID
    command: Command
    key: str

    @property
    def id(self) -> UUID:
        """The command's id, as the service will know it: it follows from the key."""
        return desk.command_id(self.service, self.command.by.institution, self.key)


class Steps:
    """All that one row asks for. case, referral: the streams it is about. row: its number."""

    def __init__(
        self, row: int, claim: ImportedCase, mapping: ImportMapping, now: datetime
    ) -> None:
        """now: when it is imported."""
        self.row = row
        self.claim = claim
        self._mapping = mapping
        self._latest = claim.closed or now.astimezone(mapping.zone.of(claim.subdivision))
        self._began = claim.opened or self._latest
        self.case = derived_id("import", mapping.name, claim.key)
        self.referral = derived_id("import", mapping.name, claim.key, "referral")
        told = hashlib.blake2b(msgspec.json.encode(claim, order="deterministic"), digest_size=12)
        self._told = told.hexdigest()

    @cached_property
    def registering(self) -> list[Step]:
        """The case enters intake."""
        claim, mapping = self.claim, self._mapping
        details: dict[str, Any] = dict(claim.details)
        if violation := details.pop("violations", None):
            details["violations"] = (violation,)
        prefix = mapping.folio.replace("{subdivision}", claim.subdivision).upper()
        command = case.RegisterCase(
            by=self._by(claim.registered_by),
            at=self._began,
            case_id=self.case,
            folio=folio(self.case, prefix),
            programme=claim.programme,
            subdivision=claim.subdivision,
            municipality=claim.municipality,
            channel=claim.channel,
            opened_at=claim.opened,
            details=Details(**details),
        )
        return [self._step("intake", case.DECIDER, self.case, command, "register")]

    @cached_property
    def referring(self) -> list[Step]:
        """It is handed to the office that decides, which accepts it."""
        claim, handover = self.claim, self._mapping.handover
        if handover is None or claim.referred_to is None:
            return []
        asks = decisions.ReferCase(
            by=self._by(claim.registered_by),
            at=self._began,
            referral_id=self.referral,
            to=claim.referred_to,
            kind=handover.kind,
            services=handover.services,
            priority=handover.priority,
        )
        accepts = decisions.AcceptReferral(
            by=self._by(claim.referred_to), at=self._began, referral_id=self.referral
        )
        return [
            self._step("referral", custody.DECIDER, self.case, asks, "refer"),
            self._step("referral", custody.DECIDER, self.case, accepts, "accept"),
        ]

    @cached_property
    def following(self) -> list[Step]:
        """What came of it is recorded, and it closes if it closed."""
        commands = self._results(self._by(self.claim.referred_to or ""))
        return [
            self._step("followup", life.DECIDER, self.referral, command, f"result-{n}")
            for n, command in enumerate(commands)
        ]

    def _results(self, by: Actor) -> Iterator[Command]:
        for came in self.claim.outcomes:
            yield RecordOutcome(
                by=by,
                at=self._latest,
                outcome=came.outcome,
                amount=came.amount,
                currency=came.currency,
                on=came.on,
            )
        if self.claim.closing is not None:
            yield CloseFollowUp(by=by, at=self._latest, outcome=self.claim.closing)

    @property
    def last(self) -> Step:
        """The step that is carried out only when all others were."""
        return [*self.registering, *self.referring, *self.following][-1]

    def objection(self, now: datetime) -> Refusal | None:
        """What the services' own rules would say no to, asked of them before anything is written.

        So a row whose last step is impossible does not end half-way.
        """
        if max(self._began, self._latest) > now + CLOCKS_MAY_DIFFER:
            later = max(self._began, self._latest)
            return InTheFuture(field="happened_at", at=later.isoformat())
        return _refused(case.DECIDER, case.NotRegistered(), self.registering) or _refused(
            life.DECIDER, self._opened(), self.following
        )

    def objection_to_referring(self, entries: Sequence[Step]) -> Refusal | None:
        """What the rules would say no to in the hand-over; the same for all cases of a state.

        entries: in the directory, which are made before.
        """
        there = {entry.stream: _begun(entry) for entry in entries}
        return _refused(custody.DECIDER, self._in_custody(), self.referring, there)

    def _in_custody(self) -> custody.Custody:
        claim = self.claim
        taken = custody.CustodyTaken(
            self.case, claim.registered_by, claim.programme, claim.subdivision
        )
        return custody.evolve(custody.NotTakenUp(), taken)

    def _opened(self) -> followup.FollowUp:
        claim = self.claim
        to, kind = claim.referred_to or "", claim.referral_kind or ""
        opening = followup.FollowUpOpened(
            referral_id=self.referral,
            case_id=self.case,
            institution=to,
            sender=claim.registered_by,
            kind=kind,
            programme=claim.programme,
            subdivision=claim.subdivision,
        )
        return followup.Open(opening)

    def _by(self, institution: str) -> Actor:
        return Actor(institution, CASEWORKER, f"import:{self._mapping.name}")

    def _step(
        self, service: str, decider: Decider[Any], stream: UUID, command: Command, name: str
    ) -> Step:
        key = f"import:{self._mapping.name}:{self.claim.key}:{self._told}:{name}"
        return Step(service, str(self.case), decider, stream, command, key)


def institutions(subdivision: str, mapping: ImportMapping, now: datetime) -> list[Step]:
    """The entries in the directory that the cases of a state need."""
    acting = [mapping.registers, *([mapping.handover.to] if mapping.handover else [])]
    steps = []
    for one in acting:
        code = in_state(one.code, subdivision)
        name = one.name.replace("{subdivision_name}", label("subdivisions", subdivision)).replace(
            "{subdivision}", subdivision
        )
        command = directory.RegisterInstitution(
            by=Actor(code, ADMINISTRATOR, "import"),
            at=now,
            institution=code,
            name=name,
            kind=one.kind,
            subdivision=subdivision,
            programmes=(mapping.programme,),
        )
        key = f"import:{mapping.name}:{code}"
        stream = directory.stream_of(code)
        steps.append(Step("referral", code, directory.DECIDER, stream, command, key))
    return steps


def refused_in_directory(step: Step) -> Refusal | None:
    """What the directory's own rules would say no to in an entry, were it the first of its code."""
    return _refused(step.decider, step.decider.nothing, [step])


def _begun(step: Step) -> Known:
    """What a stream comes to that this step begins."""
    decision = step.decider.decide(step.command, step.decider.nothing)
    facts = () if isinstance(decision, Refusal) else decision
    return Known(len(facts), step.decider.fold(facts))


def _refused(
    decider: Decider[Any],
    state: Any,
    steps: Sequence[Step],
    there: Table[UUID, Known] | None = None,
) -> Refusal | None:
    """The first no to these steps. there: other streams of the log; any that is not has no fact."""
    for step in steps:
        leans = decider.leans_on(step.command, state) if decider.leans_on else {}
        known = {
            name: (there or {}).get(stream) or Known(0, other.nothing)
            for name, (other, stream) in leans.items()
        }
        decision = decider.decide_with(step.command, state, known)
        if isinstance(decision, Refusal):
            return decision
        state = decider.fold(decision, state)
    return None

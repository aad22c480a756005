"""A row's commands, for one service after the other, under keys that never change.

Case, referrals and the id of each command follow from the mapping's name, the row's key, the row's
values and the installation's secret: from the file alone nobody can tell them. So a row that is
sent twice is carried out once; and a row with other values than last time is not mistaken for it,
nor added to it: its case is registered already.

When things happened: each command at the date that the row gives. What the row does not date
happened, as far as anybody knows, at the latest moment it can have: when the case closed, or, while
it is open or nobody knows when it closed, when it was imported. So nothing without a date of its
own comes after the closing. A hand-over without dates follows at once upon what was before it.

Every command names its source: what it leads to is history, kept as the file says it, also where
its dates are out of order (``oddities`` counts such rows).

A row that was closed closes its case, by whoever has custody of it then, and its follow-up. What is
for referral is sent before followup has heard of the case, so the case is recorded as closed first.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from services.followup import decisions as followup_decisions
from services.followup import life as followup_life
from services.intake import case as intake
from services.intake.details import Details
from services.operator.importer.mapping import import_mapping
from services.operator.importer.mapping.import_mapping import ROW_NUMBER, ImportMapping
from services.operator.importer.mapping.institutions import NamedInstitution
from services.operator.importer.run.imported_case import ImportedCase
from services.operator.importer.run.imported_history import (
    ImportedDeed,
    ImportedHandover,
    ImportedOutcome,
    ImportedWork,
)
from services.operator.importer.run.row_source import Row
from services.referral import closing, custody, decisions, directory
from services.referral.referral import TRANSFER
from shared.identity.source_keys import sealed_key
from shared.kernel.decider import Actor, Command, Decider
from shared.kernel.ids import InstallationSecret
from shared.kernel.roles import CASEWORKER, OPERATOR
from shared.service.command_client import KeyedCommand


class RowReferral(NamedTuple):
    """A hand-over of a row's case, as it is sent. sender: who had custody then.

    referred, acknowledged, answered: when, with the wall clock's offset there.
    """

    handover: ImportedHandover
    referral_id: UUID
    sender: str
    referred: datetime
    acknowledged: datetime | None
    answered: datetime


class RowCommands:
    """All commands of one row. case_id: the stream that they are about.

    referrals: the case's hand-overs, in order. custodian: who has custody at the end. also: the
    numbers of the case's other rows, if it has several.
    """

    def __init__(  # noqa: PLR0913 - what the row's ids and words follow from
        self,
        row: Row,
        case: ImportedCase,
        mapping: ImportMapping,
        now: datetime,
        *,
        secret: InstallationSecret,
        file: str | None = None,
        also: Sequence[int] = (),
    ) -> None:
        """now: when it is imported. file: the digest of the file's bytes, if there is one."""
        self._secret = secret
        self.row = row
        self.case = case
        self.also = also
        self._mapping = mapping
        self._source = mapping.source(file)
        self._now = now
        zone = mapping.zone.of(case.subdivision, case.municipality)
        self.latest = case.closed or now.astimezone(zone)
        self.began = case.opened or min([self.latest, *_own_dates(case.all_handovers)])
        self.case_id = secret.id_of("import", mapping.name, case.key)
        self.custodian = case.registered_by
        self.referrals = list(self._referrals())
        self.digest = hashlib.blake2b(case.compared(), digest_size=12).hexdigest()
        self._key = f"import:{mapping.name}:{case.key}:{self.digest}"

    @cached_property
    def by_service(self) -> Mapping[str, Sequence[KeyedCommand]]:
        """The commands for each service, in the order in which a case meets them."""
        return {
            "intake": [self._register()],
            "referral": [*chain.from_iterable(map(self._refer, self.referrals)), *self._close()],
            "followup": list(chain.from_iterable(map(self._follow_up, self.accepted))),
        }

    @property
    def all(self) -> list[KeyedCommand]:
        """All commands in order."""
        return [keyed for commands in self.by_service.values() for keyed in commands]

    @property
    def first(self) -> KeyedCommand:
        """The command that is carried out before all others."""
        return self.all[0]

    @property
    def last(self) -> KeyedCommand:
        """The command that is submitted after all others."""
        return self.all[-1]

    @property
    def size(self) -> int:
        """How many rows of the file these are."""
        return 1 + len(self.also)

    @property
    def accepted(self) -> Sequence[RowReferral]:
        """The hand-overs that were accepted: each has a follow-up."""
        return [referral for referral in self.referrals if referral.handover.is_accepted]

    @property
    def referral_id(self) -> UUID:
        """The first hand-over's id, whether it took place or not."""
        return self._referral_of(0)

    @property
    def own_dates(self) -> frozenset[datetime]:
        """The dates that the row itself gives to what was done, and what came of it."""
        done: list[ImportedOutcome | ImportedDeed] = []
        for work in self.case.works:
            done += (*work.outcomes, *work.contacts, *work.services)
        return frozenset(one.happened for one in done if one.happened)

    def is_over_by(self, moment: datetime) -> bool:
        """Whether all that the row dates happened by then, and so all that its commands say."""
        dated = chain(
            (self.began, self.latest),
            self.own_dates,
            _own_dates(self.case.all_handovers),
            (work.closed for work in self.case.works if work.closed),
        )
        return all(one <= moment for one in dated)

    def directory_entry(self, one: NamedInstitution) -> KeyedCommand:
        """Return the command that registers an institution of the case."""
        command = directory.RegisterInstitution(
            by=Actor("operator", OPERATOR, "import"),
            at=self._now,
            imported=self._source,
            institution=one.code,
            name=one.name,
            kind=one.kind,
            subdivision=self.case.subdivision,
            programmes=(self.case.programme,),
        )
        key, stream = f"import:{self._mapping.name}:{one.code}", directory.stream_of(one.code)
        return KeyedCommand(
            "referral", directory.DECIDER, stream, command, one.code, key, self._secret
        )

    def _referral_of(self, n: int) -> UUID:
        which = () if n == 0 else (str(n),)
        return self._secret.id_of("import", self._mapping.name, self.case.key, "referral", *which)

    def _referrals(self) -> Iterator[RowReferral]:
        moment = self.began
        for one in self.case.all_handovers:
            referred = one.referred or moment
            moment = one.answered or max(referred, one.acknowledged or referred)
            referral_id = self._referral_of(one.n)
            yield RowReferral(one, referral_id, self.custodian, referred, one.acknowledged, moment)
            if one.is_accepted and one.kind == TRANSFER:
                self.custodian = one.to

    def _register(self) -> KeyedCommand:
        case, mapping = self.case, self._mapping
        details: dict[str, Any] = dict(case.details)
        if isinstance(details.get("violations"), str):
            details["violations"] = (details["violations"],)
        prefix = mapping.folio.replace("{subdivision}", case.subdivision).upper()
        command = intake.RegisterCase(
            by=self._by(case.registered_by),
            at=self.began,
            imported=self._source,
            case_id=self.case_id,
            folio_prefix=prefix,
            programme=case.programme,
            subdivision=case.subdivision,
            municipality=case.municipality,
            channel=case.channel,
            opened_at=case.opened,
            details=Details(**details),
            source_key=self._source_key(),
        )
        return self._keyed("intake", intake.DECIDER, self.case_id, command, "register")

    def _source_key(self) -> str | None:
        """Return the source's number, sealed; None if it has none but the row's place."""
        numbered = ROW_NUMBER in self._mapping.key
        return None if numbered else sealed_key(self._secret, self.case.key)

    def _refer(self, referral: RowReferral) -> Iterator[KeyedCommand]:
        handover, mapped = referral.handover, self._mapping.handovers[referral.handover.n]
        refer = decisions.ReferCase(
            by=self._by(referral.sender),
            at=referral.referred,
            imported=self._source,
            referral_id=referral.referral_id,
            to=handover.to,
            kind=mapped.kind,
            services=mapped.services,
            priority=mapped.priority,
        )
        yield self._of_referral(referral, refer, "refer")
        of_addressee: dict[str, Any] = {
            "by": self._by(handover.to),
            "imported": self._source,
            "referral_id": referral.referral_id,
        }
        if referral.acknowledged is not None:
            received = decisions.AcknowledgeReferral(at=referral.acknowledged, **of_addressee)
            yield self._of_referral(referral, received, "acknowledge")
        match handover.answer:
            case import_mapping.ACCEPTED:
                accept = decisions.AcceptReferral(at=referral.answered, **of_addressee)
                yield self._of_referral(referral, accept, "accept")
            case import_mapping.DECLINED:
                decline = decisions.DeclineReferral(
                    at=referral.answered, reason=handover.reason or "", **of_addressee
                )
                yield self._of_referral(referral, decline, "decline")
            case import_mapping.WITHDRAWN:
                withdraw = decisions.WithdrawReferral(
                    by=self._by(referral.sender),
                    at=referral.answered,
                    imported=self._source,
                    referral_id=referral.referral_id,
                    reason=handover.reason or "",
                )
                yield self._of_referral(referral, withdraw, "withdraw")
            case _:  # it waits
                return

    def _close(self) -> Iterator[KeyedCommand]:
        if self.case.closing is None:
            return
        close = closing.CloseCase(
            by=self._by(self.custodian),
            at=self.latest,
            imported=self._source,
            outcome=self.case.closing,
            undated=self.case.undated,
        )
        yield self._keyed("referral", custody.DECIDER, self.case_id, close, "close")

    def _follow_up(self, referral: RowReferral) -> Iterator[KeyedCommand]:
        """Yield what the addressee did: its own work, and after the last one the case's."""
        works = [referral.handover.work]
        if referral == self.accepted[-1]:
            # It was not handed on, so it ends with the case (``oddities.ENDED_AND_OPEN``).
            works = [msgspec.structs.replace(works[0], closing=None), self.case.work]
        contacts = [deed for work in works for deed in work.contacts]
        services = [deed for work in works for deed in work.services]
        results = [result for work in works for result in self._results(referral, work)]
        about = self._at_work(referral)
        for n, deed in enumerate(contacts):
            contact = followup_decisions.RecordContact(
                at=deed.happened or self.latest, channel=deed.code, **about
            )
            yield self._of_follow_up(referral, contact, f"contact-{n}")
        for n, deed in enumerate(services):
            service = followup_decisions.RecordServiceDelivered(
                at=deed.happened or self.latest, service=deed.code, **about
            )
            yield self._of_follow_up(referral, service, f"service-{n}")
        for n, command in enumerate(results):
            yield self._of_follow_up(referral, command, f"result-{n}")

    def _results(self, referral: RowReferral, work: ImportedWork) -> Iterator[Command]:
        latest = work.closed or self.latest
        about = self._at_work(referral)
        for one in work.outcomes:
            yield followup_decisions.RecordOutcome(
                at=one.happened or latest,
                outcome=one.outcome,
                amount=one.amount,
                currency=one.currency,
                on=one.on,
                **about,
            )
        if work.closing is not None:
            yield followup_decisions.CloseFollowUp(
                at=latest, outcome=work.closing, undated=work.undated, **about
            )

    def _at_work(self, referral: RowReferral) -> dict[str, Any]:
        return {"by": self._by(referral.handover.to), "imported": self._source}

    def _of_referral(self, referral: RowReferral, command: Command, name: str) -> KeyedCommand:
        name = _numbered(name, referral)
        return self._keyed("referral", custody.DECIDER, self.case_id, command, name)

    def _of_follow_up(self, referral: RowReferral, command: Command, name: str) -> KeyedCommand:
        name = _numbered(name, referral)
        return self._keyed("followup", followup_life.DECIDER, referral.referral_id, command, name)

    def _by(self, institution: str) -> Actor:
        return Actor(institution, CASEWORKER, f"import:{self._mapping.name}")

    def _keyed(
        self, service: str, decider: Decider[Any], stream: UUID, command: Command, name: str
    ) -> KeyedCommand:
        key = f"{self._key}:{name}"
        return KeyedCommand(service, decider, stream, command, str(self.case_id), key, self._secret)


def _numbered(name: str, referral: RowReferral) -> str:
    """Return a command's name; those of the first hand-over have no number."""
    return f"{name}-of-{referral.handover.n}" if referral.handover.n else name


def _own_dates(handovers: Sequence[ImportedHandover]) -> Iterator[datetime]:
    for one in handovers:
        yield from filter(None, (one.referred, one.acknowledged, one.answered))

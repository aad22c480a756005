"""A row's commands, for one service after the other, under keys that never change.

Case, referral and the id of each command follow from the mapping's name, the row's key, the row's
values and the installation's secret: from the file alone nobody can tell them. So a row that is
sent twice is carried out once; and a row with other values than last time is not mistaken for it,
nor added to it: its case is registered already.

When things happened: each command at the date that the row gives. What the row does not date
happened, as far as anybody knows, at the latest moment it can have: when the case closed, or, while
it is open, when it was imported. So nothing without a date of its own comes after the closing.

Every command names its source: what it leads to is history, kept as the file says it, also where
its dates are out of order (``oddities`` counts such rows).

A row that was closed closes its case, by whoever has custody of it then, and its follow-up. What is
for referral is sent before followup has heard of the case, so the case is recorded as closed first.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import msgspec

from services.followup import decisions as followup_decisions
from services.followup import life as followup_life
from services.intake import case as intake
from services.intake.details import Details
from services.operator.importer.mapping.import_mapping import ImportMapping
from services.operator.importer.run.csv_source import Row
from services.operator.importer.run.imported_case import ImportedCase, code_in
from services.referral import closing, custody, decisions, directory
from services.referral.referral import TRANSFER
from shared.kernel.codes import label
from shared.kernel.decider import Actor, Command, Decider
from shared.kernel.ids import InstallationSecret
from shared.kernel.roles import CASEWORKER, OPERATOR
from shared.service.command_client import KeyedCommand


class RowCommands:
    """All commands of one row. case_id, referral_id: the streams that they are about."""

    def __init__(  # noqa: PLR0913 - what the row's ids and words follow from
        self,
        row: Row,
        case: ImportedCase,
        mapping: ImportMapping,
        now: datetime,
        *,
        secret: InstallationSecret,
        file: str | None = None,
    ) -> None:
        """now: when it is imported. file: the digest of the file's bytes, if there is one."""
        self._secret = secret
        self.row = row
        self.case = case
        self._mapping = mapping
        self._source = mapping.source(file)
        zone = mapping.zone.of(case.subdivision, case.municipality)
        self.latest = case.closed or now.astimezone(zone)
        self.began = case.opened or self.latest
        self.case_id = secret.id_of("import", mapping.name, case.key)
        self.referral_id = secret.id_of("import", mapping.name, case.key, "referral")
        values = msgspec.json.encode(case, order="deterministic")
        digest = hashlib.blake2b(values, digest_size=12).hexdigest()
        self._key = f"import:{mapping.name}:{case.key}:{digest}"

    @cached_property
    def by_service(self) -> Mapping[str, Sequence[KeyedCommand]]:
        """The commands for each service, in the order in which a case meets them."""
        return {
            "intake": [self._register()],
            "referral": list(self._refer()),
            "followup": list(self._follow_up()),
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
        """The command that is carried out only if all others were."""
        return self.all[-1]

    def stream_in(self, service: str) -> UUID:
        """Return the stream that must exist in a service before it can carry out the commands."""
        return self.referral_id if service == "followup" else self.case_id

    def _register(self) -> KeyedCommand:
        case, mapping = self.case, self._mapping
        details: dict[str, Any] = dict(case.details)
        if violation := details.pop("violations", None):
            details["violations"] = (violation,)
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
        )
        return self._keyed("intake", intake.DECIDER, self.case_id, command, "register")

    def _refer(self) -> Iterator[KeyedCommand]:
        case, handover = self.case, self._mapping.handover
        if handover is None or case.referred_to is None:
            return
        refer = decisions.ReferCase(
            by=self._by(case.registered_by),
            at=self.began,
            imported=self._source,
            referral_id=self.referral_id,
            to=case.referred_to,
            kind=handover.kind,
            services=handover.services,
            priority=handover.priority,
        )
        accept = decisions.AcceptReferral(
            by=self._by(case.referred_to),
            at=self.began,
            imported=self._source,
            referral_id=self.referral_id,
        )
        yield self._keyed("referral", custody.DECIDER, self.case_id, refer, "refer")
        yield self._keyed("referral", custody.DECIDER, self.case_id, accept, "accept")
        if case.closing is not None:
            moves = handover.kind == TRANSFER
            close = closing.CloseCase(
                by=self._by(case.referred_to if moves else case.registered_by),
                at=self.latest,
                outcome=case.closing,
            )
            yield self._keyed("referral", custody.DECIDER, self.case_id, close, "close")

    def _follow_up(self) -> Iterator[KeyedCommand]:
        case, by = self.case, self._by(self.case.referred_to or "")
        commands: list[Command] = [
            followup_decisions.RecordOutcome(
                by=by,
                at=self.latest,
                imported=self._source,
                outcome=one.outcome,
                amount=one.amount,
                currency=one.currency,
                on=one.on,
            )
            for one in case.outcomes
        ]
        if case.closing is not None:
            commands.append(
                followup_decisions.CloseFollowUp(
                    by=by, at=self.latest, imported=self._source, outcome=case.closing
                )
            )
        for n, command in enumerate(commands):
            yield self._keyed(
                "followup", followup_life.DECIDER, self.referral_id, command, f"result-{n}"
            )

    def _by(self, institution: str) -> Actor:
        return Actor(institution, CASEWORKER, f"import:{self._mapping.name}")

    def _keyed(
        self, service: str, decider: Decider[Any], stream: UUID, command: Command, name: str
    ) -> KeyedCommand:
        key = f"{self._key}:{name}"
        return KeyedCommand(service, decider, stream, command, str(self.case_id), key, self._secret)


def directory_entries(
    subdivision: str,
    mapping: ImportMapping,
    now: datetime,
    *,
    secret: InstallationSecret,
    file: str | None = None,
) -> list[KeyedCommand]:
    """Return the commands that register the institutions which the cases of a subdivision need."""
    acting = [mapping.registers, *([mapping.handover.to] if mapping.handover else [])]
    entries = []
    for one in acting:
        code = code_in(subdivision, one.code)
        name = one.name.replace("{subdivision_name}", label("subdivisions", subdivision))
        command = directory.RegisterInstitution(
            by=Actor("operator", OPERATOR, "import"),
            at=now,
            imported=mapping.source(file),
            institution=code,
            name=name.replace("{subdivision}", subdivision),
            kind=one.kind,
            subdivision=subdivision,
            programmes=(mapping.programme,),
        )
        key, stream = f"import:{mapping.name}:{code}", directory.stream_of(code)
        entries.append(
            KeyedCommand("referral", directory.DECIDER, stream, command, code, key, secret)
        )
    return entries

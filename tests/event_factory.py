"""Published facts to try reporting with: each source numbers its own, as its log would."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

from shared.contracts import followup, intake, referral
from shared.contracts.contract import Contract
from shared.contracts.envelope import Event, decode, encode
from shared.kernel.codes import code
from shared.kernel.record import Meta, Recorded

UNSTATED = intake.DetailsV1(
    age_band=None,
    sex=None,
    nationality=None,
    migratory_condition=None,
    sector=None,
    occupation=None,
    violations=None,
)
DENVER = timezone(timedelta(hours=-7))
BEGIN = datetime(2024, 1, 10, 9, 30, tzinfo=DENVER)
OFFICE, BUREAU = "us-wy-office", "us-wy-labor"


@dataclass
class EventFactory:
    """Prints published facts. messages: their bytes, by source, in the order of its log."""

    messages: dict[str, list[bytes]] = field(default_factory=lambda: defaultdict(list))
    versions: dict[tuple[str, UUID], int] = field(default_factory=lambda: defaultdict(int))
    recorded: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def publish(  # noqa: PLR0913 - a fact's whole envelope
        self,
        service: str,
        stream: UUID,
        key: str,
        data: Contract,
        *,
        at: datetime = BEGIN,
        by: str = OFFICE,
        cause: str = "command:00000000-0000-4000-8000-000000000001",
    ) -> Event:
        """Print one fact, a second after the one before."""
        self.recorded += timedelta(seconds=1)
        self.versions[service, stream] += 1
        messages = self.messages[service]
        recorded = Recorded(
            service,
            len(messages) + 1,
            stream,
            self.versions[service, stream],
            "any",
            Meta(by, "caseworker", "token-1", at, self.recorded, key, cause),
            None,
        )
        messages.append(encode(data, recorded))
        return decode(messages[-1])


@dataclass
class Story:
    """One case's facts, published one by one."""

    factory: EventFactory
    case_id: UUID
    events: list[Event] = field(default_factory=list)

    def registered(
        self,
        *,
        at: datetime = BEGIN,
        opened: datetime | None = BEGIN,
        programme: str = "us-wage-claims",
        subdivision: str = "US-WY",
        by: str = OFFICE,
    ) -> Event:
        data = intake.CaseRegisteredV1(
            case_id=self.case_id,
            institution=by,
            folio=f"F-{self.case_id.hex[-6:].upper()}",
            programme=programme,
            subdivision=subdivision,
            municipality=None,
            channel="shelter",
            opened_at=opened,
            details=UNSTATED,
        )
        return self._publish("intake", self.case_id, data, at, by)

    def corrected(
        self, *, at: datetime = BEGIN, opened: datetime | None = BEGIN, subdivision: str = "US-WY"
    ) -> Event:
        data = intake.CaseCorrectedV1(
            subdivision=subdivision,
            municipality=None,
            channel="shelter",
            opened_at=opened,
            details=UNSTATED,
            changed=("opened_at",),
        )
        return self._publish("intake", self.case_id, data, at, OFFICE)

    def corrected_too_late(
        self, *, at: datetime = BEGIN, opened: datetime | None = BEGIN, subdivision: str = "US-WY"
    ) -> Event:
        """Describe the case as before a correction, which is a proposal from now on."""
        described = intake.DescriptionV1(
            subdivision="US-KS",
            municipality=None,
            channel="shelter",
            opened_at=opened,
            details=UNSTATED,
        )
        data = intake.CorrectionTurnedIntoProposalV1(
            correction_id=self.case_id,
            subdivision=subdivision,
            municipality=None,
            channel="shelter",
            opened_at=opened,
            details=UNSTATED,
            proposal_id=self.case_id,
            institution=OFFICE,
            proposed=described,
            changed=("subdivision",),
        )
        return self._publish("intake", self.case_id, data, at, BUREAU)

    def voided_too_late(self, *, at: datetime = BEGIN) -> Event:
        """The case is not in error after all."""
        data = intake.VoidTurnedIntoRequestV1(
            entry_id=self.case_id, proposal_id=self.case_id, institution=OFFICE, reason="duplicate"
        )
        return self._publish("intake", self.case_id, data, at, BUREAU)

    def in_error(self, *, at: datetime = BEGIN) -> Event:
        data = intake.CaseEnteredInErrorV1(reason="duplicate")
        return self._publish("intake", self.case_id, data, at, OFFICE)

    def custody_taken(
        self, *, at: datetime = BEGIN, by: str = OFFICE, subdivision: str = "US-WY", cause: str = ""
    ) -> Event:
        data = referral.CustodyTakenV1(
            case_id=self.case_id, custodian=by, programme="us-wage-claims", subdivision=subdivision
        )
        return self._publish("referral", self.case_id, data, at, by, cause)

    def custody_assigned(self, *, at: datetime = BEGIN, to: str, custodian: str = OFFICE) -> Event:
        data = referral.CustodyAssignedV1(
            custodian=to,
            previous_custodian=custodian,
            reason="custodian-closed",
            custodian_version=1,
            previous_version=2,
        )
        return self._publish("referral", self.case_id, data, at, "operator")

    def custody_ended(self, *, at: datetime = BEGIN, custodian: str = OFFICE) -> Event:
        return self._publish(
            "referral", self.case_id, referral.CustodyEndedV1(custodian=custodian), at, custodian
        )

    def requested(
        self,
        identity: UUID,
        *,
        at: datetime = BEGIN,
        sender: str = OFFICE,
        addressee: str = BUREAU,
        kind: str = "transfer",
    ) -> Event:
        data = referral.ReferralRequestedV1(
            referral_id=identity,
            sender=sender,
            addressee=addressee,
            kind=kind,
            services=("legal-advice",),
            addressee_version=1,
            priority="normal",
        )
        return self._publish("referral", self.case_id, data, at, sender)

    def previewed(self, identity: UUID, *, addressee: str = BUREAU) -> Event:
        data = intake.CasePreviewedV1(
            referral_id=identity,
            addressee=addressee,
            programme="us-wage-claims",
            subdivision="US-WY",
            age_band=None,
            sex=None,
            case_version=1,
        )
        return self._publish("intake", identity, data, BEGIN, OFFICE)

    def accepted(
        self,
        identity: UUID,
        *,
        at: datetime = BEGIN,
        sender: str = OFFICE,
        addressee: str = BUREAU,
        kind: str = "transfer",
    ) -> Event:
        data = referral.ReferralAcceptedV1(
            referral_id=identity,
            kind=kind,
            sender=sender,
            addressee=addressee,
            custodian=addressee if kind == "transfer" else sender,
            previous_custodian=sender,
            programme="us-wage-claims",
            subdivision="US-WY",
        )
        return self._publish("referral", self.case_id, data, at, addressee)

    def declined(self, identity: UUID, *, at: datetime = BEGIN) -> Event:
        data = referral.ReferralDeclinedV1(
            referral_id=identity, reason="no-capacity", reason_class="receiving-institution"
        )
        return self._publish("referral", self.case_id, data, at, BUREAU)

    def followed(
        self, identity: UUID, *, at: datetime = BEGIN, by: str = BUREAU, cause: str = ""
    ) -> Event:
        data = followup.FollowUpOpenedV1(
            referral_id=identity,
            case_id=self.case_id,
            institution=by,
            sender=OFFICE,
            kind="transfer",
            programme="us-wage-claims",
            subdivision="US-WY",
        )
        return self._publish("followup", identity, data, at, by, cause)

    def outcome(  # noqa: PLR0913 - what an outcome says
        self,
        identity: UUID,
        outcome: str,
        amount: str | None = None,
        currency: str = "USD",
        *,
        at: datetime = BEGIN,
        on: date | None = None,
    ) -> Event:
        kind = code("outcome_kinds", outcome).extra
        data = followup.OutcomeRecordedV1(
            referral_id=identity,
            outcome=outcome,
            outcome_class=str(kind["class"]),
            amount=None if amount is None else Decimal(amount),
            currency=None if amount is None else currency,
            on=on,
            measures=None if kind["measures"] is None else str(kind["measures"]),
        )
        return self._publish("followup", identity, data, at, BUREAU)

    def corrected_outcome(
        self, identity: UUID, replaces: int, outcome: str, amount: str | None = None
    ) -> Event:
        kind = code("outcome_kinds", outcome).extra
        data = followup.OutcomeCorrectedV1(
            referral_id=identity,
            replaces=replaces,
            outcome=outcome,
            outcome_class=str(kind["class"]),
            amount=None if amount is None else Decimal(amount),
            currency=None if amount is None else "USD",
            on=None,
            measures=None if kind["measures"] is None else str(kind["measures"]),
        )
        return self._publish("followup", identity, data, BEGIN, BUREAU)

    def outcome_in_error(self, identity: UUID, replaces: int) -> Event:
        data = followup.OutcomeEnteredInErrorV1(
            referral_id=identity, replaces=replaces, reason="duplicate"
        )
        return self._publish("followup", identity, data, BEGIN, BUREAU)

    def closed(self, identity: UUID, outcome: str = "award", *, at: datetime = BEGIN) -> Event:
        data = followup.FollowUpClosedV1(
            referral_id=identity,
            outcome=outcome,
            outcome_class=str(code("outcome_kinds", outcome).extra["class"]),
        )
        return self._publish("followup", identity, data, at, BUREAU)

    def case_closed(
        self,
        outcome: str = "award",
        *,
        at: datetime = BEGIN,
        by: str = BUREAU,
        undated: bool = False,
    ) -> Event:
        data = referral.CaseClosedV1(
            custodian=by,
            outcome=outcome,
            outcome_class=str(code("outcome_kinds", outcome).extra["class"]),
            undated=undated,
        )
        return self._publish("referral", self.case_id, data, at, by)

    def case_reopened(self, *, at: datetime = BEGIN, by: str = BUREAU) -> Event:
        data = referral.CaseReopenedV1(reason="new-facts")
        return self._publish("referral", self.case_id, data, at, by)

    def superseded(self, identity: UUID, by: UUID, *, at: datetime = BEGIN) -> Event:
        data = referral.ReferralSupersededV1(referral_id=identity, by=by)
        return self._publish("referral", self.case_id, data, at, BUREAU)

    def revoked(self, identity: UUID, *, at: datetime = BEGIN) -> Event:
        data = referral.ReferralRevokedV1(referral_id=identity, reason="consent-withdrawn")
        return self._publish("referral", self.case_id, data, at, OFFICE)

    def follow_up_revoked(self, identity: UUID, *, at: datetime = BEGIN) -> Event:
        data = followup.FollowUpRevokedV1(referral_id=identity)
        return self._publish("followup", identity, data, at, OFFICE)

    def reopened(self, identity: UUID, *, at: datetime = BEGIN) -> Event:
        data = followup.FollowUpReopenedV1(referral_id=identity, reason="appeal")
        return self._publish("followup", identity, data, at, BUREAU)

    def follow_up_in_error(self, identity: UUID, *, at: datetime = BEGIN) -> Event:
        data = followup.FollowUpEnteredInErrorV1(referral_id=identity)
        return self._publish("followup", identity, data, at, BUREAU)

    def _publish(  # noqa: PLR0913, PLR0917 - what differs between facts
        self, service: str, stream: UUID, data: Contract, at: datetime, by: str, cause: str = ""
    ) -> Event:
        more = {"cause": cause} if cause else {}
        event = self.factory.publish(service, stream, str(self.case_id), data, at=at, by=by, **more)
        self.events.append(event)
        return event


def institution(factory: EventFactory, name_code: str, name: str) -> Event:
    """Print an institution's registration."""
    data = referral.InstitutionRegisteredV1(
        institution=name_code, name=name, kind="labour-authority", subdivision=None, programmes=()
    )
    return factory.publish("referral", UUID(int=hash(name_code) % 2**64), name_code, data)

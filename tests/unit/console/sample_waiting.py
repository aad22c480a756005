"""What waits, for the pages: one overdue and told further, one without a clock, and one's life."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.reporting.answers import ReferralRow
from services.reporting.cursors import After
from services.reporting.lives import ReferralLife
from services.reporting.waiting import NoticeRow, WaitingRow
from tests.unit.console.sample_history import CASE, FOLIO, NAMES, OFFICE, SHELTER, START, Telling

LATE, SILENT, DECLINED = (
    UUID(f"00000000-0000-4000-8000-0000000000{n}") for n in ("c1", "c2", "c3")
)
_DAY = timedelta(days=1)


def waits(referral_id: UUID, due_at: datetime | None) -> WaitingRow:
    """A referral to the shelter that waits for it."""
    late = due_at is not None
    return WaitingRow(
        referral_id=referral_id,
        case_id=CASE,
        folio=FOLIO,
        programme="mx-labour-protection",
        sender=OFFICE,
        sender_name=NAMES[OFFICE],
        addressee=SHELTER,
        addressee_name="Albergue <Ñ>",
        kind="share",
        priority="urgent",
        status="acknowledged",
        turn="addressee",
        whom=SHELTER,
        whom_name="Albergue <Ñ>",
        clock="decide" if late else None,
        started_at=START if late else None,
        due_at=due_at,
        overdue=late,
        next_step="expire" if late else None,
        next_at=START + 5 * _DAY if late else None,
        reminded_at=START + _DAY if late else None,
        escalated_at=START + 3 * _DAY if late else None,
        escalation_level="sender" if late else None,
        replaces=DECLINED if late else None,
    )


ROWS = (waits(LATE, START + 2 * _DAY), waits(SILENT, None))


def asked(referral_id: UUID, status: str) -> ReferralRow:
    return ReferralRow(
        referral_id=referral_id,
        case_id=CASE,
        sender=OFFICE,
        addressee=SHELTER,
        kind="share",
        priority="urgent",
        status=status,
        requested_at=START,
        acknowledged_at=None,
        decided_at=None,
        reason=None,
        reason_class=None,
        folio=FOLIO,
        source_key=None,
    )


class SampleWaiting:
    """Keeps the ports of what waits and of lives, over the rows above."""

    def rows(
        self,
        only_institution: str | None,
        at: datetime,
        limit: int,
        after: After | None = None,
        *,
        overdue: bool | None = None,
        **by: str | None,
    ) -> Sequence[WaitingRow]:
        del only_institution, at
        those = [row for row in ROWS if overdue is None or row.overdue == overdue]
        found = [row for row in those if by["whom"] in {None, SHELTER, OFFICE}]
        return [row for row in found if after is None or row.after > after][:limit]

    def of_case(
        self, case_id: UUID, only_institution: str | None, at: datetime
    ) -> Sequence[WaitingRow]:
        del only_institution, at
        return [row for row in ROWS if row.case_id == case_id]

    def notices(
        self, only_institution: str | None, limit: int, after: After | None = None
    ) -> Sequence[NoticeRow]:
        del limit, after
        told = NoticeRow(CASE, 7, FOLIO, SHELTER, "Albergue <Ñ>", START)
        return [told] if only_institution == OFFICE else []

    def life(
        self, referral_id: UUID, only_institution: str | None, at: datetime
    ) -> ReferralLife | None:
        del at
        if referral_id != LATE or only_institution not in {None, OFFICE, SHELTER}:
            return None
        told = Telling()
        told.note(
            timedelta(0),
            *(OFFICE, "referral", "referral-requested"),
            sender=OFFICE,
            addressee=SHELTER,
            services=["shelter"],
        )
        chain = (asked(DECLINED, "declined"), asked(LATE, "acknowledged"))
        return ReferralLife(chain[1], ROWS[0], chain, told.facts, NAMES)

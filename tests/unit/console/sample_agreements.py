"""Agreements for the pages: one about to expire, one without an end that is not signed yet."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from services.reporting.agreements import AgreementRow, Signature
from services.reporting.cursors import AfterDay
from tests.unit.console.sample_history import OFFICE

SOON = AgreementRow(
    agreement_id="00000000-0000-4000-8000-0000000000a1",
    kind="letter-of-intent",
    title="Carta de intención <Ñ>",
    programme="mx-labour-protection",
    services=("shelter", "legal-advice"),
    data_categories=("coded-case",),
    valid_from=date(2026, 1, 1),
    valid_until=date(2026, 12, 31),
    days_left=7,
    status="in-force",
    terms=1,
    announced=7,
    document_id="00000000-0000-4000-8000-0000000000d0",
    parties=("albergue-juarez", OFFICE),
    names=("Albergue de Juárez", "Oficina Laboral"),
    unsigned=(),
)
DRAFT = AgreementRow(
    agreement_id="00000000-0000-4000-8000-0000000000a2",
    kind="data-sharing-agreement",
    title="Convenio de datos",
    programme="mecal",
    services=(),
    data_categories=(),
    valid_from=date(2026, 2, 1),
    valid_until=None,
    days_left=None,
    status="drafted",
    terms=2,
    announced=None,
    document_id=None,
    parties=("albergue-juarez", OFFICE),
    names=("albergue-juarez", "Oficina Laboral"),
    unsigned=("albergue-juarez",),
)
ROWS = (SOON, DRAFT)


class SampleAgreements:
    """Keeps the pages' port of agreements."""

    def listed(
        self,
        only: str | None,
        limit: int,
        after: AfterDay | None = None,
        *,
        status: str | None = None,
        within: int | None = None,
    ) -> Sequence[AgreementRow]:
        return [
            row
            for row in ROWS
            if only in {None, *row.parties}
            and (after is None or row.place > after)
            and status in {None, row.status}
            and (within is None or (row.days_left is not None and row.days_left <= within))
        ][:limit]

    def one(self, agreement_id: UUID, only: str | None = None) -> AgreementRow | None:
        found = (row for row in ROWS if UUID(row.agreement_id) == agreement_id)
        return next((row for row in found if only in {None, *row.parties}), None)

    def signatures(self, agreement_id: UUID) -> Sequence[Signature]:
        del agreement_id
        return [Signature(OFFICE, date(2026, 1, 20), "head")]

"""What a row says of what happened in its case: hand-overs, deeds, outcomes and the end."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from services.operator.importer.mapping import import_mapping
from services.operator.importer.mapping.conditions import Values
from services.operator.importer.mapping.import_mapping import (
    DECLINED,
    WITHDRAWN,
    FollowUp,
    Handover,
    ImportMapping,
    Rule,
)
from services.operator.importer.mapping.institutions import Institution, NamedInstitution
from services.operator.importer.mapping.moments import on_the_wall
from services.operator.importer.run.imported_history import (
    NOTHING_DONE,
    ImportedDeed,
    ImportedHandover,
    ImportedOutcome,
    ImportedWork,
)
from services.operator.importer.run.reading_cells import MISSING
from services.operator.importer.run.rejections import RowRejected, rejection_at
from services.operator.importer.run.row_source import Row
from shared.kernel.ids import INSTITUTION_CODE
from shared.kernel.text import Text


class HistoryReader:
    """Reads one row. institutions: those that were read so far, by code."""

    def __init__(
        self, row: Row, mapping: ImportMapping, values: Values, subdivision: str, zone: ZoneInfo
    ) -> None:
        self._row = row
        self._mapping = mapping
        self._values = values
        self._subdivision = subdivision
        self._zone = zone
        self.institutions: dict[str, NamedInstitution] = {}

    def institution(self, described: Institution) -> NamedInstitution:
        """Return the row's institution. Raises RowRejected at the cell that names none."""
        found = described.in_row(self._values, self._subdivision)
        if found is None:
            missing = (name for name in described.named_by if self._values[name] is None)
            lacking = next(missing, None)
            raise self._rejected(lacking or described.value, MISSING if lacking else _UNKNOWN)
        if found.value is not None and not re.fullmatch(INSTITUTION_CODE, found.code):
            raise self._rejected(found.value, _NO_CODE)
        return self.institutions.setdefault(found.code, found)

    def handovers(self) -> list[ImportedHandover]:
        """Return the hand-overs that took place, in order. Raises RowRejected."""
        handovers = self._mapping.handovers
        return [
            self._handed_over(n, one)
            for n, one in enumerate(handovers)
            if one.when.holds(self._values)
        ]

    def work(self, followup: FollowUp | None) -> ImportedWork:
        """Return what was done and how it ended, by the first rule that applies."""
        if followup is None:
            return NOTHING_DONE
        rule = next(rule for rule in followup.rules if rule.when.holds(self._values))
        closed = self._moment(followup.closed)
        undated = closed is None and rule.closes_undated.holds(self._values)
        return ImportedWork(
            outcomes=tuple(self._outcomes(rule, followup)),
            contacts=tuple(self._deeds(followup.contacts)),
            services=tuple(self._deeds(followup.services)),
            closed=closed,
            closing=rule.closes_with if closed or undated else None,
            undated=undated,
        )

    def _handed_over(self, n: int, handover: Handover) -> ImportedHandover:
        to = self.institution(handover.to)
        answers = (one for one in handover.answers if one.when.holds(self._values))
        answer = next(answers)
        reason = answer.reason.of(self._values)
        if answer.answer in {DECLINED, WITHDRAWN} and reason is None:
            raise self._rejected(answer.reason.value, MISSING)
        return ImportedHandover(
            to.code,
            handover.kind,
            n,
            referred=self._moment(handover.referred),
            acknowledged=self._moment(handover.acknowledged),
            answered=self._moment(handover.answered),
            answer=answer.answer,
            reason=reason,
            work=self.work(handover.followup),
        )

    def _outcomes(self, rule: Rule, followup: FollowUp) -> Iterator[ImportedOutcome]:
        currency = followup.currency.of(self._values)
        for record in rule.records:
            if record.when.holds(self._values):
                amount: Decimal | None = _first(record.amount, self._values)
                if amount is not None and currency is None:
                    raise self._rejected(followup.currency.value, _NO_CURRENCY)
                on: datetime | None = _first(record.on, self._values)
                yield ImportedOutcome(
                    record.outcome,
                    amount,
                    None if amount is None else currency,
                    None if on is None else on.date(),
                    self._moment(record.happened),
                )

    def _deeds(self, deeds: Sequence[import_mapping.Deed]) -> Iterator[ImportedDeed]:
        for deed in deeds:
            codes: str | tuple[str, ...] = deed.code.of(self._values) or ()
            if deed.when.holds(self._values):
                for code in (codes,) if isinstance(codes, str) else codes:
                    yield ImportedDeed(code, self._moment(deed.happened))

    def _moment(self, names: Sequence[str]) -> datetime | None:
        return first_moment(names, self._values, self._zone)

    def _rejected(self, value: str | None, reason: Text) -> RowRejected:
        column = self._mapping.heading(value) if value else ""
        return RowRejected(rejection_at(column, self._row, reason))


def first_moment(names: Sequence[str], values: Values, zone: ZoneInfo) -> datetime | None:
    """Return the first of these values that is present, with the offset there."""
    moment: datetime | None = _first(names, values)
    return None if moment is None else on_the_wall(moment, zone)


def _first(names: Sequence[str], values: Values) -> Any:
    return next((values[name] for name in names if values[name] is not None), None)


_NO_CURRENCY = Text(
    "falta, y un importe no se asienta sin su moneda",
    "is missing, and an amount is not recorded without its currency",
)
_UNKNOWN = Text(
    "no está entre las instituciones del mapeo", "is not among the mapping's institutions"
)
_NO_CODE = Text(
    "no da una clave de 3 a 40 letras, cifras o guiones: dele una institución en «translate»",
    "makes no code of 3 to 40 letters, digits or hyphens: give it an institution in “translate”",
)

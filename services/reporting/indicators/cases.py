"""How many cases there are, how many were decided in favour, who answers for the open ones."""

from services.reporting.indicators.definition import (
    BY_PLACE,
    DECIDED,
    WHOLE_LIFE,
    Indicator,
    Selection,
    Words,
)
from services.reporting.indicators.rounding import percent
from shared.eventstore.rows import Ask

_COUNT_SQL = (
    "SELECT coalesce(sum(n), 0)::bigint FROM reporting.tallies WHERE measure = %(measure)s"
    " AND programme = %(programme)s AND state = %(state)s"
)

CASES = Indicator(
    code="cases",
    name=Words("Casos", "Cases"),
    counts=Words(
        "Casos registrados que no se asentaron por error.",
        "Cases that were registered and not entered in error.",
    ),
    numerator=Words("Casos registrados.", "Registered cases."),
    denominator=None,
    disaggregation=BY_PLACE,
    period=WHOLE_LIFE,
    sources=("intake.case-registered", "intake.case-corrected", "intake.case-entered-in-error"),
    missing=Words(
        "Un caso cuyo registro no ha llegado no se cuenta hasta que llega.",
        "A case whose registration has not arrived is not counted until it does.",
    ),
    sql=_COUNT_SQL,
)
DECIDED_FAVOURABLY = Indicator(
    code="decided",
    name=Words("Decididos a favor", "Decided in favour"),
    counts=Words(
        "Casos con un resultado favorable registrado, o cerrados con uno.",
        "Cases with a favourable outcome recorded, or closed with one.",
    ),
    numerator=DECIDED,
    denominator=Words("Casos.", "Cases."),
    disaggregation=BY_PLACE,
    period=WHOLE_LIFE,
    sources=(
        "followup.outcome-recorded",
        "followup.follow-up-closed",
        "followup.follow-up-reopened",
        "followup.follow-up-entered-in-error",
    ),
    missing=Words(
        "Un caso sin resultado cuenta como caso y no como decidido.",
        "A case without an outcome counts as a case and not as decided.",
    ),
    sql=_COUNT_SQL,
)
CUSTODY = Indicator(
    code="custody",
    name=Words("Casos abiertos por responsable", "Open cases by custodian"),
    counts=Words(
        "Casos abiertos, por la institución que responde hoy por cada uno.",
        "Open cases, by the institution that answers for each today.",
    ),
    numerator=Words("Casos abiertos.", "Open cases."),
    denominator=None,
    disaggregation=(*BY_PLACE, "institution"),
    period=Words("Hoy.", "Today."),
    sources=("referral.custody-taken", "referral.referral-accepted", "referral.custody-ended"),
    missing=Words(
        "Un caso cuya custodia no ha llegado aparece sin institución.",
        "A case whose custody has not arrived appears without an institution.",
    ),
    sql=(
        "SELECT t.label, coalesce(i.name, t.label), t.n FROM reporting.tallies t"
        " LEFT JOIN reporting.institutions i ON i.code = t.label WHERE t.measure = 'open'"
        " AND t.programme = %(programme)s AND t.state = %(state)s ORDER BY t.n DESC, t.label"
    ),
)


def how_many(ask: Ask, selection: Selection, measure: str) -> int:
    """Count the cases of a measure, such as ``cases``, ``decided`` or ``with-payment``."""
    return int(ask(_COUNT_SQL, selection.params(measure=measure))[0][0])


def decided_share(cases: int, decided: int) -> str | None:
    """Divide decided cases by all cases, in whole percent."""
    return percent(decided, cases)


def custody(ask: Ask, selection: Selection) -> list[tuple[str, str, int]]:
    """List institution, its name and its open cases; most cases first."""
    return [(code, name, n) for code, name, n in ask(CUSTODY.sql, selection.params())]

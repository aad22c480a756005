"""How many cases there are, how many were decided in favour, who answers for the open ones."""

from services.reporting.indicators.definition import (
    BREAKDOWN,
    CLOSINGS,
    DECIDED,
    FOLLOW_UP_CLOSINGS,
    OUTCOMES,
    REGISTRATION,
    WHOLE_LIFE,
    Indicator,
    Selection,
    count_of,
)
from shared.eventstore.snapshot import RunQuery
from shared.kernel.text import Text

CASES = Indicator(
    code="cases",
    name=Text("Casos", "Cases"),
    counts=Text(
        "Casos registrados que no se registraron por error.",
        "Cases that were registered and not entered in error.",
    ),
    numerator=Text("Casos registrados.", "Registered cases."),
    denominator=None,
    disaggregation=BREAKDOWN,
    period=WHOLE_LIFE,
    sources=REGISTRATION,
    missing=Text(
        "Un caso cuyo registro no ha llegado no se cuenta hasta que llega.",
        "A case whose registration has not arrived is not counted until it does.",
    ),
    sql=count_of("cases"),
)
DECIDED_FAVOURABLY = Indicator(
    code="decided",
    name=Text("Decididos a favor", "Decided in favour"),
    counts=Text(
        "Casos con un resultado favorable registrado, o que se cerraron con uno, ellos o uno de sus"
        " seguimientos.",
        "Cases with a favourable outcome recorded, or that were closed with one, or one of whose"
        " follow-ups was.",
    ),
    numerator=DECIDED,
    denominator=Text("Casos.", "Cases."),
    disaggregation=BREAKDOWN,
    period=WHOLE_LIFE,
    sources=(*REGISTRATION, *OUTCOMES, *CLOSINGS, *FOLLOW_UP_CLOSINGS),
    missing=Text(
        "Un caso sin resultado cuenta como caso y no como decidido.",
        "A case without an outcome counts as a case and not as decided.",
    ),
    sql=count_of("decided", "cases"),
)
CUSTODY = Indicator(
    code="custody",
    name=Text("Casos abiertos por responsable", "Open cases by custodian"),
    counts=Text(
        "Casos que quien responde por ellos no ha cerrado, por esa institución.",
        "Cases that their custodian has not closed, by that institution.",
    ),
    numerator=Text("Casos abiertos.", "Open cases."),
    denominator=None,
    disaggregation=(*BREAKDOWN, "institution"),
    period=Text("Hoy.", "Today."),
    sources=(
        *REGISTRATION,
        "referral.custody-taken",
        "referral.referral-accepted",
        "referral.custody-assigned",
        "referral.custody-ended",
        *CLOSINGS,
        "referral.institution-registered",
        "referral.institution-corrected",
    ),
    missing=Text(
        "Un caso cuya custodia no ha llegado aparece sin institución.",
        "A case whose custody has not arrived appears without an institution.",
    ),
    sql=(
        "SELECT t.label, coalesce(i.name, t.label), t.n FROM reporting.tallies t"
        " LEFT JOIN reporting.institutions i ON i.code = t.label WHERE t.measure = 'open'"
        " AND t.programme = %(programme)s AND t.subdivision = %(subdivision)s"
        " ORDER BY t.n DESC, t.label"
    ),
)


def how_many(run_query: RunQuery, selection: Selection) -> int:
    return int(run_query(CASES.sql, selection.params())[0][0])


def decided(run_query: RunQuery, selection: Selection) -> tuple[int, int]:
    """Count the cases decided in favour, and all cases."""
    numerator, denominator = run_query(DECIDED_FAVOURABLY.sql, selection.params())[0]
    return int(numerator), int(denominator)


def custody(run_query: RunQuery, selection: Selection) -> list[tuple[str, str, int]]:
    """List each institution's code, name and number of open cases; most cases first."""
    return [(code, name, n) for code, name, n in run_query(CUSTODY.sql, selection.params())]

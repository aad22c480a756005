"""How many cases there are, how many were decided in favour, who answers for the open ones."""

from datetime import date

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


def _first(label: str) -> str:
    """Return the SQL of the first day of opening under a label of the tallies; NULL without any."""
    return (
        "(SELECT DATE '1970-01-01' + min(key)::integer FROM reporting.tallies"  # noqa: S608 - ours
        " WHERE measure = 'opened' AND programme = %(programme)s"
        f" AND subdivision = %(subdivision)s AND label = '{label}')"
    )


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
FIRST_OPENED = Indicator(
    code="first-opened",
    name=Text("Primera apertura", "First opened"),
    counts=Text(
        "El día, por el reloj del lugar, en que se abrió el primero de los casos; y el primero de"
        " los decididos a favor.",
        "The day, by the clock on the wall there, on which the first of the cases was opened; and"
        " the first of those decided in favour.",
    ),
    numerator=Text("Días de apertura.", "Days of opening."),
    denominator=None,
    disaggregation=BREAKDOWN,
    period=WHOLE_LIFE,
    sources=(*REGISTRATION, *OUTCOMES, *CLOSINGS, *FOLLOW_UP_CLOSINGS),
    missing=Text(
        "Los casos sin fecha de apertura quedan fuera.",
        "Cases without a date of opening are left out.",
    ),
    sql=f"SELECT least({_first('')}, {_first('decided')}), {_first('decided')}",
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


def first_opened(run_query: RunQuery, selection: Selection) -> tuple[date | None, date | None]:
    """Find the day on which the first case was opened, and the first of those decided in favour."""
    of_all, of_decided = run_query(FIRST_OPENED.sql, selection.params())[0]
    return of_all, of_decided


def decided(run_query: RunQuery, selection: Selection) -> tuple[int, int]:
    """Count the cases decided in favour, and all cases."""
    numerator, denominator = run_query(DECIDED_FAVOURABLY.sql, selection.params())[0]
    return int(numerator), int(denominator)


def custody(run_query: RunQuery, selection: Selection) -> list[tuple[str, str, int]]:
    """List each institution's code, name and number of open cases; most cases first."""
    return [(code, name, n) for code, name, n in run_query(CUSTODY.sql, selection.params())]

"""``canaliza commitment``, ``proposal``, ``activity`` and ``reminders``."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.operator.cli.activity_acts import register_activity_acts
from services.operator.cli.coded_options import coded, date_of, day
from services.operator.cli.language import example, language, say
from services.operator.cli.output import (
    data_option,
    json_option,
    print_json,
    print_line,
    print_table,
)
from services.operator.cli.undertaking_acts import (
    register_commitment_acts,
    register_proposal_acts,
)
from services.operator.cli.whose import require_institutions
from shared.kernel.text import Text

if TYPE_CHECKING:
    from services.reporting.undertakings import Undertakings

_AT_ONCE = 500
_NOTHING = Text("Nada.", "Nothing.")
_OF = Text("Solo lo de esta institución.", "Of this institution only.")
_IN = Text("Solo de este programa.", "Of this programme only.")
_SO = Text("Solo lo que está así.", "Only what stands so.")


def register(app: typer.Typer) -> None:
    """Add the commands, in the language in use."""
    commitments = _group(
        app,
        "commitment",
        Text("Compromisos: quién, a qué y para cuándo.", "Commitments: who, what to, by when."),
        "canaliza commitment list --status overdue",
    )
    _register_commitments(commitments)
    register_commitment_acts(commitments)
    proposals = _group(
        app,
        "proposal",
        Text("Lo que proponen las instituciones.", "What institutions propose."),
        "canaliza proposal list --status open",
    )
    _register_proposals(proposals)
    register_proposal_acts(proposals)
    activities = _group(
        app,
        "activity",
        Text("Actividades de varias instituciones.", "Activities of several institutions."),
        "canaliza activity list --institution sne-jalisco",
    )
    _register_activities(activities)
    register_activity_acts(activities)
    _register_reminders(app)


def _group(app: typer.Typer, name: str, text: Text, shown: str) -> typer.Typer:
    group = typer.Typer(no_args_is_help=True, help=say(text), epilog=example(shown))
    app.add_typer(group, name=name)
    return group


def _register_commitments(group: typer.Typer) -> None:
    @group.command(
        "list",
        help=say(
            Text(
                "Lista los compromisos, primero lo que vence antes.",
                "Lists commitments, what is due first first.",
            )
        ),
        epilog=example(
            "canaliza commitment list --owner sne-jalisco --status overdue",
            "canaliza commitment list --due-by 2027-03-31 --json",
        ),
    )
    def list_(
        owner: Annotated[str | None, typer.Option(help=say(_OF))] = None,
        programme: Annotated[str | None, coded("programmes", _IN)] = None,
        status: Annotated[str | None, coded("commitment_statuses", _SO)] = None,
        due_by: Annotated[
            datetime | None, day(Text("Lo que vence a más tardar ese día.", "Due by that day."))
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        asked = {"owner": owner, "programme": programme, "status": status}
        with _lists(data, owner) as lists:
            rows = _all(
                lambda last: lists.commitments(
                    _AT_ONCE,
                    last and (last.due_on, last.commitment_id),
                    due_by=date_of(due_by),
                    **asked,
                )
            )
        columns = Text("vence|situación|quién|a_qué|id", "due|status|who|what_to|id")
        _print(
            rows,
            columns,
            lambda row: (
                row.due_on,
                _label("commitment_statuses", row.status),
                row.owner_name,
                _label("commitment_kinds", row.kind),
                row.commitment_id,
            ),
            as_json=as_json,
        )


def _register_proposals(group: typer.Typer) -> None:
    @group.command(
        "list",
        help=say(Text("Lista lo propuesto, de lo último a lo primero.", "Lists what is proposed.")),
        epilog=example("canaliza proposal list --status open --json"),
    )
    def list_(
        owner: Annotated[str | None, typer.Option(help=say(_OF))] = None,
        programme: Annotated[str | None, coded("programmes", _IN)] = None,
        status: Annotated[str | None, coded("proposal_statuses", _SO)] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        asked = {"owner": owner, "programme": programme, "status": status}
        with _lists(data, owner) as lists:
            rows = _all(
                lambda last: lists.proposals(
                    _AT_ONCE, last and (last.made_at, last.proposal_id), **asked
                )
            )
        columns = Text("hecha|situación|quién|sobre|dichos|id", "made|status|who|about|remarks|id")
        _print(
            rows,
            columns,
            lambda row: (
                row.made_at.date(),
                _label("proposal_statuses", row.status),
                row.owner_name,
                _label("proposal_topics", row.topic),
                row.discussed,
                row.proposal_id,
            ),
            as_json=as_json,
        )


def _register_activities(group: typer.Typer) -> None:
    @group.command(
        "list",
        help=say(
            Text("Lista las actividades, del último día al primero.", "Lists joint activities.")
        ),
        epilog=example("canaliza activity list --institution sne-jalisco --status planned"),
    )
    def list_(
        institution: Annotated[str | None, typer.Option(help=say(_OF))] = None,
        programme: Annotated[str | None, coded("programmes", _IN)] = None,
        status: Annotated[str | None, coded("activity_statuses", _SO)] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        asked = {"institution": institution, "programme": programme, "status": status}
        with _lists(data, institution) as lists:
            rows = _all(
                lambda last: lists.activities(
                    _AT_ONCE, last and (last.on, last.activity_id), **asked
                )
            )
        columns = Text("día|situación|organiza|con|qué|id", "day|status|organises|with|what|id")
        _print(
            rows,
            columns,
            lambda row: (
                row.on,
                _label("activity_statuses", row.status),
                row.owner_name,
                ", ".join(row.agencies),
                _label("activity_kinds", row.kind),
                row.activity_id,
            ),
            as_json=as_json,
        )


def _register_reminders(app: typer.Typer) -> None:
    @app.command(
        help=say(
            Text(
                "Lista lo que se recordó a cada institución: fichas y servicios por los que nadie"
                " ha respondido en medio año.",
                "Lists what each institution was reminded of: entries and services that nobody has"
                " vouched for in half a year.",
            )
        ),
        epilog=example("canaliza reminders --institution sne-jalisco"),
    )
    def reminders(
        institution: Annotated[str | None, typer.Option(help=say(_OF))] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        with _lists(data, institution) as lists:
            rows = _all(
                lambda last: lists.reminders(
                    _AT_ONCE,
                    last and (last.institution, last.about_kind, last.about),
                    institution,
                )
            )
        columns = Text("quién|de|última_vez|recordado|veces", "who|of|vouched_for|reminded|times")
        _print(
            rows,
            columns,
            lambda row: (
                row.institution_name,
                row.about_name,
                row.vouched_on or "-",
                row.reminded_on,
                row.times,
            ),
            as_json=as_json,
        )


@contextmanager
def _lists(data: Path | None, *whose: str | None) -> "Iterator[Undertakings]":
    from services.operator.cli.access import operators_installation
    from services.operator.connecting import connected
    from services.reporting.undertakings import Undertakings

    with (
        operators_installation(data, must_exist=True) as installation,
        connected(installation, "reporting") as (reporting,),
    ):
        require_institutions(reporting.log, *whose)
        yield Undertakings(reporting.log)


def _all(page: Callable[[Any], Sequence[Any]]) -> list[Any]:
    """Read page after page. page: gives the next one, from the last row before."""
    rows: list[Any] = list(page(None))
    size = len(rows)
    while size == _AT_ONCE:
        following = page(rows[-1])
        size = len(following)
        rows += following
    return rows


def _print(
    rows: Sequence[Any],
    columns: Text,
    cells: Callable[[Any], Sequence[object]],
    *,
    as_json: bool,
) -> None:
    if as_json:
        print_json([asdict(row) for row in rows])
    elif rows:
        print_table(say(columns).split("|"), [cells(row) for row in rows])
    else:
        print_line(say(_NOTHING))


def _label(list_name: str, code: str) -> str:
    from shared.kernel.codes import label

    return label(list_name, code, language())

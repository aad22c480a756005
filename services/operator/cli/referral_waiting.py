"""``canaliza referral overdue|candidates``: what is late, and to whom a referral can go next."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from services.operator.cli.coded_options import coded
from services.operator.cli.language import example, say
from services.operator.cli.output import data_option, json_option, print_json
from services.operator.cli.referral_tables import print_candidates, print_waiting
from services.operator.cli.referrals_read import EXAMPLE, life_of, reporting_of, which_referral
from services.operator.cli.whose import require_institutions
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from services.reporting.waiting import WaitingRow
    from shared.service.service import Service

_AT_ONCE = 500


def register_waiting(group: typer.Typer) -> None:
    """Add the commands to the group of referrals, in the language in use."""
    _register_overdue(group)
    _register_candidates(group)


def _register_overdue(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Lista lo que ya debía estar: qué espera a quién, desde cuándo, y qué sigue.",
                "Lists what is overdue: what waits for whom, since when, and what comes next.",
            )
        ),
        epilog=example(
            "canaliza referral overdue --institution casa-migrante",
            "canaliza referral overdue --all --turn sender --json",
        ),
    )
    def overdue(
        institution: Annotated[
            str | None,
            typer.Option(
                help=say(Text("Solo lo que la espera a ella.", "Only what waits for it."))
            ),
        ] = None,
        turn: Annotated[
            str | None, coded("relations", Text("A quién le toca.", "Whose turn it is."))
        ] = None,
        programme: Annotated[
            str | None, coded("programmes", Text("De este programa.", "Of this programme."))
        ] = None,
        everything: Annotated[
            bool,
            typer.Option(
                "--all",
                help=say(
                    Text("También lo que aún tiene tiempo.", "Also what still has time left.")
                ),
            ),
        ] = False,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        with reporting_of(data) as reporting:
            require_institutions(reporting.log, institution)
            wanted = {"whom": institution, "turn": turn, "programme": programme}
            rows = _all(reporting, wanted, overdue=None if everything else True)
        if as_json:
            import msgspec

            print_json(msgspec.to_builtins(rows))
        else:
            print_waiting(rows)


def _all(
    reporting: "Service", wanted: dict[str, str | None], *, overdue: bool | None
) -> "list[WaitingRow]":
    """Read page after page."""
    from services.reporting.waiting import Waiting
    from shared.kernel.clock import now

    lists, at = Waiting(reporting.log), now()
    rows: list[WaitingRow] = []
    while True:
        after = rows[-1].after if rows else None
        page = lists.rows(None, at, _AT_ONCE, after, overdue=overdue, **wanted)
        rows += page
        if len(page) < _AT_ONCE:
            return rows


def _register_candidates(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Busca a quién se puede ofrecer ahora dentro del consentimiento: en orden, con el"
                " motivo de cada lugar y de cada exclusión.",
                "Finds to whom it can be offered now within the consent: ranked, with the reason"
                " for each place and each exclusion.",
            )
        ),
        epilog=example(f"canaliza referral candidates {EXAMPLE} --limit 5"),
    )
    def candidates(
        referral: Annotated[UUID, which_referral()],
        limit: Annotated[
            int,
            typer.Option(min=1, max=200, help=say(Text("Cuántos de cada lista.", "Of each list."))),
        ] = 20,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.reporting.searching.candidates import candidates as found_for
        from services.reporting.searching.finder import Finder
        from services.reporting.searching.search import Part
        from services.reporting.views import Reports
        from shared.kernel.clock import now

        with reporting_of(data) as reporting:
            life = life_of(reporting, referral, "referral-candidates")
            case = Reports(reporting.log, reporting.secret).case(life.referral.case_id, None)
            if case is None:
                raise UserError(Text("El caso aún no llega.", "The case has not arrived yet."), 1)
            parts = Part(0, limit), Part(0, limit)
            found = found_for(Finder(reporting.log), life, case, now(), parts)
        if as_json:
            print_json(found.model_dump(mode="json"))
        else:
            print_candidates(found)

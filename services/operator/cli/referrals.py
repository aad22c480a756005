"""``canaliza referral``: a referral's life, and what waits for whom until when."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from services.operator.cli.language import example, say
from services.operator.cli.output import data_option, json_option, print_json
from services.operator.cli.referral_bulk import register_bulk
from services.operator.cli.referral_linking import register_link
from services.operator.cli.referral_reoffering import register_reoffer
from services.operator.cli.referral_tables import print_life
from services.operator.cli.referral_waiting import register_waiting
from services.operator.cli.referrals_read import (
    EXAMPLE,
    life_of,
    reporting_of,
    which_referral,
)
from shared.kernel.text import Text


def register(app: typer.Typer) -> typer.Typer:
    """Add the group with its commands, in the language in use; return it for others to add to."""
    group = typer.Typer(
        no_args_is_help=True,
        help=say(
            Text(
                "Canalizaciones: qué pasó con cada una, qué espera a quién y hasta cuándo.",
                "Referrals: what became of each, what waits for whom, and until when.",
            )
        ),
        epilog=example("canaliza referral overdue", f"canaliza referral show {EXAMPLE}"),
    )
    app.add_typer(group, name="referral")
    _register_show(group)
    register_waiting(group)
    register_reoffer(group)
    register_link(group)
    register_bulk(group)
    return group


def _register_show(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Muestra una canalización y, en orden, todo lo que pasó con ella.",
                "Shows a referral and, in order, all that happened to it.",
            )
        ),
        epilog=example(
            f"canaliza referral show {EXAMPLE}",
            f"canaliza referral show {EXAMPLE} --json",
        ),
    )
    def show(
        referral: Annotated[UUID, which_referral()],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        with reporting_of(data) as reporting:
            life = life_of(reporting, referral, "referral-show")
        if as_json:
            import msgspec

            print_json(msgspec.to_builtins(life))
        else:
            print_life(life)

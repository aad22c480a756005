"""``canaliza agreement``: letters of intent, data-sharing agreements, collaboration guidelines."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from services.operator.cli.agreement_acts import register_acts
from services.operator.cli.agreement_submitting import (
    EXAMPLE,
    of_agreement,
)
from services.operator.cli.agreement_tables import print_agreement, print_agreements
from services.operator.cli.carrying_out import referral_of
from services.operator.cli.coded_options import coded
from services.operator.cli.language import example, language, say
from services.operator.cli.output import data_option, json_option, print_json, print_line
from services.operator.cli.whose import require_institutions
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from services.reporting.agreements import AgreementRow, Agreements

_AT_ONCE = 500
_LONGEST = 60


def register(app: typer.Typer) -> None:
    """Add the commands, in the language in use."""
    group = typer.Typer(
        no_args_is_help=True,
        help=say(
            Text(
                "Los convenios entre instituciones, en los que se apoyan las canalizaciones.",
                "The agreements between institutions, which referrals lean on.",
            )
        ),
        epilog=example("canaliza agreement expiring --days 60"),
    )
    app.add_typer(group, name="agreement")
    _register_lists(group)
    _register_one(group)
    register_acts(group)


# --- reading --------------------------------------------------------------------------------


def _register_lists(group: typer.Typer) -> None:
    @group.command(
        "list",
        help=say(
            Text(
                "Lista los convenios por su último día, con su situación de hoy.",
                "Lists the agreements by their last day, with their status today.",
            )
        ),
        epilog=example(
            "canaliza agreement list --party cedh-chihuahua --status in-force",
            "canaliza agreement list --json",
        ),
    )
    def list_(
        party: Annotated[
            str | None,
            typer.Option(help=say(Text("Solo los de esta institución.", "Of this one only."))),
        ] = None,
        programme: Annotated[
            str | None,
            coded("programmes", Text("Solo de este programa.", "Of this programme only.")),
        ] = None,
        kind: Annotated[
            str | None,
            coded("agreement_kinds", Text("Solo de esta clase.", "Of this kind only.")),
        ] = None,
        status: Annotated[
            str | None,
            coded("agreement_statuses", Text("Solo los que están así.", "Only these.")),
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        wanted = {"party": party, "programme": programme, "kind": kind, "status": status}
        _list(wanted, data, as_json=as_json)

    @group.command(
        help=say(
            Text(
                "Lista los convenios que vencen pronto, del primero al último.",
                "Lists the agreements that expire soon, the first one first.",
            )
        ),
        epilog=example("canaliza agreement expiring --days 60"),
    )
    def expiring(
        days: Annotated[
            int,
            typer.Option(min=0, max=3_660, help=say(Text("En cuántos días.", "In how many days."))),
        ] = _LONGEST,
        party: Annotated[
            str | None,
            typer.Option(help=say(Text("Solo los de esta institución.", "Of this one only."))),
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _list({"party": party, "within": days}, data, as_json=as_json)


def _register_one(group: typer.Typer) -> None:
    @group.command(
        help=say(Text("Muestra un convenio.", "Shows an agreement.")),
        epilog=example(f"canaliza agreement show {EXAMPLE}"),
    )
    def show(
        agreement: Annotated[UUID, of_agreement()],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.referral.agreement_refusals import AgreementNotDrafted

        with _agreements(data) as agreements:
            found = agreements.one(agreement)
        if found is None:
            raise UserError(AgreementNotDrafted().full_text)
        if as_json:
            print_json(_plain(found))
        else:
            print_agreement(found)

    @group.command(
        help=say(
            Text(
                "Escribe un convenio como carta, en Markdown.",
                "Writes an agreement as a letter, in Markdown.",
            )
        ),
        epilog=example(f"canaliza agreement letter {EXAMPLE} > carta.md"),
    )
    def letter(
        agreement: Annotated[UUID, of_agreement()],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.referral.agreement_views import drafted, letter_of
        from shared.kernel.refusals import Refused

        with referral_of(data, must_exist=True) as referral:
            try:
                found, version = drafted(referral.log, agreement)
            except Refused as error:
                raise UserError(error.refusal.full_text) from None
            text = letter_of(referral.log, found, version, language())
        if as_json:
            print_json({"agreement_id": str(agreement), "version": version, "letter": text})
        else:
            print_line(text.rstrip("\n"))


# --- what they share ------------------------------------------------------------------------


def _list(wanted: dict[str, Any], data: Path | None, *, as_json: bool) -> None:
    with _agreements(data, wanted.get("party")) as agreements:
        rows = list(_all(agreements, wanted))
    if as_json:
        print_json([_plain(row) for row in rows])
    else:
        print_agreements(rows)


def _all(agreements: "Agreements", wanted: dict[str, Any]) -> "Iterator[AgreementRow]":
    after = None
    while page := agreements.listed(None, _AT_ONCE, after, **wanted):
        yield from page
        after = page[-1].place


def _plain(row: "AgreementRow") -> dict[str, Any]:
    days = ("valid_from", "valid_until")
    return asdict(row) | {name: getattr(row, name) and str(getattr(row, name)) for name in days}


@contextmanager
def _agreements(data: Path | None, party: str | None = None) -> "Iterator[Agreements]":
    from services.operator.cli.access import operators_installation
    from services.operator.connecting import connected
    from services.reporting.agreements import Agreements

    with (
        operators_installation(data, must_exist=True) as installation,
        connected(installation, "reporting") as (reporting,),
    ):
        require_institutions(reporting.log, party)
        yield Agreements(reporting.log)

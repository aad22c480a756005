"""``canaliza consent``: what persons consented to, as the operator records, shows and ends it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from services.operator.cli.coded_options import coded
from services.operator.cli.consent_acts import (
    EXAMPLE,
    acting_for,
    carried_out,
    held_of,
    intake_of,
    several,
    told,
    which,
)
from services.operator.cli.consent_recording import register_record
from services.operator.cli.consent_table import print_consent
from services.operator.cli.language import example, language, say
from services.operator.cli.output import data_option, json_option, print_json, print_line
from shared.kernel.text import Text

if TYPE_CHECKING:
    from services.intake.consent.states import Recorded
    from shared.service.service import Service

_WITHDRAWN = Text("queda retirado, entero o en parte", "is taken back, whole or in part")


def register(app: typer.Typer) -> typer.Typer:
    """Add the group with its commands, in the language in use; return it for others to add to."""
    group = typer.Typer(
        no_args_is_help=True,
        help=say(
            Text(
                "Consentimientos: a qué consintió cada persona, y lo que retira.",
                "Consents: what each person consented to, and what they take back.",
            )
        ),
        epilog=example(f"canaliza consent show {EXAMPLE}"),
    )
    app.add_typer(group, name="consent")
    register_record(group)
    _register_show(group)
    _register_withdraw(group)
    return group


# --- showing --------------------------------------------------------------------------------


def _register_show(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Muestra un consentimiento como está; o lo escribe como documento, para leerlo o"
                " imprimirlo, o con los campos de ISO/IEC TS 27560.",
                "Shows a consent as it stands; or writes it as a document, to be read or printed,"
                " or in the fields of ISO/IEC TS 27560.",
            )
        ),
        epilog=example(
            f"canaliza consent show {EXAMPLE}",
            f"canaliza consent show {EXAMPLE} --document --large > consentimiento.html",
            f"canaliza consent show {EXAMPLE} --export",
        ),
    )
    def show(
        consent: Annotated[UUID, which()],
        document: Annotated[
            bool,
            typer.Option("--document", help=say(Text("Como página HTML.", "As a page of HTML."))),
        ] = False,
        large: Annotated[
            bool, typer.Option("--large", help=say(Text("En letra grande.", "In large print.")))
        ] = False,
        export: Annotated[
            bool,
            typer.Option(
                "--export", help=say(Text("Como ISO/IEC TS 27560.", "In ISO/IEC TS 27560's."))
            ),
        ] = False,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        with intake_of(data, must_exist=True) as intake:
            held = held_of(intake, consent)
            _write_shown(intake, held)
            if document or large:
                from services.intake.consent.document import Asked
                from services.intake.consent.document import document as written

                print_line(written(held, Asked(language(), large)))
            elif export:
                print_json(_exported(intake, held))
            elif as_json:
                print_json(_plain(held))
            else:
                print_consent(held)


def _plain(held: "Recorded") -> dict[str, Any]:
    import msgspec

    said: dict[str, Any] = msgspec.to_builtins(held)
    return {**said, "status": held.status}


def _exported(intake: "Service", held: "Recorded") -> dict[str, Any]:
    from services.intake.consent.export import exported
    from services.intake.consent.facts import stream_of

    stream = stream_of(held.consent_id)
    return exported(held, intake.log.facts_of([stream])[stream], with_ids=True)


def _write_shown(intake: "Service", held: "Recorded") -> None:
    """Write into the access log that the operator is shown this consent, before it is."""
    from shared.identity.access_log import SHOWN, by_operator, write_with

    with intake.log.database.connection() as conn:
        write_with(conn, by_operator(SHOWN, "consent-show", case_id=held.case_id))


# --- withdrawing ----------------------------------------------------------------------------


def _register_withdraw(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Registra que la persona retira su consentimiento, entero si no se dice de qué, a"
                " nombre de quien responde por el caso.",
                "Records that the person takes the consent back, all of it unless a part is said,"
                " on behalf of whoever has custody of the case.",
            )
        ),
        epilog=example(
            f"canaliza consent withdraw {EXAMPLE}",
            f"canaliza consent withdraw {EXAMPLE} --recipient albergue-juarez --category contact",
        ),
    )
    def withdraw(
        consent: Annotated[UUID, which()],
        recipient: Annotated[
            list[str] | None,
            several(Text("Solo de esta institución.", "From this one only."), "--recipient"),
        ] = None,
        kind: Annotated[
            list[str] | None,
            several(
                Text("Solo de las de esta clase.", "From this kind only."),
                "--kind",
                "institution_kinds",
            ),
        ] = None,
        category: Annotated[
            list[str] | None,
            several(Text("Solo estos datos.", "These data only."), "--category", "data_categories"),
        ] = None,
        reason: Annotated[
            str,
            coded(
                "consent_withdrawal_reasons",
                Text("El motivo; nadie tiene que darlo.", "Why; nobody has to say."),
            ),
        ] = "not-stated",
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        part = {"recipients": recipient, "kinds": kind, "categories": category}
        _withdraw(consent, part, reason, data, as_json=as_json)


def _withdraw(
    consent: UUID, part: dict[str, Any], reason: str, data: Path | None, *, as_json: bool
) -> None:
    from services.intake import case as cases
    from services.intake.consent.commands import WithdrawConsent
    from shared.kernel.clock import now

    with intake_of(data, must_exist=True) as intake:
        held = held_of(intake, consent)
        of_case = cases.described(intake.log.read(cases.DECIDER, held.case_id).state)
        custodian = of_case.custody.custodian if of_case else held.institution
        taken: dict[str, Any] = {name: tuple(codes or ()) for name, codes in part.items()}
        command = WithdrawConsent(by=acting_for(custodian), at=now(), reason=reason, **taken)
        names = carried_out(intake, consent, held.case_id, command)
    told(consent, names, _WITHDRAWN, as_json=as_json)

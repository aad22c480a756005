"""The commands of ``canaliza agreement`` that change something."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from services.operator.cli.agreement_submitting import (
    DONE,
    EXAMPLE,
    carry_out,
    of_agreement,
)
from services.operator.cli.carrying_out import submitted, told
from services.operator.cli.coded_options import coded, date_of, day
from services.operator.cli.language import example, say
from services.operator.cli.output import data_option, json_option, print_line
from shared.kernel.text import Text

if TYPE_CHECKING:
    from shared.kernel.decider import Command


_TO_BE_SIGNED = Text(
    "Cada parte lo firma: canaliza agreement sign {} --institution {} --role head",
    "Each party signs it: canaliza agreement sign {} --institution {} --role head",
)


def register_acts(group: typer.Typer) -> None:
    """Add the commands to their group."""
    _register_drafting(group)
    _register_signing(group)
    _register_ending(group)
    _register_policy(group)


def _register_drafting(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Registra los términos de un convenio, para que sus partes lo firmen.",
                "Writes down the terms of an agreement, for its parties to sign.",
            )
        ),
        epilog=example(
            'canaliza agreement draft --kind letter-of-intent --title "Carta de intención" '
            "--party cedh-chihuahua --party stps-chihuahua --programme mx-labour-protection "
            "--from 2026-01-15 --until 2027-12-31 --service legal-advice"
        ),
    )
    def draft(
        kind: Annotated[str, coded("agreement_kinds", Text("Qué clase es.", "What kind it is."))],
        title: Annotated[str, typer.Option(help=say(Text("Su título.", "Its title.")))],
        party: Annotated[
            list[str], typer.Option(help=say(Text("Una parte; se repite.", "A party; repeated.")))
        ],
        programme: Annotated[str, coded("programmes", Text("El programa.", "The programme."))],
        from_: Annotated[
            datetime,
            day(Text("Primer día de vigencia.", "First day of validity."), "--from"),
        ],
        until: Annotated[
            datetime | None,
            day(Text("Último día; sin él: sin fin.", "Last day; else no end.")),
        ] = None,
        service: Annotated[
            list[str] | None,
            coded("service_kinds", Text("Un servicio; sin él: todos.", "A service; else all.")),
        ] = None,
        category: Annotated[
            list[str] | None,
            coded("data_categories", Text("Datos que comparte.", "Data that it shares.")),
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral.agreement_terms import DraftAgreement
        from shared.kernel.clock import now
        from shared.kernel.ids import new_id

        command = DraftAgreement(
            by=OPERATOR,
            at=now(),
            agreement_id=new_id(),
            kind=kind,
            title=title,
            parties=tuple(party),
            programme=programme,
            services=tuple(service or ()),
            data_categories=tuple(category or ()),
            valid_from=from_.date(),
            valid_until=date_of(until),
        )
        carry_out(command.agreement_id, command, data, as_json=as_json)
        if not as_json:
            print_line(say(_TO_BE_SIGNED.filled(command.agreement_id, party[0])))


def _register_signing(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Dice que una parte firmó el convenio como está.",
                "Says that a party signed the agreement as it stands.",
            )
        ),
        epilog=example(
            f"canaliza agreement sign {EXAMPLE} --institution cedh-chihuahua --role head "
            "--on 2026-01-10"
        ),
    )
    def sign(
        agreement: Annotated[UUID, of_agreement()],
        institution: Annotated[
            str, typer.Option(help=say(Text("La parte que firma.", "The party that signs.")))
        ],
        role: Annotated[
            str,
            coded("signatory_roles", Text("Cargo de quien firma.", "Role of the signatory.")),
        ],
        on: Annotated[
            datetime | None, day(Text("Qué día; sin él: hoy.", "Which day; else today."))
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral.agreements import SignAgreement
        from shared.kernel.clock import now
        from shared.kernel.freshness import day_in

        at = now()
        command = SignAgreement(
            by=OPERATOR,
            at=at,
            institution=institution,
            signed_on=date_of(on) or day_in(None, at),
            signatory_role=role,
        )
        carry_out(agreement, command, data, as_json=as_json)

    @group.command(
        help=say(
            Text("Prolonga la vigencia de un convenio.", "Prolongs the validity of an agreement.")
        ),
        epilog=example(f"canaliza agreement renew {EXAMPLE} --until 2028-12-31"),
    )
    def renew(
        agreement: Annotated[UUID, of_agreement()],
        until: Annotated[
            datetime | None,
            day(Text("Último día; sin él: sin fin.", "Last day; else no end.")),
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral.agreements import RenewAgreement
        from shared.kernel.clock import now

        command = RenewAgreement(by=OPERATOR, at=now(), valid_until=date_of(until))
        carry_out(agreement, command, data, as_json=as_json)


def _register_ending(group: typer.Typer) -> None:
    def ending(name: str, text: Text) -> None:
        @group.command(
            name,
            help=say(text),
            epilog=example(f"canaliza agreement {name} {EXAMPLE} --reason under-review"),
        )
        def end(
            agreement: Annotated[UUID, of_agreement()],
            reason: Annotated[str, coded("agreement_ending_reasons", Text("El motivo.", "Why."))],
            data: Annotated[Path | None, data_option()] = None,
            as_json: Annotated[bool, json_option()] = False,
        ) -> None:
            carry_out(agreement, _ending(name, reason), data, as_json=as_json)

    ending("suspend", Text("Suspende un convenio desde hoy.", "Suspends an agreement from today."))
    ending("terminate", Text("Termina un convenio desde hoy.", "Terminates an agreement today."))

    @group.command(
        help=say(
            Text("Reanuda un convenio suspendido.", "Resumes an agreement that is suspended.")
        ),
        epilog=example(f"canaliza agreement resume {EXAMPLE}"),
    )
    def resume(
        agreement: Annotated[UUID, of_agreement()],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        carry_out(agreement, _ending("resume"), data, as_json=as_json)


def _register_policy(group: typer.Typer) -> None:
    @group.command(
        help=say(
            Text(
                "Exige convenio para toda canalización de un programa; con --waive, ya no.",
                "Requires an agreement for every referral of a programme; with --waive, no more.",
            )
        ),
        epilog=example(
            "canaliza agreement require mx-labour-protection",
            "canaliza agreement require mx-labour-protection --waive",
        ),
    )
    def require(
        programme: Annotated[
            str,
            typer.Argument(
                metavar=say(Text("PROGRAMA", "PROGRAMME")),
                help=say(Text("De programmes.", "Of programmes.")),
            ),
        ],
        waive: Annotated[
            bool, typer.Option("--waive", help=say(Text("Ya no lo exige.", "Requires it no more.")))
        ] = False,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.operator.cli.access import OPERATOR
        from services.referral import agreement_policy
        from shared.kernel.clock import now

        policy = agreement_policy
        what = policy.WaiveAgreements if waive else policy.RequireAgreements
        command = what(by=OPERATOR, at=now(), programme=programme)
        names = submitted(policy.DECIDER, policy.stream_of(programme), command, programme, data)
        told("programme", programme, names, DONE, as_json=as_json)


def _ending(name: str, reason: str = "") -> "Command":
    from services.operator.cli.access import OPERATOR
    from services.referral import agreements
    from shared.kernel.clock import now

    match name:
        case "suspend":
            return agreements.SuspendAgreement(by=OPERATOR, at=now(), reason=reason)
        case "terminate":
            return agreements.TerminateAgreement(by=OPERATOR, at=now(), reason=reason)
        case _:
            return agreements.ResumeAgreement(by=OPERATOR, at=now())

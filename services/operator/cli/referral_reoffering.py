"""``canaliza referral reoffer``: what one institution did not take is offered to the next."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from services.operator.cli.carrying_out import answer_of, referral_of, told
from services.operator.cli.language import example, say
from services.operator.cli.output import data_option, json_option
from services.operator.cli.referrals_read import EXAMPLE, life_of, reporting_of, which_referral
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from services.referral.reoffering import ReofferReferral

_DONE = Text("queda ofrecida de nuevo", "is offered again")


def register_reoffer(group: typer.Typer) -> None:
    """Add the command to the group of referrals, in the language in use."""

    @group.command(
        help=say(
            Text(
                "Ofrece de nuevo lo que no se tomó, en nombre de quien responde por el caso y"
                " dentro del mismo consentimiento. Vea antes «canaliza referral candidates».",
                "Offers again what was not taken, on behalf of whoever answers for the case and"
                " within the same consent. See “canaliza referral candidates” first.",
            )
        ),
        epilog=example(
            f"canaliza referral reoffer {EXAMPLE}",
            f"canaliza referral reoffer {EXAMPLE} --to casa-migrante --json",
        ),
    )
    def reoffer(
        referral: Annotated[UUID, which_referral()],
        to: Annotated[
            str | None,
            typer.Option(
                help=say(
                    Text(
                        "A quién; sin ella: a la siguiente del consentimiento.",
                        "To whom; without it: to the next one of the consent.",
                    )
                )
            ),
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        from services.referral import custody
        from shared.kernel.refusals import Invalid, Refusal

        case_id, command = _command(referral, to, data)
        with referral_of(data, must_exist=True) as service:
            answer = answer_of(service, custody.DECIDER, case_id, str(case_id), command)
        if isinstance(answer, Refusal):
            raise UserError(answer.full_text, 2 if isinstance(answer, Invalid) else 1)
        told("referral_id", str(command.referral_id), answer.names, _DONE, as_json=as_json)


def _command(referral: UUID, to: str | None, data: Path | None) -> "tuple[UUID, ReofferReferral]":
    """Return the case and the command of its custodian. Raises UserError (1)."""
    from services.referral.reoffering import ReofferReferral
    from services.reporting.views import Reports
    from shared.kernel.clock import now
    from shared.kernel.decider import Actor
    from shared.kernel.ids import new_id
    from shared.kernel.roles import CASEWORKER

    with reporting_of(data) as reporting:
        case_id = life_of(reporting, referral, "referral-reoffer").referral.case_id
        case = Reports(reporting.log, reporting.secret).case(case_id, None)
    if case is None or case.custodian is None:
        raise UserError(Text("Nadie responde ya por el caso.", "Nobody answers for the case."), 1)
    by = Actor(institution=case.custodian, role=CASEWORKER, subject="cli")
    return case_id, ReofferReferral(by=by, at=now(), referral_id=new_id(), replaces=referral, to=to)

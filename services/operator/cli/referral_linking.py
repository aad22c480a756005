"""``canaliza referral link``: a link by which an institution without an account answers."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from services.operator.cli.carrying_out import answer_of, referral_of, told
from services.operator.cli.language import example, say
from services.operator.cli.output import data_option, json_option, print_json, print_line
from services.operator.cli.referrals_read import EXAMPLE, life_of, reporting_of, which_referral
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from services.referral.link_commands import LinkCommand

_DAYS = 7
_WITHDRAWN = Text("su enlace ya no sirve", "its link works no longer")
_ONCE = Text(
    "Entregue este enlace a la destinataria. Se abre una sola vez y no se muestra de nuevo.",
    "Hand this link over to the addressee. It opens once and is not shown again.",
)

_PATH_ONLY = Text(
    "Falta la dirección de esta instalación: anteponga a lo que sigue la que abre sus páginas, como"
    " https://casos.example.org, y entregue el enlace entero a la destinataria. Se abre una sola"
    " vez y no se muestra de nuevo. Con CANALIZA_PUBLIC_URL puesta sale entero.",
    "The address of this installation is missing: put the one that opens its pages before what"
    " follows, such as https://casos.example.org, and hand the whole link over to the addressee."
    " It opens once and is not shown again. With CANALIZA_PUBLIC_URL set it comes whole.",
)


def register_link(group: typer.Typer) -> None:
    """Add the command to the group of referrals, in the language in use."""

    @group.command(
        help=say(
            Text(
                "Da el enlace con que responde una destinataria sin cuenta, en nombre de la"
                " remitente. El enlace anterior deja de servir.",
                "Issues the link by which an addressee without an account answers, on behalf of the"
                " sender. The link before it works no longer.",
            )
        ),
        epilog=example(
            f"canaliza referral link {EXAMPLE} --days 3",
            f"canaliza referral link {EXAMPLE} --withdraw",
        ),
    )
    def link(
        referral: Annotated[UUID, which_referral()],
        days: Annotated[
            int,
            typer.Option(
                min=1, max=14, help=say(Text("Días que sirve.", "Days that it works for."))
            ),
        ] = _DAYS,
        withdraw: Annotated[
            bool,
            typer.Option("--withdraw", help=say(Text("Retira el que hay.", "Withdraws it."))),
        ] = False,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        if withdraw:
            _withdraw(referral, data, as_json=as_json)
        else:
            _issue(referral, days, data, as_json=as_json)


def _issue(referral: UUID, days: int, data: Path | None, *, as_json: bool) -> None:
    from services.referral.link_commands import IssueLink
    from shared.kernel.clock import now
    from shared.kernel.decider import Actor
    from shared.kernel.ids import new_id
    from shared.kernel.links import digest_of, new_secret
    from shared.kernel.roles import CASEWORKER

    case_id, sender = _sides(referral, data)
    secret, at = new_secret(), now()
    command = IssueLink(
        by=Actor(sender, CASEWORKER, "cli"),
        at=at,
        referral_id=referral,
        link_id=new_id(),
        digest=digest_of(secret),
        expires_at=at + timedelta(days=days),
    )
    _, origin = _carried_out(case_id, command, data)
    address = f"{origin}/enlace/{command.link_id}#{secret}"
    if as_json:
        expires_at = command.expires_at.isoformat()
        said = {"link_id": str(command.link_id), "link": address, "expires_at": expires_at}
        print_json({**said, "complete": bool(origin)})
    else:
        print_line(say(_ONCE if origin else _PATH_ONLY))
        print_line(address)


def _withdraw(referral: UUID, data: Path | None, *, as_json: bool) -> None:
    from services.referral.link_commands import WithdrawLink
    from shared.kernel.clock import now
    from shared.kernel.decider import Actor
    from shared.kernel.roles import CASEWORKER

    case_id, sender = _sides(referral, data)
    by = Actor(sender, CASEWORKER, "cli")
    names, _ = _carried_out(case_id, WithdrawLink(by=by, at=now(), referral_id=referral), data)
    told("referral_id", str(referral), names, _WITHDRAWN, as_json=as_json)


def _carried_out(
    case_id: UUID, command: "LinkCommand", data: Path | None
) -> tuple[tuple[str, ...], str]:
    """Return the new facts' names, and where browsers find the pages. Raises UserError (1)."""
    from services.referral import custody
    from shared.kernel.refusals import Refusal

    with referral_of(data, must_exist=True) as service:
        answer = answer_of(service, custody.DECIDER, case_id, str(case_id), command)
        public = service.settings.public_url
    if isinstance(answer, Refusal):
        raise UserError(answer.full_text, 1)
    return answer.names, public.origin if public else ""


def _sides(referral: UUID, data: Path | None) -> tuple[UUID, str]:
    """Return the referral's case and its sender. Raises UserError (1) if there is none."""
    with reporting_of(data) as reporting:
        found = life_of(reporting, referral, "referral-link").referral
    if found.sender is None:
        raise UserError(Text("No hay tal canalización.", "There is no such referral."), 1)
    return found.case_id, found.sender

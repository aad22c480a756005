"""``canaliza token``: the operator makes, lists and revokes bearer tokens."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.operator.cli.language import example, say
from services.operator.cli.output import (
    aside,
    data_option,
    json_option,
    print_json,
    print_line,
    print_table,
)
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from services.installation import Installation
    from shared.identity.tokens import Token

ROLES_SHOWN = "caseworker | supervisor | administrator | auditor | monitor"


def register(app: typer.Typer) -> None:
    """Add the commands, in the language in use."""
    group = typer.Typer(
        no_args_is_help=True,
        help=say(Text("Quién puede llamar: claves de acceso.", "Who may call: bearer tokens.")),
        epilog=example("canaliza token list"),
    )
    app.add_typer(group, name="token")

    @group.command(
        help=say(
            Text(
                "Crea un token para una institución. El secreto se muestra esta única vez.",
                "Makes a token for an institution. The secret is shown this once.",
            ),
        ),
        epilog=example(
            "canaliza token create --institution stps-chihuahua --role caseworker --days 90"
        ),
    )
    def create(
        institution: Annotated[
            str, typer.Option(help=say(Text("Clave en el directorio.", "Code in the directory.")))
        ],
        role: Annotated[list[str], typer.Option(help=f"{ROLES_SHOWN}.")],
        days: Annotated[
            int,
            typer.Option(
                min=1, max=3660, help=say(Text("Días de vigencia.", "Days it is in force."))
            ),
        ] = 30,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _create(institution, tuple(dict.fromkeys(role)), days, data, as_json=as_json)

    @group.command(
        "list",
        help=say(
            Text("Lista los tokens, nunca sus secretos.", "Lists tokens, never their secrets.")
        ),
        epilog=example("canaliza token list --json"),
    )
    def list_(
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _list(data, as_json=as_json)

    @group.command(
        help=say(
            Text(
                "Revoca un token: se rechaza desde la siguiente llamada.",
                "Revokes a token: it is refused from the next call on.",
            ),
        ),
        epilog=example("canaliza token revoke token-0123456789ab"),
    )
    def revoke(
        subject: Annotated[
            str,
            typer.Argument(
                metavar="TOKEN",
                help=say(
                    Text("Su nombre: token-… (no el secreto).", "Its name: token-… (no secret).")
                ),
            ),
        ],
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _revoke(subject, data, as_json=as_json)


def _create(
    institution: str, roles: tuple[str, ...], days: int, data: Path | None, *, as_json: bool
) -> None:
    from services.operator.cli.access import operators_installation
    from shared.identity.caller import ROLES
    from shared.kernel.clock import now

    strangers = [role for role in roles if role not in ROLES]
    if strangers:
        raise UserError(
            Text(f"--role: uno o más de {ROLES_SHOWN}.", f"--role: some of {ROLES_SHOWN}."), 2
        )
    with operators_installation(data) as installation:
        _require_listed(installation, institution, roles)
        token, secret = installation.tokens().create(
            institution, roles, now() + timedelta(days=days)
        )
    if as_json:
        print_json({**_public(token), "secret": secret})
        return
    until = f"{token.expires_at:%Y-%m-%d}"
    aside(
        Text(
            f"{token.subject}: {institution}, {', '.join(roles)}, hasta {until}. "
            "Guarde el secreto: no se mostrará otra vez.",
            f"{token.subject}: {institution}, {', '.join(roles)}, until {until}. "
            "Keep the secret: it will not be shown again.",
        )
    )
    print_line(secret)


def _require_listed(installation: "Installation", institution: str, roles: tuple[str, ...]) -> None:
    """Refuse a code that is not in the directory, unless the token maintains the directory.

    A caseworker of an unlisted institution could be referred nothing, and a mistyped code would
    be in facts for ever.
    """
    from services.operator.connecting import connected
    from services.referral import directory
    from shared.identity.caller import ADMINISTRATOR

    if ADMINISTRATOR in roles:
        return
    with connected(installation, "referral") as (referral,):
        found = referral.log.read(directory.DECIDER, directory.stream_of(institution)).state
    if isinstance(found, directory.NotListed):
        raise UserError(
            Text(
                "Esa institución no está en el directorio. Regístrela primero con un token del rol "
                "administrator, o revise la clave.",
                "That institution is not in the directory. Register it first with a token of "
                "the role "
                "administrator, or check the code.",
            ),
        )


def _list(data: Path | None, *, as_json: bool) -> None:
    from services.operator.cli.access import operators_installation

    with operators_installation(data) as installation:
        tokens = installation.tokens().all()
    if as_json:
        print_json([_public(token) for token in tokens])
        return
    labels = {
        "in-force": say(Text("vigente", "in force")),
        "expired": say(Text("vencido", "expired")),
        "revoked": say(Text("revocado", "revoked")),
    }
    columns = say(
        Text("token institución roles vence situación", "token institution roles expires status")
    )
    print_table(
        columns.split(),
        [
            (t.subject, t.institution, ", ".join(t.roles), t.expires_at, labels[_state(t)])
            for t in tokens
        ],
    )


def _revoke(subject: str, data: Path | None, *, as_json: bool) -> None:
    from services.operator.cli.access import operators_installation

    with operators_installation(data) as installation:
        done = installation.tokens().revoke(subject)
    if not done:
        raise UserError(
            Text(
                "No hay ningún token en uso con ese nombre. Vea «canaliza token list».",
                "No token that is in use has that name. See “canaliza token list”.",
            ),
        )
    if as_json:
        print_json({"subject": subject, "revoked": True})
    else:
        print_line(say(Text(f"{subject}: revocado.", f"{subject}: revoked.")))


def _public(token: "Token") -> dict[str, object]:
    return {
        "subject": token.subject,
        "institution": token.institution,
        "roles": list(token.roles),
        "expires_at": token.expires_at,
        "status": _state(token),
    }


def _state(token: "Token") -> str:
    from shared.kernel.clock import now

    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at <= now() else "in-force"

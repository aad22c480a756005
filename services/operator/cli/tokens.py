"""``canaliza token``: the operator makes, lists and revokes bearer tokens."""

import re
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
    from shared.service.service import Service

ROLES_SHOWN = (
    "caseworker | supervisor | coordinator | delegate | administrator | steward | auditor | monitor"
)
_NOT_TOLD = Text(
    "El directorio todavía no sabe quién puede responder: se le dirá con la siguiente orden "
    "«canaliza token create» o «revoke».",
    "The directory does not know yet who can answer: the next “canaliza token create” or “revoke” "
    "tells it.",
)


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
                min=1,
                max=366,
                help=say(
                    Text(
                        "Días de vigencia; según el rol, a lo más 366, 92 o 31.",
                        "Days it is in force; by role at most 366, 92 or 31.",
                    )
                ),
            ),
        ] = 30,
        subject: Annotated[
            str | None,
            typer.Option(
                help=say(
                    Text(
                        "De quién es, si ya tiene otro token: subject-…; sin ella: alguien nuevo.",
                        "Whose it is, if that person has another token: subject-…; else a new one.",
                    )
                )
            ),
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _create(institution, tuple(dict.fromkeys(role)), days, subject, data, as_json=as_json)

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
                "Revoca un token, o todos los de una institución: se rechazan desde la siguiente "
                "llamada.",
                "Revokes a token, or all of an institution: they are refused from the next call "
                "on.",
            ),
        ),
        epilog=example(
            "canaliza token revoke token-0123456789ab",
            "canaliza token revoke --institution stps-chihuahua",
        ),
    )
    def revoke(
        token: Annotated[
            str | None,
            typer.Argument(
                metavar="TOKEN",
                help=say(
                    Text("Su nombre: token-… (no el secreto).", "Its name: token-… (no secret).")
                ),
            ),
        ] = None,
        institution: Annotated[
            str | None,
            typer.Option(
                help=say(
                    Text(
                        "En vez de uno: todos los vigentes de esta institución.",
                        "Instead of one: all of this institution that are in force.",
                    )
                )
            ),
        ] = None,
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _revoke(token, institution, data, as_json=as_json)


def _create(
    institution: str,
    roles: tuple[str, ...],
    days: int,
    subject: str | None,
    data: Path | None,
    *,
    as_json: bool,
) -> None:
    from services.operator.cli.access import operators_installation
    from services.operator.connecting import connected
    from services.referral.reach import reach_told
    from shared.identity.token_lives import require_life
    from shared.kernel.clock import now

    _require_roles(roles)
    _require_code(institution)
    require_life(roles, timedelta(days=days))
    with operators_installation(data) as installation:
        tokens = installation.tokens()
        if subject is not None:
            _require_same_person(tokens.all(), subject, roles)
        with connected(installation, "referral") as (referral,):
            _require_listed(referral, institution, roles)
            token, secret = tokens.create(institution, roles, now() + timedelta(days=days), subject)
            _show_made(token, secret, as_json=as_json)  # first of all: it is nowhere else
            if not reach_told(referral, tokens.all()):
                aside(_NOT_TOLD)


def _show_made(token: "Token", secret: str, *, as_json: bool) -> None:
    if as_json:
        print_json({**_public(token), "secret": secret})
        return
    roles, until = ", ".join(token.roles), f"{token.expires_at:%Y-%m-%d}"
    aside(
        Text(
            f"{token.id} ({token.subject}): {token.institution}, {roles}, hasta {until}. "
            "Guarde el secreto: no se mostrará otra vez.",
            f"{token.id} ({token.subject}): {token.institution}, {roles}, until {until}. "
            "Keep the secret: it will not be shown again.",
        )
    )
    print_line(secret)


def _require_roles(roles: tuple[str, ...]) -> None:
    """Refuse roles that there are not, and such as are not for one person."""
    from shared.identity.caller import audits_itself
    from shared.kernel.roles import ROLES

    if any(role not in ROLES for role in roles):
        raise UserError(
            Text(f"--role: uno o más de {ROLES_SHOWN}.", f"--role: some of {ROLES_SHOWN}."), 2
        )
    if audits_itself(roles):
        raise UserError(
            Text(
                "Nadie audita lo que puede hacer: auditor va solo, o con monitor. Cree dos tokens, "
                "para dos personas.",
                "Nobody audits what they may do themselves: auditor goes alone, or with monitor. "
                "Make two tokens, for two persons.",
            ),
            2,
        )


def _require_code(institution: str) -> None:
    """Refuse what is no institution's code, or seems to hold something of a person."""
    from shared.kernel.free_text import looks_personal
    from shared.kernel.ids import INSTITUTION_CODE

    if not re.fullmatch(INSTITUTION_CODE, institution) or looks_personal(institution):
        raise UserError(
            Text(
                "--institution: de 3 a 40 minúsculas sin acento, cifras y guiones, y nada de una "
                "persona.",
                "--institution: 3 to 40 small letters, digits and hyphens, and nothing of a "
                "person.",
            ),
            2,
        )


def _require_same_person(tokens: "list[Token]", subject: str, roles: tuple[str, ...]) -> None:
    """Refuse a subject that nobody has, and roles that its person's other tokens exclude."""
    from shared.identity.token_keeping import audits_themselves

    theirs = [token for token in tokens if token.subject == subject]
    if not theirs:
        raise UserError(
            Text(
                "Nadie tiene ese subject. Vea «canaliza token list», u omita --subject.",
                "Nobody has that subject. See “canaliza token list”, or leave --subject out.",
            )
        )
    if audits_themselves(theirs, roles):
        raise UserError(
            Text(
                "Esa persona tiene otro token con el que auditaría lo propio. Revóquelo primero.",
                "That person has another token with which they would audit themselves. Revoke it "
                "first.",
            )
        )


def _require_listed(referral: "Service", institution: str, roles: tuple[str, ...]) -> None:
    """Refuse a code that is not in the directory, unless the token is a steward's alone.

    A caseworker of an unlisted institution could be referred nothing, and a mistyped code would
    be in facts for ever.
    """
    from services.referral import directory
    from services.referral.institution import NotListed
    from shared.kernel.roles import STEWARD

    if roles == (STEWARD,):
        return
    found = referral.log.read(directory.DECIDER, directory.stream_of(institution)).state
    if isinstance(found, NotListed):
        raise UserError(
            Text(
                "Esa institución no está en el directorio. Regístrela primero con «canaliza "
                "institution register», o revise la clave.",
                "That institution is not in the directory. Register it first with “canaliza "
                "institution register”, or check the code.",
            ),
        )


def _list(data: Path | None, *, as_json: bool) -> None:
    from services.operator.cli.access import operators_installation
    from shared.kernel.clock import now

    with operators_installation(data, must_exist=True) as installation:
        tokens, at = installation.tokens().all(), now()
    if as_json:
        print_json([_public(token) for token in tokens])
        return
    if not tokens:
        print_line(say(Text("No hay ningún token.", "There is no token.")))
        return
    labels = {
        "in-force": say(Text("vigente", "in force")),
        "expired": say(Text("vencido", "expired")),
        "revoked": say(Text("revocado", "revoked")),
    }
    columns = say(
        Text(
            "token persona institución roles vence situación",
            "token subject institution roles expires status",
        )
    )
    print_table(
        columns.split(),
        [
            (t.id, t.subject, t.institution, ", ".join(t.roles), t.expires_at, labels[t.status(at)])
            for t in tokens
        ],
    )


def _revoke(
    token: str | None, institution: str | None, data: Path | None, *, as_json: bool
) -> None:
    from services.operator.cli.access import operators_installation

    if (token is None) == (institution is None):
        raise UserError(
            Text("Indique un TOKEN o --institution.", "Give a TOKEN or --institution."), 2
        )
    with operators_installation(data, must_exist=True) as installation:
        tokens = installation.tokens()
        if token is None:
            revoked = tokens.revoke_all(institution=institution)
        else:
            revoked = [token] if tokens.revoke(token) else []
        _show_revoked(revoked, as_list=token is None, as_json=as_json)
        if not _told(installation):
            aside(_NOT_TOLD)
    if not revoked:
        raise UserError(
            Text(
                "No hay ningún token en uso con ese nombre, o de esa institución. Vea «canaliza "
                "token list».",
                "No token that is in use has that name, or is of that institution. See “canaliza "
                "token list”.",
            ),
        )


def _show_revoked(revoked: list[str], *, as_list: bool, as_json: bool) -> None:
    if not as_json:
        for one in revoked:
            print_line(say(Text(f"{one}: revocado.", f"{one}: revoked.")))
    elif revoked:
        shown = [{"token": one, "revoked": True} for one in revoked]
        print_json(shown if as_list else shown[0])


def _told(installation: "Installation") -> bool:
    """Whether the directory is told: tokens are revoked, also where referral cannot be reached."""
    from services.operator.connecting import connected
    from services.referral.reach import reach_told

    try:
        with connected(installation, "referral") as (referral,):
            return reach_told(referral, installation.tokens().all())
    except Exception:  # noqa: BLE001 - whatever it is, what was revoked is revoked
        return False


def _public(token: "Token") -> dict[str, object]:
    from shared.kernel.clock import now

    return {
        "token": token.id,
        "subject": token.subject,
        "institution": token.institution,
        "roles": list(token.roles),
        "expires_at": token.expires_at,
        "status": token.status(now()),
    }

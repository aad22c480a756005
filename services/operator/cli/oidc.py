"""``canaliza oidc``: the operator has the identity provider's claims file take effect."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from services.operator.cli.language import example, say
from services.operator.cli.output import aside, data_option, json_option, print_json, print_line
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from shared.identity.oidc import VouchedCallers
    from shared.service.service import Service

_PAGE = 200


def register(app: typer.Typer) -> None:
    """Add the commands, in the language in use."""
    group = typer.Typer(
        no_args_is_help=True,
        help=say(
            Text(
                "El proveedor de identidad: quién entra con sus tokens.",
                "The identity provider: who comes with its tokens.",
            ),
        ),
        epilog=example("canaliza oidc apply"),
    )
    app.add_typer(group, name="oidc")
    group.callback()(lambda: None)  # a group, although it has one command

    @group.command(
        help=say(
            Text(
                "Revisa el archivo CANALIZA_OIDC_CLAIMS y el proveedor, y anota en el directorio "
                "qué instituciones pueden responder mediante él.",
                "Checks the file CANALIZA_OIDC_CLAIMS and the provider, and notes in the directory "
                "which institutions can answer through it.",
            ),
        ),
        epilog=example("canaliza oidc apply"),
    )
    def apply(
        data: Annotated[Path | None, data_option()] = None,
        as_json: Annotated[bool, json_option()] = False,
    ) -> None:
        _apply(data, as_json=as_json)


def _apply(data: Path | None, *, as_json: bool) -> None:
    from services.operator.cli.access import operators_installation
    from services.operator.connecting import connected
    from services.referral.reach import tell_reach

    with (
        operators_installation(data) as installation,
        connected(installation, "referral", "reporting") as (referral, reporting),
    ):
        vouched = referral.credentials.vouched
        if vouched is None:
            raise UserError(
                Text(
                    "No hay proveedor de identidad: falta CANALIZA_OIDC_ISSUER.",
                    "There is no identity provider: CANALIZA_OIDC_ISSUER is missing.",
                ),
                2,
            )
        _require_listed(referral, vouched.claims.institutions())
        keys = _keys(vouched)
        changed = tell_reach(referral, installation.tokens().all(), also=list(_reached(reporting)))
    issuer = vouched.verifier.provider.issuer
    answering = sorted(vouched.claims.answering())
    if as_json:
        print_json({"issuer": issuer, "keys": keys, "answering": answering, "changed": changed})
        return
    aside(Text(f"{issuer}: {keys} claves.", f"{issuer}: {keys} keys."))
    for code in answering:
        print_line(code)


def _keys(vouched: "VouchedCallers") -> int:
    """Return how many keys the provider has published; refuse one that cannot be relied on."""
    import asyncio

    from shared.identity.oidc_provider import ProviderAway

    try:
        return len(asyncio.run(vouched.verifier.provider.now_described()).keys)
    except ProviderAway:
        raise UserError(
            Text(
                "El proveedor no responde como debe. Revise que CANALIZA_OIDC_ISSUER sea letra por"
                " letra su «issuer» y que desde aquí se llegue a él; la bitácora dice qué faltó.",
                "The provider does not answer as it must. See that CANALIZA_OIDC_ISSUER is its"
                " “issuer”, letter by letter, and that it can be reached from here; the log says"
                " what was wrong.",
            )
        ) from None


def _require_listed(referral: "Service", named: "Collection[str]") -> None:
    """Refuse institutions that the directory does not have: a mistyped code would be in facts."""
    from services.referral import directory
    from services.referral.institution import NotListed

    lacking = [
        code
        for code in sorted(named)
        if isinstance(
            referral.log.read(directory.DECIDER, directory.stream_of(code)).state, NotListed
        )
    ]
    if lacking:
        listed = ", ".join(lacking)
        raise UserError(
            Text(
                f"No están en el directorio: {listed}. Regístrelas primero con «canaliza "
                "institution register», o corrija CANALIZA_OIDC_CLAIMS.",
                f"Not in the directory: {listed}. Register them first with “canaliza institution "
                "register”, or correct CANALIZA_OIDC_CLAIMS.",
            )
        )


def _reached(reporting: "Service") -> "Iterator[str]":
    """Yield the institutions that the provider's people answered for so far."""
    from services.reporting.views import Reports

    reports, after = Reports(reporting.log, reporting.secret), ""
    while page := reports.institutions(_PAGE, after):
        yield from (one.code for one in page if one.reachable and one.reachable_until is None)
        after = page[-1].code

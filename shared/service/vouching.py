"""What the settings say of the deployer's identity provider, put together."""

import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from shared.identity.oidc import Pseudonym, VouchedCallers
from shared.identity.oidc_claims import read_claims
from shared.identity.oidc_provider import Provider
from shared.identity.oidc_sign_in import Client, SignIn
from shared.identity.oidc_tokens import Verifier
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from shared.service.settings import Settings


class SettingsGoTogether(UserError):
    """Settings of the provider are there without others that they need."""

    def __init__(self, names: Iterable[str]) -> None:
        """Name those that are missing."""
        listed = ", ".join(f"CANALIZA_{name.upper()}" for name in names)
        super().__init__(
            Text(
                f"Falta {listed}: el proveedor de identidad lo necesita (docs/operations.md).",
                f"{listed} is missing: the identity provider needs it (docs/operations.md).",
            ),
            2,
        )


class ClientIsASystem(UserError):
    """The claims file gives the pages' own client a role: whoever signs in would have it."""

    def __init__(self) -> None:
        super().__init__(
            Text(
                "CANALIZA_OIDC_CLIENT_ID está entre los «systems» de CANALIZA_OIDC_CLAIMS: con ese"
                " cliente entran personas. Quítelo de ahí.",
                "CANALIZA_OIDC_CLIENT_ID is among the “systems” of CANALIZA_OIDC_CLAIMS: persons"
                " sign in with that client. Remove it there.",
            ),
            2,
        )


class AuthorityNotUsable(UserError):
    """The file of the provider's certificate authority cannot be used."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            Text(
                f"CANALIZA_OIDC_CA: {file} no se puede usar; se esperaban certificados en PEM.",
                f"CANALIZA_OIDC_CA: {file} cannot be used; expected certificates in PEM.",
            ),
            2,
        )


def missing(settings: "Settings") -> list[str]:
    """Return the settings of the provider that are missing beside those that are there."""
    there = {name for name in _NEEDS if getattr(settings, name) is not None}
    needed = {other for name in there for other in _NEEDS[name]}
    return sorted(name for name in needed if getattr(settings, name) is None)


def require_together(settings: "Settings") -> None:
    """Raise SettingsGoTogether if a setting of the provider lacks another that it needs."""
    if lacking := missing(settings):
        raise SettingsGoTogether(lacking)


def vouched_callers(settings: "Settings", pseudonym: Pseudonym) -> VouchedCallers | None:
    """Return what identifies the provider's callers; None if the settings name no provider.

    Raises SettingsGoTogether, IssuerNotUsable, AuthorityNotUsable, and DefinitionNotUsable for
    the claims file.
    """
    require_together(settings)
    issuer, audience, claims = settings.oidc_issuer, settings.oidc_audience, settings.oidc_claims
    if issuer is None or audience is None or claims is None:
        return None
    provider = Provider(issuer, trusting=_trusting(settings.oidc_ca))
    return VouchedCallers(Verifier(provider), audience, read_claims(claims), pseudonym)


def sign_in(settings: "Settings", vouched: VouchedCallers | None) -> SignIn | None:
    """Return what signs people in on the pages; None if the pages are no client of a provider.

    Raises ClientIsASystem.
    """
    if vouched is None or settings.oidc_client_id is None or settings.public_url is None:
        return None
    if settings.oidc_client_id in vouched.claims.systems:
        raise ClientIsASystem
    secret = settings.oidc_client_secret
    client = Client(
        settings.oidc_client_id,
        secret.get_secret_value() if secret else None,
        settings.oidc_scope,
        settings.public_url.origin,
    )
    return SignIn(vouched.verifier, vouched.audience, client)


def _trusting(file: Path | None) -> ssl.SSLContext | None:
    """Read who vouches for the provider. Raises AuthorityNotUsable."""
    if file is None:
        return None
    try:
        return ssl.create_default_context(cafile=file)
    except (OSError, ValueError):
        raise AuthorityNotUsable(file) from None


_NEEDS = {
    "oidc_issuer": ("oidc_audience", "oidc_claims"),
    "oidc_audience": ("oidc_issuer",),
    "oidc_claims": ("oidc_issuer",),
    "oidc_ca": ("oidc_issuer",),
    "oidc_client_id": ("oidc_issuer", "public_url"),
    "oidc_client_secret": ("oidc_client_id",),
}

"""What the settings say of the deployer's identity provider, put together."""

import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from shared.identity.oidc import Pseudonym, VouchedCallers
from shared.identity.oidc_claims import read_claims
from shared.identity.oidc_provider import Provider
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

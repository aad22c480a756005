"""What the settings say of people who sign in on the pages through the provider.

Apart from ``vouching``, which every service needs: only the pages import the OAuth client.
"""

from typing import TYPE_CHECKING

from shared.identity.oidc import VouchedCallers
from shared.identity.oidc_sign_in import Client, SignIn
from shared.kernel.text import Text, UserError

if TYPE_CHECKING:
    from shared.service.settings import Settings


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

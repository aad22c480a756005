"""A door to the network is opened only where what passes it is encrypted, or somebody said so."""

from ipaddress import ip_address

from shared.kernel.text import Text, UserError
from shared.service.settings import Settings


class NotCovered(UserError):
    """The address can be reached from other machines, and nothing there would be encrypted."""

    def __init__(self, host: str) -> None:
        super().__init__(
            Text(
                f"A {host} se llega desde otras máquinas, y sin TLS los tokens y los casos irían a"
                " la vista. Dé CANALIZA_TLS_CERTIFICATE y CANALIZA_TLS_KEY; o"
                " CANALIZA_TRUSTED_PROXY, si un proxy cifra; o --insecure, si la red lo hace.",
                f"{host} can be reached from other machines, and without TLS tokens and cases would"
                " be in sight. Give CANALIZA_TLS_CERTIFICATE and CANALIZA_TLS_KEY; or"
                " CANALIZA_TRUSTED_PROXY, if a proxy encrypts; or --insecure, if the network does.",
            ),
            2,
        )


def require_cover(host: str, settings: Settings, *, insecure: bool) -> None:
    """Raise NotCovered if strangers could listen in on what this address serves."""
    covered = settings.tls_certificate is not None or bool(settings.trusted_proxy)
    if not (insecure or covered or is_loopback(host)):
        raise NotCovered(host)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address. A name that is not known to be so is not."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False

"""Where a program listens: its socket, with or without TLS, opened before anything costly starts.

A door to the network is opened only where what passes it is encrypted, or somebody said so.
"""

import errno
import socket
from dataclasses import dataclass, replace
from typing import NamedTuple

from shared.kernel.hosts import authority, from_here, is_loopback
from shared.kernel.text import Text, UserError
from shared.service.settings import Settings
from shared.service.tls import ReloadedTls


class Place(NamedTuple):
    """The names of what says where to listen."""

    host: str
    port: str


AS_ASKED = Place("--host", "--port")
OF_METRICS = Place("CANALIZA_METRICS_HOST", "CANALIZA_METRICS_PORT")


class PortTaken(UserError):
    """Another program listens on the port."""

    def __init__(self, port: int, said: Place) -> None:
        super().__init__(
            Text(
                f"el puerto {port} está ocupado; elija otro con {said.port} (0: uno libre).",
                f"port {port} is taken; choose another with {said.port} (0: a free one).",
            ),
            2,
        )
        self.port = port


class CannotListen(UserError):
    """The address is none of this machine's, or the port is not for this user."""

    def __init__(self, host: str, port: int, said: Place) -> None:
        super().__init__(
            Text(
                f"no se puede escuchar en {host}, puerto {port}: revise {said.host} y {said.port}.",
                f"cannot listen on {host}, port {port}: see to {said.host} and {said.port}.",
            ),
            2,
        )


class NotCovered(UserError):
    """The address can be reached from other machines, and nothing there would be encrypted."""

    def __init__(self, host: str) -> None:
        super().__init__(
            Text(
                f"A {host} se llega desde otras máquinas, y sin TLS los tokens y los casos"
                " viajarían sin cifrar. Defina CANALIZA_TLS_CERTIFICATE y CANALIZA_TLS_KEY; o"
                " CANALIZA_TRUSTED_PROXY, si un proxy cifra; o --insecure, si la red lo hace.",
                f"{host} can be reached from other machines, and without TLS tokens and cases would"
                " travel unencrypted. Set CANALIZA_TLS_CERTIFICATE and CANALIZA_TLS_KEY; or"
                " CANALIZA_TRUSTED_PROXY, if a proxy encrypts; or --insecure, if the network does.",
            ),
            2,
        )


@dataclass(frozen=True, slots=True)
class Door:
    """A bound socket. tls: None where it speaks plain HTTP.

    metrics: the socket of the process's metrics; None where it has none. only_by_proxy: whether
    other machines must come through the trusted proxies, because nothing else encrypts.
    """

    host: str
    sock: socket.socket
    tls: ReloadedTls | None
    settings: Settings
    metrics: socket.socket | None = None
    only_by_proxy: bool = False

    def with_metrics(self, port: int) -> "Door":
        """Bind the socket of the metrics. port: as this door was asked for.

        Raises PortTaken, CannotListen.
        """
        try:
            metrics = listen(*self.settings.metrics_address(port), OF_METRICS)
        except (PortTaken, CannotListen):
            self.sock.close()
            raise
        return replace(self, metrics=metrics)

    @property
    def address(self) -> str:
        """How this machine reaches it, without a slash at its end."""
        scheme = "http" if self.tls is None else "https"
        return f"{scheme}://{authority(from_here(self.host), self.sock.getsockname()[1])}"


def open_door(host: str, port: int, settings: Settings, *, insecure: bool) -> Door:
    """Bind a socket, with the settings' TLS; port 0 lets the system choose.

    Raises NotCovered, TlsNotUsable, SettingsNotUsable, PortTaken, CannotListen.
    """
    require_cover(host, settings, insecure=insecure)
    files = settings.tls()
    tls = ReloadedTls(files) if files else None
    plain = tls is None and not insecure and not is_loopback(host)
    return Door(host, listen(host, port), tls, settings, only_by_proxy=plain)


def require_cover(host: str, settings: Settings, *, insecure: bool) -> None:
    """Raise NotCovered if strangers could listen in on what this address serves."""
    covered = settings.tls_certificate is not None or bool(settings.trusted_proxy)
    if not (insecure or covered or is_loopback(host)):
        raise NotCovered(host)


def listen(host: str, port: int, said: Place = AS_ASKED) -> socket.socket:
    """Bind a socket before anything expensive starts; port 0 lets the system choose.

    said: what chooses another. Raises PortTaken, CannotListen.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port, said) from error
        raise CannotListen(host, port, said) from error
    sock.listen(1024)
    return sock

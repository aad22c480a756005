"""Where the four services listen: one address, four ports in a row, all with TLS or none."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection

from shared.kernel.hosts import authority, from_here
from shared.kernel.text import Text, UserError
from shared.service.door import AS_ASKED, OF_METRICS, Place, PortTaken, listen, require_cover
from shared.service.settings import SERVICES, Settings

_PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Doors:
    """Where the services listen.

    host: the address. first: the port of the first service. insecure: whether plain HTTP may be
    served beyond the loopback.
    """

    host: str = "127.0.0.1"
    first: int = 8080
    insecure: bool = False

    @property
    def ports(self) -> Mapping[str, int]:
        return {name: self.first + n for n, name in enumerate(SERVICES)}

    def metrics_ports(self, settings: Settings) -> Mapping[str, int]:
        """Return the ports of the metrics: four in a row, or each a free one (0)."""
        _, first = settings.metrics_address(self.first)
        return {name: first and first + n for n, name in enumerate(SERVICES)}

    def metrics(self, settings: Settings) -> Mapping[str, str]:
        """Return where the metrics of each service are, as far as that is known."""
        host, ports = from_here(settings.metrics_host), self.metrics_ports(settings)
        return {
            name: f"http://{authority(host, port)}/metrics" for name, port in ports.items() if port
        }

    def words(self, service: str) -> list[str]:
        """Return a service's command line."""
        words = ["--host", self.host, "--port", str(self.ports[service])]
        return [*words, *(["--insecure"] if self.insecure else [])]

    def require_usable(self, settings: Settings) -> None:
        """Raise NotCovered, TlsNotUsable or UserError before anything expensive starts."""
        require_cover(self.host, settings, insecure=self.insecure)
        files = settings.tls()
        if files is not None:
            files.context()
        self._require_free(settings.metrics_host, self.metrics_ports(settings), OF_METRICS)
        self._require_free(self.host, self.ports, AS_ASKED)

    def address(self, service: str, settings: Settings) -> str:
        """Return how this machine reaches a service."""
        scheme = "http" if settings.tls() is None else "https"
        return f"{scheme}://{authority(from_here(self.host), self.ports[service])}"

    def is_ready(self, service: str, settings: Settings) -> bool:
        connection = self._connection(self.ports[service], settings)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200  # noqa: PLR2004 - HTTP's OK
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def _require_free(self, host: str, ports: Mapping[str, int], said: Place) -> None:
        for number in ports.values():
            try:
                listen(host, number, said).close()
            except PortTaken:
                raise UserError(
                    Text(
                        f"El puerto {number} está ocupado. Elija otro con {said.port}: se usan ese"
                        " y los tres siguientes.",
                        f"Port {number} is taken. Choose another with {said.port}: it and the next"
                        " three are used.",
                    ),
                    2,
                ) from None

    def _connection(self, port: int, settings: Settings) -> HTTPConnection:
        if settings.tls() is None:
            return HTTPConnection(from_here(self.host), port, timeout=_PATIENCE)
        ours = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        ours.check_hostname = False  # it is our own process, by an address that no certificate has
        ours.verify_mode = ssl.CERT_NONE
        return HTTPSConnection(from_here(self.host), port, timeout=_PATIENCE, context=ours)

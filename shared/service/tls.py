"""TLS that the program serves itself: from files that are loaded anew when they change.

Certificates live for weeks, a process for months: whoever renews them writes two files, and not in
one step. A pair that cannot be used is never served: the old one stays, and a log line says so.
"""

import ssl
import stat
import threading
from dataclasses import dataclass
from pathlib import Path

import structlog

from shared.kernel.text import Text, UserError

_LOOK_SECONDS = 1.0
_LOADED_WITHIN = 5.0
"""Seconds to wait at the end for files that are just being read: a disk may hang."""
_NO_PASSPHRASE = ""
"""Instead of asking at a terminal for the passphrase of a key that has one."""
_log = structlog.get_logger(__name__)


class TlsNotUsable(UserError):
    """The files of TLS cannot be served. The text names the files, and nothing of their content."""

    def __init__(self, files: "TlsFiles", why: str) -> None:
        """why: in OpenSSL's or the system's words."""
        names = ", ".join(str(path) for path in files.paths)
        super().__init__(
            Text(
                f"TLS no se puede servir con {names} ({why}). Revise CANALIZA_TLS_CERTIFICATE (la"
                " cadena, en PEM), CANALIZA_TLS_KEY (sin frase de paso) y CANALIZA_TLS_CLIENT_CA.",
                f"TLS cannot be served with {names} ({why}). Check CANALIZA_TLS_CERTIFICATE (the"
                " chain, in PEM), CANALIZA_TLS_KEY (no passphrase) and CANALIZA_TLS_CLIENT_CA.",
            ),
            2,
        )
        self.why = why


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files. certificate: the server's own first, then those between it and the root.

    client_ca: who vouches for clients; None: clients are not asked for a certificate.
    """

    certificate: Path
    key: Path
    client_ca: Path | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        given = (self.certificate, self.key, self.client_ca)
        return tuple(path for path in given if path is not None)

    def context(self) -> ssl.SSLContext:
        """Read the files. Raises TlsNotUsable.

        A client may come without a certificate (a person with a browser, a probe); one that it
        shows must be vouched for.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.options |= ssl.OP_NO_RENEGOTIATION
        context.set_alpn_protocols(["http/1.1"])
        try:
            for path in self.paths:
                _require_regular(path)
            context.load_cert_chain(self.certificate, self.key, _NO_PASSPHRASE)
            if self.client_ca is not None:
                context.load_verify_locations(self.client_ca)
                context.verify_mode = ssl.CERT_OPTIONAL
                # A resumed session would bring a certificate that a new authority does not know.
                context.options |= ssl.OP_NO_TICKET
                context.num_tickets = 0
        except (OSError, ValueError) as error:
            raise TlsNotUsable(self, _reason(error)) from None
        return context


class ReloadedTls:
    """What is served now. ``context`` goes to the server once and hands each handshake on."""

    def __init__(self, files: TlsFiles) -> None:
        """Load the files. Raises TlsNotUsable."""
        self._files = files
        self._loaded = self._complained = _state(files)
        self.context = self._current = files.context()
        self.context.sni_callback = self._hand_on
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="tls-files", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(_LOADED_WITHIN)

    def look(self) -> None:
        """Load the files if they have changed and can be used; else go on with what was loaded."""
        state = _state(self._files)
        if state == self._loaded:
            return
        try:
            self._current, self._loaded = self._files.context(), state
        except TlsNotUsable as error:
            if state != self._complained:  # said once for each state of the files
                _log.warning("tls_files_not_usable", why=error.why, served="those from before")
                self._complained = state
        else:
            _log.info("tls_files_reloaded")

    def _hand_on(self, connection: ssl.SSLObject, name: str | None, ours: ssl.SSLContext) -> None:
        """Give a handshake the context of now. OpenSSL calls it also where no name was sent."""
        del name, ours
        connection.context = self._current

    def _watch(self) -> None:
        while not self._stopped.wait(_LOOK_SECONDS):
            self.look()


def _state(files: TlsFiles) -> tuple[tuple[int, int, int] | None, ...]:
    """Return what tells a changed file: through links, as they are renewed by moving one."""
    return tuple(_one(path) for path in files.paths)


def _one(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


class _NotRegular(ValueError):
    """A pipe, a device, a folder: whoever opens one may wait for ever."""


def _require_regular(path: Path) -> None:
    if not stat.S_ISREG(path.stat().st_mode):
        raise _NotRegular


def _reason(error: OSError | ValueError) -> str:
    if isinstance(error, _NotRegular):
        return "not a regular file"
    if isinstance(error, ssl.SSLError):
        return (error.reason or "PEM").replace("_", " ").lower()
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return type(error).__name__

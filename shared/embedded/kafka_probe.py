"""Whether a broker serves, found out without a Kafka client.

Logs in with SCRAM (RFC 5802), so that neither the password is sent nor another program on that port
is taken for the broker, and asks which brokers there are.
"""

import base64
import hashlib
import hmac
import secrets
import socket
import struct
from dataclasses import dataclass

from shared.kernel.broker_users import ADMINISTRATOR, SCRAM, user_of

_HANDSHAKE, _AUTHENTICATE, _METADATA = 17, 36, 3
_HASH = "sha512"
_MOST = 1 << 20
_FAILED = (OSError, ValueError, KeyError, struct.error)


def serves(bootstrap: str, password: str, *, seconds: float = 5.0) -> bool:
    """Whether the broker at ``host:port`` lets the administrator in and counts itself alive.

    Until a broker is registered (also anew, after a kill) its answer names no broker.
    """
    host, _, port = bootstrap.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), timeout=seconds) as connection:
            asked = _Connection(connection)
            asked.log_in(user_of(ADMINISTRATOR), password)
            answer = asked.ask(_METADATA, 1, struct.pack(">i", 0))
            return bool(struct.unpack_from(">i", answer)[0] > 0)
    except _FAILED:
        return False


@dataclass
class _Connection:
    """A connection to a broker, with its protocol's few requests that are needed here."""

    socket: socket.socket

    def log_in(self, user: str, password: str) -> None:
        """Log in; raises one of ``_FAILED`` if the other side is no broker with that user."""
        self._mechanism()
        nonce = secrets.token_urlsafe(18)
        first = f"n={user},r={nonce}"
        challenge = self._authenticate(f"n,,{first}")
        said = dict(part.split("=", 1) for part in challenge.split(","))
        if not said["r"].startswith(nonce):
            raise ValueError
        salt, rounds = base64.b64decode(said["s"]), int(said["i"])
        salted = hashlib.pbkdf2_hmac(_HASH, password.encode(), salt, rounds)
        last = f"c=biws,r={said['r']}"
        told = f"{first},{challenge},{last}".encode()
        ours = _signed(salted, b"Client Key")
        proof = _signed(hashlib.new(_HASH, ours).digest(), told)
        mixed = bytes(a ^ b for a, b in zip(ours, proof, strict=True))
        final = self._authenticate(f"{last},p={base64.b64encode(mixed).decode()}")
        theirs = _signed(_signed(salted, b"Server Key"), told)
        if final.removeprefix("v=") != base64.b64encode(theirs).decode():
            raise ValueError

    def ask(self, kind: int, version: int, question: bytes) -> bytes:
        """Send one request, and return what answers it."""
        body = struct.pack(">hhih", kind, version, 7, -1) + question
        self.socket.sendall(struct.pack(">i", len(body)) + body)
        length, _ = struct.unpack(">ii", self._read(8))
        if not 4 <= length <= _MOST:  # noqa: PLR2004 - the correlation's own bytes
            raise ValueError
        return self._read(length - 4)

    def _mechanism(self) -> None:
        name = SCRAM.encode()
        answer = self.ask(_HANDSHAKE, 1, struct.pack(">h", len(name)) + name)
        if struct.unpack_from(">h", answer)[0] != 0:
            raise ValueError

    def _authenticate(self, text: str) -> str:
        sent = text.encode()
        answer = self.ask(_AUTHENTICATE, 0, struct.pack(">i", len(sent)) + sent)
        refused, words = struct.unpack_from(">hh", answer)
        if refused:
            raise ValueError
        begins = 4 + max(words, 0)
        (length,) = struct.unpack_from(">i", answer, begins)
        return answer[begins + 4 : begins + 4 + length].decode()

    def _read(self, count: int) -> bytes:
        read = b""
        while len(read) < count:
            more = self.socket.recv(count - len(read))
            if not more:
                raise ConnectionError
            read += more
        return read


def _signed(key: bytes, told: bytes) -> bytes:
    return hmac.digest(key, told, _HASH)

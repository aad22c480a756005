"""A real identity provider on loopback: npm ``oidc-provider``, which somebody else wrote.

It is installed as its own lock says, into a folder of the project that nothing else uses.
"""

import fcntl
import json
import os
import shutil
import ssl
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
from joserfc.jwk import RSAKey

from tests.certificates import Authority
from tests.programs import program

HERE = Path(__file__).parent / "provider"
FOLDER = Path(__file__).parents[2] / ".oidc-provider"
AUDIENCE = "https://canaliza.example"
PAGES, SYSTEM, BOUND = "canaliza-pages", "sistema-fge", "sistema-tls"
SECRET = "of-a-client-in-the-tests-0123456789"  # noqa: S105 - of no client but these
ACCOUNTS: Mapping[str, Mapping[str, Any]] = {
    "ana": {"institution": "Oficina", "roles": ["caso"]},
    "eva": {"institution": "Oficina", "roles": ["audita"]},
    "both": {"institution": "Oficina", "roles": ["caso", "audita"]},
    "elsewhere": {"institution": "Otra", "roles": ["caso"]},
    "unknown-role": {"institution": "Oficina", "roles": ["caso", "jefa"]},
    "nobody": {},
}
CLAIMS = f"""
persons:
  institution:
    claim: institution
    codes: {{Oficina: oficina-laboral, Albergue: albergue-lejano}}
  roles:
    claim: roles
    names: {{caso: caseworker, audita: auditor, mira: monitor}}
    ignored: [offline_access]
systems:
  {SYSTEM}: {{institution: comision-ddhh, roles: [caseworker]}}
  {BOUND}: {{institution: comision-ddhh, roles: [caseworker]}}
"""


def new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "alg": "RS256", "use": "sig"})


@dataclass
class RealProvider:
    """The running provider. keys: those it signs with, the first one today."""

    issuer: str
    process: "subprocess.Popen[str]"
    context: ssl.SSLContext
    keys: list[RSAKey] = field(default_factory=list)

    @property
    def key(self) -> RSAKey:
        return self.keys[0]

    def client_credentials(
        self, client: str = SYSTEM, certificate: str | None = None, **more: str
    ) -> str:
        """An access token of a system, as it asks for one itself."""
        headers = {} if certificate is None else {"X-Test-Certificate": certificate}
        answer = httpx2.post(
            f"{self.issuer}/token",
            data={"grant_type": "client_credentials", **more},
            auth=(client, SECRET),
            headers=headers,
            verify=self.context,
        )
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def sign_with(self, *keys: RSAKey) -> None:
        """Publish these keys, and sign with the first."""
        answer = httpx2.post(f"{self.issuer}/test/keys", json=_published(keys), verify=self.context)
        assert answer.status_code == 200
        self.keys = list(keys)


@contextmanager
def real_provider(
    clients: Sequence[Mapping[str, Any]] = (),
    *,
    seconds: int = 600,
    authority: Authority | None = None,
) -> Iterator[RealProvider]:
    """Start it with these clients beside the systems.

    seconds: how long its tokens live. authority: who vouches for it, and for the addresses of its
    clients; None: it speaks plain HTTP.
    """
    keys = [new_key("first")]
    said: dict[str, Any] = {
        "jwks": _published(keys),
        "audience": AUDIENCE,
        "ttl": seconds,
        "accounts": ACCOUNTS,
        "clients": [*clients, _system(SYSTEM), _system(BOUND, bound=True)],
    }
    trusting: dict[str, str] = {}
    if authority is not None:
        pair = authority.server("provider")
        said["tls"] = {"cert": pair.certificate.read_text(), "key": pair.key.read_text()}
        trusting["NODE_EXTRA_CA_CERTS"] = str(authority.file)
    with subprocess.Popen(
        [program("node"), "provider.mjs"],
        cwd=installed(),
        env=os.environ | trusting,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(said) + "\n")
        process.stdin.flush()
        issuer = process.stdout.readline().strip()
        assert issuer, "the provider did not start"
        try:
            context = ssl.create_default_context(cafile=authority.file if authority else None)
            yield RealProvider(issuer, process, context, keys)
        finally:
            process.kill()


def installed() -> Path:
    """The provider's folder, with our program and what the lock names, and nothing else."""
    FOLDER.mkdir(exist_ok=True)
    lock, done = (HERE / "package-lock.json").read_bytes(), FOLDER / "node_modules/.installed"
    with (FOLDER / ".installing").open("w") as waiting:
        fcntl.flock(waiting, fcntl.LOCK_EX)
        for file in HERE.iterdir():
            shutil.copy(file, FOLDER)
        if not done.exists() or done.read_bytes() != lock:
            quietly = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
            npm = [program("npm"), "ci", *quietly]
            subprocess.run(npm, cwd=FOLDER, check=True, stdin=subprocess.DEVNULL)
            done.write_bytes(lock)
    return FOLDER


def _system(client: str, *, bound: bool = False) -> dict[str, Any]:
    return {
        "client_id": client,
        "client_secret": SECRET,
        "grant_types": ["client_credentials"],
        "response_types": [],
        "redirect_uris": [],
        "tls_client_certificate_bound_access_tokens": bound,
    }


def _published(keys: Sequence[RSAKey]) -> dict[str, Any]:
    return {"keys": [key.as_dict(private=True) for key in keys]}

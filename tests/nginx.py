"""nginx as deploy/nginx.conf has it, on ports and with a certificate of its own."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.certificates import Authority
from tests.embedded_processes import REPOSITORY
from tests.ports import held_port
from tests.programs import is_listening, program
from tests.waiting import soon

CONFIGURATION = REPOSITORY / "deploy/nginx.conf"
RATE = "200r/s"
_AROUND = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/canaliza.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    """A proxy that runs. authority: who vouches for it."""

    port: int
    authority: Path

    @property
    def address(self) -> str:
        return f"https://localhost:{self.port}"


@contextmanager
def proxy(folder: Path, behind: int, rate: str = RATE) -> Iterator[Proxy]:
    """The committed configuration with nothing changed but ports, the name and the files.

    rate: how many requests a client may make once it has made many at once.
    """
    folder.mkdir(mode=0o711, exist_ok=True)
    authority = Authority(folder)
    with (
        held_port() as port,
        subprocess.Popen(
            _command(folder, authority, port, behind, rate), stdin=subprocess.DEVNULL
        ) as process,
    ):
        try:
            soon(lambda: is_listening(port), f"nginx: {folder}/error.log")
            yield Proxy(port, authority.file)
        finally:
            process.terminate()
            process.wait(20)


def _command(folder: Path, authority: Authority, port: int, behind: int, rate: str) -> list[str]:
    """What starts it, its configuration written."""
    pair = authority.server()
    text = CONFIGURATION.read_text(encoding="utf-8")
    for said, here in (
        ("listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        (f"rate={RATE};", f"rate={rate};"),
        ("server 127.0.0.1:8080;", f"server 127.0.0.1:{behind};"),
        ("server_name casos.example.org;", "server_name localhost;"),
        ("/etc/canaliza/tls/fullchain.pem;", f"{pair.certificate};"),
        ("/etc/canaliza/tls/privkey.pem;", f"{pair.key};"),
    ):
        assert text.count(said) == 1, said
        text = text.replace(said, here)
    (folder / "canaliza.conf").write_text(text, encoding="utf-8")
    (folder / "nginx.conf").write_text(_AROUND.format(folder=folder), encoding="utf-8")
    words = [program("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    return [*words, "-e", str(folder / "error.log")]

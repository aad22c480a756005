"""canaliza behind the proxy of deploy/nginx.conf, which is the one of docs/operations.md."""

import http.client
import re
import ssl
import subprocess
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.command_line import CommandLine, canaliza
from tests.doors import open_for
from tests.embedded_processes import REPOSITORY, temporary_folder
from tests.integration.cli.system import started
from tests.nginx import CONFIGURATION, Proxy, proxy
from tests.ports import held_port

__all__ = ["canaliza"]

pytestmark = pytest.mark.integration

METRICS = [
    "/metrics",
    "/intake/metrics",
    "/intake%2fmetrics",
    "/intake%2Fmetrics",
    "/intake/%6detrics",
    "/intake/./metrics",
    "/casos/../intake/metrics",
    "//intake//metrics",
    "/intake/metrics/",
    "/intake/metrics?x=1",
]


class Browser:
    """Asks a proxy as a browser would, and as somebody would who means harm."""

    def __init__(self, asked: Proxy) -> None:
        self.proxy = asked
        self._context = ssl.create_default_context(cafile=str(asked.authority))

    def connect(self) -> http.client.HTTPSConnection:
        return http.client.HTTPSConnection(
            "localhost", self.proxy.port, timeout=20, context=self._context
        )

    def ask(
        self, method: str, target: str, body: str | None = None, **headers: str
    ) -> tuple[int, str, http.client.HTTPMessage]:
        """Status, text and headers; the target goes out as it stands."""
        connection = self.connect()
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, target, body, sent)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), answer.headers
        finally:
            connection.close()

    def signs_in(self, token: str, origin: str) -> tuple[int, str, http.client.HTTPMessage]:
        fields = urlencode({"token": token})
        form = "application/x-www-form-urlencoded"
        return self.ask("POST", "/entrar", fields, Origin=origin, Content_Type=form)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with temporary_folder() as made:
        yield made


@pytest.fixture(scope="module")
def browser(folder: Path) -> Iterator[Browser]:
    """A browser before a proxy before an installation without any case."""
    with (
        held_port() as behind,
        proxy(folder / "nginx", behind) as running,
        started(
            *("run", "--data", str(folder / "data"), "--port", str(behind), "--demo", "0"),
            CANALIZA_PUBLIC_URL=running.address,
            CANALIZA_TRUSTED_PROXY="127.0.0.1",
        ) as process,
    ):
        says_when_ready(process)
        yield Browser(running)


def says_when_ready(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    assert any("Ctrl-C" in line for line in process.stdout)


@pytest.fixture(scope="module")
def told(folder: Path) -> Iterator[Browser]:
    """A browser before a proxy before an application that says what it knows of its caller."""
    with (
        open_for(trusted_proxy="127.0.0.1") as door,
        proxy(folder / "other", door.sock.getsockname()[1]) as running,
    ):
        yield Browser(running)


def test_the_page_of_operations_has_the_configuration_that_is_tested() -> None:
    page = (REPOSITORY / "docs/operations.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```nginx\n(.*?)```", page, re.DOTALL)
    assert block == CONFIGURATION.read_text(encoding="utf-8")


def test_somebody_signs_in_over_https(
    browser: Browser, folder: Path, canaliza: CommandLine
) -> None:
    canaliza.data = folder / "data"
    made = canaliza(
        *("institution", "register", "stps-chihuahua"),
        *("--name", "STPS Chihuahua", "--kind", "labour-office"),
    )
    assert made.code == 0, made.err
    created = canaliza("token", "create", "--institution", "stps-chihuahua", "--role", "caseworker")
    token = created.out.strip()
    status, _, headers = browser.signs_in(token, browser.proxy.address)
    assert status == 303
    (morsel,) = SimpleCookie(headers["Set-Cookie"]).values()
    assert morsel.key.startswith("__Host-")
    assert (morsel["secure"], morsel["path"], morsel["domain"]) == (True, "/", "")
    assert (morsel["httponly"], morsel["samesite"]) == (True, "strict")
    cookie = f"{morsel.key}={morsel.value}"
    status, page, headers = browser.ask("GET", "/", Cookie=cookie)
    assert (status, "/salir" in page) == (200, True)
    assert "max-age=31536000" in headers["Strict-Transport-Security"]
    for origin in (browser.proxy.address.replace("https", "http"), "https://elsewhere.example"):
        assert browser.signs_in(token, origin)[0] == 403


@pytest.mark.parametrize("target", METRICS)
def test_metrics_are_elsewhere_however_they_are_asked_for(target: str, browser: Browser) -> None:
    status, text, _ = browser.ask("GET", target)
    assert status == 404
    assert "canaliza_" not in text


def test_what_is_too_long_ends_at_the_proxy(browser: Browser) -> None:
    status, text, _ = browser.ask("POST", "/intake/cases", "x" * 65_537)
    assert (status, "nginx" in text) == (413, True)
    status, text, _ = browser.ask("GET", "/", X_Long="x" * 70_000)
    assert (status, "nginx" in text) == (400, True)
    assert browser.ask("GET", "/livez")[0] in {200, 404}


def test_what_a_client_claims_of_itself_ends_at_the_proxy(told: Browser) -> None:
    claimed = {
        "X_Forwarded_For": "203.0.113.9",
        "X_Forwarded_Proto": "http",
        "Client_Cert": ":YQ==:",
    }
    _, text, _ = told.ask("GET", "/", **claimed)
    assert text == '{"client": "127.0.0.1", "scheme": "https", "certificate": null}'


def test_who_asks_too_often_is_told_so_by_the_proxy(folder: Path) -> None:
    """Nobody listens behind it, so that it is the proxy alone that is asked.

    It forgives one request a minute: however slowly a busy machine asks, that is often.
    """
    with held_port() as behind, proxy(folder / "flooded", behind, rate="1r/m") as running:
        connection = Browser(running).connect()
        statuses = set()
        for _ in range(450):
            connection.request("GET", "/")
            answer = connection.getresponse()
            answer.read()
            statuses.add(answer.status)
        connection.close()
    assert 429 in statuses

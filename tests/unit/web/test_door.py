"""What other machines can reach is not opened without TLS, unless somebody says so."""

import sys
from pathlib import Path

import pytest

from services.intake.wiring import SERVICE
from shared.service.door import NotCovered, open_door, require_cover
from shared.service.run import main
from shared.service.settings import Settings
from tests.command_line import CommandLine, canaliza

__all__ = ["canaliza"]

SENTENCE = "can be reached from other machines, and without TLS"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "localhost", "::1"])
def test_what_this_machine_alone_reaches_needs_nothing(host: str) -> None:
    require_cover(host, Settings(), insecure=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.0.2.1", "2001:db8::1", "a.example"])  # noqa: S104
def test_any_other_address_needs_tls_or_a_proxy_or_a_word(host: str) -> None:
    with pytest.raises(NotCovered, match=SENTENCE) as refused:
        require_cover(host, Settings(), insecure=False)
    assert refused.value.code == 2
    require_cover(host, Settings(), insecure=True)
    require_cover(host, Settings(trusted_proxy="10.0.0.1"), insecure=False)
    require_cover(host, Settings(tls_certificate=Path("x")), insecure=False)


@pytest.mark.parametrize(("host", "printed"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]")])  # noqa: S104
def test_a_door_to_everywhere_is_reached_from_here_by_the_loopback(host: str, printed: str) -> None:
    door = open_door(host, 0, Settings(), insecure=True)
    with door.sock:
        assert door.address == f"http://{printed}:{door.sock.getsockname()[1]}"


@pytest.mark.parametrize("command", ["run", "standard"])
def test_a_system_that_strangers_could_listen_to_does_not_start(
    command: str, canaliza: CommandLine, tmp_path: Path
) -> None:
    canaliza.data = tmp_path / "data"
    refused = canaliza(command, "--lang", "en", "--host", "0.0.0.0", "--port", "20000")  # noqa: S104
    assert (refused.code, refused.out) == (2, "")
    assert SENTENCE in refused.err
    assert not canaliza.data.exists()


@pytest.mark.parametrize("command", ["run", "standard"])
def test_nor_does_one_whose_certificate_cannot_be_read(
    command: str, canaliza: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canaliza.data = tmp_path / "data"
    monkeypatch.setenv("CANALIZA_TLS_CERTIFICATE", str(tmp_path / "none.crt"))
    monkeypatch.setenv("CANALIZA_TLS_KEY", str(tmp_path / "none.key"))
    refused = canaliza(command, "--port", "20000")
    assert refused.code == 2
    assert "none.crt" in refused.err
    assert not canaliza.data.exists()


@pytest.mark.parametrize("given", ["argument", "setting"])
def test_nor_does_a_service_alone(
    given: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if given == "argument":
        monkeypatch.setattr(sys, "argv", ["intake", "--host", "0.0.0.0"])  # noqa: S104
    else:
        monkeypatch.setattr(sys, "argv", ["intake"])
        monkeypatch.setenv("CANALIZA_HOST", "0.0.0.0")  # noqa: S104
    with pytest.raises(SystemExit) as ended:
        main(SERVICE)
    assert ended.value.code == 2
    assert SENTENCE in capsys.readouterr().err
